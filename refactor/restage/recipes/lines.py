"""The logical lines of a Makefile (GNU make manual, 3.1 and 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from restage.recipes.plain import EXISTING, UNTOLD, Unplain
from restage.record import Record

LONGEST = 200_000
"""Characters; a longer Makefile is given up."""
_OPENING, _CLOSING = "({", ")}"


class Line(Record):
    """One logical line: a recipe line keeps its continuations, another has each as one blank."""

    text: str
    is_indented: bool
    """Whether a tab begins it: part of a recipe, if a rule stands before it."""


def lines_of(text: str) -> Iterator[Line]:
    """The logical lines, comments and blank ones left out (within a recipe the shell takes comments).

    Raises:
        Unplain: it is no text as make reads it.
    """
    if len(text) > LONGEST or any(sign in text for sign in ("\0", "\r", UNTOLD, EXISTING)):
        raise Unplain("a Makefile too long, or with signs that none has")
    waiting = iter(text.removeprefix("\ufeff").split("\n"))
    for first in waiting:
        parts = [first]
        while is_continued(parts[-1]):
            parts.append(next(waiting, ""))
        if first.startswith("\t"):
            yield Line("\n".join([first[1:], *(part.removeprefix("\t") for part in parts[1:])]), True)
        else:
            line = _without_comment(_joined(parts))
            if line.strip():
                yield Line(line, False)


def as_plain(line: Line) -> Line:
    """A line behind a tab as one that is no recipe: no rule stands before it."""
    return Line(_without_comment(_joined(line.text.split("\n"))), False)


def is_continued(line: str) -> bool:
    """Whether the next line belongs to this one."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _joined(parts: list[str]) -> str:
    whole = [part[:-1] if is_continued(part) else part for part in parts]
    # Blanks at the end belong to the value of a variable.
    return " ".join((*(part.strip() for part in whole[:-1]), whole[-1].lstrip())).lstrip()


def _without_comment(line: str) -> str:
    at = line.find("#")
    if at < 0:
        return line
    if "\\#" in line or depth_of(line[:at]):
        raise Unplain("a # that versions of make read differently")
    return line[:at]


def depth_of(text: str) -> int:
    """How many references are open at the end of a text; signs of the shell count too, so it errs to more."""
    depth = 0
    for at, sign in enumerate(text):
        if sign in _OPENING and (depth or text[at - 1 : at] == "$"):
            depth += 1
        elif sign in _CLOSING and depth:
            depth -= 1
    return depth


def outside(text: str, signs: str) -> int:
    """Where the first of these signs stands that is in no reference; -1: nowhere."""
    depth = 0
    for at, sign in enumerate(text):
        if sign in _OPENING and (depth or text[at - 1 : at] == "$"):
            depth += 1
        elif sign in _CLOSING and depth:
            depth -= 1
        elif not depth and sign in signs:
            return at
    return -1
