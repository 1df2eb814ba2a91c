"""Source text taken apart into tokens, whatever the language: what strategies that read one have in common."""

from __future__ import annotations

Token = tuple[str, str, int]
"""Kind (`word`, `string`, `sign` and what else a language has), text, and offset."""

_MOST = 400
"""How many tokens of a call are looked at."""


def line_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def arguments_of(found: list[Token], start: int) -> list[list[Token]]:
    """The tokens of each argument of a call; `start` is the position behind its opening bracket."""
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in found[start : start + _MOST]:
        sign = token[1] if token[0] == "sign" else ""
        depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}"))
        if depth < 0:
            break
        if sign == "," and not depth:
            arguments.append([])
        else:
            arguments[-1].append(token)
    return arguments
