"""The reductions on what is copied: what leaves the builder before that, and what of a directory goes along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from restage.api.need import Need, PathNeed
from restage.api.product import Product
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region, outermost
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied
from restage.planning.emptied import lost_before
from restage.planning.judge import Courage, ground, told_claims, why_not_held
from restage.planning.missed import with_missed
from restage.planning.sorted import Sorted
from restage.record import Record, replace


class Reduced(Record):
    """What is copied after the reductions, and what became of each."""

    sorted: Sorted
    applied: tuple[Applied, ...]


class Offers(Record):
    """What the strategies offer for the products that go along, and what the plan knows against it."""

    products: tuple[Product, ...]
    reductions: tuple[Reduction, ...]
    needs: tuple[Need, ...]
    why_not: str | None
    """Why nothing may be dropped: a start that could not be followed."""
    courage: Courage
    withdrawn: dict[str, str] = field(default_factory=dict)
    """Kinds of reductions that running the image has refuted, with what failed."""
    missed: tuple[str, ...] = ()
    """Paths that the rewritten image lacked when it ran."""
    observed: tuple[Need, ...] = ()
    """What running the images has shown to be needed, in one way or another."""


def reduce_copies(walk: Walk, sorted_: Sorted, offers: Offers) -> Reduced:
    """Applies each reduction whose claims hold: toolchains, dev dependencies, sources, then the artifact alone."""
    done: list[Applied] = []
    for reduction in offers.reductions:
        match reduction.kind:
            case ReductionKind.BUILD_TOOLS if reduction.goes:
                sorted_ = _without_toolchain(sorted_, reduction, offers.courage)
            case ReductionKind.DEV_DEPENDENCIES if reduction.prune:
                why_not = _against(reduction, sorted_, offers) or _in_shared_stage(reduction, walk, sorted_)
                why_not = why_not or lost_before(reduction.prune, reduction.product, walk)
                done.append(_told(reduction, reduction.prune.what, why_not))
                if why_not is None and reduction.prune not in sorted_.prunes:
                    sorted_ = replace(sorted_, prunes=(*sorted_.prunes, reduction.prune))
                    sorted_ = _on_grounds(sorted_, reduction, (reduction.prune.command,))
            case ReductionKind.COMPILE_ONLY:
                why_not = _against(reduction, sorted_, offers) or _needed(reduction.goes, offers.needs)
                done.append(_told(reduction, ", ".join(map(str, reduction.goes)), why_not))
                if why_not is None:
                    sorted_ = replace(sorted_, removed=outermost((*sorted_.removed, *reduction.goes)))
                    sorted_ = _on_grounds(sorted_, reduction, map(str, reduction.goes))
            case ReductionKind.BROUGHT_BY_BASE:
                why_not = _against(reduction, sorted_, offers) or _changed(reduction, offers)
                done.append(_told(reduction, ", ".join(map(str, reduction.goes)), why_not))
                if why_not is None:
                    sorted_ = replace(sorted_, brought=outermost((*sorted_.brought, *reduction.goes)))
                    sorted_ = _on_grounds(sorted_, reduction, map(str, reduction.goes))
            case _:
                pass
    found = _only_artifacts(sorted_, offers)
    kept = with_missed(_without_needless(found.sorted, offers), offers.missed)
    return Reduced(kept, (*done, *found.applied))


def _without_needless(sorted_: Sorted, offers: Offers) -> Sorted:
    """Nothing is taken out of a place of which nothing is copied."""
    pruned = {
        reduction.prune
        for reduction in offers.reductions
        if reduction.prune
        and any(
            any(kept.overlaps(place) for kept in sorted_.regions)
            and not any(gone.covers(place) for gone in sorted_.removed)
            for place in reduction.prune.places or (reduction.product.region,)
        )
    }
    return replace(
        sorted_,
        prunes=tuple(prune for prune in sorted_.prunes if prune in pruned),
        removed=tuple(place for place in sorted_.removed if sorted_.is_copied(place)),
    )


def _on_grounds(sorted_: Sorted, reduction: Reduction, what: Iterable[str]) -> Sorted:
    """With the evidence for what the reduction takes out or leaves alone."""
    told = tuple(map(ground, reduction.claims))
    return replace(sorted_, grounds={**sorted_.grounds, **dict.fromkeys(what, told)})


def _without_toolchain(sorted_: Sorted, reduction: Reduction, courage: Courage) -> Sorted:
    """Regions of an unpacked toolchain stay behind in the builder."""
    if why_not_held(reduction.claims, courage):
        return sorted_
    gone = (*sorted_.gone, *reduction.goes)
    regions = tuple(place for place in sorted_.regions if place not in gone)
    caches = outermost((*sorted_.caches, *reduction.goes))
    return replace(sorted_, regions=regions, gone=gone, caches=caches)


def _against(reduction: Reduction, sorted_: Sorted, offers: Offers) -> str | None:
    """Why the reduction is not applied."""
    failing = why_not_held(reduction.claims, offers.courage)
    if failing is not None:
        return failing
    if reduction.kind.value in offers.withdrawn:
        return offers.withdrawn[reduction.kind.value]
    inside = [path for path in offers.missed if reduction.product.region.covers(Region(path))]
    if inside and reduction.kind is ReductionKind.DEV_DEPENDENCIES:
        return f"{inside[0]} is needed: running the images showed it"
    if offers.why_not is not None:
        return offers.why_not
    if not sorted_.is_copied(reduction.product.region):
        return f"{reduction.product.what} is not copied from the builder"
    return None


def _in_shared_stage(reduction: Reduction, walk: Walk, sorted_: Sorted) -> str | None:
    made = [step for step, action in walk.actions if reduction.product in action.known.products]
    if not made or made[0].position < sorted_.first:
        return f"{reduction.product.what} is in the stage that both share"
    return None


def _needed(goes: tuple[Region, ...], needs: tuple[Need, ...]) -> str | None:
    """Why something of what would go has to stay."""
    for need in needs:
        if isinstance(need, PathNeed) and any(place.covers(Region(need.path)) for place in goes):
            return f"{need.path} is needed: {need.why}"
    return None


def _changed(reduction: Reduction, offers: Offers) -> str | None:
    """Which product may have changed what the base brings: each of its ecosystem that lies there has to offer the same."""
    same = [other.product for other in offers.reductions if other.kind is reduction.kind]
    own = (product for product in offers.products if product.strategy == reduction.product.strategy)
    around = (p for p in own if any(p.region.overlaps(place) for place in reduction.goes))
    return next((f"{product.what} may change it" for product in around if product not in same), None)


def _told(reduction: Reduction, subject: str, why_not: str | None) -> Applied:
    return Applied(reduction.kind.value, subject, why_not is None, told_claims(reduction.claims), why_not)


def _only_artifacts(sorted_: Sorted, offers: Offers) -> Reduced:
    """Of each directory in which every product offers it, only what they keep goes along."""
    done: list[Applied] = []
    for place in sorted_.regions:
        inside = [
            product
            for product in offers.products
            if place.covers(product.region)
            and not any(gone.covers(product.region) for gone in (*sorted_.removed, *sorted_.gone))
        ]
        offered = [next(_artifact_offers(product, offers), None) for product in inside]
        found = [offer for offer in offered if offer is not None]
        if not found:
            continue
        named = outermost(tuple(keep for offer in found for keep in offer.keeps))
        seen = dict(_seen_in(place, named, offers))
        keeps = outermost((*named, *seen))
        why_not = next(
            (why for offer in found if (why := _against(offer, sorted_, offers))), None
        ) or _not_alone(
            place, keeps, len(found) == len(offered) and not _has_strangers(found, sorted_, offers), offers
        )
        done.extend(_told(offer, f"{offer.product.what} of {place}", why_not) for offer in found)
        if why_not is None:
            regions = tuple(other for other in sorted_.regions if other != place)
            sorted_ = replace(
                sorted_, regions=outermost((*regions, *keeps)), narrowed=(*sorted_.narrowed, place)
            )
            for offer in found:
                sorted_ = _on_grounds(sorted_, offer, map(str, offer.keeps))
            sorted_ = replace(
                sorted_, grounds={**sorted_.grounds, **{str(r): (why,) for r, why in seen.items()}}
            )
    return Reduced(sorted_, tuple(done))


def _seen_in(place: Region, named: tuple[Region, ...], offers: Offers) -> Iterator[tuple[Region, str]]:
    """What running showed to be needed, and why; of what was opened, all beside it: other requests open other files."""
    for need in offers.observed:
        if not isinstance(need, PathNeed):
            continue
        found = Region(need.path)
        if not place.covers(found) or any(keep.covers(found) for keep in named):
            continue
        first, _, rest = need.path.removeprefix(place.path.rstrip("/") + "/").partition("/")
        beside = rest and need.path not in offers.missed
        yield Region(f"{place.path.rstrip('/')}/{first}") if beside else found, f"{need.path}: {need.why}"


def _has_strangers(found: list[Reduction], sorted_: Sorted, offers: Offers) -> bool:
    """Whether another toolchain's products go along: its program may need files that are nobody's product."""
    own = {offer.product.strategy for offer in found}
    left = (*sorted_.removed, *sorted_.gone)
    return any(
        product.strategy not in own and not any(gone.covers(product.region) for gone in left)
        for product in offers.products
    )


def _artifact_offers(product: Product, offers: Offers) -> Iterator[Reduction]:
    return (
        offer
        for offer in offers.reductions
        if offer.kind is ReductionKind.ARTIFACT_ONLY and offer.product == product
    )


def _not_alone(place: Region, keeps: tuple[Region, ...], all_offer: bool, offers: Offers) -> str | None:
    """Why more of the directory than the artifact goes along."""
    if not all_offer:
        return f"{place} holds more than the artifact"
    if place in keeps:
        return "all of it is named"
    for need in offers.needs:
        wanted = Region(need.path) if isinstance(need, PathNeed) else None
        if wanted is None or wanted == place or not place.covers(wanted):
            continue
        if not any(keep.covers(wanted) or wanted.covers(keep) for keep in keeps):
            return f"{wanted} is needed: {need.why}"
    return None
