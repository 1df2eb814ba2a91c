"""The programs of well-known npm packages: what kind of work each does, and what it writes (tools.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pkgutil import get_data
from typing import Any

from restage.api import Record


class Kind(StrEnum):
    """What a program does, as far as a split cares."""

    BUILD = "build"
    """Makes files from sources."""
    DEV = "dev"
    """A development server or watcher, which builds while it runs."""
    SERVE = "serve"
    """A server that needs no build tools."""
    RUN = "run"
    """Runs a program of the project, possibly translating it on the way (ts-node)."""
    WRAP = "wrap"
    """Sets variables or waits, then runs the rest of its line."""
    SCRIPTS = "scripts"
    """Runs several scripts or commands."""
    CHECK = "check"
    """Tests and linters."""
    CLEAN = "clean"
    """Deletes or makes directories."""
    TASK = "task"
    """A job that needs no build tools: migrations, waiting, generating a client."""
    HOOKS = "hooks"
    """Has no effect in an image (git hooks)."""


class Tool(Record):
    """A program of an npm package."""

    name: str
    package: str
    kind: Kind


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(get_data(__package__, "tools.json") or b"{}")
    return table


@cache
def _kinds() -> Mapping[str, Kind]:
    return {
        name: Kind(kind)
        for kind, lines in _table()["kinds"].items()
        for line in lines
        for name in line.split()
    }


def tool(name: str, arguments: tuple[str, ...]) -> Tool | None:
    """The tool of this name, with the kind of work that these arguments make it do; None: not in the table."""
    verbs = _table()["verbs"].get(name)
    kind = _kinds().get(name) if verbs is None else _by_verb(verbs, arguments)
    if kind is None:
        return None
    if kind in (Kind.BUILD, Kind.CHECK) and _watches(name, arguments):
        kind = Kind.DEV
    return Tool(name, package_of(name), kind)


def _by_verb(verbs: Mapping[str, str], arguments: tuple[str, ...]) -> Kind:
    verb = next((word for word in arguments if not word.startswith("-")), "")
    found = verbs.get(verb) or verbs.get("") or next(iter(verbs.values()))
    return Kind(found)


def _watches(name: str, arguments: tuple[str, ...]) -> bool:
    flags = {word.partition("=")[0] for word in arguments if not word.endswith("=false")}
    return name not in _table()["watch_is_harmless"] and bool(flags & set(_table()["watch_flags"]))


def package_of(program: str) -> str:
    """The package that brings a program; most are named alike."""
    named: str = _table()["package"].get(program, program)
    return named


def is_known_package(package: str) -> bool:
    """Whether a package brings a tool of the table."""
    return package in _packages()


@cache
def _packages() -> frozenset[str]:
    names = {*_kinds(), *_table()["verbs"]}
    return frozenset({package_of(name) for name in names} | names)


@cache
def programs_of(package: str) -> tuple[str, ...]:
    """The programs of the table that a package brings."""
    names = {*_kinds(), *_table()["verbs"], *_table()["package"]}
    return tuple(sorted(name for name in names if package_of(name) == package))


def is_ambiguous(program: str) -> bool:
    """Whether programs of other ecosystems have this name too, so that a dependency has to vouch for it."""
    return any(program in line.split() for line in _table()["ambiguous"])


def outputs(program: str) -> tuple[str, ...]:
    """What a build tool writes below the package, where it is the tool's rule and no more than that."""
    return tuple(_table()["outputs"].get(program, ()))


def build_caches(program: str) -> tuple[str, ...]:
    """What a build tool keeps below the package for the next build only."""
    return tuple(_table()["caches"].get(program, ()))
