"""`make` in a RUN: the shell lines that it comes to, where the Makefile of the context says so plainly."""

from __future__ import annotations

import posixpath
import re

from restage.api.command import Command
from restage.api.region import Region
from restage.api.scripts import variables_of
from restage.api.state import State
from restage.api.tree import Made, Unknown
from restage.image.base import BaseImage
from restage.meaning.effects import SHELLS
from restage.meaning.files import STANDARD_DIRECTORIES
from restage.recipes.expansion import Variables
from restage.recipes.goals import RecipeLine, lines_for
from restage.recipes.makefile import Makefile
from restage.recipes.plain import UNTOLD, Unplain, is_told, without_holes
from restage.record import Record, replace

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_SILENT = frozenset(
    {"-s", "--silent", "--quiet", "--no-print-directory", "-w", "--print-directory", "-j", "--jobs"}
)
_OVERRIDE = re.compile(r"([A-Za-z_][\w.-]*):{0,3}=([^$]*)", re.DOTALL)
_SHELL_NAME = re.compile(r"[A-Za-z_]\w*")
_SHELL_FLAGS = frozenset({"-c", "-ec", "-e -c", "-eu -c", "-euc", "-eu -o pipefail -c", "-euo pipefail -c",
                          "-e -o pipefail -c", "-o pipefail -c", "-eo pipefail -c", "-o pipefail -ec"})  # fmt: skip


class Asked(Record):
    """What the command line of make says."""

    directory: str
    file: str | None
    goals: tuple[str, ...]
    overrides: tuple[tuple[str, str], ...]


class Recipe(Record):
    """What a run of make comes to."""

    state: State
    """What each of the lines begins with."""
    reads: tuple[Region, ...]
    lines: tuple[RecipeLine, ...]


def recipe_of(command: Command, state: State) -> Recipe | None:
    """The recipe that a command runs; None: it is not make, or not plain what make would run."""
    if command.name not in ("make", "gmake") or state.wandered:
        return None
    asked = _asked(command, state)
    environment = _environment(command, state)
    if asked is None or "MAKEFLAGS" in environment or "MAKEFILES" in environment:
        return None
    if asked.directory != state.directory:
        environment["PWD"] = None
    try:
        return _read(asked, environment, state)
    except Unplain:
        return None


def _asked(command: Command, state: State) -> Asked | None:
    directory, file = state.directory, None
    goals: list[str] = []
    overrides: list[tuple[str, str]] = []
    words = [(word, command.is_known(number + 1)) for number, word in enumerate(command.arguments)]
    while words:
        word, known = words.pop(0)
        option, sign, value = _option(word)
        override = _OVERRIDE.fullmatch(word) if known else None
        if option in ("-C", "-f") and known:
            if not sign:
                value, known = words.pop(0) if words else ("", False)
            if not known or (file is not None and option == "-f"):
                return None
            directory = replace(state, directory=directory).path(value).path if option == "-C" else directory
            file = value if option == "-f" else file
        elif option in _SILENT or re.match(r"-j(?!\w*=)", word):
            if word in ("-j", "--jobs") and words and words[0][0].isdigit():
                words.pop(0)
        elif override:
            overrides.append((override[1], override[2]))
        elif not known and re.match(r"[A-Za-z_]\w*=", word):
            overrides.append((word.partition("=")[0], UNTOLD))
        elif not known or word.startswith("-") or "=" in word:
            return None
        else:
            goals.append(word)
    return Asked(directory, file, tuple(goals), tuple(overrides))


def _option(word: str) -> tuple[str, str, str]:
    """An option with its value, where that stands in the same word."""
    long = {"--directory": "-C", "--file": "-f", "--makefile": "-f"}
    name, sign, value = word.partition("=")
    if name.startswith("--"):
        return long.get(name, name), sign, value
    return (word[:2], word[2:3], word[2:]) if word[:2] in ("-C", "-f") else (word, "", "")


def _environment(command: Command, state: State) -> dict[str, str | None]:
    given = {name: None if {*"$`"} & {*value} else value for name, value in command.environment}
    return {**variables_of(state), **given}


def _read(asked: Asked, environment: dict[str, str | None], state: State) -> Recipe | None:
    inside = replace(state, directory=asked.directory)
    name = asked.file or next((name for name in _NAMES if _text(name, inside) is not None), "")
    text = _text(name, inside) if name else None
    if text is None:
        return None
    variables = Variables(
        {**environment, "CURDIR": asked.directory}, isinstance(state.base, BaseImage), dict(asked.overrides)
    )
    makefile = Makefile(variables, lambda path: _text(path, inside))
    makefile.take(name, text)
    _check_shell(variables)
    exports = _exports(makefile, environment)
    if asked.overrides:
        exports["MAKEFLAGS"] = None  # a make below takes them too
    found = lines_for(asked.goals, makefile, lambda path: _is_there(path, inside))
    around = (Region(inside.directory),) if found.looks_around else ()
    reads = (*(inside.path(path) for path in (*makefile.files, *found.leaves)), *around)
    return Recipe(replace(inside, environment={**environment, **exports}), reads, found.lines)


def _text(name: str, inside: State) -> str | None:
    return inside.tree.text(inside.path(name).path)


def _is_there(name: str, inside: State) -> bool | None:
    """Whether a file is there when make runs; None: only running tells."""
    place = inside.path(name)
    if inside.tree.is_file(place.path) or inside.tree.is_directory(place.path):
        return True
    own = Region(inside.directory)
    known = isinstance(inside.base, BaseImage) and own.covers(place) and own != place
    match inside.tree.origin(place.path):
        case Made():
            return None
        case Unknown() if known and own.path not in STANDARD_DIRECTORIES:
            return False
        case _:
            return None


def _check_shell(variables: Variables) -> None:
    shell = variables.value("SHELL", {}).split()
    flags = " ".join(variables.value(".SHELLFLAGS", {}).split()) if ".SHELLFLAGS" in variables.own else "-c"
    if [posixpath.basename(word) for word in shell[-1:]] not in [
        [name] for name in SHELLS
    ] or flags not in _SHELL_FLAGS:
        raise Unplain("another shell")
    if len(shell) > 1 and shell[:-1] != ["/usr/bin/env"]:
        raise Unplain("another shell")


def _exports(makefile: Makefile, environment: dict[str, str | None]) -> dict[str, str | None]:
    """Variables that the shell sees otherwise than make itself did: exported ones, and what was there and is set anew."""
    variables = makefile.variables
    names = {
        *makefile.exported,
        *variables.overrides,
        *(name for name in variables.own if name in environment),
    }
    names |= {*variables.own} if makefile.exports_all else set()
    found = {
        name: variables.value(name, {})
        for name in sorted(names)
        if _SHELL_NAME.fullmatch(name) and name != "SHELL" and variables.is_set(name) is not False
    }
    return {name: value if is_told(value) else None for name, value in found.items()}


def filled(command: Command) -> Command:
    """A command of a recipe with its holes shown, and known for such.

    Raises:
        Unplain: a file that it opens is not told.
    """
    if not all(map(is_told, (*command.outputs, *command.inputs))):
        raise Unplain(f"which file `{command.name}` opens")
    known = tuple(command.is_known(number) and is_told(word) for number, word in enumerate(command.words))
    environment = tuple((name, without_holes(value)) for name, value in command.environment)
    words = tuple(map(without_holes, command.words))
    return replace(command, words=words, known=known, environment=environment, raw=without_holes(command.raw))
