"""Programs of which it is known which files of the project they read and change: what installs run as their hooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pkgutil import get_data
from typing import Any

from restage.api import NOTHING, Effect, Region, outermost, region, replace
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.inputs import is_there, local_dependencies, packages
from restage_strategies.node.manifest import LIFECYCLE
from restage_strategies.node.nodeline import read_node
from restage_strategies.node.ownreads import files_of
from restage_strategies.node.prisma import reads_of_generate, writes_of_generate
from restage_strategies.node.project import outside_paths, project_effect, project_root
from restage_strategies.node.scripted import script_files
from restage_strategies.node.site import Site


def exact_effect(call: ProgramCall, what: str, site: Site) -> Effect | None:
    """The effect of a program whose files are known; None where it may look at anything."""
    match call.name, call.arguments[:1]:
        case "prisma", ("generate",):
            return _generating(call.arguments[1:], what, site)
        case "lerna", ("bootstrap",):
            return _bootstrapping(what, site)
        case "node", _:
            return _node(call.arguments, what, site)
        case name, verb:
            row = _rows().get(" ".join((name, *verb))) or _rows().get(name)
            return None if row is None else _by_row(row, what, site)


def hook_effect(call: ProgramCall, site: Site) -> Effect:
    """Tools for git hooks have no effect in an image; some of them fail where the repository is not there."""
    git = site.state.path(".git")
    if _needs_repository(call, site) and site.state.tree.is_directory(git.path):
        return Effect(reads=(project_root(site),), repeatable=True)
    files = _there(map(site.state.path, files_of(call.tool.package)), site)
    return Effect(reads=files, repeatable=True) if files else NOTHING


def _needs_repository(call: ProgramCall, site: Site) -> bool:
    """Whether the tool ends with an error outside a repository: lefthook, and husky of the versions 5 and 6."""
    if call.name == "lefthook":
        return True
    spec = site.manifest.every_dependency.get("husky", "") if site.manifest is not None else ""
    major = re.search(r"\d+", spec)
    return call.name == "husky" and major is not None and major[0] in ("5", "6")


def _generating(arguments: tuple[str, ...], what: str, site: Site) -> Effect | None:
    reads = reads_of_generate(site, arguments)
    if reads is None or any("*" in word for word in arguments):
        return None
    return bounded(what, site, reads, writes_of_generate(site, arguments))


def _node(arguments: tuple[str, ...], what: str, site: Site) -> Effect | None:
    line = read_node(arguments)
    if not line.main or line.options:
        return None
    found = script_files(site, line.main)
    told = outside_paths(arguments[1:], site)
    return None if found is None else bounded(what, site, found.reads, (*found.writes, *told))


_OF_NPM = ("package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", ".npmrc", ".yarnrc")


def _bootstrapping(what: str, site: Site) -> Effect | None:
    """lerna installs in each of its packages and runs their scripts; None where they have any."""
    found = packages(site)
    if any(name in LIFECYCLE for manifest in found[1:] for name in manifest.scripts):
        return None
    reads = [region(manifest.directory, name) for manifest in found for name in _OF_NPM]
    reads.extend(place for manifest in found for place in local_dependencies(manifest))
    names = ("node_modules", "package-lock.json", "yarn.lock")
    writes = tuple(region(manifest.directory, name) for manifest in found for name in names)
    return bounded(what, site, (site.state.path("lerna.json"), *reads), writes) if found else None


def _by_row(row: Mapping[str, Any], what: str, site: Site) -> Effect:
    reads, writes = (tuple(map(site.state.path, row.get(key, "").split())) for key in ("reads", "writes"))
    return bounded(what, site, reads, writes)


def bounded(what: str, site: Site, reads: tuple[Region, ...], writes: tuple[Region, ...]) -> Effect:
    """A run of the project's code whose files are known; what it makes goes along as that of any other."""
    here = region(site.directory)
    names = tuple(place.path.lstrip("/") for place in writes) if here.path == "/" else ()
    effect = project_effect(what, site, (place for place in writes if not here.covers(place)), names)
    modules = site.state.path("node_modules")
    return replace(effect, reads=_there((*reads, modules), site), bounds=writes or (modules,))


def _there(places: Iterable[Region], site: Site) -> tuple[Region, ...]:
    return outermost(tuple(place for place in places if is_there(place, site)))


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = json.loads(get_data(__package__, "steps.json") or b"{}")["tools"]
    return rows
