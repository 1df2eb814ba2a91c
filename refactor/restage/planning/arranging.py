"""The planned split as an arrangement, with the reasons for its stages."""

from __future__ import annotations

import posixpath
from itertools import chain
from typing import assert_never

from restage.api.claim import Claim
from restage.api.need import ProgramNeed, VariableNeed
from restage.api.product import ProductKind
from restage.build.stages import Stage
from restage.image.base import BaseImage
from restage.meaning.needs import needs_of
from restage.meaning.observed import missed_variables
from restage.planning.arrangement import Applied, ArrangedStage, Arrangement, Keep, KeepFrom, NewFrom, Reason
from restage.planning.base import BasePlan
from restage.planning.drafting import Drafting
from restage.planning.judge import ground, told_claim
from restage.planning.lines import TwoStages, two_stages
from restage.planning.minimal import Proposal, fits, propose_minimal
from restage.planning.offers import Offers
from restage.planning.packages import PackagePlan
from restage.planning.situation import Situation, Split
from restage.planning.sorted import Sorted
from restage.record import Record, replace


class Drafted(Record):
    """The lines of both stages, on the smallest base that they stand on."""

    draft: Drafting
    lines: TwoStages
    applied: tuple[Applied, ...] = ()


def arranged(
    situation: Situation,
    sorted_: Sorted,
    packages: PackagePlan,
    base: BasePlan,
    bounded: tuple[Claim, ...],
    reduced: tuple[Applied, ...],
    offers: Offers,
) -> Split:
    """Both stages, or all three where the first is shared, with the reason for each FROM."""
    drafted = _drafted(situation, sorted_, packages, base, offers)
    base = drafted.draft.base
    behind = _left_behind(sorted_, packages, base)
    in_builder = Reason(f"what only the build needs stays in this stage: {behind}")
    runtime = Reason(_runtime_reason(base, situation), _evidence(base, packages, bounded))
    stages = (
        _below_a_shared_stage(situation, drafted, in_builder, runtime)
        if sorted_.first
        else _two_stages(situation, drafted, in_builder, runtime)
    )
    number = situation.stage.origin.index
    head = tuple(Keep(instruction.index) for instruction in situation.build.instructions[:number])
    told = tuple(found for found in (base.applied, packages.applied) if found is not None)
    baseline = Applied("baseline", behind, True, tuple(map(told_claim, bounded)))
    applied = (*told, *reduced, *drafted.applied, baseline)
    return Split(Arrangement(head, stages), _rung(base, sorted_), applied, sorted_, base, packages)


def _drafted(
    situation: Situation, sorted_: Sorted, packages: PackagePlan, base: BasePlan, offers: Offers
) -> Drafted:
    origin = situation.stage.origin
    builder = free_name(("builder", "build", "build-stage"), situation, origin.name)
    needed = frozenset(need.name for need in needs_of(situation.starts) if isinstance(need, VariableNeed))
    started = None if offers.why_not else _started(situation, offers)
    missed = missed_variables(situation.case.observations)
    draft = Drafting(situation.walk, sorted_, packages, base, builder, needed, started, missed)
    proposal = propose_minimal(situation.walk, sorted_, base, offers)
    match proposal:
        case None:
            return Drafted(draft, two_stages(draft))
        case Applied():
            return Drafted(draft, two_stages(draft), (proposal,))
        case Proposal():
            smaller = replace(draft, base=proposal.base, packages=replace(packages, added={}))
            lines = two_stages(smaller)
            why_not = fits(proposal, situation.walk, lines.runtime)
            told = replace(proposal.applied, applied=why_not is None, why_not=why_not)
            if why_not is None:
                return Drafted(smaller, lines, (told,))
            return Drafted(draft, two_stages(draft), (told,))
        case _ as never:
            assert_never(never)


def _started(situation: Situation, offers: Offers) -> frozenset[str] | None:
    """Programs that the container runs and that what goes along needs; None where nobody says what it runs."""
    needed = (*offers.needs, *(need for offer in offers.reductions for need in offer.needs))
    programs = {need.program for need in needed if isinstance(need, ProgramNeed)}
    reached = {start.command.words[0] for start in situation.starts if start.command.words}
    reached |= {command.name for start in situation.starts for command in start.reached}
    return frozenset(programs | reached) if reached else None


