"""Reads one small data file at a time; the files are written by scripts/make_image_data.py."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

_DATA = __file__.rpartition("shards")[0] + "data/"


@lru_cache(maxsize=64)
def shard(path: str) -> dict[str, Any] | None:
    """The data file `path` (relative, without `.json`), or None if there is none.

    The caller vouches for `path`: it is a validated image name or a release of our own tables.
    """
    try:
        with open(f"{_DATA}{path}.json", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 3 ms to import
            loaded = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return loaded if isinstance(loaded, dict) else None
