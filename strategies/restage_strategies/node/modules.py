"""What an install makes: node_modules, and what packages download into the home directory."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import Region
from restage_strategies.node.inputs import packages
from restage_strategies.node.locks import lock_at
from restage_strategies.node.manifest import Manifest, members
from restage_strategies.node.places import npmrc
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.rows import row_of
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


def downloads(root: Site) -> tuple[Region, ...]:
    """Where packages of this install put what they download beyond node_modules, if what runs needs it."""
    return tuple(place for manifest in packages(root) for place in _downloads_of(manifest, root))


def _downloads_of(manifest: Manifest, root: Site) -> Iterator[Region]:
    for name, spec in manifest.every_dependency.items():
        row = row_of(name)
        if row is None or not row.downloads or _switched_off(row.unless, root):
            continue
        told = root.variable(*row.told_by) if row.told_by else ""
        major = _major(_locked(name, root) or spec)
        if told:
            yield root.state.path(told)
        elif major is None or row.since <= major:
            yield root.home(row.downloads)


def _locked(name: str, root: Site) -> str:
    lock = lock_at(root.state.tree, root.directory)
    return lock.version(name) if lock is not None else ""


def _major(spec: str) -> int | None:
    digits = spec.lstrip("^~>=v ").partition(".")[0]
    return int(digits) if digits.isdigit() and len(digits) < 9 else None


def _switched_off(variables: tuple[str, ...], root: Site) -> bool:
    return any(root.variable(name) not in ("", "false", "0") for name in variables)
