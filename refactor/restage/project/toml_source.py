"""TOML for files that nobody vouches for: what would take `tomllib` more than linear time is refused."""

import re
from typing import Any

LARGEST_TEXT = 1024 * 1024
_LONG_KEY = re.compile(r"(?<![\w\\-])(?:(?:[\w-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}")


def toml_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    `tomllib` takes quadratic time for a key like `a.a.a.…`. Raises ValueError for what isn't TOML, for a key of
    more than a hundred parts, for more than 1 MB, and for values in too many brackets.
    """
    import tomllib

    if len(text) > LARGEST_TEXT:
        raise ValueError("it is larger than 1 MB")
    if _LONG_KEY.search(text):
        raise ValueError("a key has more than a hundred parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None
