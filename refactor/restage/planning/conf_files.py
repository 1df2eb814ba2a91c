"""Where projects keep a configuration of nginx, by custom."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api.region import Region
from restage.api.tree import Placed, Tree
from restage.project.context import Context, Kind

_NAMED = re.compile(r"(?:nginx[\w.-]*|[\w.-]*\.nginx|default)\.conf")
_ANY = re.compile(r"[\w.-]+\.conf")
_FOLDERS = {
    "": _NAMED,
    **dict.fromkeys(("docker", ".docker", "deploy", "config", "conf"), _NAMED),
    **dict.fromkeys(
        ("nginx", ".nginx", "nginx/conf.d", "docker/nginx", ".docker/nginx", "deploy/nginx"), _ANY
    ),
    **dict.fromkeys(("config/nginx", "conf/nginx", ".nginx/conf.d", "docker/nginx/conf.d"), _ANY),
}
"""Folders of a project, and what a configuration of a site is called there."""


def conf_files(tree: Tree, root: str) -> tuple[str, ...]:
    """The configurations, by their path in the context, of the nearest project around a directory of the image."""
    for folder in _projects(tree, root):
        found = tuple(_in(tree.context, folder))
        if found:
            return found
    return ()


def _projects(tree: Tree, root: str) -> Iterator[str]:
    """The directories of the context that were copied around it, the nearest first, and the context itself."""
    place = Region(posixpath.dirname(root))
    while place.path != "/":
        for event in tree.events:
            if isinstance(event, Placed) and event.target.covers(place):
                inside = posixpath.relpath(place.path, event.target.path)
                folder = posixpath.normpath(posixpath.join(event.source, inside))
                yield "" if folder == "." else folder
        place = Region(posixpath.dirname(place.path))
    yield ""


def _in(context: Context, folder: str) -> Iterator[str]:
    for name, pattern in _FOLDERS.items():
        inside = posixpath.join(folder, name) if name else folder
        for entry in context.entries(inside):
            path = posixpath.join(inside, entry)
            if pattern.fullmatch(entry) and context.kind(path) is Kind.FILE:
                yield path
