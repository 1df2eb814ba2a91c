"""Which packages leave node_modules when dev dependencies are taken out, as the lockfile tells it.

Formats: see locks.py. npm marks what only dev dependencies bring; for yarn 1 and pnpm the graph is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from restage.api import Record
from restage_strategies.node.manifest import Manifest, json_object


class Leaving(Record):
    """What a prune takes away, and what it leaves."""

    names: frozenset[str]
    """Packages that can no longer be loaded from the project, or of which a version leaves."""
    told: bool
    """A lockfile tells all of them; otherwise these are the dev dependencies alone, without what they bring."""
    unmet: tuple[str, ...] = ()
    """Packages that stay and need one of them beside themselves (a peer that isn't optional)."""
    peers_told: bool = False
    """The lockfile tells which peers the packages that stay need."""
    differing: tuple[str, ...] = ()
    """Direct dependencies that the lockfile doesn't know: it is out of step with the manifest."""


def direct(manifest: Manifest) -> frozenset[str]:
    """Dev dependencies that are nothing else besides."""
    fields = manifest.fields.get("peerDependencies")
    peers = frozenset(fields) if isinstance(fields, dict) else frozenset[str]()
    return frozenset(manifest.dev_dependencies) - frozenset(manifest.dependencies) - peers


def leaving(manifest: Manifest, file: str, text: str | None) -> Leaving:
    """What leaves by this lockfile; `text` is None where the install saw none."""
    own = direct(manifest)
    match file if text is not None else "":
        case "npm-shrinkwrap.json" | "package-lock.json":
            return _by_npm(manifest, own, json_object(text or "") or {})
        case "yarn.lock":
            return _by_graph(manifest, own, _yarn_graph(text or ""))
        case "pnpm-lock.yaml":
            return _by_graph(manifest, own, _pnpm_graph(text or ""))
        case _:
            return Leaving(own, told=False)


def _by_npm(manifest: Manifest, own: frozenset[str], fields: Mapping[str, Any]) -> Leaving:
    packages = fields.get("packages")
    if not isinstance(packages, dict):
        return _by_npm_first(manifest, own, fields.get("dependencies"))
    entries = {path: entry for path, entry in packages.items() if isinstance(entry, dict)}
    top = {path[13:]: entry for path, entry in entries.items() if path.rfind("node_modules/") == 0}
    gone = frozenset(name for name, entry in top.items() if entry.get("dev"))
    staying = [(path, e) for path, e in entries.items() if "node_modules/" in path and not e.get("dev")]
    unmet = tuple(
        f"{path.rpartition('node_modules/')[2]} needs {peer} beside it"
        for path, entry in staying
        for peer in _required_peers(entry)
        if peer in gone
    )
    root = entries.get("", {})
    wanted, known = manifest.fields, ("dependencies", "devDependencies", "optionalDependencies")
    differing = {name for key in known for name in _unlike(wanted.get(key), root.get(key), top)}
    return Leaving(gone | (own - top.keys()), True, unmet, True, tuple(sorted(differing)))


def _required_peers(entry: Mapping[str, Any]) -> Iterable[str]:
    peers, about = entry.get("peerDependencies"), entry.get("peerDependenciesMeta")
    optional = about if isinstance(about, dict) else {}
    for name in peers if isinstance(peers, dict) else ():
        told = optional.get(name)
        if not (isinstance(told, dict) and told.get("optional")):
            yield name


def _unlike(wanted: object, locked: object, top: Mapping[str, Any]) -> Iterable[str]:
    mine = wanted if isinstance(wanted, dict) else {}
    theirs = locked if isinstance(locked, dict) else {}
    for name in mine.keys() | theirs.keys():
        if mine.get(name) != theirs.get(name) or name not in top:
            yield name


def _by_npm_first(manifest: Manifest, own: frozenset[str], dependencies: object) -> Leaving:
    """Lockfile version 1: the same marks, but nothing of peers and ranges."""
    top = dependencies if isinstance(dependencies, dict) else {}
    gone = frozenset(name for name, entry in top.items() if isinstance(entry, dict) and entry.get("dev"))
    differing = (frozenset(manifest.every_dependency) - top.keys()) | (
        own & (top.keys() - gone) & _marked(top)
    )
    return Leaving(gone | own, True, differing=tuple(sorted(differing)))


def _marked(top: Mapping[str, Any]) -> frozenset[str]:
    """Packages that the lockfile takes for needed though nothing but the manifest asks for them."""
    asked = {
        name for entry in top.values() if isinstance(entry, dict) for name in _keys(entry.get("requires"))
    }
    return frozenset(top) - asked


def _keys(value: object) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


class _Graph(Record):
    """Packages of a lockfile with what they ask for."""

    asked: Mapping[str, str]
    """Which package answers a request: `name@range`, or `name@version` itself."""
    edges: Mapping[str, tuple[str, ...]]
    """Requests of each package."""
    names: Mapping[str, str]


def _by_graph(manifest: Manifest, own: frozenset[str], graph: _Graph) -> Leaving:
    wanted = [f"{name}@{spec}" for name, spec in manifest.dependencies.items()]
    everything = [f"{name}@{spec}" for name, spec in manifest.every_dependency.items()]
    differing = tuple(sorted(request for request in everything if not _answers(request, graph)))
    staying = _closure(wanted, graph)
    gone = (
        frozenset(name for key, name in graph.names.items() if key not in staying)
        - manifest.dependencies.keys()
    )
    return Leaving(gone | own, True, differing=differing)


def _answers(request: str, graph: _Graph) -> tuple[str, ...]:
    """The packages that answer a request; any of that name where the lockfile resolves it another way."""
    if request in graph.asked:
        return (graph.asked[request],)
    return tuple(graph.asked[key] for key in graph.asked if key.startswith(request.rpartition("@")[0] + "@:"))


def _closure(wanted: Iterable[str], graph: _Graph) -> set[str]:
    waiting, found = list(wanted), set[str]()
    while waiting:
        for key in _answers(waiting.pop(), graph):
            if key not in found:
                found.add(key)
                waiting.extend(graph.edges.get(key, ()))
    return found


_EDGE = re.compile(r'^    "?((?:@[^/"\s]+/)?[^"\s:]+)"? "?([^"\n]*?)"?$')


def _yarn_graph(text: str) -> _Graph:
    asked: dict[str, str] = {}
    edges: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines or lines[0].startswith(" ") or not lines[0].endswith(":"):
            continue
        requests = [part.strip().strip('"') for part in lines[0][:-1].split(",")]
        key = requests[0]
        names[key] = key[:1] + key[1:].partition("@")[0]
        asked.update((request, key) for request in requests)
        found = (_EDGE.match(line) for line in lines[1:])
        edges[key] = tuple(f"{match[1]}@{match[2]}" for match in found if match)
    return _Graph(asked, edges, names)


_PNPM_KEY = re.compile(r"^  '?/?((?:@[^@\s'()/]+/)?[^@\s'()/]+)@([^\s':]+)'?:(?: \{\})?$")
_PNPM_EDGE = re.compile(r"^      '?((?:@[^/\s']+/)?[^\s':]+)'?: '?([^\s']+)'?$")


def _pnpm_graph(text: str) -> _Graph:
    """Formats 6 and 9: packages (or snapshots) with their dependencies; the importer's answers stand in front."""
    asked: dict[str, str] = {}
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
            asked[key] = key
            edges[key] = []
        elif line.startswith("    ") and not line.startswith("     "):
            inside = line.strip() in ("dependencies:", "optionalDependencies:")
        elif key and inside and (edge := _PNPM_EDGE.match(line)):
            edges[key].append(_pnpm_request(edge[1], edge[2]))
    asked.update(_pnpm_importer(text, asked))
    return _Graph(asked, {key: tuple(found) for key, found in edges.items()}, names)


def _pnpm_request(name: str, version: str) -> str:
    """An alias says the whole package: `npm-alias: /real@1.0.0` or `real@1.0.0`."""
    plain = version.removeprefix("/")
    return plain if "@" in plain.partition("(")[0][1:] else f"{name}@{plain}"


_PNPM_IMPORTED = re.compile(
    r"^ {2,6}'?((?:@[^/\s']+/)?[^\s':]+)'?:\n {4,8}specifier: '?([^\n']*)'?\n {4,8}version: '?([^\n']*)'?$",
    re.MULTILINE,
)


def _pnpm_importer(text: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What answers the root's own requests."""
    head = text[: max(text.find("\npackages:"), 0)]
    found = (
        (name, spec, _pnpm_request(name, version)) for name, spec, version in _PNPM_IMPORTED.findall(head)
    )
    return {f"{name}@{spec}": asked[key] for name, spec, key in found if key in asked}
