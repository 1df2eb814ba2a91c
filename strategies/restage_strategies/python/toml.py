"""TOML of any text: manifests, locks and settings of the managers."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\n]*+')"""
_ABSURD_KEY = re.compile(rf"(?:^|[{{,])[ \t\[]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}", re.MULTILINE)
"""A key of more than 16 parts, in a line's beginning or in an inline table: tomllib takes quadratic time for it."""


def read_toml(text: str | None) -> dict[str, Any] | None:
    """The content of a TOML text; None where it can't be read, and where there is none."""
    if text is None or _ABSURD_KEY.search(text):
        return None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a plain ValueError: an integer of more digits than Python reads
        return None


def packages_of(lock: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages of a lock of uv, poetry or pdm: tables in a list, and nothing else that stands there."""
    packages = lock.get("package")
    return [found for found in packages if isinstance(found, dict)] if isinstance(packages, list) else []
