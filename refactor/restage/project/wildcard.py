"""Wildcards of `.dockerignore` and COPY: an automaton that reads each character of a path once.

Python's `re` backtracks, and `**/*a*a*a*…` in a `.dockerignore` would make it take ages. Here a pattern is a
sequence of steps, the sets of steps that a path can be at are states, and a state's successors are worked out
when first needed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import assert_never

from restage.record import Record

Accepts = Callable[[str], bool]


class One(Record):
    """Exactly one character that is accepted."""

    accepts: Accepts


class Many(Record):
    """Any number of characters that are accepted, none included."""

    accepts: Accepts


class Maybe(Record):
    """The next `length` steps, or none of them."""

    length: int


Step = One | Many | Maybe

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"


@dataclass
class _State:
    positions: frozenset[int]
    final: bool
    moves: dict[str, "_State"] = field(default_factory=dict)


class Wildcard:
    """A pattern that whole paths are matched against, in time linear in the path."""

    def __init__(self, steps: Sequence[Step], pattern: str) -> None:
        """`pattern` is what the steps were read from: what it ends with in plain characters, a path ends with too."""
        before = pattern.rstrip(_PLAIN)
        self._end = pattern[len(before) + before.endswith("\\") :]
        self._steps = tuple(steps)
        self._states: dict[frozenset[int], _State] = {}
        self._start = self._state({0})

    def matches(self, path: str) -> bool:
        """Whether the pattern matches all of `path`."""
        if not path.endswith(self._end):
            return False
        state = self._start
        for character in path:
            state = state.moves.get(character) or self._move(state, character)
        return state.final

    def _move(self, state: _State, character: str) -> _State:
        reached: set[int] = set()
        for position in state.positions:
            match self._steps[position] if position < len(self._steps) else None:
                case One(accepts) if accepts(character):
                    reached.add(position + 1)
                case Many(accepts) if accepts(character):
                    reached.add(position)
                case _:
                    pass
        state.moves[character] = following = self._state(reached)
        return following

    def _state(self, reached: set[int]) -> _State:
        positions = self._closure(reached)
        if len(self._states) > 2000:  # bounds the memory that a hostile pattern can take
            self._states.clear()
        return self._states.setdefault(positions, _State(positions, len(self._steps) in positions))

    def _closure(self, reached: set[int]) -> frozenset[int]:
        found: set[int] = set()
        waiting = list(reached)
        while waiting:
            position = waiting.pop()
            if position in found:
                continue
            found.add(position)
            if position < len(self._steps):
                waiting.extend(_without_reading(self._steps[position], position))
        return frozenset(found)


def _without_reading(step: Step, position: int) -> tuple[int, ...]:
    match step:
        case One():
            return ()
        case Many():
            return (position + 1,)
        case Maybe(length):
            return (position + 1, position + 1 + length)
        case _:
            assert_never(step)


def literal(character: str) -> Accepts:
    """Accepts this character only."""
    return character.__eq__


def not_slash(character: str) -> bool:
    """Accepts whatever can stand inside one name of a path."""
    return character != "/"


_CLASS_ITEM = re.compile(r"(\\.|[^\\\]-])(?:-(\\.|[^\\\]-]))?", re.DOTALL)


@lru_cache(maxsize=512)
def go_match(pattern: str) -> Wildcard | None:
    """The wildcard that Go's `filepath.Match` reads in `pattern` on Linux; None for its ErrBadPattern."""
    steps: list[Step] = []
    at = 0
    while at < len(pattern):
        match pattern[at]:
            case "*":
                steps.append(Many(not_slash))
            case "?":
                steps.append(One(not_slash))
            case "[":
                bracket = _go_class(pattern, at)
                if bracket is None:
                    return None
                accepts, at = bracket
                steps.append(One(accepts))
                continue
            case "\\" if at + 1 == len(pattern):
                return None
            case "\\":
                at += 1
                steps.append(One(literal(pattern[at])))
            case character:
                steps.append(One(literal(character)))
        at += 1
    return Wildcard(steps, pattern)


def _go_class(pattern: str, start: int) -> tuple[Accepts, int] | None:
    negated = pattern.startswith("^", start + 1)
    at = start + 1 + negated
    ranges: list[tuple[str, str]] = []
    while item := _CLASS_ITEM.match(pattern, at):
        low = item[1][-1]
        ranges.append((low, item[2][-1] if item[2] else low))
        at = item.end()
    if not ranges or not pattern.startswith("]", at):
        return None
    return (lambda character: negated != any(low <= character <= high for low, high in ranges)), at + 1


def has_wildcard(source: str) -> bool:
    """Whether a source of COPY names files by a pattern; a pattern that names none fails no build."""
    return _WILDCARD.match(source) is not None


_WILDCARD = re.compile(r"(?:[^\\*?\[]|\\.)*[*?\[]", re.DOTALL)
