"""Whether something but its package manager reaches into node_modules: a prune would take that away, or undo it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Placed
from restage_strategies.node.family import Family
from restage_strategies.node.manifest import LIFECYCLE
from restage_strategies.node.reach import main_file
from restage_strategies.node.site import Site

_PROGRAMS = frozenset("cp mv ln rsync tar rm unzip install find sed jq awk perl tee cat echo printf".split())
_PLACES = ("node_modules", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")
_LINKERS = frozenset("link-module-alias linklocal npm-link-shared relative-deps".split())
"""Packages that put links into node_modules."""
_IN_SCRIPT = re.compile(
    r"\b(?:cp|mv|ln|cpx|copyfiles|ncp|link|rsync|sed|perl|patch|replace|symlink\w{0,8})\b[^;&|]{0,200}node_modules"
)
_IN_CODE = re.compile(
    r"symlink|writeFile|outputFile|copyFile|copySync|cpSync|rename|\b(?:cp|mv|ln|sed|rsync|patch) "
)


def is_handled(root: Site, family: Family) -> bool:
    """Whether commands, COPY lines or scripts reach into node_modules, or change what the install goes by."""
    placed = any(
        isinstance(event, Placed) and "/node_modules" in event.target.path for event in root.state.tree.events
    )
    words = (
        word
        for command in root.case.commands
        if command.name in _PROGRAMS
        for word in (*command.arguments, *command.outputs)
    )
    if placed or any(name in word for word in words for name in _PLACES):
        return True
    if not _LINKERS.isdisjoint(family.whole.every_dependency):
        return True
    scripts = " ; ".join(text for one in family.manifests for text in one.scripts.values())
    return _IN_SCRIPT.search(scripts) is not None or any(map(_writes_there, _texts(root, family)))


def _writes_there(text: str) -> bool:
    return "node_modules" in text and _IN_CODE.search(text) is not None


def _texts(root: Site, family: Family) -> Iterator[str]:
    """What installs run of the project, and what the file's commands name: the scripts and the files."""
    tree = root.state.tree.without_deletions()
    named = [(root.directory, word) for command in root.case.commands for word in command.words]
    for one in family.manifests:
        for text in (one.scripts[name] for name in LIFECYCLE if name in one.scripts):
            yield text
            named += [(one.directory, word) for word in text.split()]
    for place, word in dict.fromkeys(named):
        path = posixpath.normpath(posixpath.join(place, word))
        file = None if path == place or tree.is_directory(path) else main_file(tree, path)
        yield (tree.text(file) if file is not None else None) or ""
