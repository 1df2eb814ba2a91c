"""What is known of Go programs and modules by name: a table that lies beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from restage.api import Record


class Tool(Record):
    """A well-known program written in Go.

    `role`: `build` for generators, linters and their like, `reload` and `debug` for what compiles or needs
    sources at start, `run` for what a container calls (migrations).
    """

    name: str
    role: str
    paths: tuple[str, ...] = ()

    @property
    def repositories(self) -> frozenset[str]:
        """Host, owner and name of where it is published."""
        return frozenset("/".join(path.split("/")[:3]) for path in self.paths)


class Starter(Record):
    """A package whose functions start programs."""

    package: str
    functions: Mapping[str, int | None]
    """Which argument of each is the name, or a whole command line; None: what it starts nothing tells."""
    structures: Mapping[str, str]
    """Types whose values are commands, with the field that is the name."""


@cache
def _table() -> Mapping[str, Any]:
    import json

    table: Mapping[str, Any] = json.loads(get_data(__package__, "rows.json") or b"{}")
    return table


def tool_named(name: str) -> Tool | None:
    """The tool whose program has this name."""
    row = _table()["tools"].get(name)
    return Tool(name, row["role"], tuple(row["paths"])) if row else None


def tool_named_by(import_path: str) -> Tool | None:
    """The tool whose package has this import path."""
    name = _by_path().get(import_path)
    return tool_named(name) if name else None


@cache
def _by_path() -> Mapping[str, str]:
    return {path: name for name, row in _table()["tools"].items() for path in row["paths"]}


def needs_go(import_path: str) -> str | None:
    """What a package does at run time that takes the Go toolchain; None: nothing that is known."""
    rows = _rows_of("go_at_runtime", import_path)
    return next((what for prefix, what in rows if prefix == import_path or "." in prefix), None)


def called_by(import_path: str) -> tuple[str, ...]:
    """Programs that a package calls."""
    return tuple(name for _, names in _rows_of("calls", import_path) for name in names)


def started_by(import_path: str) -> Starter | None:
    """What a package starts programs by."""
    row = _table()["starts"].get(import_path)
    return Starter(row["package"], row["functions"], row.get("structures", {})) if row else None


def loaded_by(import_path: str) -> tuple[str, str] | None:
    """The `-dev` packages (apt, apk) whose library a package links to or loads."""
    found = next((row for _, row in _rows_of("loads", import_path)), None)
    return (found[0], found[1]) if found else None


def sets_up(import_path: str) -> str | None:
    """What a program does to the system around the project when it runs; None: nothing that is known."""
    found: str | None = _table()["setup"].get(import_path)
    return found


def library_in_module_cache(module: str, tags: Iterable[str]) -> str | None:
    """The shared library that programs with this module open in the module cache, unless a tag links it in."""
    for _, (library, *unless) in _rows_of("module_cache", module):
        if not set(tags) & set(unless):
            return str(library)
    return None


def has_cplusplus(module: str) -> bool:
    """Whether the module compiles C++, so that programs need the C++ library."""
    return _listed("cplusplus", module)


def has_openmp(module: str) -> bool:
    """Whether the module links to GCC's OpenMP library."""
    return _listed("openmp", module)


def is_quiet(import_path: str) -> bool:
    """Whether the package opens no TLS connection and looks up no MIME type and no time zone by name."""
    return _listed("quiet", import_path)


def _listed(kind: str, path: str) -> bool:
    return any(prefix in _table()[kind] for prefix in _prefixes(path))


def _rows_of(kind: str, path: str) -> Iterator[tuple[str, Any]]:
    table = _table()[kind]
    return ((prefix, table[prefix]) for prefix in _prefixes(path) if prefix in table)


def _prefixes(path: str) -> Iterator[str]:
    """The path and those above it, longest first; a `/v2` at the end changes nothing."""
    while path:
        yield path
        path = path.rpartition("/")[0]
