"""Which packages a project or the image has, and which of them brings a program."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import Placed
from restage_strategies.node.locks import Lock, lock_at
from restage_strategies.node.manifest import Manifest, manifest_at, upwards
from restage_strategies.node.named import installed_globally
from restage_strategies.node.site import Site
from restage_strategies.node.tools import package_of

_MANAGERS = frozenset({"npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "bun", "bunx", "corepack"})


def is_node_project(site: Site) -> bool:
    """Whether bare names of npm programs mean these programs here."""
    if site.followed or site.state.base.family == "node" or site.manifest is not None:
        return True
    return any(command.name in _MANAGERS for command in site.case.commands)


def manifests_above(site: Site) -> Iterator[Manifest]:
    """The manifests of the working directory and of those above, whose programs a script finds."""
    for directory in upwards(site.directory):
        manifest = manifest_at(site.state.tree, directory)
        if manifest is not None:
            yield manifest


def locks_above(site: Site) -> Iterator[Lock]:
    """The lockfiles beside these manifests."""
    for directory in upwards(site.directory):
        lock = lock_at(site.state.tree, directory)
        if lock is not None:
            yield lock


def provider_of(program: str, site: Site) -> str:
    """The package of the project, or installed globally, that brings a program; empty if none is known to."""
    usual = package_of(program)
    for manifest in manifests_above(site):
        names = manifest.every_dependency
        if usual in names or program in names:
            return usual if usual in names else program
    for lock in locks_above(site):
        if lock.provider(program) or usual in lock.names:
            return lock.provider(program) or usual
    for name in installed_globally(site.case):
        if name in (usual, program) or _resembles(name, program):
            return name
    return next(
        (
            name
            for manifest in manifests_above(site)
            for name in manifest.every_dependency
            if _resembles(name, program)
        ),
        "",
    )


def _resembles(package: str, program: str) -> bool:
    """Whether a package's name suggests that it brings the program: `@vckit/cli` and `vckit`."""
    scope, _, name = package.removeprefix("@").rpartition("/")
    plain = name.removesuffix("-cli").removesuffix(".js")
    return program in (name, plain) or (name in ("cli", "core", "server", "node") and program == scope)


def own_program(program: str, site: Site) -> tuple[str, str] | None:
    """Directory and main file of a package of the build context whose own program has this name."""
    tree = site.state.tree
    placed = [event.target.path for event in tree.events if isinstance(event, Placed)]
    for directory in dict.fromkeys(
        place for path in placed for place in (path, posixpath.dirname(path)) if program
    ):
        manifest = manifest_at(tree, directory)
        if manifest is not None and program in manifest.programs:
            return directory, posixpath.normpath(posixpath.join(directory, manifest.programs[program]))
    return None
