"""Makefiles as evidence: whether what they run is plain, and writes the project alone (GNU make manual).

Their recipes are not followed to what they make. Where one holds a command that isn't known to write only what it
names, or names a place elsewhere, nothing is said of any of them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from restage.api import Record
from restage_strategies.cpp.stage import COMPILER

_ASSIGNED = re.compile(r"(?:export\s+|override\s+)?([\w.-]+)\s*(?:::?:?|\?|\+)?=\s*(.*)", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_USED = re.compile(r"\$(?:\((\w+)\)|\{(\w+)\}|(\w))")
_SHELL = re.compile(r"\$[({]shell\s+([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)[)}]")
_UNREAD = re.compile(
    r"\$[({]eval\b|^[ \t]*define\b|^[ \t]*[\w.]+[ \t]*!=|^\.RECIPEPREFIX|^\.ONESHELL"
    r"|^SHELL\s*[:?]*=[ \t]*+(?!/bin/(?:ba)?sh\s*$|/usr/bin/bash\s*$|bash\s*$)",
    re.MULTILINE,
)
_PARTS = re.compile(r"&&|\|\||[;|\n]|\b(?:then|do|else)\b")
_BUILT_IN = {
    "CC": "cc",
    "CXX": "c++",
    "AR": "ar",
    "RM": "rm",
    "LD": "ld",
    "AS": "as",
    "MAKE": "make",
    "CPP": "cpp",
}
_PLAIN = frozenset(
    """
    [ : ar as awk in } ) basename cat cd chmod cmp cp cpp cut date dirname done echo env esac exit expr false fi find flex bison
    for grep head if installed ld lex ln ls make mkdir mv install nasm nm nproc objcopy objdump pkg-config printf protoc pwd
    ranlib readelf realpath rm rmdir sed set size sleep sort strip tail tee test touch tr true uname wc which xargs xxd yacc yasm
    while cmake ninja
    """.split()
)
_LOOKS = frozenset("rev-parse describe log rev-list status diff show-ref symbolic-ref".split())
_ASIDE = re.compile(
    r"(?:un)?install[\w.-]*|\w*clean\w*|dist|deploy|docker[\w-]*|run[\w-]*|tests?[\w-]*|check|format|fmt|lint|tidy|docs?|help"
    r"|valgrind|gdb|debug-run|deps|setup|package|release-\w+|tags|ctags|cppcheck|bench\w*|coverage|watch|start|stop|tar|zip"
)
"""Targets that a build doesn't come to, unless something names them."""
_PLACE = re.compile(
    r"(?:^|[\s=>\"'(])((?:/|~|\$\$?[({]?[A-Za-z_]{2,}[)}]|\$\$[A-Z_]{2,}|(?:[\w.-]+/)*\.\.(?![\w.]))[^\s\"';|&)]*)"
)
"""What may be a place elsewhere: an absolute path, one that goes up, or what a variable from outside gives."""
_OUTPUT = re.compile(r"(?:\s-o\s*|>\s*)([^\s;|&]+)")
_LONGEST, _MOST_RULES = 100_000, 300
_SYSTEM = ("/dev/null", "/dev/stderr", "/dev/stdout", "/tmp/")
_IN_FRONT = frozenset("! if while until exec time command - { (".split())
_WRITES = frozenset("mkdir cp mv ln touch tee install sed ar objcopy strip chmod cd make cmake ninja".split())


class Makefile(Record):
    """One Makefile of the project."""

    path: str
    text: str
    root: str
    """The project's directory, which its writing has to stay in."""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines, those that end in a backslash put together."""
        return tuple(re.sub(r"\\\r?\n[ \t]*", " ", self.text).splitlines())

    @cached_property
    def variables(self) -> dict[str, str]:
        """What it gives to each variable, all of it where that is done more than once."""
        found: dict[str, str] = {}
        for line in self.lines:
            given = _ASSIGNED.match(line.strip()) if not line.startswith("\t") else None
            if given:
                found[given[1]] = " ".join(
                    filter(None, (found.get(given[1], ""), given[2].partition(" #")[0]))
                )
        return found

    @cached_property
    def rules(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Targets, what they depend on, and the lines of their recipes."""
        found: list[tuple[str, str, tuple[str, ...]]] = []
        for line in self.lines:
            if line.startswith("\t"):
                if found and line.strip():
                    targets, needs, recipe = found[-1]
                    found[-1] = (targets, needs, (*recipe, line.strip()))
                continue
            targets, sign, rest = line.partition("#")[0].partition(":")
            if sign and targets.strip() and not rest.startswith("=") and not _ASSIGNED.match(line.strip()):
                needs, inline, recipe_line = rest.lstrip(":").partition(";")
                found.append((targets.strip(), needs, (recipe_line.strip(),) if inline else ()))
        return tuple(found)


