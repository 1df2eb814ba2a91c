"""The file with its COPY instructions in order: what a split is planned on, and the way back to the author's lines."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from restage.build.stages import Build, read_build
from restage.dockerfile.instructions import Instruction, instructions
from restage.dockerfile.reader import read
from restage.meaning.stage_walks import Understood
from restage.planning.arrangement import (
    ArrangedStage,
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
from restage.planning.order_copies import order_copies


def arrangement_in_order(build: Build, stages: tuple[Understood, ...]) -> Arrangement | None:
    """Every stage with its COPY instructions in the better order; None where nothing moves."""
    better = [order_copies(found.walk) for found in stages]
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


Planned = Line | Origin


def planned_lines(plan: Arrangement) -> tuple[Planned, ...]:
    """Every instruction of a plan, in its order."""
    return (*plan.head, *(entry for stage in plan.stages for entry in (stage.origin, *stage.lines)))


def build_in_order(build: Build, plan: Arrangement) -> Build:
    """The build as it reads after the rewrite; what was there keeps its text and its line in the author's file."""
    planned = planned_lines(plan)
    found = tuple(_instruction(line, number, build, planned) for number, line in enumerate(planned))
    return read_build(build.document, found)


def _instruction(line: Planned, number: int, build: Build, planned: tuple[Planned, ...]) -> Instruction:
    match line:
        case (
            Keep(instruction=kept)
            | Repeat(instruction=kept)
            | Narrow(instruction=kept)
            | KeepFrom(instruction=kept)
        ):
            return replace(build.instructions[kept], index=number)
        case New(text=text):
            near = next(p.instruction for p in planned[number:] if isinstance(p, Keep))
            where = build.instructions[near].line
            made = instructions(read(f"FROM scratch\n{text}\n".encode("utf-8", "surrogateescape")))[1]
            return replace(made, index=number, line=where, end_line=where)
        case NewFrom():
            raise ValueError("order-copies makes no stage")
        case _ as never:
            assert_never(never)


def composed(first: Arrangement, second: Arrangement) -> Arrangement:
    """One plan for two: `second` was made on the instructions that `first` leads to."""
    lines = planned_lines(first)
    return Arrangement(
        tuple(keep for kept in second.head if isinstance(keep := _composed(kept, lines), Keep)),
        tuple(
            ArrangedStage(_origin(stage.origin, lines), tuple(_composed(line, lines) for line in stage.lines))
            for stage in second.stages
        ),
    )


def _origin(origin: Origin, lines: tuple[Planned, ...]) -> Origin:
    match origin:
        case KeepFrom(instruction=number):
            before = lines[number]
            assert isinstance(before, KeepFrom)
            return replace(origin, instruction=before.instruction)
        case NewFrom():
            return origin
        case _ as never:
            assert_never(never)


def _composed(line: Line, lines: tuple[Planned, ...]) -> Line:
    match line:
        case New():
            return line
        case Keep(instruction=number, because=because):
            before = lines[number]
            match before:
                case Keep():
                    return replace(before, because=because or before.because)
                case New():
                    return replace(before, because=because or before.because)
                case _:
                    raise ValueError(f"instruction {number} is no line of a stage")
        case Repeat(instruction=number, because=because):
            before = lines[number]
            if isinstance(before, New):
                return replace(before, because=because)
            assert isinstance(before, Keep)
            return Repeat(before.instruction, because)
        case Narrow(instruction=number):
            before = lines[number]
            assert isinstance(before, Keep)
            return replace(line, instruction=before.instruction)
        case _ as never:
            assert_never(never)
