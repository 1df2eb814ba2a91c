"""Native addons of the project itself, which its installs compile (binding.gyp)."""

from __future__ import annotations

import posixpath
import re

from restage_strategies.node.inputs import local_dependencies, packages
from restage_strategies.node.site import Site

_LIBRARIES = re.compile(r"""['"]libraries['"]|['"]-l\w|pkg-config""")


def addons(root: Site) -> tuple[str, ...]:
    """The binding.gyp of each package of the project, and of those in folders that it depends on."""
    manifests = packages(root)
    folders = {m.directory for m in manifests} | {p.path for m in manifests for p in local_dependencies(m)}
    files = sorted(posixpath.join(folder, "binding.gyp") for folder in folders)
    return tuple(path for path in files if root.state.tree.is_file(path))


def linking(root: Site) -> tuple[str, ...]:
    """Those that name libraries of the system, relative to the root."""
    texts = ((path, root.state.tree.text(path)) for path in addons(root))
    return tuple(
        posixpath.relpath(path, root.directory)
        for path, text in texts
        if text is None or _LIBRARIES.search(text)
    )
