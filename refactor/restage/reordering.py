"""The file with its COPY instructions in order: what a split is planned on, and the way back to the author's lines."""

from __future__ import annotations

from typing import assert_never

from restage.build.stages import Build, read_build
from restage.dockerfile.instructions import From, Instruction, instructions
from restage.dockerfile.reader import read
from restage.meaning.stage_walks import Understood
from restage.meaning.walk import Step
from restage.planning.arrangement import (
    ArrangedStage,
    Arrangement,
    Drop,
    Keep,
    KeepFrom,
    Line,
    Narrow,
    New,
    NewFrom,
    Origin,
    Reason,
    Repeat,
)
from restage.planning.order_copies import order_copies
from restage.planning.parting import Fate
from restage.record import replace
from restage.rendering import Style, narrowed
from restage.shell.narrow import Change


def arrangement_in_order(build: Build, stages: tuple[Understood, ...]) -> Arrangement | None:
    """Every stage with its COPY instructions in the better order; None where nothing moves."""
    better = [order_copies(found.walk, _below(found, stages), _fate(found, stages)) for found in stages]
    if not any(better):
        return None
    arranged = tuple(
        ArrangedStage(
            KeepFrom(found.stage.origin.index, None),
            lines or tuple(Keep(step.index) for step in found.stage.steps),
        )
        for found, lines in zip(stages, better, strict=True)
    )
    head = tuple(Keep(number) for number in range(build.stages[0].origin.index))
    return Arrangement(head, arranged)


def _fate(stage: Understood, stages: tuple[Understood, ...]) -> Fate:
    """Whether the stage is the last one, or one that it descends from."""
    parents = {found.stage.position: found.stage.parent for found in stages}
    here: int | None = stages[-1].stage.position
    while here is not None and here != stage.stage.position:
        here = parents.get(here)
    return Fate.LEFT_BEHIND if here is None else Fate.SHIPPED


def _below(stage: Understood, stages: tuple[Understood, ...]) -> tuple[Step, ...]:
    """The steps of the stages that descend from one."""
    found: list[Step] = []
    family = {stage.stage.position}
    for other in stages:
        if other.stage.parent in family:
            family.add(other.stage.position)
            found.extend(other.walk.steps)
    return tuple(found)


Planned = Line | Origin


def planned_lines(plan: Arrangement) -> tuple[Planned, ...]:
    """Every instruction of a plan, in its order."""
    return (*plan.head, *(entry for stage in plan.stages for entry in (stage.origin, *stage.lines)))


def build_in_order(build: Build, plan: Arrangement) -> Build:
    """The build as it reads after the rewrite; what was there keeps its text and its line in the author's file."""
    planned = planned_lines(plan)
    found = tuple(_instruction(line, number, build, planned) for number, line in enumerate(planned))
    return read_build(build.document, found, build.given)


def copies_before_run(build: Build, plan: Arrangement) -> bool:
    """Whether a COPY stands before a RUN in some stage, so that its order may matter."""
    return any(_copies_before_run([_keyword(line, build) for line in stage.lines]) for stage in plan.stages)


def _copies_before_run(keywords: list[str]) -> bool:
    return "RUN" in keywords and "COPY" in keywords[: len(keywords) - keywords[::-1].index("RUN")]


def _keyword(line: Line, build: Build) -> str:
    if isinstance(line, New):
        return line.text.split(maxsplit=1)[0].upper()
    return build.instructions[line.instruction].keyword


def _instruction(line: Planned, number: int, build: Build, planned: tuple[Planned, ...]) -> Instruction:
    match line:
        case KeepFrom(instruction=kept):
            return replace(_renamed(line, build.instructions[kept]), index=number)
        case Keep(instruction=kept, change=None) | Repeat(instruction=kept):
            return replace(build.instructions[kept], index=number)
        case Keep(instruction=kept, change=change) | Narrow(instruction=kept, change=change):
            old = build.instructions[kept]
            made = _written_alone(_part(change, old, build)).instructions[1]
            return replace(made, index=number, line=old.line, end_line=old.end_line)
        case New(text=text):
            near = [p.instruction for p in planned[number:] if isinstance(p, Keep | Narrow | Repeat)]
            where = build.instructions[near[0] if near else -1].line
            made = _written_alone(f"{text}\n").instructions[1]
            return replace(made, index=number, line=where, end_line=where)
        case NewFrom(image=image, name=name, platform=platform):
            words = ["FROM", *([f"--platform={platform}"] if platform else []), image]
            made = _first(" ".join([*words, *(["AS", name] if name else [])]))
            return replace(made, index=number)
        case _ as never:
            assert_never(never)


