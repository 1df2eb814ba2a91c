"""What gives a name a value in Rust: `let`, assignments, patterns of loops, closures and matches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from restage.api import Token
from restage_strategies.rust.tokens import is_literal

ITSELF = "/proc/self/exe"
"""How Linux names the running program: what `std::env::current_exe()` comes to."""
_ITSELF = frozenset(
    "std env current_exe unwrap expect context clone into to_owned to_path_buf as_path as_os_str await".split()
)
_SAME = frozenset(
    "into to_string to_owned clone as_str as_ref as_ptr as_path as_os_str as_bytes cast unwrap".split()
)
"""Methods whose value names what they are called on names."""
_MOST = 60
"""How many tokens of a pattern or a value are looked at."""


def bindings(found: list[Token], begin: int, end: int) -> Iterator[tuple[str, str | None]]:
    """Names that are given a value between two places, each with the string; None stands for anything else."""
    for at in range(begin, min(end, len(found) - 2)):
        match "" if is_literal(found[at]) else found[at][1]:
            case "let" | "const" | "static" if found[at - 1][1] != "*":
                yield from _declared(found, at + 1)
            case "for":
                yield from _names(_until(found, at + 1, "in"))
            case "|" if _opens_closure(found, at):
                yield from _names(_until(found, at + 1, "|"))
            case "=" if found[at + 1][1] == ">":
                yield from _names(_pattern_before(found, at))
            case _ if found[at][0] == "word":
                yield from _assigned(found, at)


def value_at(found: list[Token], start: int) -> str | None:
    """The string that an expression is, if it is a literal or the program itself and nothing more."""
    if is_itself(found, start):
        return ITSELF
    token = found[start]
    return token[1] if is_literal(token) and stands_alone(found, start) else None


def stands_alone(found: list[Token], start: int) -> bool:
    """Whether nothing but what it is converted by follows a name or a literal."""
    at = start + 1
    while at + 3 < len(found) and found[at][1] == "." and found[at + 1][1] in _SAME:
        at += 4
    return at < len(found) and found[at][1] in (")", ",", ";", "}")


def is_itself(found: list[Token], start: int) -> bool:
    """Whether an expression is `std::env::current_exe()` and nothing more."""
    words: list[str] = []
    depth = 0
    for kind, text, _ in found[start : start + _MOST]:
        depth += (text in ("(", "[")) - (text in (")", "]"))
        if depth < 0 or text in (";", "{", "else") or (text == "," and not depth):
            break
        words += [text] if kind == "word" else []
    return "current_exe" in words and _ITSELF.issuperset(words)


def _declared(found: list[Token], start: int) -> Iterator[tuple[str, str | None]]:
    pattern = list(takewhile(lambda token: token[1] not in ("=", ";", "fn"), found[start : start + _MOST]))
    equals = start + len(pattern)
    if equals + 1 >= len(found) or found[equals][1] == "fn":
        return
    value = value_at(found, equals + 1) if found[equals][1] == "=" else None
    names = [token for token in pattern if token[0] == "word" and token[1] not in ("mut", "ref")]
    simple = bool(names) and pattern[len(pattern) - 1 :] == names[:1]
    simple = simple or any(token[1] == ":" for token in pattern[1:3])
    yield from ((name[1], value if simple or value == ITSELF else None) for name in names)


def _assigned(found: list[Token], at: int) -> Iterator[tuple[str, str | None]]:
    name, sign, after = found[at][1], found[at + 1][1], found[at + 2][1]
    if found[at - 1][1] == "mut" and found[at - 2][1] == "&":
        yield name, None
    elif sign == "=" and after not in ("=", ">") and found[at - 1][1] != ".":
        yield name, value_at(found, at + 2)
    elif sign == "+" and after == "=":
        yield name, None


def _names(words: list[Token]) -> Iterator[tuple[str, str | None]]:
    return ((token[1], None) for token in words if token[0] == "word")


def _until(found: list[Token], start: int, end: str) -> list[Token]:
    """The tokens in front of the one that ends a pattern; none where it isn't near."""
    part = list(takewhile(lambda token: token[1] not in (end, ";"), found[start : start + _MOST]))
    closed = start + len(part) < len(found) and found[start + len(part)][1] == end
    return part if closed else []


def _opens_closure(found: list[Token], at: int) -> bool:
    kind, text, _ = found[at - 1]
    return text in ("move", "async", "return", "else", "in") or (
        kind == "sign" and text not in (")", "]", "|", "?")
    )


def _pattern_before(found: list[Token], at: int) -> list[Token]:
    """The pattern of an arm, and its condition; the block of the arm before it is none of it."""
    depth, block = 0, at
    for back in range(at - 1, max(at - _MOST, -1), -1):
        text = found[back][1] if found[back][0] == "sign" else ""
        depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
        block = back if text == "}" and depth == 1 else block
        if depth < 0 or (not depth and (text == "," or _is_arrow(found, back))):
            return found[back + 1 : at]
        if not depth and text == "{" and _is_arrow(found, back - 1):
            return found[block + 1 : at]
    return found[block + 1 if depth else max(at - _MOST, 0) : at]


def _is_arrow(found: list[Token], at: int) -> bool:
    return at > 0 and found[at][1] == ">" and found[at - 1][1] == "="
