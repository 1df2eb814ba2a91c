"""What the sources of a workspace name outside of it: it has to be there before they are compiled."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import Region, region
from restage_strategies.rust.survey import Survey, paths_in
from restage_strategies.rust.workspace import Workspace


def named_outside(space: Workspace) -> Iterator[Region]:
    """`../proto/a.proto` in a build script, `migrate!("../migrations")`: as seen from the file and from each package."""
    tree = space.tree
    for file, text in _texts(space):
        for path in dict.fromkeys(paths_in(text)):
            if path.startswith(("../", "/")):
                folders = (posixpath.dirname(file), *(package.directory for package in space.all_packages))
                places = dict.fromkeys(region(folder, path) for folder in folders)
                yield from (p for p in places if tree.is_file(p.path) or tree.is_directory(p.path))


def _texts(space: Workspace) -> Iterator[tuple[str, str]]:
    """The files of all packages, build scripts too: path and text."""
    root = space.root or space.directory
    for source in Survey(space.all_packages, space).sources:
        yield posixpath.join(root, source.path), source.text
    for package in space.all_packages:
        script = package.build_script
        if script is not None:
            yield script, space.tree.text(script) or ""
