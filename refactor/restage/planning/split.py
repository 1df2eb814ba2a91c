"""The rewrite split-stages: from meaning to the target arrangement, or to the reason why there is none."""

from __future__ import annotations

import posixpath

from restage.api.claim import Claim, ClaimKind
from restage.api.need import Need, ProgramNeed
from restage.api.observation import LinkedLibrary, MissingFile, Observation
from restage.api.product import Product, ProductKind
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region
from restage.api.start import Role
from restage.image.base import BaseImage
from restage.image.siblings import Sibling, sibling
from restage.meaning.needs import needs_of
from restage.meaning.observed import observed_needs, withdrawn
from restage.meaning.walk import Walk
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.arranging import arranged
from restage.planning.base import BasePlan, plan_base
from restage.planning.beside import Unsortable, relying_installs
from restage.planning.called import repeated
from restage.planning.circumstances import Circumstances
from restage.planning.judge import Courage
from restage.planning.mentions import needs_said
from restage.planning.offers import Offers
from restage.planning.packages import PackagePlan, plan_packages
from restage.planning.pinning import pinned
from restage.planning.reducing import reduce_copies
from restage.planning.refusing import is_toolbox, refusal_of
from restage.planning.seen_packages import with_seen
from restage.planning.situation import Situation, Split
from restage.planning.sorted import Sorted
from restage.planning.sorting import sort_actions
from restage.planning.unread import planned_without
from restage.planning.winning import nothing_won, wins
from restage.record import replace


def plan_split(situation: Situation, courage: Courage) -> Split | Refusal | Unchanged:
    """Plans the split of a single-stage file."""
    refused = refusal_of(situation)
    if refused is not None:
        return refused
    situation = _as_consumers_start_it(situation)
    return planned_without(situation.walk, lambda unread: _with_repositories(situation, courage, unread))


def _with_repositories(situation: Situation, courage: Courage, unread: frozenset[int]) -> Split | Unchanged:
    installs = relying_installs(situation.walk.actions)
    left = frozenset(name for _, _, install in installs for name in install.names)
    found = _planned(situation, courage, left, unread)
    if not left or (isinstance(found, Split) and left <= found.packages.dropped.keys()):
        return found
    return _planned(situation, courage, frozenset(), unread)


def _planned(
    situation: Situation, courage: Courage, left: frozenset[str], unread: frozenset[int]
) -> Split | Unchanged:
    """The split that leaves these packages in the builder, with their repository, and settings that nothing else reads."""
    sorted_ = _sorted(situation.walk, left)
    if isinstance(sorted_, Unchanged):
        return sorted_
    sorted_ = replace(sorted_, undone=sorted_.undone | unread)
    offers = _offers(situation, sorted_, courage)
    if (builds_later := _toolchain_of_base(situation, offers.needs)) is not None:
        return Unchanged("toolchain-at-start", builds_later)
    reduced = reduce_copies(situation.walk, sorted_, offers)
    sorted_ = reduced.sorted
    packages = _packages(situation, sorted_, offers)
    base = _base(situation, sorted_, packages, offers)
    packages = packages.on(base.base)
    if base.sibling is not None:
        packages = packages.without(base.sibling.lost_packages or frozenset(), situation.walk)
    if not wins(situation.walk, sorted_, packages, base):
        return Unchanged("nothing-to-win", nothing_won(base, packages))
    bounded = _bounded(situation.walk, sorted_)
    return arranged(situation, sorted_, packages, base, bounded, reduced.applied, offers)


def _offers(situation: Situation, sorted_: Sorted, courage: Courage) -> Offers:
    """What goes along, what the strategies offer for it, and what is needed; what running the images showed, too."""
    behind = (ProductKind.CACHE, ProductKind.INTERMEDIATE)
    products = tuple(dict.fromkeys(p for p in sorted_.products if p.kind not in behind))
    seen = tuple(one for one in situation.case.observations if not _is_builders(one, sorted_))
    observed = tuple(observed_needs(seen))
    return Offers(
        products,
        _reductions(situation, products),
        (*needs_of(situation.starts), *needs_said(situation), *situation.named, *observed),
        _hold_back(situation),
        courage,
        withdrawn(seen),
        tuple(one.path for one in seen if isinstance(one, MissingFile)),
        observed,
    )


def _is_builders(observation: Observation, sorted_: Sorted) -> bool:
    """Whether it tells of a file that stays in the builder anyway."""
    return isinstance(observation, LinkedLibrary) and any(
        place.covers(Region(observation.by)) for place in sorted_.caches
    )


