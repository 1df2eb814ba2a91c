"""The laws that are checked before anything is written (DESIGN 4: L2, L4 to L8, L10)."""

from __future__ import annotations

import re

from restage.api.need import PathNeed
from restage.api.region import Region
from restage.api.tree import Made
from restage.build.bases import base_of
from restage.build.contract import RuntimeContract, contract, differences
from restage.build.scope import scopes
from restage.build.stages import Build, read_build
from restage.dockerfile.document import Document, ReadError
from restage.dockerfile.instructions import From, Instruction, Run, instructions
from restage.dockerfile.reader import read
from restage.dockerfile.second_reader import agree
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.observed import missed_variables
from restage.planning.arrangement import (
    Arrangement,
    Keep,
    KeepFrom,
    Line,
    Narrow,
    New,
    NewFrom,
    Origin,
    Repeat,
)
from restage.planning.situation import Served, Situation, Split
from restage.record import replace
from restage.shell.narrow import Change
from restage.shell.script import parse


class BrokenLaw(Exception):
    """A law does not hold for a planned output: a bug of ours, and nothing is written."""

    def __init__(self, law: str, what: str) -> None:
        super().__init__(f"{law}: {what}")
        self.law = law
        self.what = what


def check_written(before: Build, plan: Arrangement, data: bytes) -> Build:
    """Reads the output again and holds it against the plan.

    Raises:
        BrokenLaw: it is not what was planned.
    """
    document = read(data)
    try:
        written = instructions(document)
    except ReadError as error:
        raise BrokenLaw("L4", f"the output can't be read: {error}") from error
    _check_readers(data, written)
    _is_the_arrangement(before, written, plan)
    _no_new_architecture(before.document, document)
    return read_build(document, written, before.given)


def check_split(situation: Situation, split: Split, after: Build) -> None:
    """Holds the output of a split against the original.

    Raises:
        BrokenLaw: it is not the same program.
    """
    _same_contract(situation, split, after)
    _closed(situation, split, after)


def check_served(situation: Situation, served: Served, after: Build) -> None:
    """Holds the output of a plan with another web server against the original and against what it announced.

    Raises:
        BrokenLaw: more than what belongs to the server is another, or the site is not there.
    """
    from restage.planning.served_laws import broken_by_server

    new = contract(scopes(after, after.final, served.base)[-1])
    for law, what in broken_by_server(situation, served, new):
        raise BrokenLaw(law, what)


def check_stages(before: Build, after: Build) -> None:
    """Holds every stage against the same stage of the original: only the order of COPY may differ.

    Raises:
        BrokenLaw: the stages differ, or what one of them tells.
    """
    if len(before.stages) != len(after.stages):
        raise BrokenLaw("L5", f"{len(before.stages)} stages became {len(after.stages)}")
    for old, new in zip(before.stages, after.stages, strict=True):
        one, other = (
            contract(scopes(build, stage, base_of(stage))[-1])
            for build, stage in ((before, old), (after, new))
        )
        different = differences(one, other, frozenset())
        if different:
            raise BrokenLaw("L5", "; ".join(different))


def _check_readers(data: bytes, read_instructions: tuple[Instruction, ...]) -> None:
    """L8: the second, independent reader sees the same instructions.

    Raises:
        BrokenLaw: it doesn't.
    """
    disagreement = agree(data, read_instructions)
    if disagreement is not None:
        raise BrokenLaw("L8", f"the second reader disagrees: {disagreement}")


def _is_the_arrangement(before: Build, written: tuple[Instruction, ...], plan: Arrangement) -> None:
    """L4: the output, read again, is the plan, instruction by instruction."""
    expected: list[Line | Origin] = [*plan.head]
    for stage in plan.stages:
        expected.extend((stage.origin, *stage.lines))
    if len(expected) != len(written):
        raise BrokenLaw("L4", f"{len(expected)} instructions were planned and {len(written)} are read")
    for planned, found in zip(expected, written, strict=True):
        if not _is_as_planned(planned, found, before):
            raise BrokenLaw("L4", f"line {found.line} reads {found.text!r}, which is not {planned}")


def _is_as_planned(planned: Line | Origin, found: Instruction, before: Build) -> bool:
    match planned:
        case KeepFrom(instruction=number, name=name, image=image):
            old = before.instructions[number]
            assert isinstance(old, From)
            return _is_from(found, image or old.image, name or old.name, old.platform)
        case NewFrom(image=image, name=name, platform=platform):
            return _is_from(found, image, name, platform)
        case Keep(instruction=number, change=Change() as change) | Narrow(instruction=number, change=change):
            return _is_narrowed(before.instructions[number], found, change)
        case Keep(instruction=number) | Repeat(instruction=number):
            return _said(before.instructions[number]) == _said(found)
        case New(text=text):
            return _folded(text) == _folded(found.text)


