"""The reduction minimal-base: the runtime stage on an image that holds nothing but data."""

from __future__ import annotations

import posixpath

from restage.api.need import Need, PathNeed, ProgramNeed
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region
from restage.dockerfile.instructions import Cmd, Entrypoint, Healthcheck, Instruction, Shell, ShellForm
from restage.image.base import BaseImage
from restage.image.minimal import MinimalImage, minimal_image
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied, Line, New
from restage.planning.base import BasePlan
from restage.planning.judge import told_claims, why_not_held
from restage.planning.offers import Offers
from restage.planning.sorted import Sorted
from restage.record import Record, replace


class Proposal(Record):
    """The base plan with the minimal image in place of the sibling, before its lines are known."""

    base: BasePlan
    image: MinimalImage
    applied: Applied


def propose_minimal(walk: Walk, sorted_: Sorted, base: BasePlan, offers: Offers) -> Proposal | Applied | None:
    """The minimal image, if every product stands it and nothing is needed that it lacks; None where nobody offers it."""
    found = [offer for offer in offers.reductions if offer.kind is ReductionKind.MINIMAL_BASE]
    if not found:
        return None
    claims = told_claims(claim for offer in found for claim in offer.claims)
    image = minimal_image(base.base) if isinstance(base.base, BaseImage) and base.sibling else None
    text = image.reference_text if image else "an image without a shell"
    why_not = _why_not(found, walk, sorted_, base, offers, image)
    applied = Applied(ReductionKind.MINIMAL_BASE.value, text, why_not is None, claims, why_not)
    if why_not is not None or image is None:
        return applied
    files = {path: why for path, why in base.files.items() if not _holds(image, path)}
    changed = replace(base, image=image.reference_text, minimal=image, first={}, packages={}, files=files)
    return Proposal(changed, image, applied)


def _why_not(
    found: list[Reduction],
    walk: Walk,
    sorted_: Sorted,
    base: BasePlan,
    offers: Offers,
    image: MinimalImage | None,
) -> str | None:
    silent = [p for p in offers.products if not any(offer.product == p for offer in found)]
    failing = why_not_held((claim for offer in found for claim in offer.claims), offers.courage)
    if silent:
        return f"{silent[0].what} may need more"
    if failing is not None:
        return failing
    if ReductionKind.MINIMAL_BASE.value in offers.withdrawn:
        return offers.withdrawn[ReductionKind.MINIMAL_BASE.value]
    if image is None:
        return "the base stays" if base.sibling is None else "no such image stands on the same release"
    lacking = {*base.first, *base.packages} - image.packages
    if lacking:
        return f"it lacks {', '.join(sorted(lacking))}"
    needs = (*offers.needs, *(need for offer in found for need in offer.needs))
    return next((why for need in needs if (why := _lacks(need, image, sorted_, walk))), None) or _shell(walk)


def _lacks(need: Need, image: MinimalImage, sorted_: Sorted, walk: Walk) -> str | None:
    match need:
        case ProgramNeed(program=program, why=why):
            there = program.startswith("/") and sorted_.is_settled(Region(posixpath.normpath(program)))
            return None if there else f"it has no {program}: {why}"
        case PathNeed(path=path, why=why):
            placed = any(p.target.covers(Region(path)) for step in walk.steps for p in step.placed)
            there = sorted_.is_settled(Region(path)) or placed or _holds(image, path)
            return None if there else f"it has no {path}: {why}"
        case _:
            return None


def _holds(image: MinimalImage, path: str) -> bool:
    return any(Region(held).covers(Region(path)) for held in image.holds)


def _shell(walk: Walk) -> str | None:
    """Why a shell is needed to start anything."""
    for step in walk.steps:
        match step.instruction:
            case (
                Cmd(command=ShellForm()) | Entrypoint(command=ShellForm()) | Healthcheck(command=ShellForm())
            ):
                return f"line {step.instruction.line} starts a shell"
            case _:
                pass
    return None


def fits(proposal: Proposal, walk: Walk, lines: tuple[Line, ...]) -> str | None:
    """Why the lines of the runtime stage can't stand on the image: a RUN, or a user that it doesn't have."""
    by_number = {step.instruction.index: step.instruction for step in walk.steps}
    for line in lines:
        instruction = None if isinstance(line, New) else by_number[line.instruction]
        if (isinstance(line, New) and line.text.startswith("RUN ")) or _runs(instruction):
            return "a RUN of the runtime stage needs a shell"
    user = (walk.scopes[-1].user or "").partition(":")[0]
    return None if user in proposal.image.users or user.isdigit() else f"it has no user {user}"


def _runs(instruction: Instruction | None) -> bool:
    return isinstance(instruction, Shell) or (instruction is not None and instruction.keyword == "RUN")
