"""Scripts of the project that an install runs.

Sources: the documentation of npm (scripts, "Life Cycle Operation Order"), yarn 1 and berry (lifecycle scripts), pnpm and bun.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage_strategies.node.berry import is_surely_berry
from restage_strategies.node.inputs import installed, local_packages
from restage_strategies.node.manifest import LIFECYCLE, Manifest
from restage_strategies.node.ownreads import ignores_scripts
from restage_strategies.node.requests import Change, Install, Manager, Request
from restage_strategies.node.site import Site

_BERRY = ("preinstall", "install", "postinstall")
_PNPM = ("pnpm:devPreinstall", *LIFECYCLE)


def lifecycle_scripts(request: Request, root: Site) -> tuple[tuple[str, str, Site], ...]:
    """Scripts of the project that an install runs: name, text, and where."""
    if not runs_scripts(request, root):
        return ()
    found = [
        (name, text, root.at(manifest.directory))
        for manifest in (*installed(request, root), *local_packages(request, root))
        for name, text in _own(manifest, request.manager, root)
    ]
    return tuple(found)


def runs_scripts(request: Request, root: Site) -> bool:
    """Whether the request runs the project's own scripts: yarn does when packages are added, npm and pnpm don't."""
    match request.action:
        case Install():
            return not ignores_scripts(request, root)
        case Change():
            yarn = request.manager in (Manager.YARN, Manager.BERRY)
            return yarn and not ignores_scripts(request, root)
        case _:
            return False


def _own(manifest: Manifest, manager: Manager, root: Site) -> Iterator[tuple[str, str]]:
    berry = manager is Manager.BERRY and is_surely_berry(root)
    names = _BERRY if berry else _PNPM if manager is Manager.PNPM else LIFECYCLE
    for name in names:
        if name in manifest.scripts:
            yield name, manifest.scripts[name]
    addon = posixpath.join(manifest.directory, "binding.gyp")
    if "install" not in manifest.scripts and root.state.tree.is_file(addon):
        yield "install", "node-gyp rebuild"
