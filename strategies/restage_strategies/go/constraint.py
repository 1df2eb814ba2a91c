"""Which Go files a build for Linux takes: names and `//go:build` lines (go/build/constraint)."""

from __future__ import annotations

import posixpath
import re

from restage.api import Record

_SYSTEMS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris "
    "wasip1 windows zos".split()
)
_ARCHITECTURES = frozenset(
    "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm sparc64".split()
)
_ALWAYS = frozenset({"linux", "unix", "gc", "cgo", "amd64", "arm64"})
_RELEASE = re.compile(r"go1(\.\d+)?$")
_WORD = re.compile(r"&&|\|\||[!()]|[\w.]+")
_LONGEST = 400
"""Characters of an expression that is looked into; a longer one takes the file in."""


class Tags(Record):
    """The build tags of a build; with `known` false any other tag may be given too."""

    given: frozenset[str] = frozenset()
    known: bool = True

    def takes_name(self, path: str) -> bool:
        """Whether the file's name lets it into a build for Linux; test files never are."""
        name = posixpath.basename(path)
        if not name.endswith(".go") or name.startswith(("_", ".")) or name.endswith("_test.go"):
            return False
        parts = name[:-3].split("_")[1:]
        system = next((part for part in parts[-2:] if part in _SYSTEMS), None)
        architecture = parts[-1] if parts and parts[-1] in _ARCHITECTURES else None
        return system in (None, "linux") and architecture in (None, "amd64", "arm64")

    def takes(self, expression: str) -> bool:
        """Whether a `//go:build` expression holds; one that can't be read holds."""
        words = _WORD.findall(expression)
        if not words or len(expression) > _LONGEST:
            return True
        value, rest = self._either(words)
        return value if not rest else True

    def _either(self, words: list[str]) -> tuple[bool, list[str]]:
        value, rest = self._both(words)
        while rest[:1] == ["||"]:
            other, rest = self._both(rest[1:])
            value = value or other
        return value, rest

    def _both(self, words: list[str]) -> tuple[bool, list[str]]:
        value, rest = self._one(words)
        while rest[:1] == ["&&"]:
            other, rest = self._one(rest[1:])
            value = value and other
        return value, rest

    def _one(self, words: list[str]) -> tuple[bool, list[str]]:
        match words:
            case ["!", tag, *rest] if not self.known and self._is_own(tag):
                return True, rest
            case ["!", *rest]:
                value, rest = self._one(rest)
                return not value, rest
            case ["(", *rest]:
                value, rest = self._either(rest)
                return value, rest[1:]
            case [tag, *rest]:
                return self._holds(tag), rest
            case _:
                return True, []

    def _holds(self, tag: str) -> bool:
        if tag in _ALWAYS or tag in self.given or _RELEASE.match(tag):
            return True
        return not self.known and self._is_own(tag)

    def _is_own(self, tag: str) -> bool:
        """Whether the tag is the project's own: no system, no architecture, and not `ignore`."""
        return tag[:1].isalpha() and tag not in _SYSTEMS | _ARCHITECTURES | _ALWAYS | {"ignore"}
