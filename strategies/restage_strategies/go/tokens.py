"""Go source text as tokens, in linear time whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.api import Token

# Every alternative also matches when its end is missing, so no position is tried twice over a long stretch.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<raw>`[^`]*`?)
    |(?P<string>"(?:[^"\\\n]|\\.)*"?)
    |(?P<rune>'(?:[^'\\\n]|\\.)*'?)
    |(?P<word>[^\W\d]\w*)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}

_BLANK = frozenset({"space", "comment"})


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Go file, white space and comments included; their texts joined are the file.

    Kinds: `comment`, `raw`, `string`, `rune`, `word`, `space`, `sign`.
    """
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match.group(), match.start()


def significant(text: str) -> list[Token]:
    """The tokens without white space and comments."""
    found = _TOKEN.finditer(text)
    return [
        (match.lastgroup or "", match.group(), match.start())
        for match in found
        if match.lastgroup not in _BLANK
    ]


def literal(token: Token) -> str | None:
    """The value of a string literal, or None for any other token; rare escapes stay without their backslash."""
    kind, text, _ = token
    match kind:
        case "raw":
            return text.strip("`")
        case "string":
            inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
            return _ESCAPE.sub(lambda found: _ESCAPED.get(found.group(1), found.group(1)), inner)
        case _:
            return None


def constants_of(files: Iterable[list[Token]]) -> dict[str, str]:
    """Names that are given one string and never anything else, in the whole package."""
    values: dict[str, set[str | None]] = {}
    for found in files:
        for at in range(2, len(found) - 2):
            if found[at][1] != "=" or found[at + 1][1] == "=":
                continue
            back = at - 2 if found[at - 1][1] in (":", "string") else at - 1
            if found[back][0] == "word":
                value = literal(found[at + 1]) if found[at + 2][1] != "+" else None
                values.setdefault(found[back][1], set()).add(value)
    single = {name: next(iter(told)) for name, told in values.items() if len(told) == 1}
    return {name: value for name, value in single.items() if value is not None}
