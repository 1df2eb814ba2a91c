"""Which packages leave node_modules when dev dependencies are taken out, as the lockfile tells it.

Formats: see locks.py. npm marks what only dev dependencies bring; for yarn and pnpm the graph is followed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from restage.api import Record, replace
from restage_strategies.node.berry_lock import plain
from restage_strategies.node.family import Family, direct
from restage_strategies.node.lock_graphs import Graph, berry_graph, pnpm_graph, yarn_graph
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
    parted: frozenset[str] = frozenset()
    """Packages that stay, and leave the node_modules of those members that want them for their build alone."""
    divided: frozenset[str] = frozenset()
    """What a manifest asks for and of which another version leaves: who loads it unasked may come to load another."""


def leaving(family: Family, file: str, text: str | None) -> Leaving:
    """What leaves by this lockfile; `text` is None where the install saw none."""
    match file if text is not None else "":
        case "npm-shrinkwrap.json" | "package-lock.json":
            return _by_npm(family, json_object(text or "") or {})
        case "yarn.lock":
            return _by_graph(family, berry_graph(text or "") or yarn_graph(text or ""))
        case "pnpm-lock.yaml":
            return replace(_by_graph(family, pnpm_graph(text or "")), parted=family.parted)
        case _:
            return Leaving(direct(family.whole), told=False)


_RANGES = ("dependencies", "devDependencies", "optionalDependencies")


def _by_npm(family: Family, fields: Mapping[str, Any]) -> Leaving:
    own, packages = direct(family.whole), fields.get("packages")
    if not isinstance(packages, dict):
        return _by_npm_first(family.whole, own, fields.get("dependencies"))
    entries = {path: entry for path, entry in packages.items() if isinstance(entry, dict)}
    top = {path[13:]: entry for path, entry in entries.items() if path.rfind("node_modules/") == 0}
    gone = frozenset(name for name, entry in top.items() if entry.get("dev"))
    gone |= frozenset(_gone_inside(family, entries))
    staying = [(path, e) for path, e in entries.items() if "node_modules/" in path and not e.get("dev")]
    unmet = tuple(
        f"{path.rpartition('node_modules/')[2]} needs {peer} beside it"
        for path, entry in staying
        for peer in _required_peers(entry)
        if peer in gone
    )
    differing = {name for one in family.manifests for name in _unlike(one, family, entries)}
    differing |= {name for name, entry in top.items() if entry.get("link")} - _linked(family)
    return Leaving(gone | (own - top.keys()), True, unmet, True, tuple(sorted(differing)))


def _linked(family: Family) -> frozenset[str]:
    """What may be a link: the members, and whatever a manifest asks for by name."""
    return family.names.union(*(one.every_dependency for one in family.manifests))


def _gone_inside(family: Family, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What leaves the folders that members have of their own."""
    places = [_place(member, family) for member in family.members]
    for path, entry in entries.items():
        holder, _, name = path.partition("/node_modules/")
        if entry.get("dev") and holder in places and "node_modules/" not in name:
            yield name


def _place(manifest: Manifest, family: Family) -> str:
    """How the lockfile calls the place of a package: empty for the root."""
    inside = posixpath.relpath(manifest.directory, family.root.directory)
    return "" if inside == "." else inside


def _required_peers(entry: Mapping[str, Any]) -> Iterable[str]:
    peers, about = entry.get("peerDependencies"), entry.get("peerDependenciesMeta")
    optional = about if isinstance(about, dict) else {}
    for name in peers if isinstance(peers, dict) else ():
        told = optional.get(name)
        if not (isinstance(told, dict) and told.get("optional")):
            yield name


def _unlike(manifest: Manifest, family: Family, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Dependencies of which the lockfile says something else, or for which it holds no package."""
    place = _place(manifest, family)
    entry = entries.get(place, {})
    for key in _RANGES:
        mine, theirs = _keyed(manifest.fields.get(key)), _keyed(entry.get(key))
        for name in mine.keys() | theirs.keys():
            paths = (f"{place}/node_modules/{name}", f"node_modules/{name}")
            if mine.get(name) != theirs.get(name) or not any(path in entries for path in paths):
                yield name


def _keyed(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


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


def _by_graph(family: Family, graph: Graph) -> Leaving:
    asked = tuple(family.requests())
    differing = {request for request, _ in asked if not _answers(request, graph)}
    staying = _closure((request for request, for_running in asked if for_running), graph)
    names = frozenset(name for key, name in graph.names.items() if key not in staying)
    gone = (names - family.whole.dependencies.keys()) | direct(family.whole)
    needed = tuple(_needed(gone, staying, graph))
    told = graph.peers is not None
    unlike, divided = tuple(sorted({*differing, *graph.unanswered})), names - gone
    return Leaving(gone, True, needed, told, unlike, divided=divided)


def _needed(gone: frozenset[str], staying: set[str], graph: Graph) -> Iterator[str]:
    for key, names in (graph.peers or {}).items():
        if key in staying:
            yield from (
                f"{graph.names.get(key, key)} needs {name} beside it" for name in names if name in gone
            )


def _answers(request: str, graph: Graph) -> tuple[str, ...]:
    """The packages that answer a request; any of that name where the lockfile resolves it another way."""
    for key in (request, plain(request)):
        if key in graph.asked:
            return graph.asked[key]
    unlike = (key for key in graph.asked if key.startswith(request.rpartition("@")[0] + "@:"))
    return tuple(answer for key in unlike for answer in graph.asked[key])


def _closure(wanted: Iterable[str], graph: Graph) -> set[str]:
    waiting, found = list(wanted), set[str]()
    while waiting:
        for key in _answers(waiting.pop(), graph):
            if key not in found:
                found.add(key)
                waiting.extend(graph.edges.get(key, ()))
    return found
