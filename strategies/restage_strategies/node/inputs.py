"""What an install reads, and which scripts of the project it runs.

Sources: the documentation of npm (install, scripts, workspaces), yarn 1 (lifecycle) and pnpm (workspace,
patchedDependencies, .pnpmfile.cjs).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Region, outermost, region
from restage_strategies.node.locks import FILES
from restage_strategies.node.manifest import LIFECYCLE, Manifest, manifest_at, members, upwards
from restage_strategies.node.places import npm_setting
from restage_strategies.node.requests import Change, Fetch, Install, Request
from restage_strategies.node.site import Site

_ALWAYS = (
    "package.json",
    *FILES,
    "bun.lockb",
    "bunfig.toml",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".yarn",
    ".pnp.cjs",
    ".pnp.loader.mjs",
    ".pnpmfile.cjs",
    ".pnpmfile.mjs",
    "pnpmfile.js",
    "pnpm-workspace.yaml",
    "lerna.json",
    "patches",
    ".nvmrc",
    ".node-version",
)
_PRISMA = ("prisma", "schema.prisma", "prisma.config.ts", "prisma.config.js", ".env")
_LOCAL = re.compile(r"^(?:file:|link:|portal:|\.{1,2}/|~/|/)")


def workspace_root(site: Site) -> Site:
    """Where an install works: the root of the workspace that the directory is a member of, else its package."""
    tree = site.state.tree
    nearest = site.manifest
    here = nearest.directory if nearest is not None else site.directory
    for directory in upwards(here):
        manifest = manifest_at(tree, directory)
        if manifest is not None and any(member.directory == here for member in members(tree, manifest)):
            return site.at(directory)
    return site.at(here)


def packages(root: Site) -> tuple[Manifest, ...]:
    """The root's manifest and those of the members of its workspace."""
    manifest = manifest_at(root.state.tree, root.directory)
    return () if manifest is None else (manifest, *members(root.state.tree, manifest))


def install_reads(root: Site) -> tuple[Region, ...]:
    """The files that an install reads, by the rules of npm, yarn and pnpm."""
    here = region(root.directory)
    found = [here.below(name) for name in _ALWAYS]
    found.extend(root.home(name) for name in (".npmrc", ".yarnrc", ".yarnrc.yml"))
    for manifest in packages(root):
        found.extend(
            region(manifest.directory, name) for name in ("package.json", ".npmrc", "package-lock.json")
        )
        found.extend(local_dependencies(manifest))
        found.extend(_of_prisma(manifest))
    return outermost(tuple(found))


def local_dependencies(manifest: Manifest) -> Iterator[Region]:
    """Folders and archives of the project that a package depends on (`file:native/x`)."""
    for spec in manifest.every_dependency.values():
        if _LOCAL.match(spec):
            yield region(manifest.directory, re.sub(r"^(?:file|link|portal):", "", spec))


def _of_prisma(manifest: Manifest) -> Iterator[Region]:
    """@prisma/client generates itself from the schema when it is installed."""
    if "@prisma/client" in manifest.every_dependency:
        yield from (region(manifest.directory, name) for name in _PRISMA)
        if manifest.prisma_schema:
            yield region(manifest.directory, manifest.prisma_schema)


def lifecycle_scripts(request: Request, root: Site) -> tuple[tuple[str, str, Site], ...]:
    """Scripts of the project that an install runs: name, text, and where."""
    if not isinstance(request.action, Install) or ignores_scripts(request, root):
        return ()
    found = [
        (name, text, root.at(manifest.directory))
        for manifest in packages(root)
        for name, text in _own(manifest, root)
    ]
    return tuple(found)


def _own(manifest: Manifest, root: Site) -> Iterator[tuple[str, str]]:
    for name in LIFECYCLE:
        if name in manifest.scripts:
            yield name, manifest.scripts[name]
    addon = posixpath.join(manifest.directory, "binding.gyp")
    if "install" not in manifest.scripts and root.state.tree.is_file(addon):
        yield "install", "node-gyp rebuild"


def ignores_scripts(request: Request, root: Site) -> bool:
    """Whether install scripts are switched off, by option, environment, setting or for want of a manifest."""
    if isinstance(request.action, Fetch | Change):
        return True
    told = request.says("ignore-scripts") or npm_setting("ignore-scripts", root)
    return told not in ("", "false", "0")