def _two_stages(
    situation: Situation, drafted: Drafted, in_builder: Reason, runtime: Reason
) -> tuple[ArrangedStage, ...]:
    origin, base = situation.stage.origin, drafted.draft.base
    image = base.builder_image if base.builder_image != origin.image else None
    text = base.image or base.builder_image or origin.image
    last = NewFrom(text, written_name(situation.stage), origin.platform, runtime)
    return (
        ArrangedStage(
            KeepFrom(origin.index, drafted.draft.builder_name, image, in_builder), drafted.lines.builder
        ),
        ArrangedStage(last, drafted.lines.runtime),
    )


def _below_a_shared_stage(
    situation: Situation, drafted: Drafted, in_builder: Reason, runtime: Reason
) -> tuple[ArrangedStage, ...]:
    origin, first = situation.stage.origin, drafted.draft.sorted.first
    name = free_name(("base", "common"), situation, origin.name)
    steps = situation.walk.steps[:first]
    both = tuple(Keep(step.instruction.index) for step in steps)
    why = steps[-1].opaque or "it cannot be taken apart"
    shared = Reason(f"both stages share everything up to line {steps[-1].instruction.end_line}: {why}")
    return (
        ArrangedStage(KeepFrom(origin.index, name, None, shared), both),
        ArrangedStage(NewFrom(name, drafted.draft.builder_name, None, in_builder), drafted.lines.builder),
        ArrangedStage(NewFrom(name, written_name(situation.stage), None, runtime), drafted.lines.runtime),
    )


def _rung(base: BasePlan, sorted_: Sorted) -> str:
    """The report's word for all that was applied."""
    if base.minimal:
        return "minimal"
    if sorted_.narrowed:
        return "artifact"
    if sorted_.prunes or sorted_.removed:
        return "pruned"
    return "sibling" if base.image else "same-base"


def written_name(stage: Stage) -> str | None:
    """The stage's name as the author wrote it; the reader folds its case as BuildKit does."""
    return stage.origin.text.split()[-1] if stage.origin.name else None


def _left_behind(sorted_: Sorted, packages: PackagePlan, base: BasePlan) -> str:
    parts = [
        *(["the build image"] if base.image else []),
        *([", ".join(packages.dropped)] if packages.dropped else []),
        *(prune.what for prune in sorted_.prunes),
        *(posixpath.basename(place.path) for place in sorted_.removed),
    ]
    parts.extend(
        dict.fromkeys(
            p.what for p in sorted_.products if p.kind in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
        )
    )
    if not parts:
        parts.extend(dict.fromkeys(p.what for p in sorted_.products if p.region in sorted_.gone))
    if not parts:
        parts.extend(place.path for place in sorted_.gone)
    return "; ".join(parts)


def _runtime_reason(base: BasePlan, situation: Situation) -> str:
    if base.image is None:
        return (
            f"the base stays: {base.applied.why_not}"
            if base.applied and base.applied.why_not
            else "the base stays"
        )
    if base.minimal:
        return f"the program needs nothing beyond what {base.image} has"
    known = base.base
    assert isinstance(known, BaseImage)
    return f"the same {known.distro} {known.release} without what only a build needs"


def _evidence(base: BasePlan, packages: PackagePlan, bounded: tuple[Claim, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for applied in (base.applied, packages.applied):
        if applied is not None and applied.applied:
            found.extend(f"{kind} ({verdict_}): {text}" for kind, _, verdict_, text in applied.claims)
    found.extend(map(ground, bounded))
    return tuple(dict.fromkeys(found))


def free_name(wanted: tuple[str, ...], situation: Situation, own: str | None) -> str:
    """The first name that neither the file nor whoever uses the image gives to a stage."""
    taken = {name.lower() for name in (*situation.taken_names, own or "")}
    numbered = (f"{wanted[0]}{number}" for number in range(2, 100))
    return next(name for name in chain(wanted, numbered) if name not in taken)
