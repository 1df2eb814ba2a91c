"""Variables of a Makefile and the references to them (GNU make manual, 6 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from restage.recipes.plain import EXISTING, UNTOLD, Unplain, is_told
from restage.recipes.text_functions import SELECTING, TEXT_FUNCTIONS, lists_files
from restage.record import Record

_DEEPEST = 30
_MOST = 4_000
_LONGEST = 60_000
_DEFAULTS = {
    "CC": "cc",
    "CXX": "g++",
    "RM": "rm -f",
    "MAKE": "make",
    "SHELL": "/bin/sh",
    "AR": "ar",
    "LD": "ld",
}
_OF_MAKE = frozenset(
    """
    MAKEFLAGS MFLAGS MAKELEVEL MAKEFILES MAKEFILE_LIST MAKE_VERSION MAKE_HOST MAKE_COMMAND MAKECMDGOALS MAKE_TERMOUT
    MAKE_TERMERR SUFFIXES ARFLAGS AS CPP FC F77 M2C PC CO COFLAGS GET LEX YACC LINT MAKEINFO TEX TEXI2DVI WEAVE CWEAVE
    TANGLE CTANGLE OBJC CHECKOUT,v OUTPUT_OPTION .VARIABLES .FEATURES .INCLUDE_DIRS .LIBPATTERNS .RECIPEPREFIX
    """.split()
)
"""Variables that make sets by itself, to what versions differ about."""
_OF_SHELL = frozenset({"HOSTNAME", "SHLVL", "OLDPWD", "_", "SOURCE_DATE_EPOCH", "TERM"})
"""Variables that a build may set though no file says so."""
_LOOKING = frozenset({"wildcard", "realpath"})
_CLOSED_BY = {"(": ")", "{": "}"}


class Variable(Record):
    """One definition: its text, and whether references in it were filled in already; None: `define`."""

    text: str | None
    is_simple: bool


@dataclass
class Variables:
    """All that references may name, as of one place in the file."""

    environment: Mapping[str, str | None]
    """None: not known."""
    is_whole: bool
    """Whether what the environment lacks is unset."""
    overrides: dict[str, str]
    """Those of the command line."""
    own: dict[str, Variable] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Shell texts that were run to expand something, in order."""
    looked: bool = False
    """Whether something depends on which files are there (`$(wildcard *.go)`, `$(shell find .)`)."""
    _count: int = 0

    def is_set(self, name: str) -> bool | None:
        """Whether a variable is defined at all; None: only running tells."""
        if name in self.overrides or name in self.own:
            return True
        if name in self.environment:
            return None if self.environment[name] is None else True
        if name in _DEFAULTS:
            return True
        return False if self.is_whole and not _may_be_set(name) else None

    def value(self, name: str, automatic: Mapping[str, str], depth: int = 0) -> str:
        """The value of a variable, expanded."""
        if name in automatic:
            return automatic[name]
        if name in self.overrides:
            return self.overrides[name]
        found = self.own.get(name)
        if found is not None:
            if found.text is None:
                raise Unplain(f"{name} is a text of several lines")
            return found.text if found.is_simple else self.expand(found.text, automatic, depth + 1)
        if name in self.environment and name != "SHELL":
            known = self.environment[name]
            return UNTOLD if known is None else known
        if name in _DEFAULTS:
            return _DEFAULTS[name]
        return "" if self.is_whole and not _may_be_set(name) else UNTOLD

    def raw(self, name: str) -> str | None:
        """The text of a definition of the file, references as written."""
        found = self.own.get(name)
        return found.text if found else None

    def expand(self, text: str, automatic: Mapping[str, str] | None = None, depth: int = 0) -> str:
        """A text with its references filled in.

        Raises:
            Unplain: something in it changes the Makefile, or there is no end of it.
        """
        automatic = automatic or {}
        if "$" not in text:
            return text
        if depth > _DEEPEST:
            raise Unplain("variables that name one another")
        done: list[str] = []
        at = 0
        while (start := text.find("$", at)) >= 0:
            done.append(text[at:start])
            sign = text[start + 1 : start + 2]
            if sign in _CLOSED_BY:
                end = _end_of(text, start + 1)
                done.append(self._reference(text[start + 2 : end], automatic, depth))
                at = end + 1
            else:
                done.append("$" if sign in ("$", "") else self._named(sign, automatic, depth))
                at = start + 2
        done.append(text[at:])
        return self._within_bounds("".join(done))

    def _within_bounds(self, text: str) -> str:
        self._count += 1
        if self._count > _MOST or len(text) > _LONGEST:
            raise Unplain("variables without an end")
        return text

    def _reference(self, body: str, automatic: Mapping[str, str], depth: int) -> str:
        def expanded(text: str) -> str:
            return self.expand(text, automatic, depth + 1)

        first, blank, rest = body.lstrip().partition(" ")
        if "\t" in first:
            first, blank, rest = body.lstrip().partition("\t")
        if not blank:
            name = expanded(body.strip())
            return UNTOLD if ":" in name or UNTOLD in name else self._named(name, automatic, depth)
        match first:
            case "shell":
                return self._asks(expanded(rest.strip()))
            case "info" | "warning":
                expanded(rest)
                return ""
            case "if":
                return _chosen(_split(rest), expanded)
            case "or":
                return _first_told(_split(rest), expanded)
            case name if name in TEXT_FUNCTIONS:
                self.looked = self.looked or name in _LOOKING
                return _applied(name, [expanded(part) for part in _split(rest)])
            case _:
                raise Unplain(f"$({first} …), which may say anything")

    def _asks(self, text: str) -> str:
        self.asked.append(text)
        self.looked = self.looked or lists_files(text)
        return EXISTING if lists_files(text) else UNTOLD

    def _named(self, name: str, automatic: Mapping[str, str], depth: int) -> str:
        if name in _OF_MAKE:
            return UNTOLD
        return self._within_bounds(self.value(name, automatic, depth))


