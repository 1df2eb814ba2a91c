"""The planned split as an arrangement, with the reasons for its stages."""

from __future__ import annotations

from restage.api.claim import Claim
from restage.api.need import VariableNeed
from restage.api.product import ProductKind
from restage.build.stages import Stage
from restage.image.base import BaseImage
from restage.meaning.needs import needs_of
from restage.planning.arrangement import (
    Applied,
    ArrangedStage,
    Arrangement,
    Keep,
    KeepFrom,
    NewFrom,
    Reason,
)
from restage.planning.base import BasePlan
from restage.planning.drafting import Drafting
from restage.planning.judge import explained, verdict
from restage.planning.lines import two_stages
from restage.planning.packages import PackagePlan
from restage.planning.situation import Situation, Split
from restage.planning.sorting import Sorted


def arranged(
    situation: Situation,
    sorted_: Sorted,
    packages: PackagePlan,
    base: BasePlan,
    bounded: tuple[Claim, ...],
    reduced: tuple[Applied, ...],
) -> Split:
    """Both stages, or all three where the first is shared, with the reason for each FROM."""
    origin = situation.stage.origin
    shared_name = _free_name(("base", "common"), situation, origin.name) if sorted_.first > 0 else None
    builder_name = _free_name(("builder", "build", "build-stage"), situation, origin.name)
    needed = frozenset(need.name for need in needs_of(situation.starts) if isinstance(need, VariableNeed))
    draft = Drafting(situation.walk, sorted_, packages, base, builder_name, needed)
    lines = two_stages(draft)
    behind = _left_behind(sorted_, packages, base)
    in_builder = Reason(f"what only the build needs stays in this stage: {behind}")
    runtime = Reason(_runtime_reason(base, situation), _evidence(base, packages, bounded))
    stages: list[ArrangedStage] = []
    if shared_name is None:
        image = base.builder_image if base.builder_image != origin.image else None
        stages.append(ArrangedStage(KeepFrom(origin.index, builder_name, image, in_builder), lines.builder))
        stages.append(
            ArrangedStage(
                NewFrom(
                    base.image or base.builder_image or origin.image,
                    _written_name(situation.stage),
                    origin.platform,
                    runtime,
                ),
                lines.runtime,
            )
        )
    else:
        both = tuple(Keep(step.instruction.index) for step in situation.walk.steps[: sorted_.first])
        why = situation.walk.steps[sorted_.first - 1]
        shared = Reason(
            f"both stages share everything up to line {why.instruction.end_line}: {why.opaque or 'it cannot be taken apart'}"
        )
        stages.append(ArrangedStage(KeepFrom(origin.index, shared_name, None, shared), both))
        stages.append(ArrangedStage(NewFrom(shared_name, builder_name, None, in_builder), lines.builder))
        stages.append(
            ArrangedStage(NewFrom(shared_name, _written_name(situation.stage), None, runtime), lines.runtime)
        )
    head = tuple(Keep(instruction.index) for instruction in situation.build.instructions[: origin.index])
    applied = (*(found for found in (base.applied, packages.applied) if found is not None), *reduced)
    claims = tuple((c.kind.value, c.subject, verdict(c).value, explained(c)) for c in bounded)
    applied = (*applied, Applied("baseline", behind, True, claims))
    return Split(
        Arrangement(head, tuple(stages)),
        _rung(base, sorted_),
        applied,
        sorted_,
        base,
        packages,
    )


def _rung(base: BasePlan, sorted_: Sorted) -> str:
    """The report's word for all that was applied."""
    if sorted_.narrowed:
        return "artifact"
    if sorted_.prunes or sorted_.removed:
        return "pruned"
    return "sibling" if base.image else "same-base"


def _written_name(stage: Stage) -> str | None:
    """The stage's name as the author wrote it; the reader folds its case as BuildKit does."""
    return stage.origin.text.split()[-1] if stage.origin.name else None


def _left_behind(sorted_: Sorted, packages: PackagePlan, base: BasePlan) -> str:
    parts = [
        *(["the build image"] if base.image else []),
        *([", ".join(packages.dropped)] if packages.dropped else []),
        *(prune.what for prune in sorted_.prunes),
        *(["sources"] if sorted_.removed else []),
    ]
    parts.extend(
        dict.fromkeys(
            p.what for p in sorted_.products if p.kind in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
        )
    )
    return "; ".join(parts)


def _runtime_reason(base: BasePlan, situation: Situation) -> str:
    if base.image is None:
        return (
            f"the base stays: {base.applied.why_not}"
            if base.applied and base.applied.why_not
            else "the base stays"
        )
    known = base.base
    assert isinstance(known, BaseImage)
    return f"the same {known.distro} {known.release} without what only a build needs"


def _evidence(base: BasePlan, packages: PackagePlan, bounded: tuple[Claim, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for applied in (base.applied, packages.applied):
        if applied is not None and applied.applied:
            found.extend(f"{kind} ({verdict_}): {text}" for kind, _, verdict_, text in applied.claims)
    found.extend(f"{claim.kind.value} ({verdict(claim).value}): {explained(claim)}" for claim in bounded)
    return tuple(dict.fromkeys(found))


def _free_name(wanted: tuple[str, ...], situation: Situation, own: str | None) -> str:
    taken = {name.lower() for name in (*situation.taken_names, own or "")}
    numbered = (f"{wanted[0]}{number}" for number in range(2, 100))
    return next(name for name in (*wanted, *numbered) if name not in taken)
