"""The files of the build context that a stage holds, or held before something deleted or changed them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from restage.api import Kind, Placed, Record, Region, Tree, of_tree

MOST_FILES = 4_000
"""How many of them are looked at."""


class File(Record):
    """One file."""

    path: str
    """In the image: an absolute path."""
    source: str
    """In the build context."""


@of_tree
def placed_files(tree: Tree) -> tuple[File, ...]:
    """Every file that a COPY put anywhere; one more than are looked at, where there are more."""
    found = (file for event in tree.events if isinstance(event, Placed) for file in _of(event, tree))
    return tuple({file.path: file for file in islice(found, MOST_FILES + 1)}.values())


def _of(event: Placed, tree: Tree) -> Iterator[File]:
    if tree.context.kind(event.source) is not Kind.DIRECTORY:
        yield File(event.target.path, event.source)
        return
    above = f"{event.source}/" if event.source else ""
    for path in tree.context.walk(event.source, (".git", "node_modules")):
        yield File(posixpath.join(event.target.path, path.removeprefix(above)), path)


def project_of(directory: str, tree: Tree) -> str:
    """The outermost directory around this one that a directory of the context was put into; else this one itself."""
    around = [
        event.target.path
        for event in tree.events
        if isinstance(event, Placed)
        and event.target.path != "/"
        and event.target.covers(Region(directory))
        and tree.context.kind(event.source) is Kind.DIRECTORY
    ]
    return min(around, key=len, default=posixpath.normpath(directory))