def _may_be_set(name: str) -> bool:
    return (
        name in _OF_SHELL | _OF_MAKE
        or name.startswith(("COMPILE.", "LINK."))
        or name.lower().endswith("_proxy")
    )


def _end_of(text: str, start: int) -> int:
    """The place of the bracket that closes the one at `start`."""
    opening, closing, depth = text[start], _CLOSED_BY[text[start]], 0
    for at in range(start, len(text)):
        depth += (text[at] == opening) - (text[at] == closing)
        if not depth:
            return at
    raise Unplain("a reference that is not closed")


def _split(text: str) -> list[str]:
    """The arguments of a function: commas inside of brackets part nothing."""
    parts, depth, begin = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "({") - (sign in ")}")
        if sign == "," and depth <= 0:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]]


def _applied(name: str, arguments: list[str]) -> str:
    if name == "wildcard" or (name in SELECTING and any(EXISTING in part for part in arguments)):
        return UNTOLD if any(UNTOLD in part for part in arguments) else EXISTING
    if not all(is_told(part) for part in arguments):
        return UNTOLD
    try:
        return TEXT_FUNCTIONS[name](*arguments)
    except TypeError:
        raise Unplain(f"$({name} …) with too few or too many arguments") from None


def _chosen(parts: list[str], expanded: Callable[[str], str]) -> str:
    condition = expanded(parts[0].strip())
    if not is_told(condition):
        for part in parts[1:]:
            expanded(part)
        return UNTOLD
    if condition:
        return expanded(parts[1]) if len(parts) > 1 else ""
    return expanded(",".join(parts[2:]))


def _first_told(parts: list[str], expanded: Callable[[str], str]) -> str:
    for part in parts:
        value = expanded(part.strip())
        if value:
            return value if is_told(value) else UNTOLD
    return ""
