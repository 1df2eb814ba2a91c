"""The functions of a Rust file: where each begins and ends, and what it takes."""

from __future__ import annotations

from itertools import takewhile

from restage.api import Record, Token, arguments_of

_MOST = 400
"""How many tokens in front of the body are looked at."""


class Function(Record):
    """A function with a body."""

    name: str
    is_method: bool
    """Whether it takes `self`."""
    body: int
    end: int
    """The positions of the bracket that opens the body, and behind the one that closes it."""
    parameters: tuple[str, ...]
    """Their names, `self` left out; empty for one that is a pattern, may be changed, or isn't told for sure."""
    named: frozenset[str]
    """Every name that it takes, in patterns too: given a string elsewhere, none of them means that here."""


def functions_of(found: list[Token]) -> list[Function]:
    """The functions of a file, in order of their ends: of two around a place the first is the inner one."""
    ended: list[Function] = []
    opened: list[int] = []
    bodies: dict[int, int] = {}
    for at, (kind, text, _) in enumerate(found):
        if text == "fn" and kind == "word":
            body = _body(found, at)
            if body is not None:
                bodies[body] = at
        elif kind == "sign" and text == "{":
            opened.append(at)
        elif kind == "sign" and text == "}" and opened:
            begin = opened.pop()
            if begin in bodies:
                ended.append(_function(found, bodies.pop(begin), begin, at + 1))
    ended += [
        _function(found, bodies[begin], begin, len(found)) for begin in reversed(opened) if begin in bodies
    ]
    return ended


def around(functions: list[Function], at: int) -> Function | None:
    """The innermost function that a place stands in."""
    return next((each for each in functions if each.body <= at < each.end), None)


def _body(found: list[Token], at: int) -> int | None:
    """The bracket that opens the body of the function whose `fn` is at a place; None: it is a type, or has no body."""
    if at + 2 >= len(found) or found[at + 1][0] != "word":
        return None
    depth = 0
    for position in range(at + 2, min(at + _MOST, len(found))):
        text = found[position][1] if found[position][0] == "sign" else ""
        depth += (text in ("(", "[")) - (text in (")", "]"))
        if (
            found[position][1] == "fn"
            and found[position + 1 : position + 2]
            and found[position + 1][0] == "word"
        ):
            return None
        if not depth and text in ("{", ";"):
            return position if text == "{" else None
    return None


def _function(found: list[Token], at: int, body: int, end: int) -> Function:
    opening = next((n for n in range(at + 2, body) if found[n][1] == "("), body)
    parts = [part for part in arguments_of(found, opening + 1) if part] if opening < body else []
    is_method = bool(parts) and any(token[1] == "self" for token in parts[0][:4])
    patterns = (takewhile(lambda token: token[1] != ":", part) for part in parts)
    words = frozenset(token[1] for pattern in patterns for token in pattern if token[0] == "word")
    names: list[str] = []
    told = True
    for part in parts[is_method:]:
        texts = [token[1] for token in part]
        names.append(texts[0] if told and texts[1:2] == [":"] and "mut" not in texts else "")
        # A comma between angle brackets would count as one between parameters.
        told = told and "<" not in texts
    return Function(found[at + 1][1], is_method, body, end, tuple(names), words)
