"""What an install makes: node_modules, and what packages download into the home directory."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from restage.api import Region, join, outermost, region
from restage_strategies.node.berry import loads_from_cache
from restage_strategies.node.inputs import packages
from restage_strategies.node.locks import lock_at
from restage_strategies.node.manifest import Manifest, json_object, members
from restage_strategies.node.npm import package_name
from restage_strategies.node.ownreads import files_of, ignores_scripts
from restage_strategies.node.places import caches, npmrc, pnpm_links_to
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.rows import brought_by, row_of
from restage_strategies.node.site import Site


def makes_modules(request: Request, root: Site) -> bool:
    """Whether an install surely makes one node_modules and no other: packages to install, and no workspace."""
    found = packages(root)
    if len(found) != 1 or found[0].workspaces or _is_workspace(found[0], root):
        return False
    names = found[0].dependencies if omits_dev(request, root) else found[0].every_dependency
    return bool(names)


def _is_workspace(manifest: Manifest, root: Site) -> bool:
    tree = root.state.tree
    return bool(members(tree, manifest)) or any(
        tree.is_file(posixpath.join(root.directory, name)) for name in ("pnpm-workspace.yaml", "lerna.json")
    )


def omits_dev(request: Request, site: Site) -> bool:
    """Whether dev dependencies are left out, as npm, yarn 1 and pnpm decide it; berry goes by its option alone.

    Of .npmrc only what leaves them out is heard: which managers obey the opposite differs.
    """
    if request.manager is Manager.BERRY:
        return request.says("production") not in ("", "false")
    settings = {**npmrc(site), **request.settings}
    told = [settings.get(name, "") for name in ("omit", "only", "production", "prod", "P")]
    if "dev" in (request.says("include"), request.says("also")) or request.says("production") == "false":
        return False
    if (
        told[0] == "dev"
        or told[1].startswith("prod")
        or any(value not in ("", "false") for value in told[2:])
    ):
        return True
    return site.variable("NODE_ENV") == "production" and request.says("dev", "D") in ("", "false")


def loaded_from(request: Request, root: Site) -> tuple[Region, ...]:
    """Where packages lie outside of the project that what runs loads from there."""
    match request.manager:
        case Manager.BERRY:
            return caches(request, root) if loads_from_cache(root) else ()
        case Manager.PNPM:
            return pnpm_links_to(request, root)
        case _:
            return ()


def downloads(request: Request, root: Site) -> tuple[Region, ...]:
    """Where packages of this install put what they download beyond node_modules, if what runs needs it."""
    if ignores_scripts(request, root):
        return ()
    lock, runs = lock_at(root.state.tree, root.directory), omits_dev(request, root)
    specs: dict[str, str] = {}
    for manifest in packages(root):
        specs |= manifest.dependencies if runs else manifest.every_dependency
    locked = {one.name: one.version for one in lock.packages if not (runs and one.dev)} if lock else {}
    versions = {**dict.fromkeys(_brought(specs) if lock is None else (), ""), **specs, **locked}
    if request.manager in (
        Manager.PNPM,
        Manager.BUN,
    ):  # they run the scripts of those packages that are allowed to
        versions = dict.fromkeys(versions, "")
    return _downloaded(versions, root)


def downloads_of(asked: Iterable[str], site: Site) -> tuple[Region, ...]:
    """The same of packages that a command adds by name, or takes away."""
    names = [package_name(spec) for spec in asked]
    return _downloaded(dict.fromkeys((*names, *_brought(names)), ""), site)


def _brought(names: Iterable[str]) -> list[str]:
    """Packages with a row that come with these."""
    return [found for name in names if (found := brought_by(name))]


def _downloaded(versions: Mapping[str, str], root: Site) -> tuple[Region, ...]:
    places = (place for name, version in versions.items() for place in _downloads_of(name, version, root))
    return outermost(tuple(places))


def _downloads_of(name: str, version: str, root: Site) -> Iterator[Region]:
    row = row_of(name)
    if row is None or not row.downloads or _switched_off(row.unless, root):
        return
    told = root.variable(*row.told_by) if row.told_by else ""
    if told == _INSIDE or _is_past(version, row.until):
        return
    major = _major(version)
    if told:
        yield root.state.path(told)
    elif _configured(name, root):
        yield from (root.home(), region(root.directory))
    elif not version:
        # Whether it downloads is not told: the directory may be there or not, the one around it is.
        yield root.home()
    elif major is None or row.since <= major:
        yield root.home(row.downloads)


_INSIDE = "0"
"""Playwright's word for: inside of its own package."""


def _is_past(version: str, until: tuple[int, ...]) -> bool:
    """Whether that version, or the newest of a range that leaves the minor open, downloads no more."""
    parts = version.lstrip("~=v ").split(".")[: len(until)]
    told = all(part.isdigit() and len(part) < 9 for part in parts)
    return bool(until and version) and (not told or tuple(map(int, parts)) >= until)


def _configured(name: str, root: Site) -> bool:
    """Whether settings of the project may say whether it downloads, and where to."""
    tree = root.state.tree
    manifest = json_object(tree.text(join(root.directory, "package.json")) or "") or {}
    files = (join(root.directory, file) for file in files_of(name))
    return name in manifest or any(name in key for key in npmrc(root)) or any(map(tree.is_file, files))


def _major(spec: str) -> int | None:
    digits = spec.lstrip("^~>=v ").partition(".")[0]
    return int(digits) if digits.isdigit() and len(digits) < 9 else None


def _switched_off(variables: tuple[str, ...], root: Site) -> bool:
    return any(root.variable(name) not in ("", "false", "0") for name in variables)
