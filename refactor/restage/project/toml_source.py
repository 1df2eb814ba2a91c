"""TOML for files that nobody vouches for: what would take `tomllib` more than linear time is refused."""

from __future__ import annotations

import re
from typing import Any

_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\n]*+')"""
_ABSURD_KEY = re.compile(rf"(?:^|[{{,])[ \t\[]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}", re.MULTILINE)
"""A key of more than 16 parts, in a line's beginning or in an inline table: tomllib takes quadratic time for it."""


def toml_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises ValueError for what isn't TOML, for a key of more than 16 parts, for values in too many brackets, and for an
    integer of more digits than Python reads.
    """
    import tomllib

    if _ABSURD_KEY.search(text):
        raise ValueError("a key has more than 16 parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None


def read_toml(text: str | None) -> dict[str, Any] | None:
    """The tables of a TOML text; None where there is no text, and where `toml_of` refuses it."""
    if text is None:
        return None
    try:
        return toml_of(text)
    except ValueError:
        return None
