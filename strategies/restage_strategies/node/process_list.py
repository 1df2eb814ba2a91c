"""The process lists of pm2 as plain values: what each object of a configuration says that names a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from restage.api import Malformed, Section, Token, Value, read_yaml

Entry = Mapping[str, str | None]
"""What one object says, by key; None: an expression of which only running tells the value."""

SPREAD = "..."
"""The key that stands for what an object takes over from another."""

# Every alternative also matches when its end is missing, so no position is tried twice over a long stretch.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)
    |(?P<template>`(?:[^`\\]|\\.)*`?)
    |(?P<word>[\w$]+(?:\.[\w$]+)*)
    |(?P<spread>\.\.\.)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_OPENING, _CLOSING = frozenset("{[("), frozenset("}])")


def entries(name: str, text: str) -> tuple[Entry, ...]:
    """The objects of a process list that name a script, in their order; none where it can't be read."""
    found = _of_yaml(text) if name.endswith((".yml", ".yaml")) else _objects(_tokens(text))
    return tuple(entry for entry in found if "script" in entry)


def _of_yaml(text: str) -> list[Entry]:
    try:
        return [*_sections(read_yaml(text))]
    except Malformed:
        return []


def _sections(value: Value) -> Iterator[Entry]:
    if isinstance(value, list):
        for each in value:
            yield from _sections(each)
    elif isinstance(value, Section):
        yield {key: _scalar(each) for key, each in value.items()}
        for each in value.values():
            yield from _sections(each)


def _scalar(value: Value) -> str | None:
    if isinstance(value, list):
        words = [each for each in value if isinstance(each, str)]
        return " ".join(words) if len(words) == len(value) else None
    return None if isinstance(value, Section) else value or ""


def _tokens(text: str) -> list[Token]:
    return [
        (match.lastgroup or "", match.group(), match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup not in ("space", "comment")
    ]


def _objects(found: list[Token]) -> list[Entry]:
    """Every object literal of JavaScript or JSON."""
    objects: list[dict[str, str | None]] = []
    around: list[dict[str, str | None]] = []
    for at, (kind, text, _) in enumerate(found):
        if text == "{" and kind == "sign":
            objects.append({})
            around.append(objects[-1])
        elif text == "}" and kind == "sign":
            around = around[:-1]
        elif around and at and found[at - 1][1] in ("{", ","):
            name = SPREAD if kind == "spread" else text.strip("'\"")
            after = found[at + 1][1] if at + 1 < len(found) else ""
            if after == ":":
                around[-1][name] = _value(_until_comma(found, at + 2))
            elif kind == "spread" or (kind == "word" and after in (",", "}")):
                around[-1][name] = None
    return [*objects]


def _until_comma(found: list[Token], start: int) -> list[Token]:
    depth = 0
    for at in range(start, len(found)):
        text = found[at][1] if found[at][0] == "sign" else ""
        if depth == 0 and (text == "," or text in _CLOSING):
            return found[start:at]
        depth += (text in _OPENING) - (text in _CLOSING)
    return found[start:]


def _value(tokens: list[Token]) -> str | None:
    texts = "".join(text for _, text, _ in tokens)
    if texts in ("__dirname", "process.cwd()", "true", "false", "null") or texts.isdigit():
        return texts
    if len(tokens) == 1:
        return _literal(tokens[0])
    if texts.startswith("[") and texts.endswith("]"):
        words = [_literal(token) for token in tokens[1:-1] if token[1] != ","]
        return None if None in words else " ".join(word or "" for word in words)
    return None


def _literal(token: Token) -> str | None:
    kind, text, _ = token
    plain = kind == "string" or (kind == "template" and "${" not in text)
    return text[1:-1] if plain and "\\" not in text and len(text) > 1 else None
