"""One logical line taken apart: keyword, flags, and the rest.

Follows `frontend/dockerfile/parser/split_command.go` of BuildKit.
"""

import re
from functools import cache

from restage.record import Record

from .spaces import SEPARATOR, SPACE

# BuildKit looks for flags byte by byte and takes these two, where they are not UTF-8, for white space.
_FLAG_SPACE = "\t\n\v\f\r \udc85\udca0"


class LogicalLine(Record):
    """A keyword as written, its flags without quotes and escapes, and the body at `body_start` of the whole
    line.
    """

    keyword: str
    flags: tuple[str, ...]
    body: str
    body_start: int


@cache
def _separator() -> re.Pattern[str]:
    return re.compile(f"[{SEPARATOR}]+")


def split(text: str, escape: str) -> LogicalLine:
    """Take a logical line apart. A line of any kind has a keyword, if only an empty one."""
    trimmed = text.rstrip(SPACE)
    start = len(trimmed) - len(trimmed.lstrip(SPACE))
    match = _separator().search(trimmed, start)
    if match is None:
        return LogicalLine(trimmed[start:], (), "", len(trimmed))
    flags, end = _flags(trimmed, match.end(), escape)
    body_start = len(trimmed) - len(trimmed[end:].lstrip(SPACE))
    return LogicalLine(trimmed[start : match.start()], tuple(flags), trimmed[body_start:], body_start)


def _flags(text: str, at: int, escape: str) -> tuple[list[str], int]:
    flags: list[str] = []
    while text.startswith("--", at := _skip_space(text, at)):
        flag, at = _flag(text, at, escape)
        if flag == "--":
            break
        flags.append(flag)
    return flags, at


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _FLAG_SPACE:
        at += 1
    return at


def _flag(text: str, at: int, escape: str) -> tuple[str, int]:
    word: list[str] = []
    quote = ""
    while at < len(text):
        character = text[at]
        if character == escape:
            at += 1
            word.append(text[at : at + 1])
        elif character == quote:
            quote = ""
        elif quote:
            word.append(character)
        elif character in _FLAG_SPACE:
            break
        elif character in ("'", '"'):
            quote = character
        else:
            word.append(character)
        at += 1
    return "".join(word), min(at, len(text))
