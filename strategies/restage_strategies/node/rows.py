"""What packages with native code, install scripts or helper programs need when they run (rows.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pkgutil import get_data
from typing import Any

from restage.api import Record


class Row(Record):
    """What one package needs beyond node itself, libstdc++ and libgcc."""

    package: str
    compiles: bool = False
    """Its own code is usually compiled on install, or wants tools that only a full image has."""
    apt: tuple[str, ...] = ()
    apk: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    """Programs that it starts."""
    certificates: bool = False
    browser: bool = False
    """It drives a browser: its libraries count only where the file installs a browser or its libraries."""
    downloads: str = ""
    """A directory below the home directory that its install script fills and running needs."""
    since: int = 0
    """The first major version that does so."""
    until: tuple[int, ...] = ()
    """The first version that does so no more."""
    unless: tuple[str, ...] = ()
    """Variables that switch the download off."""
    told_by: tuple[str, ...] = ()
    """Variables that name another directory for it."""


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(get_data(__package__, "rows.json") or b"{}")
    return table


@cache
def _rows() -> Mapping[str, Row]:
    plain = {name: Row(name) for line in _table()["prebuilt"] for name in line.split()}
    compiled = {name: Row(name, compiles=True) for line in _table()["compiled"] for name in line.split()}
    special = {name: _row(name, fields) for name, fields in _table()["needs"].items()}
    return {**plain, **compiled, **special}


def _row(name: str, fields: Mapping[str, Any]) -> Row:
    words = {
        key: tuple(fields.get(key, "").split()) for key in ("apt", "apk", "programs", "unless", "told_by")
    }
    browser = fields.get("browser", False)
    return Row(
        name,
        compiles=fields.get("compiles", False),
        apt=tuple(_table()["browser_libraries"]) if browser else words["apt"],
        apk=words["apk"],
        programs=words["programs"],
        certificates=fields.get("certificates", False),
        browser=browser,
        downloads=fields.get("downloads", ""),
        since=fields.get("since", 0),
        until=tuple(int(part) for part in fields.get("until", "").split(".") if part),
        unless=words["unless"],
        told_by=words["told_by"],
    )


@lru_cache(maxsize=2048)
def row_of(package: str) -> Row | None:
    """The row of a package; None: nothing is known to be special about it."""
    found = _rows().get(package)
    if found is None and package.startswith(tuple(_table()["prebuilt_scopes"])):
        return Row(package)
    return found


def brought_by(package: str) -> str:
    """The package with a row that a pure JavaScript package depends on; empty if none is known."""
    found: str = _table()["brings"].get(package, "")
    return found
