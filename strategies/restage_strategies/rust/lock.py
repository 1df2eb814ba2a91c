"""Cargo.lock: every package that a build is made of (the file is written by cargo, one key a line)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Record

_KEY = re.compile(r'(name|version|source) = "([^"\n]*)"')


class Locked(Record):
    """One package of a lock, with the names of those that it is built from."""

    name: str
    version: str = ""
    source: str = ""
    """Where it comes from; empty for a package of the project."""
    dependencies: tuple[str, ...] = ()


class Lock(Record):
    """A Cargo.lock."""

    packages: tuple[Locked, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of all packages."""
        return frozenset(package.name for package in self.packages)

    def find(self, name: str) -> tuple[Locked, ...]:
        """The packages of this name, one for each version."""
        return tuple(package for package in self.packages if package.name == name)


@lru_cache(maxsize=8)
def read_lock(text: str) -> Lock:
    """Read a Cargo.lock; lines of another shape are skipped."""
    blocks = text.replace("\r\n", "\n").split("[[package]]")[1:]
    return Lock(tuple(package for block in blocks if (package := _package(block)) is not None))


def _package(block: str) -> Locked | None:
    keys: dict[str, str] = {}
    named: list[str] = []
    for line in _lines(block):
        key = _KEY.match(line)
        if key:
            keys.setdefault(key.group(1), key.group(2))
        elif line.lstrip().startswith('"'):
            named.append(line.strip().strip('",').partition(" ")[0])
    if "name" not in keys:
        return None
    return Locked(keys["name"], keys.get("version", ""), keys.get("source", ""), tuple(named))


def _lines(block: str) -> Iterator[str]:
    """The lines of a package, up to the next table."""
    for line in block.split("\n"):
        if line.startswith("["):
            return
        yield line
