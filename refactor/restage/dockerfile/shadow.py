"""A copy of a Dockerfile for the second reader: line for line the same, without what dockerfile-parse does
not know.

It is made from the bytes alone, by rules written down a second time and in another way than in `reader`:
were the two to share code or results, they would share mistakes. So this module imports nothing of the rest
of the package. What it gets wrong on strange input ends in a refusal, never in an edit.
"""

import json
import re
from functools import cache

from restage.record import Record

_PLACEHOLDER = "\ufffd"
_LAST_ESCAPE = "\ue000"
_STRANGE = dict.fromkeys(
    [
        ord(_LAST_ESCAPE),
        *range(0x1C, 0x20),
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    ],
    _PLACEHOLDER,
) | dict.fromkeys(range(0xDC80, 0xDD00), _PLACEHOLDER)


class Shadow(Record):
    """The copy, and what is not in it: heredocs.

    `ends` maps the line on which an instruction with heredocs seems to end to the one where the last
    heredoc ends, `bodies` the same line to the contents; lines count from 0.
    """

    data: bytes
    escape: str
    ends: dict[int, int]
    bodies: dict[int, tuple[str, ...]]

    def value(self, seen: str) -> str:
        """Return the text of an instruction as it is in the file, from the text in the copy."""
        return seen.replace(_LAST_ESCAPE, self.escape)


def plain(text: str) -> str:
    """Return the text with a placeholder for white space of other kinds, and for bytes that are not UTF-8."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_STRANGE)


def shadow(data: bytes) -> Shadow:
    """Return the copy of a Dockerfile."""
    lines = [
        line + "\n" for line in data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
    ]
    lines[-1] = lines[-1][:-1]
    top, escape = _directives(lines)
    result = [""] * len(lines)
    ends: dict[int, int] = {}
    bodies: dict[int, tuple[str, ...]] = {}
    at = top
    while at < len(lines):
        if _is_idle(lines[at]):
            at += 1
            continue
        last = _statement_end(lines, at, escape)
        _copy(lines, result, at, last, escape)
        end, contents = _heredocs(lines, _logical(result[at : last + 1], escape), last)
        if contents:
            ends[last], bodies[last] = end, contents
        at = end + 1
    if escape == "`":
        result[0] = "# escape=`"
    return Shadow("".join(line + "\n" for line in result).encode(), escape, ends, bodies)


def _is_idle(line: str) -> bool:
    """Whether a line is blank or a comment, for Go's idea of white space."""
    if line[:1].isalpha():
        return False
    return _IDLE.match(line) is not None


_IDLE = re.compile(r"(?>[^\S\x1c-\x1f]*)(?:#|\Z)")


def _directives(lines: list[str]) -> tuple[int, str]:
    escape = "\\"
    for number, line in enumerate(lines):
        found = re.match(r"\s*#\s*(syntax|check|escape)[ \t\f]*=(.*)", line, re.IGNORECASE)
        if found is None:
            return number, escape
        if found[1].lower() == "escape":
            escape = found[2].strip() or escape
    return len(lines), escape


@cache
def _continues(escape: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*\r*\n?\Z")


def _statement_end(lines: list[str], first: int, escape: str) -> int:
    """Return the last line of the instruction that begins on line `first`, without its heredocs."""
    last = first
    while _tail_continues(lines[last], escape) or (last > first and _is_idle(lines[last])):
        if last + 1 == len(lines) or (last + 2 == len(lines) and not lines[last + 1]):
            break
        last += 1
    return last


def _tail_continues(line: str, escape: str) -> bool:
    if escape not in line or _is_idle(line):
        return False
    return _continues(escape).search(line[-_tail(line, escape) :]) is not None


def _tail(line: str, escape: str) -> int:
    """Return how much of the end of a line has to be looked at: searching long lines from their start is
    slow.
    """
    return len(line) - len(line.rstrip(" \t\r\n" + escape)) + 1


def _copy(lines: list[str], result: list[str], first: int, last: int, escape: str) -> None:
    content = [number for number in range(first, last + 1) if number == first or not _is_idle(lines[number])]
    result[first : last + 1] = ["#"] * (last + 1 - first)
    for number in content:
        line = plain(lines[number].lstrip() if number == first else lines[number]).rstrip()
        continues = _tail_continues(lines[number], escape)
        if continues and number == content[-1]:
            line, continues = line[:-1].rstrip(), False
        if not continues and line.endswith(escape):
            line = line[:-1] + _LAST_ESCAPE
        elif continues and number == first and not _has_space(line) and _has_space(lines[content[1]][0]):
            line = f"{line[:-1]} {escape}"
        result[number] = line


def _has_space(text: str) -> bool:
    return " " in text or "\t" in text


def _logical(lines: list[str], escape: str) -> str:
    return "".join(line.removesuffix(escape) for line in lines if line != "#")


@cache
def _carrier() -> re.Pattern[str]:
    return re.compile(r"(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s+((?:--\S+\s+)*+)(.*)", re.IGNORECASE | re.DOTALL)


@cache
def _token() -> re.Pattern[str]:
    return re.compile(r"""(?>(?:<<[ \t\r]*|\\.|"(?>\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+)|\s+|(.)""", re.DOTALL)


def _heredocs(lines: list[str], logical: str, last: int) -> tuple[int, tuple[str, ...]]:
    """Return the last line of the heredocs that a logical line opens, and their contents."""
    contents = []
    for chomp, name in _openings(logical):
        start = last + 1
        last = start
        while last < len(lines):
            line = lines[last].rstrip("\r\n")
            if name == (line.lstrip("\t") if chomp else line):
                break
            last += 1
        contents.append("".join(lines[start:last]))
    return min(last, len(lines) - 1), tuple(contents)


def _openings(logical: str) -> list[tuple[bool, str]]:
    carrier = _carrier().match(logical) if "<<" in logical else None
    if carrier is None or _is_array(carrier[2]):
        return []
    tokens = list(_token().finditer(carrier[2]))
    if any(token[1] and token[1] != "\\" for token in tokens):
        return []
    openings = (re.fullmatch(r"[0-9]*<<(-?)\s*([^<]+)", token[0]) for token in tokens)
    return [(found[1] == "-", _unquoted(found[2])) for found in openings if found]


def _unquoted(word: str) -> str:
    parts = re.findall(r"""\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'|([^"'\\]+)""", word)
    return "".join(a or re.sub(r'\\(["$\\])', r"\1", b) or c or d for a, b, c, d in parts)


def _is_array(body: str) -> bool:
    if not body.startswith("["):
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
