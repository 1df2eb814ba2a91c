"""One Go file: its package, its imports, and what it tells the C linker."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache

from restage.api import Record, Token
from restage_strategies.go.constraint import Tags
from restage_strategies.go.functions import Function, functions_of
from restage_strategies.go.tokens import literal, significant, tokens

_BUILD_LINE = re.compile(r"^//go:build[ \t]+(.*)$", re.MULTILINE)
_OLD_BUILD_LINE = re.compile(r"^//[ \t]*\+build[ \t]+(.*)$", re.MULTILINE)
_DECLARATIONS = frozenset({"func", "var", "const", "type"})


class Import(Record):
    """One import: its path, and the name that the file gives it (empty: its own)."""

    path: str
    name: str

    @property
    def local(self) -> str:
        """The name by which the file speaks of it."""
        return self.name or self.path.rpartition("/")[2]


class GoFile(Record):
    """A Go file of the image, read as far as its imports."""

    path: str
    package: str
    imports: tuple[Import, ...]
    constraint: str
    preamble: str
    """The comment above `import "C"`: C code and `#cgo` lines; empty without cgo."""
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens without white space and comments; for files that are asked several times."""
        return significant(self.text)

    @cached_property
    def functions(self) -> list[Function]:
        """Its functions, in order, by positions of `tokens`."""
        return functions_of(self.tokens)

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    def line(self, offset: int) -> int:
        """The line of an offset, from 1; for files in which many are asked for."""
        return bisect_left(self._ends, offset) + 1

    @property
    def uses_cgo(self) -> bool:
        """Whether it calls C."""
        return any(found.path == "C" for found in self.imports)

    def named(self, *paths: str) -> frozenset[str]:
        """The local names of those imports whose path is among `paths`."""
        return frozenset(found.local for found in self.imports if found.path in paths)

    def taken_by(self, tags: Tags) -> bool:
        """Whether a build with these tags compiles it."""
        return tags.takes_name(self.path) and (not self.constraint or tags.takes(self.constraint))


@lru_cache(maxsize=16)  # some may be large
def read_go(path: str, text: str) -> GoFile:
    """Read a file's header; nothing of it is run or looked up. What isn't Go gives an empty package."""
    header = _Header()
    for token in tokens(text):
        if not header.take(token):
            break
    constraint = _constraint(text[: header.package_at])
    return GoFile(path, header.package, tuple(header.imports), constraint, header.preamble, text)


def _constraint(head: str) -> str:
    """The build expression in front of the package clause; `// +build` lines are of the time before Go 1.17."""
    found = _BUILD_LINE.search(head)
    if found:
        return found.group(1)
    lines = (line.split() for line in _OLD_BUILD_LINE.findall(head))
    return " && ".join(
        f"({' || '.join(word.replace(',', ' && ') for word in words)})" for words in lines if words
    )


class _Header:
    """Package clause and imports, token by token."""

    def __init__(self) -> None:
        self.package = ""
        self.package_at = 0
        self.imports: list[Import] = []
        self.preamble = ""
        self._after = ""
        self._name = ""
        self._grouped = False
        self._comments: list[str] = []

    def take(self, token: Token) -> bool:
        """Take one token in; False where no further import can follow."""
        kind, text, offset = token
        value = literal(token)
        if kind == "comment":
            self._comments.append(text)
        elif value is not None:
            self._import(value)
        elif kind == "word":
            return self._word(text, offset)
        elif text in "()" and kind == "sign":
            self._grouped = text == "("
        elif text in "._" and kind == "sign":
            self._name = text
        return True

    def _import(self, path: str) -> None:
        if self._after != "import":
            return
        self.imports.append(Import(path, self._name))
        if path == "C":
            self.preamble = "\n".join(self._comments)
        self._comments, self._name = [], ""

    def _word(self, text: str, offset: int) -> bool:
        if text in _DECLARATIONS and not self._grouped:
            return False
        if text == "package" and not self.package:
            self._after = text
        elif self._after == "package" and not self.package:
            self.package, self.package_at = text, offset
            self._comments = []
        elif text == "import":
            self._after = text
        elif self._after == "import":
            self._name = text
        return True
