"""Java, Kotlin, Scala and Groovy sources as text: comments taken out, string literals found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Record, line_of

_NEXT = re.compile(r'"""|"|\'|//|/\*')
_LONGEST_CHARACTER = 10


class SourceText(Record):
    """One source file, in lines as it is written."""

    code: str
    """The text with blanks for comments."""
    strings: tuple[tuple[int, str], ...]
    """Offset and content of every string literal."""

    def line(self, offset: int) -> int:
        """The number of the line at an offset."""
        return line_of(self.code, offset)


@lru_cache(maxsize=512)
def read_source(text: str) -> SourceText:
    """The code of a file; linear in its length."""
    code: list[str] = []
    strings: list[tuple[int, str]] = []
    at = 0
    for start, end, is_comment, content in _spans(text):
        code.append(text[at:start])
        code.append(_blanked(text[start:end]) if is_comment else text[start:end])
        if content is not None:
            strings.append((start, content))
        at = end
    code.append(text[at:])
    return SourceText("".join(code), tuple(strings))


def _spans(text: str) -> Iterator[tuple[int, int, bool, str | None]]:
    """Comments and literals: start, end, whether it is a comment, and a string's content."""
    at = 0
    while found := _NEXT.search(text, at):
        start, sign = found.start(), found.group()
        if sign == "//":
            end = _until(text, "\n", start)
            yield start, end, True, None
        elif sign == "/*":
            end = min(_until(text, "*/", start + 2) + 2, len(text))
            yield start, end, True, None
        elif sign == '"""':
            end = min(_until(text, '"""', start + 3) + 3, len(text))
            yield start, end, False, text[start + 3 : end - 3]
        else:
            end = _closing(text, sign, start + 1)
            quoted = sign == '"' or end - start > _LONGEST_CHARACTER
            yield start, end, False, text[start + 1 : end - 1] if quoted else None
        at = max(end, start + 1)


def _until(text: str, sign: str, start: int) -> int:
    found = text.find(sign, start)
    return len(text) if found < 0 else found


def _closing(text: str, sign: str, start: int) -> int:
    """Behind the closing quote, or at the end of the line where there is none."""
    at = start
    while at < len(text) and text[at] not in (sign, "\n"):
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _blanked(comment: str) -> str:
    return "".join("\n" if sign == "\n" else " " for sign in comment)
