"""The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/replacement}`: `*` and `?`, no
brackets.

Follows `convertShellPatternToRegex`, `trimPrefix` and `trimSuffix` in BuildKit's
`frontend/dockerfile/shell/lex.go`. A pattern is written by the author of the file, so it is matched segment
by segment, each at its first place (the last one at its last place where the longest match is wanted): that
finds the same ends without trying every combination.
"""

import re

from .expansion import ExpansionError

_STAR = None
_ANY = ""
_LONGEST = 10_000


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the prefix that matches. Raises ExpansionError."""
    match = _compile(_tokens(pattern), longest=longest).match(_short(value))
    return value[match.end() :] if match else value


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the suffix that matches. Raises ExpansionError."""
    match = _compile(_tokens(pattern)[::-1], longest=longest).match(_short(value)[::-1])
    return value[: len(value) - match.end()] if match else value


def replaced(value: str, pattern: str, replacement: str, *, everywhere: bool) -> str:
    """Return `value` with the first match, or every one, replaced. Raises ExpansionError."""
    expression = _compile(_tokens(pattern), longest=True)
    return expression.sub(lambda _: replacement, _short(value), count=0 if everywhere else 1)


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ExpansionError(f"{len(text)} characters are too many to match a pattern")
    return text


def _tokens(pattern: str) -> list[str | None]:
    tokens: list[str | None] = []
    characters = iter(_short(pattern))
    for character in characters:
        if character == "\\":
            following = next(characters, "")
            if following not in ("*", "?", "\\", "}", "/"):
                raise ExpansionError(f"invalid pattern ({pattern}): invalid escape '\\{following}'")
            tokens.append(following)
        else:
            tokens.append({"*": _STAR, "?": _ANY}.get(character, character))
    return tokens


def _compile(tokens: list[str | None], *, longest: bool) -> re.Pattern[str]:
    segments = [""]
    for token in tokens:
        if token is _STAR:
            segments.append("")
        else:
            segments[-1] += re.escape(token) if token else "."
    first, *others = segments
    if not others:
        return re.compile(first)
    middle = "".join(f"(?>.*?{segment})" for segment in others[:-1])
    return re.compile(f"{first}{middle}(?>.*{'' if longest else '?'}{others[-1]})")
