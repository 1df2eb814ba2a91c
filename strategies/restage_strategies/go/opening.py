"""Which files and directories Go sources name, and where they open what only running can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from restage.api import Record, Token, arguments_of, line_of
from restage_strategies.go.source import GoFile
from restage_strategies.go.tokens import constants_of, literal, significant

_STRING = re.compile(r"\"([^\"\\\n]{1,200})\"|`([^`]{1,200})`")
_WHOLE = frozenset({".", "./", "*", "./*", "/", "./..."})
_OPENS: dict[tuple[str, ...], dict[str, int]] = {
    ("os",): {"Open": 0, "OpenFile": 0, "ReadFile": 0},
    ("io/ioutil",): {"ReadFile": 0},
    ("net/http",): {"ServeFile": 2},
    ("html/template", "text/template"): {"ParseFiles": 0},
    ("plugin",): {"Open": 0},
}
_LISTS: dict[tuple[str, ...], dict[str, int]] = {
    ("os",): {"ReadDir": 0, "DirFS": 0},
    ("io/ioutil",): {"ReadDir": 0},
    ("path/filepath",): {"Walk": 0, "WalkDir": 0, "Glob": 0},
    ("net/http",): {"Dir": 0},
    ("html/template", "text/template"): {"ParseGlob": 0},
}
_METHODS = {"Static": 1, "StaticFS": 1, "ServeFiles": 1, "LoadHTMLGlob": 0, "ParseGlob": 0}
"""Of the common web frameworks: which argument is the directory."""


class Opened(Record):
    """What the sources of one program open."""

    names: frozenset[str]
    """Every string that may be a path."""
    computed: tuple[str, ...]
    """Places that open a file whose name the code computes."""
    listed: tuple[str, ...]
    """Places that list or serve a directory whose name the code computes."""
    whole: tuple[str, ...]
    """Places that list or serve the working directory itself."""


def opened_by(files: Iterable[GoFile], root: str) -> Opened:
    """What these files name and open; `root` is left out of the places that are told."""
    by_package: dict[str, list[GoFile]] = {}
    for file in files:
        by_package.setdefault(file.path.rpartition("/")[0], []).append(file)
    names = {one or other for found in by_package.values() for file in found for one, other in _strings(file)}
    search = _Search(root.rstrip("/") + "/")
    for package in by_package.values():
        search.package(package)
    return Opened(frozenset(names), tuple(search.computed), tuple(search.listed), tuple(search.whole))


def _strings(file: GoFile) -> list[tuple[str, str]]:
    return _STRING.findall(file.text)


class _Search:
    """Calls that open something, package by package."""

    def __init__(self, root: str) -> None:
        self.computed: list[str] = []
        self.listed: list[str] = []
        self.whole: list[str] = []
        self._root = root

    def package(self, files: list[GoFile]) -> None:
        """Look through the files of one package."""
        values: dict[str, str] | None = None
        for file in files:
            opens, lists = _callers(file, _OPENS), _callers(file, _LISTS)
            called = {*(verb for _, verb in (*opens, *lists)), *_METHODS}
            if not any(f".{verb}(" in file.text for verb in called):
                continue
            if values is None:
                values = constants_of(significant(other.text) for other in files)
            self._file(file, opens, lists, values)

    def _file(
        self,
        file: GoFile,
        opens: dict[tuple[str, str], int],
        lists: dict[tuple[str, str], int],
        values: dict[str, str],
    ) -> None:
        found = significant(file.text)
        for at in range(len(found) - 3):
            if found[at + 1][1] != "." or found[at + 3][1] != "(":
                continue
            name, verb = found[at][1], found[at + 2][1]
            position = lists.get((name, verb), _METHODS.get(verb))
            if position is not None:
                self._directory(file, found, at, _value(found, at + 4, position, values))
            elif (name, verb) in opens and _value(found, at + 4, opens[name, verb], values) is None:
                self.computed.append(self._where(file, found[at][2]))

    def _directory(self, file: GoFile, found: list[Token], at: int, value: str | None) -> None:
        where = self._where(file, found[at][2])
        if value is None:
            self.listed.append(where)
        elif value in _WHOLE:
            self.whole.append(where)

    def _where(self, file: GoFile, offset: int) -> str:
        return f"{file.path.removeprefix(self._root)}:{line_of(file.text, offset)}"


def _callers(file: GoFile, table: dict[tuple[str, ...], dict[str, int]]) -> dict[tuple[str, str], int]:
    return {
        (name, verb): at
        for packages, verbs in table.items()
        for name in file.named(*packages)
        for verb, at in verbs.items()
    }


def _value(found: list[Token], start: int, position: int, values: dict[str, str]) -> str | None:
    """The text of an argument; of a computed one the text in it, where it has some; None: nothing tells."""
    arguments = arguments_of(found, start)
    if position >= len(arguments):
        return None
    if len(arguments[position]) == 1:
        token = arguments[position][0]
        value = literal(token)
        return value if value is not None else values.get(token[1])
    texts = [text for token in arguments[position] if (text := literal(token)) is not None]
    # `http.Dir("public")` inside `StaticFS`; what is put together of several parts isn't known.
    return texts[0] if len(texts) == 1 and _is_wrapped(arguments[position]) else None


def _is_wrapped(argument: list[Token]) -> bool:
    """Whether the only thing in the brackets of a call is one literal."""
    return len(argument) >= 3 and argument[-1][1] == ")" and argument[-3][1] == "("
