"""What is known of crates and programs by name: a table that lies beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from restage.api import Facility, FacilityNeed, Need, PackageNeed, Record


class Links(Record):
    """The headers of the libraries that a crate may link to; a library that the build has not is not linked."""

    apt: tuple[str, ...]
    apk: tuple[str, ...]
    vendored_by: str
    """The package among its dependencies with which it compiles the library itself; empty: none tells."""


class Tool(Record):
    """A program that `cargo install` fetches.

    `role`: `build` for what works on sources, `toolchain` for what also builds or watches at start, `run` for
    what a container calls. `libraries` are the headers (apt) of what it links to.
    """

    crate: str
    programs: tuple[str, ...]
    role: str
    libraries: tuple[str, ...] = ()


@cache
def _table() -> Mapping[str, Any]:
    import json

    table: Mapping[str, Any] = json.loads(get_data(__package__, "rows.json") or b"{}")
    return table


def links_of(crate: str) -> Links | None:
    """What a crate links to; None: it has no such row."""
    row = _table()["links"].get(crate)
    return Links(tuple(row[0].split()), tuple(row[1].split()), row[2]) if row else None


def is_pure(crate: str) -> bool:
    """Whether a crate is known to link to nothing beyond the C library and what it compiles itself."""
    return crate in _pure()


@cache
def _pure() -> frozenset[str]:
    return frozenset(_table()["pure"])


def elsewhere(crate: str) -> str | None:
    """Why no rule tells where a crate finds its library."""
    found: str | None = _table()["elsewhere"].get(crate)
    return found


def opened_by(crate: str) -> tuple[str, str] | None:
    """The packages (apt, apk) whose library a crate opens when it runs."""
    row = _table()["dlopens"].get(crate)
    return (row[0], row[1]) if row else None


def called_by(crate: str) -> tuple[str, ...]:
    """Programs that a crate calls."""
    return tuple(_table()["calls"].get(crate, ()))


def closure_of(crate: str) -> tuple[str, ...] | None:
    """Of a crate, with all that it is built from: the crates that may link to a library. None: no row."""
    row = _table()["closures"].get(crate)
    return None if row is None else tuple(row)


def first_of(kind: str, names: frozenset[str]) -> str | None:
    """The first of the crates that stand in the list `kind`."""
    return next((name for name in _table()[kind] if name in names), None)


def tool_of(crate: str) -> Tool | None:
    """The tool whose crate has this name."""
    row = _table()["tools"].get(crate)
    return Tool(crate, tuple(row["programs"]), row["role"], tuple(row.get("apt", ()))) if row else None


def tool_named(program: str) -> Tool | None:
    """The tool whose program has this name."""
    crate = _by_program().get(program)
    return tool_of(crate) if crate else None


@cache
def _by_program() -> Mapping[str, str]:
    return {program: crate for crate, row in _table()["tools"].items() for program in row["programs"]}


def needs_of_tool(tool: Tool) -> tuple[Need, ...]:
    """What a program of a tool takes when it runs."""
    certificates = FacilityNeed(Facility.CERTIFICATES, f"{tool.crate} can open TLS connections")
    return (
        *(PackageNeed(name, "", f"{tool.crate} links to it") for name in tool.libraries),
        PackageNeed("", "libgcc", f"{tool.crate} links to it"),
        certificates,
    )
