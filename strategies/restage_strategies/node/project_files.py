"""The files of a project, without what its tools keep there."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Tree, join


def project_files(tree: Tree, directory: str, skipped: frozenset[str]) -> Iterator[str]:
    """Paths of all files below a directory, but for folders of the skipped names and of names with a dot."""
    waiting = [directory]
    while waiting:
        here = waiting.pop()
        for name in tree.entries(here):
            path = join(here, name)
            if "." in name:
                yield path
            elif name not in skipped and tree.is_directory(path):
                waiting.append(path)
