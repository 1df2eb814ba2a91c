"""Rust source text as tokens, in linear time whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Token

# Every alternative also matches when its end is missing, so no position is tried twice over a long stretch.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*)
    |(?P<open>/\*)
    |(?P<raw>(?:br|cr|r)(?P<hashes>\#{0,8})")
    |(?P<string>[bc]?"(?:[^"\\]|\\.)*"?)
    |(?P<char>b?'(?:\\(?:.|x[0-9a-fA-F]{2}|u\{[^}'\n]{0,8}\})|[^'\\\n])')
    |(?P<word>'?[^\W\d]\w*)
    |(?P<number>\d[\w.]*)
    |(?P<space>\s+)
    |(?P<path>::)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_NESTED = re.compile(r"/\*|\*/")
_ESCAPE = re.compile(r"\\(\n\s*|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Rust file without white space and comments.

    Kinds: `raw`, `string`, `char`, `word`, `number`, `path`, `sign` (of a string, the text is its value).
    """
    at = 0
    while (found := _TOKEN.match(text, at)) is not None:
        kind, start, at = found.lastgroup or "", found.start(), found.end()
        if kind == "hashes" or found.group("raw") is not None:
            close = '"' + (found.group("hashes") or "")
            end = text.find(close, at)
            value = text[at : end if end >= 0 else len(text)]
            at = end + len(close) if end >= 0 else len(text)
            yield "raw", value, start
        elif kind == "open":
            at = _after_comment(text, at)
        elif kind == "string":
            yield kind, _value(found.group()), start
        elif kind not in ("space", "comment"):
            yield kind, found.group(), start


def _after_comment(text: str, at: int) -> int:
    """The end of a block comment, which may hold others."""
    depth = 1
    for found in _NESTED.finditer(text, at):
        depth += 1 if found.group() == "/*" else -1
        if depth == 0:
            return found.end()
    return len(text)


def _value(literal: str) -> str:
    inner = literal.lstrip("bc")[1:]
    inner = inner[:-1] if inner.endswith('"') else inner
    return _ESCAPE.sub(lambda found: _replaced(found.group(1)), inner)


def _replaced(escaped: str) -> str:
    return "" if escaped.startswith("\n") else _ESCAPED.get(escaped, escaped)


def is_literal(token: Token) -> bool:
    """Whether the token is a string."""
    return token[0] in ("string", "raw")


@lru_cache(maxsize=64)
def shipped(text: str) -> list[Token]:
    """The tokens of a file without what only tests compile (`#[cfg(test)]`, `#[test]`)."""
    found = list(tokens(text))
    kept: list[Token] = []
    at = 0
    while at < len(found):
        if found[at][1] == "#" and _is_for_tests(found, at):
            at = _after_item(found, at)
        else:
            kept.append(found[at])
            at += 1
    return kept


def _is_for_tests(found: list[Token], at: int) -> bool:
    texts = [token[1] for token in found[at : at + 7]]
    return texts[:3] == ["#", "[", "test"] or texts == ["#", "[", "cfg", "(", "test", ")", "]"]


def _after_item(found: list[Token], at: int) -> int:
    """The position behind the item that attributes stand in front of: its block, or its semicolon."""
    depth = 0
    for position in range(at, len(found)):
        kind, text, _ = found[position]
        if kind != "sign":
            continue
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth -= 1
            if depth <= 0 and text == "}":
                return position + 1
        elif text == ";" and depth == 0:
            return position + 1
    return len(found)
