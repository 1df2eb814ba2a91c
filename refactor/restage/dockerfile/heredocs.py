"""The heredocs that a logical line opens.

Follows `heredocsFromLine` and `heredocFromMatch` in BuildKit's `frontend/dockerfile/parser/parser.go`.
"""

import re
from functools import cache

from restage.record import Record

from .arguments import ArgumentError, json_words
from .expansion import ExpansionError, NestingError
from .lexer import Lexer
from .logical_line import split

CARRIERS = frozenset({"run", "copy", "add"})
"""The instructions that take heredocs; ONBUILD takes those of the instruction that it holds."""


class HeredocWord(Record):
    """A word such as `3<<-"EOF"`."""

    name: str
    fd: int
    expand: bool
    chomp: bool


def opened(text: str, escape: str) -> list[HeredocWord]:
    """Return the heredocs whose contents follow the logical line `text`, in order.

    Raises ExpansionError where a heredoc word cannot be read.
    """
    if "<<" not in text or not _takes_heredocs(text, escape):
        return []
    try:
        words = _lex(text, raw_quotes=True, raw_escapes=True)
    except NestingError:
        raise
    except ExpansionError:
        return []
    return [heredoc for word in words if (heredoc := heredoc_word(word))]


def heredoc_word(word: str) -> HeredocWord | None:
    """Return what a word opens, None if it opens nothing. Raises ExpansionError where BuildKit does."""
    match = _pattern().match(word)
    if match is None or not match[3]:
        return None
    names = _lex(match[3])
    if len(names) != 1:
        return None
    quoted = _lex(match[3], raw_quotes=True)
    if len(quoted) != 1:
        raise ExpansionError(f"cannot tell where the heredoc {word} ends")
    expand = _quotes(names[0]) == _quotes(quoted[0])
    return HeredocWord(names[0], int(match[1][:9] or 0), expand, chomp=match[2] == "-")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"([0-9]*+)<<(-?)[\t\n\f\r ]*+([^<]*)\Z")


def _takes_heredocs(text: str, escape: str) -> bool:
    line = split(text, escape)
    if line.keyword.lower() == "onbuild" and line.body:
        line = split(line.body, escape)
    if line.keyword.lower() not in CARRIERS:
        return False
    try:
        return json_words(line.body) is None
    except ArgumentError:
        return False


def _lex(text: str, *, raw_quotes: bool = False, raw_escapes: bool = False) -> list[str]:
    lexer = Lexer(text, lambda _: None, raw_quotes=raw_quotes, raw_escapes=raw_escapes, keep_unset=True)
    return lexer.read()[1]


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')
