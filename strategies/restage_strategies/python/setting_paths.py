"""Directories that settings compute: `Path(__file__).parent.parent / "static"`, `join(DATA, "static")`, variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from restage.api import State

Assigned = Mapping[str, tuple[str, str]]
"""Name to the expression that it is bound to, and the path of the file in the image."""

_ASSIGNED = re.compile(
    r"^[ \t]*([A-Za-z_]\w*)[ \t]*(?::[ \t]*\w+(?:\.\w+)?[ \t]*)?=[ \t]*([^=\s][^\n]*)", re.MULTILINE
)
_STRING = re.compile(r"""['"]([^'"\n]*)['"]""")
_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_PLAIN = frozenset(
    "join abspath dirname realpath normpath str Path resolve absolute joinpath path get getenv env config".split()
)
_MOST_LINES = 6


def assigned(texts: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Every name that sources (path and text) bind, the last one counts."""
    found: dict[str, tuple[str, str]] = {}
    for path, text in texts:
        for match in _ASSIGNED.finditer(text):
            found[match[1]] = (_whole(match[2], text, match.end()), path)
    return found


def _whole(expression: str, text: str, end: int) -> str:
    """The expression with the lines that its open brackets take."""
    for line in text[end + 1 : end + 1000].split("\n")[:_MOST_LINES]:
        if expression.count("(") <= expression.count(")"):
            break
        expression += " " + line.strip()
    return expression


class Directories:
    """The directories that names stand for; each name is looked at once, however often others name it."""

    def __init__(self, names: Assigned, state: State) -> None:
        self._names = names
        self._state = state
        self._known: dict[str, str | None] = {}

    def of(self, name: str, depth: int = 5) -> str | None:
        """The absolute directory that a name stands for; None where that isn't plain."""
        if name in self._known or name not in self._names or not depth:
            return self._known.get(name)
        self._known[name] = None  # while it is looked at: a name that leads to itself stands for nothing
        self._known[name] = self._computed(name, depth)
        return self._known[name]

    def _computed(self, name: str, depth: int) -> str | None:
        expression, path = self._names[name]
        bare = _STRING.sub("", expression)
        # A name in capitals is that of a variable; where it is not set, the default stands beside it.
        told = [self._state.variable(text) for text in _STRING.findall(expression) if _is_variable(text)]
        if any(told):
            value = next(filter(None, told))
            return posixpath.normpath(value) if value.startswith("/") and ":" not in value else None
        strings = [text for text in _STRING.findall(expression) if not _is_variable(text)]
        if any(called not in _PLAIN and called not in self._names for called in _CALLED.findall(bare)):
            return None
        start = self._start(bare, strings, path, depth)
        relative = [text for text in strings if not text.startswith("/")]
        return None if start is None else posixpath.normpath(posixpath.join(start, *relative))

    def _start(self, bare: str, strings: list[str], path: str, depth: int) -> str | None:
        """Where the expression begins, with its steps upwards taken."""
        steps = len(re.findall(r"dirname\(|\.parent\b", bare))
        steps += sum(int(number) + 1 for number in re.findall(r"\.parents\[(\d)\]", bare))
        absolute = next((text for text in strings if text.startswith("/") and len(text) > 1), None)
        if "__file__" in bare:
            start: str | None = path
            steps += sum(int(number) for number in re.findall(r"\)\s{0,4}-\s{0,4}(\d)\b", bare))
        elif absolute is not None:
            start = absolute
        else:
            inner = (self.of(word, depth - 1) for word in _NAME.findall(bare))
            start = next((found for found in inner if found is not None), None)
        for _ in range(steps if start is not None else 0):
            start = posixpath.dirname(start or "/")
        return start


def _is_variable(text: str) -> bool:
    return text.isidentifier() and text.isupper()