class Asked(Record):
    """What a build is asked for, and what it is given."""

    targets: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    """Variables of the command line, which stand over those of the files."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables of the image, which stand below them, and over those given with `?=`."""


def beyond_make(files: tuple[Makefile, ...], asked: Asked) -> tuple[str, ...]:
    """Why the Makefiles of a project may write beyond it, or bring what nobody has read."""
    known = frozenset(posixpath.basename(file.path) for file in files)
    found = {
        f"{posixpath.basename(file.path)}: {reason}": None
        for file in files
        for reason in _beyond(file, asked, known)
    }
    return tuple(found)


def _beyond(file: Makefile, asked: Asked, known: frozenset[str]) -> Iterator[str]:
    if len(file.text) > _LONGEST or len(file.rules) > _MOST_RULES:
        yield "it is too long to be read plainly"
        return
    if _UNREAD.search(file.text):
        yield "it makes its rules when it runs"
    variables = _variables(file, asked)
    for line in file.lines:
        words = _expanded(line, variables).split() if line.lstrip("-s").startswith("include ") else []
        yield from (
            f"it includes {w}" for w in words[1:] if ".d" not in w and posixpath.basename(w) not in known
        )
    for shell in _SHELL.findall(file.text):
        yield from _of_line(shell, variables, file, looks=True)
    for targets, recipe in _come_to(file, asked.targets, variables):
        for target in _expanded(targets, variables).split():
            if target.startswith(("/", "~")) and not _inside(target, file):
                yield f"{target} is made"
        for line in recipe:
            yield from _of_line(line, variables, file)


def _variables(file: Makefile, asked: Asked) -> dict[str, str]:
    outside = {name: value for name, value in asked.environment if name not in _BUILT_IN}
    both = {name: f"{value} {outside[name]}" for name, value in file.variables.items() if name in outside}
    return {**_BUILT_IN, **outside, **file.variables, **both, **dict(asked.given)}


def _come_to(
    file: Makefile, asked: tuple[str, ...], variables: dict[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rules that a build may come to: all but those for other ends that nothing names."""
    named = {*asked, *variables.get(".DEFAULT_GOAL", "").split()}
    for targets, needs, _ in file.rules:
        if not targets.startswith(".PHONY") and not _ASIDE.fullmatch(targets):
            named.update(_expanded(needs, variables).split())
    first = next((t for t, _, _ in file.rules if not t.startswith(".")), "")
    inner = " ".join(line for t, _, recipe in file.rules if not _ASIDE.fullmatch(t) for line in recipe)
    for targets, _, recipe in file.rules:
        names = targets.split()
        aside = all(_ASIDE.fullmatch(name) for name in names) and not named & {*names}
        called = any(
            re.search(rf"(?:make|\$[({{]MAKE[)}}])[^;&|]*\b{re.escape(name)}\b", inner) for name in names
        )
        if not aside or called or (targets == first and not asked):
            yield targets, recipe


def _expanded(text: str, variables: dict[str, str], depth: int = 0) -> str:
    if depth > 4 or len(text) > 4_000:
        return text
    found = _USED.sub(lambda used: variables.get(used[1] or used[2] or used[3], used[0])[:2_000], text)
    return found if found == text else _expanded(found, variables, depth + 1)


def _of_line(line: str, variables: dict[str, str], file: Makefile, looks: bool = False) -> Iterator[str]:
    """What one line of a recipe says against it."""
    text = _SHELL.sub("ASKED", _expanded(line.lstrip("@-+ "), variables))
    text = _QUOTED.sub(lambda quoted: re.sub(r"[;|&\n]|\bdo\b|\bthen\b|\belse\b", " ", quoted[0]), text)
    for part in _PARTS.split(text):
        words = part.strip("@-+({ \t").split()
        while words and (words[0] in _IN_FRONT or re.match(r"[A-Za-z_]\w*=", words[0])):
            words = words[1:]
        if words and not words[0].startswith("#"):
            yield from _of_command(words, part.strip(), file, looks)


def _of_command(words: list[str], part: str, file: Makefile, looks: bool) -> Iterator[str]:
    name = posixpath.basename(words[0].strip("\"'"))
    if name == "git":
        if not _LOOKS & {*words}:
            yield f"`{part[:60]}` changes what is built"
        return
    known = name in _PLAIN or COMPILER.fullmatch(name) or name.endswith("-config")
    if not known:
        yield f"what `{part[:60]}` does is not known"
    elif not looks:
        written = part if name in _WRITES else " ".join(_OUTPUT.findall(part))
        for place in _PLACE.findall(written):
            if not place.startswith(_SYSTEM) and not _inside(place, file):
                yield f"`{part[:60]}` names {place}"


def _inside(place: str, file: Makefile) -> bool:
    if place.startswith(("~", "$")):
        return False
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), place))
    return path == file.root or path.startswith(file.root.rstrip("/") + "/")
