"""The arguments of an instruction, in each of the ways in which BuildKit splits them.

Follows `frontend/dockerfile/parser/line_parsers.go` of BuildKit.
"""

import json
import re
from functools import cache

from .spaces import SEPARATOR, SPACE


class ArgumentError(ValueError):
    """Arguments that BuildKit refuses while it parses the file."""


def json_words(body: str) -> tuple[str, ...] | None:
    """Return the strings of a JSON array, or None where `body` is not one, and so is in shell form.

    Raises ArgumentError for an array that holds anything but strings. A character that JSON can name but
    UTF-8 cannot hold becomes U+FFFD, as in Go.
    """
    body = body.lstrip(SPACE)
    if not body.startswith("["):
        return None
    try:
        values = json.loads(body, parse_int=_finite, parse_float=_finite, parse_constant=_refuse)
    except RecursionError:
        raise ArgumentError("JSON arrays inside each other, too deep to read") from None
    except ValueError:
        return None
    if not all(isinstance(value, str) for value in values):
        raise ArgumentError("when using JSON array syntax, arrays must be comprised of strings only")
    return tuple(_lone_surrogate().sub("\ufffd", value) for value in values)


def _finite(number: str) -> float:
    value = float(number)
    return _refuse(number) if value in (float("inf"), float("-inf")) else value


def _refuse(number: str) -> float:
    raise ValueError(f"{number} is not a number that Go reads")


@cache
def _lone_surrogate() -> re.Pattern[str]:
    return re.compile("[\ud800-\udfff]")


@cache
def _separator() -> re.Pattern[str]:
    return re.compile(f"[{SEPARATOR}]+")


def separated(body: str) -> tuple[str, ...]:
    """Split at white space, whatever is quoted (FROM, EXPOSE, and COPY, ADD and VOLUME without brackets)."""
    return tuple(_separator().split(body)) if body else ()


@cache
def _word(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    parts = rf"""{e}.|"(?>{e}.|[^"{e}])*+(?:"|\Z|(?={e}\Z))|'[^']*+(?:'|\Z)|[^{SPACE}'"{e}]"""
    return re.compile(f"((?>{parts})*+)(?:{e}\\Z)?", re.DOTALL)


def quoted_words(body: str, escape: str) -> list[str]:
    """Split at white space outside quotes; quotes and escapes stay (ENV, LABEL, ARG)."""
    if escape not in body and '"' not in body and "'" not in body and body.isascii():
        return body.split()
    words = (match[1] for match in _word(escape).finditer(body))
    return [word for word in words if word]


def name_values(body: str, keyword: str, escape: str) -> list[tuple[str, str, str]]:
    """Return (name, value, "=" or "") of ENV and LABEL, in the form `a=b c=d` or in the old form `a b c`.

    Raises ArgumentError where a value is missing.
    """
    words = quoted_words(body, escape)
    if not words:
        return []
    if "=" not in words[0]:
        parts = _separator().split(body, maxsplit=1)
        if len(parts) < 2:
            raise ArgumentError(f"{keyword} must have two arguments")
        return [(parts[0], parts[1], "")]
    for word in words:
        if "=" not in word:
            raise ArgumentError(f'Syntax error - can\'t find = in "{word}". Must be of the form: name=value')
    return [(name, value, sign) for name, sign, value in (word.partition("=") for word in words)]
