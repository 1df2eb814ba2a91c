"""All that an install may change in the project: node_modules, the lockfile, what the package manager keeps beside them.

Sources: npm (folders, package-lock), yarn berry (pnpDataPath, installStatePath), pnpm (node-linker), Corepack (pins the
package manager in a package.json that names none), msw (workerDirectory).
"""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Region, outermost, region
from restage_strategies.node.inputs import (
    becomes_executable,
    installed,
    local_packages,
    program_files,
)
from restage_strategies.node.locks import in_step
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.ownreads import ignores_scripts
from restage_strategies.node.places import corepack_provides
from restage_strategies.node.prisma import writes_of_generate
from restage_strategies.node.requests import Install, Manager, Request
from restage_strategies.node.site import Site

_LOCKS = {
    Manager.NPM: ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"),
    Manager.YARN: ("yarn.lock",),
    Manager.BERRY: ("yarn.lock",),
    Manager.PNPM: ("pnpm-lock.yaml",),
    Manager.BUN: ("bun.lock", "bun.lockb", "yarn.lock"),
}
_LINKERS = (".pnp.cjs", ".pnp.loader.mjs", ".pnp.data.json")
_BESIDE = (".yarn/unplugged", ".yarn/install-state.gz", ".yarn/build-state.yml")
_CACHE = ".yarn/cache"
_FROZEN = ("frozen-lockfile", "immutable", "pure-lockfile")


def install_bounds(request: Request, root: Site) -> tuple[Region, ...]:
    """Every place in the project that may change, there or not; the whole of it where nobody knows."""
    here = region(root.directory)
    found = installed(request, root)
    if not found or _is_pinned(request, found[0], root):
        return (here,)
    places = [here.below(name) for name in _beside(request, found, root)]
    for manifest in (*found, *local_packages(request, root)):
        places.extend(_of_package(manifest, root))
        if not ignores_scripts(request, root):
            places.extend(_of_scripts(manifest, root))
    return outermost(tuple(places))


def _beside(request: Request, found: tuple[Manifest, ...], root: Site) -> Iterator[str]:
    """What changes in the root besides node_modules; a cache of packages that the project brings is verified only."""
    tree = root.state.tree
    if not is_frozen(request) and not (request.manager is Manager.NPM and in_step(tree, found)):
        yield from _LOCKS[request.manager]
    if request.manager is Manager.BERRY:
        brings = tree.is_directory(region(root.directory, _CACHE).path)
        yield from _BESIDE
        yield from () if brings else (_CACHE,)
        yield from () if is_frozen(request) else _LINKERS
    if request.manager is Manager.PNPM:
        yield from (".pnp.cjs", ".pnpm-store")


def is_frozen(request: Request) -> bool:
    """Whether the lockfile stays as it is: the install rather fails than change it."""
    told = any(request.says(name) not in ("", "false") for name in _FROZEN)
    return told or (isinstance(request.action, Install) and request.action.frozen)


def _is_pinned(request: Request, manifest: Manifest, root: Site) -> bool:
    """Whether Corepack writes its version into the package.json, which says nothing of package managers."""
    off = root.variable("COREPACK_ENABLE_AUTO_PIN") == "0"
    return corepack_provides(request.manager, root) and not manifest.package_manager and not off


def _of_package(manifest: Manifest, root: Site) -> Iterator[Region]:
    here = region(manifest.directory)
    yield here.below("node_modules")
    if root.state.tree.is_file(here.below("binding.gyp").path):
        yield here.below("build")
    if manifest.directory != root.directory:
        yield from (place for place in program_files(manifest) if becomes_executable(place, root))


def _of_scripts(manifest: Manifest, root: Site) -> Iterator[Region]:
    """What install scripts of packages put into the project."""
    if "@prisma/client" in manifest.every_dependency:
        yield from writes_of_generate(root.at(manifest.directory), ())
    worker = manifest.fields.get("msw")
    told = worker.get("workerDirectory") if isinstance(worker, dict) else None
    for directory in told if isinstance(told, list) else [told]:
        if isinstance(directory, str):
            yield region(manifest.directory, directory, "mockServiceWorker.js")
