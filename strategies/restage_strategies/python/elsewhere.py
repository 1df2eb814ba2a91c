"""Places outside its directory that code of the project names: itself, in modules that it imports, or by a variable."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import BaseImage, Effect, Region, State, region, replace, surely_there, unknown
from restage_strategies.python.shipped import imported_files

_PLACE = re.compile(
    r"""['"](/(?:srv|opt|var|data|home|mnt|www|root|media|vol)(?:/[\w.-]+)*)/?['"]"""
    r"""|sqlite[\w+]{0,20}:///(/[\w./-]+)"""
    r"""|(?:\b(?:makedirs|mkdir|open|Path|save_pretrained)\("""
    r"""|\b(?:local|cache|output|download|models?|target|save|dest|data|weights)_?(?:dir|folder|path|root|file)\w{0,20}\s{0,4}"""
    r"""(?::\s{0,4}\w{1,40}\s{0,4})?=)\s{0,4}[rf]?['"](/[\w.-]+(?:/[\w.-]+)*)""",
    re.IGNORECASE,
)
"""A path in quotes below a directory for data, or one that a name says to be a path: `/models` may be a page of a site."""
_SYSTEM = frozenset("usr etc bin sbin lib lib64 tmp proc dev sys run".split())
_PASSING = tuple(Region(path) for path in ("/var/log", "/var/run", "/var/tmp", "/var/cache"))
_NO_DATA = frozenset(
    "PATH HOME PWD OLDPWD VIRTUAL_ENV PYTHONPATH PYTHONHOME LD_LIBRARY_PATH JAVA_HOME".split()
)
_MOST_MODULES = 100


def with_places(effect: Effect, entries: Iterable[tuple[str, str]], state: State) -> Effect:
    """The effect of running sources (path and text), with the places that these name; unknown where one may be absent."""
    if effect.opaque:
        return effect
    further = list[Region]()
    for path, text in _reached(entries, state):
        for place in _named(text, state):
            known = (*effect.writes, *effect.caches, *further, *_PASSING)
            if any(other.covers(place) for other in known) or state.tree.is_file(place.path):
                continue
            there = surely_there(place, state)
            if there is None:
                return unknown(f"{posixpath.basename(path)} names {place}, and may write there")
            further.append(there)
    return replace(effect, writes=tuple(dict.fromkeys((*effect.writes, *further))))


def _reached(entries: Iterable[tuple[str, str]], state: State) -> Iterator[tuple[str, str]]:
    waiting, seen = list(entries), set[str]()
    while waiting and len(seen) < _MOST_MODULES:
        path, text = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        yield path, text
        tree = state.tree
        waiting += [(inner, tree.text(inner) or "") for inner in imported_files(path, text, tree)]


def _named(text: str, state: State) -> Iterator[Region]:
    for found in _PLACE.finditer(text):
        yield from _of_data(found[1] or found[2] or found[3])
    base = state.base.config.env if isinstance(state.base, BaseImage) else {}
    for name, value in state.environment.items():
        if value and ":" not in value and name not in _NO_DATA and base.get(name) != value:
            # Pydantic's settings have the names of their variables in small letters.
            field = rf"|^[ \t]+{re.escape(name.lower())}[ \t]*:" if "BaseSettings" in text else ""
            if value.startswith("/") and re.search(rf"\b{re.escape(name)}\b{field}", text, re.MULTILINE):
                yield from _of_data(value)


def _of_data(path: str) -> Iterator[Region]:
    place = region(path)
    if place.path != "/" and place.path.split("/")[1] not in _SYSTEM:
        yield place
