"""Where a migration in a RUN puts its data: a file outside the project, or tables of a server or of the project's own."""

from __future__ import annotations

import posixpath
import re

from restage.api import Region, State, region

_FILE = re.compile(
    r"""['"]\s{0,4}(?:sqlite[\w+]{0,20}:///)?(/[^'"\n/][^'"\n]{0,200}\.(?:sqlite3?|db3?))['"?]"""
)
_ADDRESS = re.compile(r"sqlite[\w+]{0,20}:///(/[^?\s'\"]{1,200})")
_SETTINGS = re.compile(
    r"(?:.*(?:settings|config|database|db|models|__init__|session)\w*\.py|[\w-]{1,40}\.(?:ini|toml|cfg)|\.env[\w.]*)$"
)
_MOST_FILES = 40
_LARGEST = 200_000


def database_outside(folder: Region, state: State) -> Region | None:
    """A database file outside the project that settings or variables name."""
    texts = [text for path in _files(folder, state) if len(text := state.tree.text(path) or "") < _LARGEST]
    told = [path for text in texts for pattern in (_FILE, _ADDRESS) for path in pattern.findall(text)]
    told += [path for value in state.environment.values() for path in _ADDRESS.findall(value or "")]
    places = (region(path) for path in told if not path.startswith("/tmp/"))
    return next((place for place in places if not folder.covers(place)), None)


def _files(folder: Region, state: State) -> list[str]:
    found = (path for path in state.tree.walk(folder.path) if _SETTINGS.match(posixpath.basename(path)))
    return [path for path, _ in zip(found, range(_MOST_FILES), strict=False)]