def _is_from(found: Instruction, image: str, name: str | None, platform: str | None) -> bool:
    if not isinstance(found, From):
        return False
    return (found.image, found.name, found.platform) == (image, name.lower() if name else None, platform)


def _said(instruction: Instruction) -> tuple[str, str, tuple[str, ...]]:
    contents = tuple(heredoc.content for heredoc in instruction.heredocs)
    return instruction.keyword, _folded(instruction.text), contents


def _is_narrowed(old: Instruction, found: Instruction, change: Change) -> bool:
    """Whether the RUN has as many commands as it was to have."""
    if not isinstance(old, Run) or not isinstance(found, Run):
        return False
    if old.script_text is None or found.script_text is None:
        return False
    fewer = len(change.drop_statements) - len(change.ahead) - len(change.behind)
    return len(parse(found.script_text).statements) == len(parse(old.script_text).statements) - fewer


def _folded(text: str) -> str:
    keyword, _, rest = " ".join(text.split()).partition(" ")
    return f"{keyword.upper()} {rest}"


def _same_contract(situation: Situation, split: Split, after: Build) -> None:
    old = _as_execed(contract(situation.walk.scopes[-1]), situation.base)
    new = _as_execed(contract(scopes(after, after.final, split.base.base)[-1]), split.base.base)
    found = split.base.sibling
    announced = frozenset(
        {*(found.lost_env if found else ()), *missed_variables(situation.case.observations)}
    )
    if split.base.minimal:
        announced |= {*split.base.minimal.environment}
    if found and "PATH" in old.environment:
        kept = [
            entry
            for entry in (old.environment["PATH"] or "").split(":")
            if entry not in found.lost_path_entries
        ]
        now = [
            entry
            for entry in (new.environment.get("PATH") or "").split(":")
            if entry not in found.lost_path_entries
        ]
        if kept == now:
            announced |= {"PATH"}
    different = differences(old, new, announced)
    if different:
        raise BrokenLaw("L5", "; ".join(different))


def _as_execed(found: RuntimeContract, base: BaseImage | UnknownBase) -> RuntimeContract:
    """The contract without the base's own ENTRYPOINT, where that execs any command as it is."""
    if not isinstance(base, BaseImage) or not base.entrypoint_transparent:
        return found
    return replace(found, entrypoint=()) if found.entrypoint == base.config.entrypoint else found


def _closed(situation: Situation, split: Split, after: Build) -> None:
    """L6: what a start needs by path is in the runtime stage: the base's, copied, placed, or made there."""
    needed = {
        need.path: need.why
        for start in situation.starts
        for need in start.needs
        if isinstance(need, PathNeed)
    }
    kept = {instruction.text for instruction in after.final.steps}
    for path, why in needed.items():
        place = Region(path)
        origin = situation.walk.final.tree.origin(path)
        if split.sorted.is_copied(place) or any(
            step.instruction.text in kept and any(p.target.covers(place) for p in step.placed)
            for step in situation.walk.steps
        ):
            continue
        if split.sorted.first > 0 and _in_shared(situation, split, place):
            continue
        if isinstance(origin, Made) and not _made_in_runtime(situation, split, place):
            raise BrokenLaw("L6", f"{path} is not in the runtime stage: {why}")


def _in_shared(situation: Situation, split: Split, place: Region) -> bool:
    return any(
        p.target.covers(place) for step in situation.walk.steps[: split.sorted.first] for p in step.placed
    ) or any(step.opaque for step in situation.walk.steps[: split.sorted.first])


def _made_in_runtime(situation: Situation, split: Split, place: Region) -> bool:
    return any(
        written.covers(place)
        for _, action in situation.walk.actions
        if not split.sorted.builds(action)
        for written in action.effect.writes
    )


_ARCHITECTURE = re.compile(r"x86_64|aarch64|linux/amd64|linux/arm64|armhf|i386-linux")


def _no_new_architecture(before: Document, after: Document) -> None:
    """L10: a path of one architecture appears only if it was there before."""
    new = set(_ARCHITECTURE.findall(after.text)) - set(_ARCHITECTURE.findall(before.text))
    if new:
        raise BrokenLaw("L10", f"{', '.join(sorted(new))} appears in the output")
