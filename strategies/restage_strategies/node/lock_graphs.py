"""Lockfiles as graphs: which package answers which request, and what each asks for in turn.

Formats: yarn.lock of version 1 and of berry, pnpm-lock.yaml 6 and 9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from restage.api import Record
from restage_strategies.node.berry_lock import is_of_berry, patched, read_entries


class Graph(Record):
    """Packages of a lockfile with what they ask for."""

    asked: Mapping[str, tuple[str, ...]]
    """Which packages answer a request, `name@range` or `name@version` itself: several where members of a workspace get others."""
    edges: Mapping[str, tuple[str, ...]]
    """Requests of each package."""
    names: Mapping[str, str]
    peers: Mapping[str, tuple[str, ...]] | None = None
    """What each package needs beside itself; None where the lockfile doesn't tell."""
    unanswered: tuple[str, ...] = ()
    """Requests of packages for which no answer was found, where the lockfile should have all."""


_EDGE = re.compile(r'^    "?((?:@[^/"\s]+/)?[^"\s:]+)"? "?([^"\n]*?)"?$')


def yarn_graph(text: str) -> Graph:
    """Version 1."""
    asked: dict[str, tuple[str, ...]] = {}
    edges: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines or lines[0].startswith(" ") or not lines[0].endswith(":"):
            continue
        requests = [part.strip().strip('"') for part in lines[0][:-1].split(",")]
        key = requests[0]
        names[key] = key[:1] + key[1:].partition("@")[0]
        asked.update((request, (key,)) for request in requests)
        found = (_EDGE.match(line) for line in lines[1:])
        edges[key] = tuple(f"{match[1]}@{match[2]}" for match in found if match)
    return Graph(asked, edges, names)


def berry_graph(text: str) -> Graph | None:
    """Version 2 and later; None for a lockfile of yarn 1. Members of the workspace lead nowhere: their manifests tell more."""
    if not is_of_berry(text):
        return None
    entries = read_entries(text)
    asked = {request: entry.requests[:1] for entry in entries for request in entry.requests}
    edges: dict[str, list[str]] = {}
    for entry in entries:
        edges.setdefault(entry.requests[0], []).extend(() if entry.is_member else entry.dependencies)
        for request in filter(None, map(patched, entry.requests)):
            for key in asked.get(request, ()):
                edges.setdefault(key, []).append(entry.requests[0])
    names = {entry.requests[0]: entry.name for entry in entries if not entry.is_member}
    peers = {entry.requests[0]: entry.peers for entry in entries if not entry.is_member}
    unanswered = tuple(request for found in edges.values() for request in found if request not in asked)
    return Graph(asked, {key: tuple(found) for key, found in edges.items()}, names, peers, unanswered)


_PNPM_KEY = re.compile(r"^  '?/?((?:@[^@\s'()/]+/)?[^@\s'()/]+)@([^\s':]+)'?:(?: \{\})?$")
_PNPM_EDGE = re.compile(r"^      '?((?:@[^/\s']+/)?[^\s':]+)'?: '?([^\s']+)'?$")


def pnpm_graph(text: str) -> Graph:
    """Formats 6 and 9: packages (or snapshots) with their dependencies; the importers' answers stand in front."""
    asked: dict[str, tuple[str, ...]] = {}
    edges: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    start = text.find("\nsnapshots:")
    body = text[start:] if start >= 0 else text[max(text.find("\npackages:"), 0) :]
    key, inside = "", False
    for line in body.splitlines():
        match = _PNPM_KEY.match(line)
        if match:
            key = f"{match[1]}@{match[2]}"
            names[key] = match[1]
            asked[key] = (key,)
            edges[key] = []
        elif line.startswith("    ") and not line.startswith("     "):
            inside = line.strip() in ("dependencies:", "optionalDependencies:")
        elif key and inside and (edge := _PNPM_EDGE.match(line)):
            edges[key].append(_pnpm_request(edge[1], edge[2]))
    asked.update(_pnpm_importers(text, asked))
    return Graph(asked, {key: tuple(found) for key, found in edges.items()}, names)


def _pnpm_request(name: str, version: str) -> str:
    """An alias says the whole package: `npm-alias: /real@1.0.0` or `real@1.0.0`."""
    plain = version.removeprefix("/")
    return plain if "@" in plain.partition("(")[0][1:] else f"{name}@{plain}"


_PNPM_IMPORTED = re.compile(
    r"^ {2,6}'?((?:@[^/\s']+/)?[^\s':]+)'?:\n {4,8}specifier: '?([^\n']*)'?\n {4,8}version: '?([^\n']*)'?$",
    re.MULTILINE,
)


_PNPM_SECTION = re.compile(r"^ {0,4}(dependencies|devDependencies|optionalDependencies):$", re.MULTILINE)


def _pnpm_importers(text: str, asked: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What answers requests of the root and of members: all answers where theirs differ (the same version beside other peers).

    Those for running count alone where there are any, since the others leave.
    """
    _, *parts = _PNPM_SECTION.split(text[: max(text.find("\npackages:"), 0)])
    running: dict[str, list[str]] = {}
    dev: dict[str, list[str]] = {}
    for section, part in zip(parts[::2], parts[1::2], strict=True):
        found = dev if section == "devDependencies" else running
        for name, spec, version in _PNPM_IMPORTED.findall(part):
            key = _pnpm_request(name, version)
            if key in asked:
                found.setdefault(f"{name}@{spec}", []).append(key)
    return {request: tuple(dict.fromkeys(keys)) for request, keys in {**dev, **running}.items()}
