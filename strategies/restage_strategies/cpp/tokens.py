"""C and C++ source text as tokens, in linear time whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import Token

# Every alternative also matches when its end is missing, so no position is tried twice over a long stretch.
_TOKEN = re.compile(
    r"""(?P<comment>//(?:[^\\\n]|\\.)*)
    |(?P<open>/\*)
    |(?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s"]{0,16})\()
    |(?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"?)
    |(?P<char>[uUL]?'(?:[^'\\\n]|\\.)*'?)
    |(?P<word>[^\W\d]\w*)
    |(?P<number>\d[\w.']*)
    |(?P<space>\s+|\\\r?\n)
    |(?P<path>::|->)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(\r?\n|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a file without white space and comments; those of all branches of `#if`.

    Kinds: `string`, `char`, `word`, `number`, `path`, `sign` (of a string, the text is its value).
    """
    at = 0
    while (found := _TOKEN.match(text, at)) is not None:
        kind, start, at = found.lastgroup or "", found.start(), found.end()
        if found.group("raw") is not None:
            close = f'){found.group("delimiter")}"'
            end = text.find(close, at)
            value = text[at : end if end >= 0 else len(text)]
            at = end + len(close) if end >= 0 else len(text)
            yield "string", value, start
        elif kind == "open":
            end = text.find("*/", at)
            at = end + 2 if end >= 0 else len(text)
        elif kind == "string":
            yield kind, _value(found.group()), start
        elif kind not in ("space", "comment"):
            yield kind, found.group(), start


def _value(literal: str) -> str:
    inner = literal[literal.index('"') + 1 :]
    inner = inner[:-1] if inner.endswith('"') and not inner.endswith('\\"') else inner
    return _ESCAPE.sub(lambda found: _replaced(found.group(1)), inner)


def _replaced(escaped: str) -> str:
    return "" if escaped.endswith("\n") else _ESCAPED.get(escaped, escaped)


def literal(argument: list[Token]) -> str | None:
    """The value of an argument that is one string, or several side by side; None: anything else."""
    if not argument or any(kind != "string" for kind, _, _ in argument):
        return None
    return "".join(text for _, text, _ in argument)