def _packages(situation: Situation, sorted_: Sorted, offers: Offers) -> PackagePlan:
    base = situation.base if isinstance(situation.base, BaseImage) else None
    builds = tuple(r for r in offers.reductions if r.kind is ReductionKind.BUILD_TOOLS)
    builds = builds if _all_offer(offers.products, builds) else ()
    why_not = offers.why_not or offers.withdrawn.get(ReductionKind.BUILD_TOOLS.value)
    plan = plan_packages(situation.walk, sorted_, base, builds, offers.needs, why_not, offers.courage)
    return with_seen(plan, offers.observed, base, situation.walk)


def _base(situation: Situation, sorted_: Sorted, packages: PackagePlan, offers: Offers) -> BasePlan:
    """The sibling or the base, with its release named where a package's name carries that."""
    about = Circumstances(
        situation.walk,
        sorted_.first,
        sorted_.cut,
        situation.stage.origin.image,
        offers.products,
        offers.reductions,
        offers.needs,
        repeated(situation.walk, sorted_),
        situation.mounted,
    )
    shared = "what comes before it is not understood, so both stages share it" if sorted_.first > 0 else None
    why_not = offers.why_not or offers.withdrawn.get(ReductionKind.SIBLING_BASE.value) or shared
    base = plan_base(situation.base, about, packages, why_not, offers.courage)
    release = pinned(situation, packages.on(base.base))
    if release is None:
        return base
    text, named = release
    base = plan_base(named, replace(about, raw=text), packages, why_not, offers.courage)
    return replace(base, builder_image=base.builder_image or text)


def _as_consumers_start_it(situation: Situation) -> Situation:
    """Without the prompt of a file that leaves it to compose and the like to say what runs."""
    if not is_toolbox(situation):
        return situation
    return replace(situation, starts=tuple(s for s in situation.starts if s.role is not Role.START))


def _sorted(walk: Walk, left: frozenset[str]) -> Sorted | Unchanged:
    """Sorted commands; steps that cannot be taken apart go into a shared first stage with all before them."""
    first, why = 0, ""
    for step in walk.steps:
        if step.opaque is not None:
            first, why = step.position + 1, f"line {step.instruction.line}: {step.opaque}"
    while True:
        result = sort_actions(walk, first, left)
        match result:
            case Unsortable(step=position, why=reason):
                first, why = position + 1, f"line {walk.steps[position].instruction.line}: {reason}"
            case Sorted(cut=-1):
                return (
                    Unchanged("build-unknown", why)
                    if first
                    else Unchanged("nothing-to-build", "no command of the file builds anything")
                )
            case Sorted():
                return result


def _reductions(situation: Situation, products: tuple[Product, ...]) -> tuple[Reduction, ...]:
    by_name = {strategy.name: strategy for strategy in situation.strategies}
    starts = tuple(start for start in situation.starts if not start.looks)
    return tuple(
        reduction
        for product in products
        for reduction in by_name[product.strategy].reductions(
            product, starts, situation.walk.final, situation.case
        )
    )


def _all_offer(products: tuple[Product, ...], offers: tuple[Reduction, ...]) -> bool:
    return all(any(offer.product == product for offer in offers) for product in products)


def _hold_back(situation: Situation) -> str | None:
    """Why nothing that the base or the file's packages provide may be dropped.

    People can run anything by hand: of that, what they are told to call counts, by its needs.
    """
    for start in situation.starts:
        if start.unknown and start.role is not Role.BY_HAND:
            return f"{start.where}: {start.unknown[0]}"
        if start.role is Role.CONSUMER and start.toolchain is not None:
            return f"{start.where}: {start.toolchain.why}"
    return None


def _toolchain_of_base(situation: Situation, needs: tuple[Need, ...]) -> str | None:
    """Who may build in the container with what only the build image has: its toolchain, and the caches beside it."""
    base = situation.base
    found = sibling(base) if isinstance(base, BaseImage) else None
    if not isinstance(base, BaseImage) or not isinstance(found, Sibling) or not found.lost_paths:
        return None
    for start in situation.starts:
        if start.toolchain is not None and start.role is not Role.BY_HAND:
            return f"{start.where}: {start.toolchain.why}"
    for need in needs:
        if isinstance(need, ProgramNeed) and posixpath.basename(need.program) in base.own_programs:
            return f"the container may need {need.program}: {need.why}"
    return None


def _bounded(walk: Walk, sorted_: Sorted) -> tuple[Claim, ...]:
    return tuple(
        claim
        for step, action in walk.actions
        if sorted_.first <= step.position <= sorted_.cut
        for claim in action.effect.claims
        if claim.kind is ClaimKind.BOUNDED_WRITES
    )
