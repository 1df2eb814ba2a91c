"""`ifeq`, `ifdef` and their like (GNU make manual, 7.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from restage.recipes.expansion import Variables
from restage.recipes.lines import outside
from restage.recipes.plain import UNTOLD, Unplain, is_told

_WORD = re.compile(r"[a-z]+(?![^\s(\"'])")
_DIRECTIVES = ("ifeq", "ifneq", "ifdef", "ifndef")


@dataclass
class _Level:
    """One condition: whether the part that is read now counts, and whether an earlier one did."""

    holds: bool | None
    before: bool | None


@dataclass
class Conditions:
    """The conditions around a line."""

    _levels: list[_Level] = field(default_factory=list)

    @property
    def holds(self) -> bool | None:
        """Whether a line here counts; None: only running tells."""
        told = [level.holds for level in self._levels]
        return False if False in told else None if None in told else True

    @property
    def are_closed(self) -> bool:
        """Whether every condition has its `endif`."""
        return not self._levels

    def take(self, text: str, variables: Variables) -> bool:
        """Whether the line was one of a condition.

        Raises:
            Unplain: a condition as no Makefile has it.
        """
        first, rest = _directive(text)
        if first in _DIRECTIVES:
            around = self.holds
            holds = _holds(first, rest, variables) if around is not False else False
            self._levels.append(_Level(holds, before=around is False))
            return True
        if first not in ("else", "endif"):
            return False
        if not self._levels:
            raise Unplain(f"`{first}` without a condition")
        if first == "endif":
            self._levels.pop()
            return True
        self._otherwise(rest, variables)
        return True

    def _otherwise(self, rest: str, variables: Variables) -> None:
        level = self._levels[-1]
        before = (
            True
            if True in (level.before, level.holds)
            else None
            if None in (level.before, level.holds)
            else False
        )
        level.before = before
        if before is True:
            level.holds = False
            return
        level.holds = True
        if rest:
            first, condition = _directive(rest)
            if first not in _DIRECTIVES:
                raise Unplain(f"`else {first}`")
            level.holds = _holds(first, condition, variables)
        if before is None and level.holds:
            level.holds = None


def _directive(text: str) -> tuple[str, str]:
    """The first word, and what stands after it: a bracket ends it too."""
    found = _WORD.match(text)
    return (found[0], text[found.end() :].strip()) if found else ("", text)


def _holds(directive: str, rest: str, variables: Variables) -> bool | None:
    if directive in ("ifdef", "ifndef"):
        found = _is_defined(variables.expand(rest).strip(), variables)
        return found if found is None or directive == "ifdef" else not found
    first, second = (variables.expand(part) for part in _sides(rest))
    if not (is_told(first) and is_told(second)):
        return None
    return (first == second) == (directive == "ifeq")


def _is_defined(name: str, variables: Variables) -> bool | None:
    """Whether a variable has a text at all, empty or not after its references are filled in."""
    known = variables.is_set(name)
    if not known or not is_told(name):
        return known if is_told(name) else None
    raw = variables.raw(name)
    text = variables.value(name, {}) if raw is None else raw
    return None if text == UNTOLD else bool(text)


def _sides(rest: str) -> tuple[str, str]:
    """The two sides of `(a,b)`, `"a" "b"` or `'a' 'b'`."""
    if rest.startswith("(") and rest.endswith(")"):
        comma = outside(rest[1:-1], ",")
        if comma >= 0:
            return rest[1 : comma + 1].strip(), rest[comma + 2 : -1].strip()
    for sign in "\"'":
        parts = rest.split(sign)
        if len(parts) == 5 and not parts[0] and not parts[2].strip() and not parts[4].strip():
            return parts[1], parts[3]
    raise Unplain(f"the condition {rest[:40]}")
