"""What is known of libraries by name: a table that lies beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from restage_strategies.maven.pom import Dependency

_AT_RUN_TIME = frozenset({"compile", "runtime", "system", "provided"})


@cache
def _table() -> Mapping[str, Any]:
    import json

    table: Mapping[str, Any] = json.loads(get_data(__package__, "rows.json") or b"{}")
    return table


def needs_jdk(dependency: Dependency) -> str | None:
    """What a library does at run time that takes a JDK; None: nothing that is known."""
    if dependency.scope not in _AT_RUN_TIME - {"provided"}:
        return None
    what: str | None = _table()["needs_jdk"].get(f"{dependency.group}:{dependency.name}")
    return what


def calls(dependency: Dependency) -> tuple[str, ...]:
    """The programs that a library calls."""
    if dependency.scope not in _AT_RUN_TIME:
        return ()
    return tuple(_table()["calls"].get(f"{dependency.group}:{dependency.name}", "").split())
