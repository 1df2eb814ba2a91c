"""A Makefile as rules and variables (GNU make manual, 3 to 7), or given up with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from restage.recipes.conditions import Conditions
from restage.recipes.expansion import Variable, Variables
from restage.recipes.lines import Line, as_plain, lines_of, outside
from restage.recipes.plain import EXISTING, UNTOLD, Unplain, told

_ASSIGNMENT = re.compile(r"((?:override |export )*)([\w.%@/+-]+)[ \t]*(:{1,3}=|\?=|\+=|!=|=)(.*)", re.DOTALL)
_NAMES = re.compile(r"[\w.-]+")
_HARMLESS_TARGETS = frozenset(
    {".SUFFIXES", ".PRECIOUS", ".SILENT", ".DELETE_ON_ERROR", ".NOTPARALLEL", ".POSIX"}
)
_MOST_FILES = 20
_MOST_TARGETS = 1_000


@dataclass
class Rule:
    """All that the file says of one target."""

    prerequisites: list[str] = field(default_factory=list)
    order_only: list[str] = field(default_factory=list)
    """Prerequisites that have to be there, however old they are."""
    lines: list[str] = field(default_factory=list)
    has_recipe: bool = False
    is_told: bool = True
    """Whether nothing but running tells whether, or how, it is made."""


@dataclass
class Makefile:
    """A Makefile with all that it includes."""

    variables: Variables
    read: Callable[[str], str | None]
    """Gives the text of a file, None: there is none, or none that is known."""
    rules: dict[str, Rule] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)
    """Targets of pattern rules."""
    phony: set[str] = field(default_factory=set)
    exported: set[str] = field(default_factory=set)
    exports_all: bool = False
    files: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Files to be included if they are there."""
    first: str | None = None
    _open: list[Rule] = field(default_factory=list)
    """Those whose recipe may go on in the next line."""
    _is_begun: bool = False
    """Whether a line of that recipe was seen."""
    _conditions: Conditions = field(default_factory=Conditions)
    _define: int = 0

    def take(self, path: str, text: str) -> None:
        """Reads one file.

        Raises:
            Unplain: there is something in it that may change what any goal comes to.
        """
        self.files.append(path)
        if len(self.files) > _MOST_FILES:
            raise Unplain("Makefiles that include too many others")
        for line in lines_of(text):
            self._line(line)
        if self._define or not self._conditions.are_closed:
            raise Unplain(f"{path} ends inside of a definition or condition")
        self._open = []

    def _line(self, line: Line) -> None:
        if self._define:
            words = line.text.split()[:1]
            self._define += (words == ["define"]) - (words == ["endef"])
            return
        if line.is_indented and self._open:
            self._recipe(line.text)
            return
        text = as_plain(line).text if line.is_indented else line.text
        if (
            text.strip()
            and not self._conditions.take(text, self.variables)
            and self._conditions.holds is not False
        ):
            self._statement(text)

    def _recipe(self, text: str) -> None:
        if self._conditions.holds is False:
            return
        for rule in self._open:
            # A second recipe of a target replaces the first, with a warning.
            rule.is_told = rule.is_told and (self._is_begun or not rule.has_recipe)
            rule.has_recipe = True
            rule.lines.append(text)
            rule.is_told = rule.is_told and self._conditions.holds is True
        self._is_begun = True

    def _statement(self, text: str) -> None:
        assigned = _ASSIGNMENT.fullmatch(text)
        if assigned:
            self._open = []
            prefix, name, sign, value = assigned.groups()
            self._assign(name, sign, value.lstrip(), prefix)
            return
        first, _, rest = text.partition(" ")
        match first:
            case "define":
                self._define = 1
                self._open = []
                self.variables.own[(_NAMES.findall(rest) or [""])[0]] = Variable(None, True)
            case "include" | "-include" | "sinclude":
                self._open = []
                self._include(rest, first == "include")
            case "export":
                self._export(rest)
            case "unexport" | "undefine" | "vpath" | "load" | "-load" | "override" | "endef":
                raise Unplain(f"`{first}`")
            case _:
                self._rule(text)

    def _assign(self, name: str, sign: str, value: str, prefix: str) -> None:
        variables = self.variables
        if "export" in prefix:
            self._export(name)
        if "override" in prefix or name in ("VPATH", ".RECIPEPREFIX", "MAKEFLAGS", "MAKEFILES", "MAKE"):
            raise Unplain(f"{name} is set")
        is_simple = sign not in ("=", "?=", "+=")
        text = variables.expand(value) if is_simple else value
        if sign == "!=":
            variables.asked.append(text)
            text = UNTOLD
        before = variables.own.get(name)
        if sign == "?=":
            known = variables.is_set(name)
            if known:
                return
            text = UNTOLD if known is None else text
        if sign == "+=":
            if before is None and variables.is_set(name) is not False:
                before = Variable(variables.value(name, {}), True)
            if before is not None:
                is_simple = before.is_simple
                added = variables.expand(value) if is_simple else value
                text = f"{UNTOLD if before.text is None else before.text} {added}"
        if self._conditions.holds is None:
            text, is_simple = UNTOLD, True
        variables.own[name] = Variable(text, is_simple)

    def _include(self, rest: str, is_needed: bool) -> None:
        if self._conditions.holds is None:
            raise Unplain("whether a file is included")
        for name in told(self.variables.expand(rest), "which files are included").split():
            text = self.read(name) if not {*"*?["} & {*name} else None
            if text is not None:
                self.take(name, text)
            elif is_needed or {*"*?["} & {*name}:
                raise Unplain(f"{name} is included, and can't be read")
            else:
                self.missing.append(name)

    def _export(self, rest: str) -> None:
        if self._conditions.holds is not True:
            raise Unplain("whether a variable is exported")
        names = told(self.variables.expand(rest), "which variables are exported").split()
        self.exported.update(names)
        self.exports_all = self.exports_all or not names

    def _rule(self, text: str) -> None:
        self._open = []
        colon = outside(text, ":")
        if colon < 0:
            if self.variables.expand(text).strip():
                raise Unplain(f"`{text[:40]}`, which is no rule")
            return
        names = told(self.variables.expand(text[:colon]), "the name of a target").split()
        rest = text[colon + 1 :]
        if rest.startswith(":") or {*"*?[&()"} & {*"".join(names)} or len(self.rules) > _MOST_TARGETS:
            raise Unplain(f"the rule of {' '.join(names)[:40]}")
        if any("%" in name for name in names):
            self.patterns += names
            self._open = [Rule()]
            return
        rules = [rule for name in names if (rule := self._named(name, rest)) is not None]
        if rules:
            self._ruled(rules, rest)

    def _named(self, name: str, rest: str) -> Rule | None:
        name = name.removeprefix("./") or name
        if name == ".PHONY":
            words = told(self.variables.expand(rest), "which targets are phony").split()
            if self._conditions.holds is True:
                self.phony.update(word.removeprefix("./") for word in words)
            return None
        if name in _HARMLESS_TARGETS:
            return None
        if name.startswith(".") and "/" not in name and (name[1:].isupper() or "." in name[1:]):
            raise Unplain(f"the special target {name}")
        if self.first is None and not (name.startswith(".") and "/" not in name):
            self.first = name
        rule = self.rules.setdefault(name, Rule())
        rule.is_told = rule.is_told and self._conditions.holds is True
        return rule

    def _ruled(self, rules: list[Rule], rest: str) -> None:
        end = outside(rest, ";")
        head, recipe = (rest, None) if end < 0 else (rest[:end], rest[end + 1 :])
        is_plain = outside(head, "=:") < 0
        found, _, later = self.variables.expand(head if is_plain else "").partition("|")
        for rule in rules:
            rule.is_told = rule.is_told and is_plain
            rule.prerequisites += _names(found)
            rule.order_only += _names(later)
        self._open, self._is_begun = rules, False
        if recipe is not None:
            self._recipe(recipe)


def _names(text: str) -> list[str]:
    """Names of files; a pattern stands for those that are there."""
    return [EXISTING if {*"*?["} & {*name} else name.removeprefix("./") for name in text.split()]
