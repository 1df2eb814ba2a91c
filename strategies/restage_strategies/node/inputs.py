"""What an install reads, by the rules of the package managers.

Sources: the documentation of npm (install, package-lock, workspaces, npmrc), yarn 1 (yarnrc, offline mirror), berry
(configuration, patch:, portal:), pnpm (workspace, patchedDependencies, .pnpmfile.cjs) and bun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import FromContext, Region, Unknown, outermost, region
from restage_strategies.node.manifest import (
    Manifest,
    manifest_at,
    members,
    members_named,
    pnpm_patterns,
    upwards,
)
from restage_strategies.node.naming import settings_files, told_files
from restage_strategies.node.ownreads import own_install_reads
from restage_strategies.node.patches import patch_files
from restage_strategies.node.requests import Fetch, Manager, Request
from restage_strategies.node.site import Site

_OWN = {
    Manager.NPM: ("package.json", "npm-shrinkwrap.json", "package-lock.json", "yarn.lock"),
    Manager.YARN: ("package.json", "yarn.lock", ".yarnclean"),
    Manager.BERRY: (
        *("package.json", "yarn.lock", ".yarn", ".env.yarn", "yarn.config.cjs", "constraints.pro"),
        *(".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", ".pnp.data.json"),
    ),
    Manager.PNPM: (
        *("package.json", "package.yaml", "package.json5", "pnpm-lock.yaml", "pnpm-workspace.yaml"),
        *(".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js", "pnpmfile.cjs"),
    ),
    Manager.BUN: (
        *("package.json", "bun.lock", "bun.lockb", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"),
    ),
}
"""What a package manager reads in the root of a project, if it is there. npm obeys a yarn.lock where it has no other."""
_OF_MEMBER = {Manager.PNPM: ("package.json", ".npmrc", "pnpm-lock.yaml")}
_LOCAL = re.compile(r"^(?:file:|link:|portal:|\.{1,2}/|~/|/)")
_MOST_LOCAL = 200


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
    """The root's manifest and those of the members of its workspace, lerna's included."""
    manifest = manifest_at(root.state.tree, root.directory)
    return () if manifest is None else (manifest, *members(root.state.tree, manifest))


def installed(request: Request, root: Site) -> tuple[Manifest, ...]:
    """The manifests of the root and of the members that the package manager itself knows."""
    tree = root.state.tree
    manifest = manifest_at(tree, root.directory)
    if manifest is None:
        return ()
    pnpm = request.manager is Manager.PNPM
    patterns = pnpm_patterns(tree, root.directory) if pnpm else manifest.workspaces
    return (manifest, *members_named(tree, root.directory, patterns))


def install_reads(request: Request, root: Site) -> tuple[Region, ...]:
    """The files of the project that an install reads before any script runs; all of it where no manifest tells."""
    here = region(root.directory)
    found = installed(request, root)
    if not found and not isinstance(request.action, Fetch):
        return (here,)
    places = [here.below(name) for name in (*_OWN[request.manager], "node_modules")]
    places.extend(settings_files(request, root))
    places.extend(told_files(request, root))
    for manifest in found[1:]:
        places.extend(_of_member(manifest, request.manager, root))
    for manifest in (*found, *local_packages(request, root)):
        places.extend(_of_package(manifest, request.manager, root))
    places.extend(own_install_reads(request, found, root))
    return outermost(tuple(place for place in places if is_there(place, root)))


def run_reads(request: Request, site: Site) -> tuple[Region, ...]:
    """What a package manager reads before it runs a script or a program; berry looks at the lockfile and the members."""
    if request.manager is Manager.BERRY:
        return install_reads(request, workspace_root(site))
    directories = {site.directory, site.manifest.directory if site.manifest is not None else site.directory}
    names = ("package.json", "pnpm-workspace.yaml") if request.manager is Manager.PNPM else ("package.json",)
    places = [region(directory, name) for directory in sorted(directories) for name in names]
    places.extend(settings_files(request, site))
    return outermost(tuple(place for place in places if is_there(place, site)))


def hides_manifest(site: Site) -> bool:
    """Whether the nearest package.json is one that a command made or changed, so that nobody knows what it says."""
    for directory in upwards(site.directory):
        place = region(directory, "package.json")
        if is_there(place, site):
            return manifest_at(site.state.tree, directory) is None
    return False


def is_there(place: Region, site: Site) -> bool:
    """Whether a file or directory comes from the context, or a command may have made it."""
    return not isinstance(site.state.tree.origin(place.path), Unknown) or site.state.tree.is_directory(
        place.path
    )


def _of_member(manifest: Manifest, manager: Manager, root: Site) -> Iterator[Region]:
    """What is read of a member, its programs included: a link is made only to those that are there."""
    here = region(manifest.directory)
    yield from (here.below(name) for name in (*_OF_MEMBER.get(manager, ("package.json",)), "node_modules"))
    yield from (place for place in program_files(manifest) if not becomes_executable(place, root))


def becomes_executable(place: Region, root: Site) -> bool:
    """Whether making a link to a program changes the mode of its file."""
    origin = root.state.tree.origin(place.path)
    return isinstance(origin, FromContext) and not root.case.context.executable(origin.path)


def program_files(manifest: Manifest) -> Iterator[Region]:
    """The files that `bin` of a manifest names."""
    here = region(manifest.directory)
    yield from (here.below(path) for path in manifest.programs.values())
    folders = manifest.fields.get("directories")
    if isinstance(folders, dict) and isinstance(folders.get("bin"), str):
        yield here.below(folders["bin"])


def _of_package(manifest: Manifest, manager: Manager, root: Site) -> Iterator[Region]:
    for spec, place in _local(manifest):
        if spec.startswith("link:") and manager is not Manager.NPM:
            linked = manifest_at(root.state.tree, place.path)
            yield place if linked is not None and linked.programs else place.below("package.json")
        else:
            yield place
    yield from patch_files(manifest, root)


def local_packages(request: Request, root: Site) -> tuple[Manifest, ...]:
    """The manifests of folders of the project that packages depend on, and of those that these depend on."""
    waiting = list(installed(request, root))
    known = {manifest.directory for manifest in waiting}
    found: list[Manifest] = []
    while waiting and len(found) < _MOST_LOCAL:
        for spec, place in _local(waiting.pop()):
            manifest = None if spec.startswith("link:") else manifest_at(root.state.tree, place.path)
            if manifest is not None and place.path not in known:
                known.add(place.path)
                found.append(manifest)
                waiting.append(manifest)
    return tuple(found)


def local_dependencies(manifest: Manifest) -> Iterator[Region]:
    """Folders and archives of the project that a package depends on (`file:native/x`)."""
    yield from (place for _, place in _local(manifest))


def _local(manifest: Manifest) -> Iterator[tuple[str, Region]]:
    for spec in (*manifest.every_dependency.values(), *manifest.replacements):
        if _LOCAL.match(spec):
            path = re.sub(r"^(?:file|link|portal):(?://(?=/))?", "", spec).partition("::")[0]
            yield spec, region(manifest.directory, path)