def _first(text: str) -> Instruction:
    return instructions(read(f"{text}\n".encode("utf-8", "surrogateescape")))[0]


def _renamed(line: KeepFrom, old: Instruction) -> Instruction:
    """The file's own FROM with the image and the name that the plan gives it."""
    assert isinstance(old, From)
    name = line.name.lower() if line.name else old.name
    return replace(old, image=line.image or old.image, name=name)


def _written_alone(source: str) -> Build:
    """A file with one stage and this instruction in it."""
    document = read(f"FROM scratch\n{source}".encode("utf-8", "surrogateescape"))
    return read_build(document, instructions(document))


def _part(change: Change | None, run: Instruction, build: Build) -> str:
    assert change is not None
    style = Style.of(build.document, build.instructions)
    return narrowed(change, build.document, run, style)


def composed(build: Build, first: Arrangement, second: Arrangement) -> Arrangement:
    """One plan for two: `second` was made on the instructions that `first` leads to from those of `build`."""
    lines = planned_lines(first)
    return Arrangement(
        tuple(keep for kept in second.head if isinstance(keep := _composed(kept, lines, build), Keep)),
        tuple(
            ArrangedStage(
                _origin(stage.origin, lines), tuple(_composed(line, lines, build) for line in stage.lines)
            )
            for stage in second.stages
        ),
        tuple(
            Drop(before.instruction, drop.because)
            for drop in second.dropped
            if isinstance(before := lines[drop.instruction], Keep)
        ),
    )


def _origin(origin: Origin, lines: tuple[Planned, ...]) -> Origin:
    match origin:
        case KeepFrom(instruction=number):
            before = lines[number]
            match before:
                case KeepFrom(name=name, image=image, because=because):
                    return KeepFrom(
                        before.instruction,
                        origin.name or name,
                        origin.image or image,
                        origin.because or because,
                    )
                case NewFrom():
                    return before
                case _:
                    raise ValueError("a stage begins with FROM")
        case NewFrom():
            return origin
        case _ as never:
            assert_never(never)


def _composed(line: Line, lines: tuple[Planned, ...], build: Build) -> Line:
    match line:
        case New():
            return line
        case Keep(instruction=number, because=because, change=change) if change is not None:
            before, why = lines[number], because or Reason("")
            if isinstance(before, Keep) and before.change is None:
                return Keep(before.instruction, because, change)
            return _narrower(before, change, why, build)
        case Keep(instruction=number, because=because):
            before = lines[number]
            assert isinstance(before, Keep | New | Narrow | Repeat)
            return replace(before, because=because) if because else before
        case Repeat(instruction=number, because=because):
            return _again(lines[number], because)
        case Narrow(instruction=number, change=change, because=because):
            return _narrower(lines[number], change, because, build)
        case _ as never:
            assert_never(never)


def _again(before: Planned, because: Reason) -> Line:
    match before:
        case New() | Narrow() | Repeat():
            return replace(before, because=because)
        case Keep(instruction=number, change=None):
            return Repeat(number, because)
        case Keep(instruction=number, change=change) if change is not None:
            return Narrow(number, change, because)
        case _:
            raise ValueError("what is repeated is no line of a stage")


def _narrower(before: Planned, change: Change, because: Reason, build: Build) -> Line:
    """A part of what is a part already stands as a new line: its commands, without the author's layout."""
    match before:
        case Keep(instruction=number, change=None) | Repeat(instruction=number):
            return Narrow(number, change, because)
        case Keep(instruction=number, change=first) | Narrow(instruction=number, change=first):
            whole = _written_alone(_part(first, build.instructions[number], build))
            part = _written_alone(_part(change, whole.instructions[1], whole))
            return New(part.instructions[1].text, because)
        case New(text=text):
            whole = _written_alone(f"{text}\n")
            part = _written_alone(_part(change, whole.instructions[1], whole))
            return New(part.instructions[1].text, because)
        case _:
            raise ValueError("what is narrowed is no line of a stage")
