"""The entries of a yarn.lock of berry (2 and later), which is YAML of one shape: lists of requests with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Record

_LINE = re.compile(r'^( {2,6})("[^"\n]*"|[^\s":][^\s:]*):(?: "?([^"\n]*)"?)?$')
_PATCHED = re.compile(r"^(.[^@]*)@patch:@?[^@]+@([^#]+)#")


class Entry(Record):
    """One package as it was resolved."""

    requests: tuple[str, ...]
    """What it answers: `name@range`; a range of the registry without `npm:`."""
    version: str
    dependencies: tuple[str, ...]
    """What it asks for, in the same form; a member of the workspace asks for its dev dependencies too."""
    peers: tuple[str, ...]
    """Names that it needs beside itself, optional ones left out."""
    programs: tuple[str, ...]
    is_member: bool
    """It is a package of the workspace itself."""

    @property
    def name(self) -> str:
        """The name under which it is installed."""
        return name_in(self.requests[0])


def is_of_berry(text: str) -> bool:
    """Whether berry wrote this yarn.lock."""
    return "__metadata:" in text


def name_in(request: str) -> str:
    """`@babel/core` of `@babel/core@^7.0.0`."""
    return request[:1] + request[1:].partition("@")[0]


def plain(request: str) -> str:
    """A request in one form, whichever version of yarn wrote it: without `npm:`, and without who asks for it."""
    return request.partition("::")[0].replace("@npm:", "@", 1)


def patched(request: str) -> str:
    """The request whose answer a patch changes; empty where this is none for a patched package."""
    found = _PATCHED.match(request)
    return f"{found[1]}@{found[2].replace('%3A', ':').removeprefix('npm:')}" if found else ""


@lru_cache(maxsize=2)
def read_entries(text: str) -> tuple[Entry, ...]:
    """Every entry but the metadata."""
    blocks = (block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n"))
    return tuple(entry for lines in blocks if (entry := _entry(lines)) is not None)


def _entry(lines: list[str]) -> Entry | None:
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines or lines[0].startswith((" ", "__metadata")):
        return None
    head = lines[0].removeprefix("? ").rstrip().removesuffix(":").strip('"')
    fields: dict[str, dict[str, str]] = {"dependencies": {}, "peerDependencies": {}, "bin": {}}
    told: dict[str, str] = {}
    optional: set[str] = set()
    for section, name, value in _rows(lines[1:]):
        if not section:
            told[name] = value
        elif section[0] == "peerDependenciesMeta" and len(section) == 2 and name == "optional":
            optional.add(section[1])
        elif section[0] in fields and len(section) == 1:
            fields[section[0]][name] = value
    return Entry(
        tuple(plain(request.strip()) for request in head.split(", ")),
        told.get("version", ""),
        tuple(plain(f"{name}@{value}") for name, value in fields["dependencies"].items()),
        tuple(name for name in fields["peerDependencies"] if name not in optional),
        tuple(fields["bin"]),
        "@workspace:" in told.get("resolution", ""),
    )


def _rows(lines: list[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each line with a value, and the names that it stands below."""
    above: list[str] = []
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        depth, name = len(match[1]) // 2 - 1, match[2].strip('"')
        above = [*above[:depth], name]
        if match[3] is not None:
            yield tuple(above[:-1]), name, match[3]
