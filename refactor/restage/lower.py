"""The difference between the file's arrangement and the target, as edits in the original's coordinates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile

from restage.dockerfile.document import Blank, Comment, Document, Item, Statement
from restage.dockerfile.instructions import Instruction
from restage.planning.arrangement import (
    Arrangement,
    Reason,
)
from restage.record import Record, replace
from restage.rendering import Style, Written, source_of, written


class Edit(Record):
    """A stretch of the original text that is replaced, and why."""

    start: int
    end: int
    text: str
    reasons: tuple[Reason, ...]


def lower(document: Document, instructions: tuple[Instruction, ...], plan: Arrangement) -> tuple[Edit, ...]:
    """Edits, in order and apart from each other, that turn the file into the plan."""
    style = Style.of(document, instructions)
    lines = list(written(document, instructions, plan, style))
    anchors = _longest_rising([line.keeps for line in lines if line.keeps is not None])
    return tuple(
        _joined(
            sorted(
                (
                    *_edits(document, instructions, lines, anchors, style),
                    *_gone(document, instructions, lines, plan),
                ),
                key=lambda edit: (edit.start, edit.end),
            )
        )
    )


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    """The text after the edits.

    Raises:
        ValueError: two edits overlap (a bug of ours).
    """
    parts: list[str] = []
    position = 0
    for edit in edits:
        if edit.start < position:
            raise ValueError("edits overlap")
        parts.extend((text[position : edit.start], edit.text))
        position = edit.end
    return "".join((*parts, text[position:]))


def _longest_rising(numbers: list[int]) -> frozenset[int]:
    """Numbers of a longest rising subsequence: instructions that stay where they are while the others move.

    Of several it is the one that keeps the builder's: those stand first, and have the higher numbers where they clash.
    """
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for number in reversed(numbers):
        place = bisect_left(tails, -number)
        chain = ((*chains[place - 1], number)) if place else (number,)
        if place == len(tails):
            tails.append(-number)
            chains.append(chain)
        else:
            tails[place], chains[place] = -number, chain
    return frozenset(chains[-1]) if chains else frozenset()


def _edits(
    document: Document,
    instructions: tuple[Instruction, ...],
    lines: list[Written],
    anchors: frozenset[int],
    style: Style,
) -> Iterator[Edit]:
    place = 0
    ended = 0
    for line in lines:
        if line.keeps is not None and line.keeps in anchors:
            span = instructions[line.keeps].span
            original = source_of(document, instructions[line.keeps], style)
            if line.text != original:
                yield Edit(span.start, span.end, line.text, _reasons(line))
            place = _past_remarks(document, span.end)
            continue
        if line.keeps is not None:
            start, end = _with_comments(document, instructions[line.keeps])
            yield Edit(
                *_and_a_blank(document, start, end),
                "",
                (_why_it_moves(line, lines),),
            )
            text = document.text[start : instructions[line.keeps].span.start] + line.text
            reasons = _reasons(line) or (Reason("only the container needs it", about=_short(line.text)),)
        else:
            text = (style.newline if line.opens_stage else "") + line.text
            reasons = _reasons(line)
        missing = "" if ended == place or document.text[:place].endswith("\n") else style.newline
        yield Edit(place, place, missing + (text if text.endswith("\n") else text + style.newline), reasons)
        ended = place


def _gone(
    document: Document, instructions: tuple[Instruction, ...], lines: list[Written], plan: Arrangement
) -> Iterator[Edit]:
    """Instructions that no line of the plan keeps, the last first: the file does not end in empty lines then."""
    kept = {line.keeps for line in lines}
    dropped = {drop.instruction: drop.because for drop in plan.dropped}
    last = len(document.text)
    for instruction in reversed(instructions):
        span, because = instruction.span, dropped.get(instruction.index)
        if because is not None:
            start, end = _with_comments(document, instruction)
            if not document.text[end:last].strip():
                start, end = _above_blanks(document, start), last
                last = start
            yield Edit(start, end, "", (replace(because, about=_short(instruction.text)),))
        elif instruction.index not in kept:
            yield Edit(span.start, span.end, "", (Reason("its commands stand in several lines now"),))


def _above_blanks(document: Document, place: int) -> int:
    """The place above the empty lines that stand right above another."""
    blanks = takewhile(
        lambda item: isinstance(item, Blank),
        (item for item in reversed(document.items) if item.span.end <= place),
    )
    return min((item.span.start for item in blanks), default=place)


def _why_it_moves(line: Written, lines: list[Written]) -> Reason:
    """The reason for the hunk where a line leaves: below in its stage, or for another one."""
    position = lines.index(line)
    before = any(other.opens_stage for other in lines[:position])
    why = "it moves to the runtime stage" if before else line.reason.why if line.reason else "it moves down"
    return Reason(why, about=_short(line.text))


def _reasons(line: Written) -> tuple[Reason, ...]:
    return (replace(line.reason, about=_short(line.text)),) if line.reason else ()


_SHORT = 56
"""Characters of a line that are shown beside its reason."""


def _short(text: str) -> str:
    folded = " ".join(text.replace("\\\n", " ").split())
    return folded if len(folded) <= _SHORT else folded[: _SHORT - 1].rstrip() + "…"


def _with_comments(document: Document, instruction: Instruction) -> tuple[int, int]:
    """The instruction with the comment lines directly above it."""
    position = next(
        n
        for n, item in enumerate(document.items)
        if isinstance(item, Statement) and item.span.start == instruction.span.start
    )
    start = position
    while start > 0 and isinstance(document.items[start - 1], Comment):
        start -= 1
    return document.items[start].span.start, instruction.span.end


def _past_remarks(document: Document, end: int) -> int:
    """The end of the comment lines right below an instruction, if an empty line parts them from what follows."""
    items = document.items
    here = below = bisect_left(items, end, key=_start)
    while below < len(items) and isinstance(items[below], Comment):
        below += 1
    parted = below > here and below < len(items) and isinstance(items[below], Blank)
    return items[below - 1].span.end if parted else end


def _start(item: Item) -> int:
    return item.span.start


def _and_a_blank(document: Document, start: int, end: int) -> tuple[int, int]:
    """The stretch to delete: with the empty line below, where one stands above too."""
    above = [item for item in document.items if item.span.end <= start]
    below = next((item for item in document.items if item.span.start >= end), None)
    if above and isinstance(above[-1], Blank) and isinstance(below, Blank):
        return start, below.span.end
    return start, end


def _joined(edits: list[Edit]) -> Iterator[Edit]:
    """Neighbouring edits as one, so that each is one hunk with all its reasons."""
    pending: Edit | None = None
    for edit in edits:
        if pending is not None and edit.start == pending.end:
            reasons = pending.reasons + tuple(
                reason for reason in edit.reasons if reason not in pending.reasons
            )
            pending = Edit(pending.start, edit.end, pending.text + edit.text, reasons)
            continue
        if pending is not None:
            yield pending
        pending = edit
    if pending is not None:
        yield pending
