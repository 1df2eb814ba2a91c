"""The recipe lines that a goal of a Makefile comes to, in order (GNU make manual, 4 and 5)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from restage.recipes.makefile import Makefile, Rule
from restage.recipes.plain import EXISTING, UNTOLD, Unplain, is_told, told
from restage.record import Record

_MOST_LINES = 300
_IMPLIED_BY = ".sh .c .cc .C .cpp .o .p .f .F .m .r .s .S .y .l .mod .w .web .ch .tex .texinfo .texi".split()
"""Suffixes of what built-in rules make a program of: `build` of `build.sh`."""
_IMPLIED = (".c", ".o", ".a", ".p", ".r", ".f", ".s", ".dvi", ".tex", ".info", ".sym")
"""Suffixes of what they make of others."""
_DEEPEST = 60


class RecipeLine(Record):
    """One line for the shell; what runs in the shell to expand it comes in `asked` before.

    The first one has no text: it holds what ran to read the Makefile.
    """

    text: str
    asked: tuple[str, ...] = ()


class Comes(Record):
    """What some goals come to."""

    lines: tuple[RecipeLine, ...]
    leaves: tuple[str, ...]
    """Files that have to be there, and that nothing makes."""
    looks_around: bool
    """Whether which files are there matters beyond those."""


def lines_for(goals: tuple[str, ...], makefile: Makefile, is_there: Callable[[str], bool | None]) -> Comes:
    """What running make for these goals runs; none: for the default goal.

    `is_there` tells whether a file is there, None: unknown.

    Raises:
        Unplain: whether or what make would run is not told.
    """
    if not goals:
        default = (
            makefile.variables.value(".DEFAULT_GOAL", {}) if ".DEFAULT_GOAL" in makefile.variables.own else ""
        )
        goals = (told(default, "the default goal").strip() or makefile.first or "",)
    own = (*makefile.files, *makefile.missing)
    if (
        not goals[0]
        or "%" in makefile.patterns
        or any(name.removeprefix("./") in makefile.rules for name in own)
    ):
        raise Unplain("no goal, or a Makefile that is made itself")
    search = _Search(makefile, is_there, [RecipeLine("", tuple(makefile.variables.asked))])
    for goal in goals:
        search.visit(goal.removeprefix("./"), 0)
    if search.takes_whatever_exists:
        search.check_nothing_existing_is_made()
    return Comes(
        tuple(search.lines), tuple(search.leaves), search.takes_whatever_exists or makefile.variables.looked
    )


@dataclass
class _Search:
    makefile: Makefile
    is_there: Callable[[str], bool | None]
    lines: list[RecipeLine]
    leaves: list[str] = field(default_factory=list)
    takes_whatever_exists: bool = False
    _done: dict[str, bool] = field(default_factory=dict)
    """By target: whether it is through with."""

    def visit(self, target: str, depth: int) -> None:
        if self._done.get(target):
            return
        if target in self._done or depth > _DEEPEST:
            raise Unplain(f"{target} needs itself")
        self._done[target] = False
        rule = self.makefile.rules.get(target)
        if rule is None:
            self._leaf(target)
        else:
            self._ruled(target, rule, depth)
        self._done[target] = True

    def _leaf(self, target: str) -> None:
        if target in self.makefile.phony:
            return
        if self._may_be_implied(target) or not self.is_there(target):
            raise Unplain(f"no rule makes {target}")
        self.leaves.append(target)

    def _may_be_implied(self, target: str) -> bool:
        """Whether a pattern rule may make it, one of the file or one that make has by itself."""
        name = posixpath.basename(target)
        if target.endswith(_IMPLIED) or any(self.is_there(target + end) is not False for end in _IMPLIED_BY):
            return True
        for pattern in self.makefile.patterns:
            front, _, back = pattern.partition("%")
            if any(one.startswith(front) and one.endswith(back) for one in (target, name)):
                return True
        return False

    def _ruled(self, target: str, rule: Rule, depth: int) -> None:
        is_phony = target in self.makefile.phony
        if not rule.is_told:
            raise Unplain(f"whether or how {target} is made")
        if not rule.has_recipe and not is_phony and self._may_be_implied(target):
            raise Unplain(f"a pattern rule for {target}")
        for name in (*rule.prerequisites, *rule.order_only):
            if name == EXISTING:
                self.takes_whatever_exists = True
            else:
                self.visit(told(name, f"what {target} needs"), depth + 1)
        if not rule.has_recipe:
            return
        there = False if is_phony else self.is_there(target)
        if there is True and not rule.prerequisites:  # nothing is newer than it
            self.leaves.append(target)
            return
        if there is not False:
            raise Unplain(f"whether {target} is up to date")
        self._run(target, rule)

    def _run(self, target: str, rule: Rule) -> None:
        variables = self.makefile.variables
        automatic = _automatic(target, rule.prerequisites)
        for text in rule.lines:
            before = len(variables.asked)
            line = self._expanded(text, automatic).strip().lstrip("@-+ \t")
            if line:
                self.lines.append(RecipeLine(line, tuple(variables.asked[before:])))
        if len(self.lines) > _MOST_LINES:
            raise Unplain("a recipe of too many lines")

    def _expanded(self, text: str, automatic: dict[str, str]) -> str:
        try:
            return self.makefile.variables.expand(text, automatic)
        except Unplain:
            return UNTOLD

    def check_nothing_existing_is_made(self) -> None:
        """Of `$(wildcard …)` any file may be found; none of them may have a rule that makes it again."""
        ruled = (name for name in self.makefile.rules if name not in self._done)
        if self.makefile.patterns or any(self.is_there(name) is not False for name in ruled):
            raise Unplain("which files are prerequisites")


def _automatic(target: str, prerequisites: list[str]) -> dict[str, str]:
    names = list(dict.fromkeys(prerequisites))
    plain = all(is_told(name) for name in names)
    found = {
        "@": target,
        "<": names[0] if names else "",
        "^": " ".join(names) if plain else UNTOLD,
        "+": UNTOLD,
        "?": UNTOLD,
        "|": UNTOLD,
        "*": UNTOLD,
        "%": UNTOLD,
    }
    for sign in ("@", "<"):
        value = found[sign]
        whole = is_told(value)
        found[f"{sign}D"] = (posixpath.dirname(value) or ".") if whole else UNTOLD
        found[f"{sign}F"] = posixpath.basename(value) if whole else UNTOLD
    return found
