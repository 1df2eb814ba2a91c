"""Patterns that name the members of a workspace, as npm, yarn, pnpm and lerna read them."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator

from restage.api import Tree

MOST_DIRECTORIES = 5_000
"""How many directories one pattern looks into."""
_BRACES = re.compile(r"\{([^{}]{0,500})\}")
_MOST_WORDS = 64


def directories(tree: Tree, root: str, pattern: str) -> Iterator[str]:
    """The directories of the context below `root` that a pattern names; those that `!` takes out are never named."""
    if pattern.startswith("!"):
        return
    found: dict[str, None] = {}
    for plain in _unbraced(pattern):
        parts = tuple(part for part in plain.split("/") if part not in ("", "."))
        found.update(dict.fromkeys(_matching(tree, root, parts)))
    yield from found


def _unbraced(pattern: str) -> Iterator[str]:
    """The patterns that `{a,b}` stands for."""
    waiting = [pattern]
    for _ in range(_MOST_WORDS):
        if not waiting:
            return
        text = waiting.pop()
        braces = _BRACES.search(text)
        if braces is None:
            yield text
        else:
            waiting.extend(
                text[: braces.start()] + one + text[braces.end() :] for one in braces[1].split(",")
            )


def _matching(tree: Tree, root: str, parts: tuple[str, ...]) -> Iterator[str]:
    waiting = [(root, parts)]
    for _ in range(MOST_DIRECTORIES):
        if not waiting:
            return
        here, rest = waiting.pop()
        if not rest:
            yield here
        elif rest[0] == "**":
            waiting.append((here, rest[1:]))
            waiting.extend((below, rest) for below in _folders(tree, here))
        elif not re.search(r"[*?\[]", rest[0]):
            waiting.append((posixpath.normpath(posixpath.join(here, rest[0])), rest[1:]))
        else:
            waiting.extend((below, rest[1:]) for below in _folders(tree, here) if _fits(below, rest[0]))


def _folders(tree: Tree, directory: str) -> Iterator[str]:
    for name in tree.entries(directory):
        path = posixpath.join(directory, name)
        if name != "node_modules" and not name.startswith(".") and tree.is_directory(path):
            yield path


def _fits(path: str, part: str) -> bool:
    return fnmatch.fnmatchcase(posixpath.basename(path), part)
