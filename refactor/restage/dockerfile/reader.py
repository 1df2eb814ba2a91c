"""Bytes to items: the lossless reader. It is total: every byte string gives a Document.

Follows `Parse` in BuildKit's `frontend/dockerfile/parser/parser.go`. A line ends at `\\n` and nowhere else;
what stands before it may end in any number of `\\r`.
"""

from .directives import parse_directive
from .document import (
    Blank,
    Comment,
    Directive,
    Document,
    Heredoc,
    Item,
    Problem,
    ReadError,
    SourceMap,
    Span,
    Statement,
)
from .expansion import ExpansionError
from .heredocs import HeredocWord, opened
from .spaces import SPACE

__all__ = ["ReadError", "read"]

_LONGEST_LINE = 65535
"""Bytes, without the line end: the buffer of the scanner that BuildKit reads lines with."""


def read(data: bytes) -> Document:
    """Read a Dockerfile. Never raises: what BuildKit would refuse is in the document's `problem`."""
    text = data.decode("utf-8", "surrogateescape")
    bom = text.startswith("\ufeff")
    scanner = _Scanner(text, bom)
    items = tuple(scanner.items())
    _check_line_lengths(data, scanner)
    windows = data.count(b"\r\n")
    newline = "\r\n" if windows > data.count(b"\n") - windows else "\n"
    return Document(
        data, text, items, scanner.escape, bom, newline, tuple(scanner.directives.values()), scanner.problem
    )


def _check_line_lengths(data: bytes, scanner: "_Scanner") -> None:
    if len(data) <= _LONGEST_LINE:
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > _LONGEST_LINE:
            scanner.refuse(
                number,
                f"dockerfile line greater than max allowed size of {_LONGEST_LINE}",
                "break the line with a continuation, or move the data into a file that is copied",
            )


class _Scanner:
    """A walk down the lines of the text."""

    def __init__(self, text: str, bom: bool) -> None:
        self.escape = "\\"
        self.directives: dict[str, Directive] = {}
        self.problem: Problem | None = None
        self._text = text
        self._lines = text.split("\n")
        if not self._lines[-1]:
            self._lines.pop()
        self._row = 0
        self._start = 0
        self._margin = 1 if bom else 0
        self._comments: list[str] = []
        self._directives_possible = True

    def refuse(self, line: int, message: str, help: str) -> None:
        """Remember the first problem."""
        if self.problem is None:
            self.problem = Problem(line, message, help)

    def items(self) -> list[Item]:
        """Read everything."""
        items = []
        while self._row < len(self._lines):
            items.append(self._item())
            self._margin = 0
        return items

    def _take(self) -> tuple[int, str]:
        """Step over a line; return its offset and its text without its line end."""
        start, line = self._start, self._lines[self._row]
        self._row += 1
        self._start = min(start + len(line) + 1, len(self._text))
        return start, line.rstrip("\r")

    def _item(self) -> Item:
        start, line = self._take()
        line = line[self._margin :]
        logical = line.lstrip(SPACE)
        directive = self._directive(start, logical) if self._directives_possible else None
        if directive:
            return directive
        if not logical:
            return Blank(Span(start, self._start))
        if logical[0] == "#":
            self._remember_comment(line)
            return Comment(Span(start, self._start))
        return self._statement(start, start + self._margin + len(line) - len(logical), logical)

    def _directive(self, start: int, logical: str) -> Directive | None:
        found = parse_directive(logical)
        if found is None:
            self._directives_possible = False
            return None
        name, value = found
        directive = Directive(Span(start, self._start), name, value)
        if name in self.directives:
            self.refuse(self._row, f"only one {name} parser directive can be used", "remove one of them")
        self.directives.setdefault(name, directive)
        if name == "escape":
            self._set_escape(value)
        return directive

    def _set_escape(self, value: str) -> None:
        if value in ("\\", "`"):
            self.escape = value
        else:
            message = f"invalid escape token '{value}' does not match ` or \\"
            self.refuse(self._row, message, "write # escape=` or leave the line out")

    def _remember_comment(self, line: str) -> None:
        # BuildKit drops the first character of the line, also where that is white space before the '#'.
        comment = line[1:].strip(SPACE)
        if comment:
            self._comments.append(comment)
        else:
            self._comments.clear()

    def _statement(self, start: int, physical: int, logical: str) -> Statement:
        first = self._row
        text, pieces, gap = self._join(physical, logical)
        heredocs = self._heredocs(first, text)
        comments, self._comments = tuple(self._comments), []
        return Statement(
            Span(start, self._start),
            first,
            self._row,
            text,
            SourceMap(tuple(pieces)),
            heredocs,
            comments,
            gap,
        )

    def _join(self, physical: int, line: str) -> tuple[str, list[tuple[int, int]], bool]:
        """Return the logical line, where its parts stand, and whether a blank line is among them."""
        parts: list[str] = []
        pieces: list[tuple[int, int]] = []
        length, gap = 0, False
        while True:
            part = self._without_continuation(line)
            parts.append(line if part is None else part)
            pieces.append((length, physical))
            length += len(parts[-1])
            if part is None:
                break
            following, blank = self._continuation()
            gap = gap or blank
            if following is None:
                break
            physical, line = following
        return "".join(parts), pieces, gap

    def _continuation(self) -> tuple[tuple[int, str] | None, bool]:
        """Return the next line of the instruction, and whether blank lines stand before it."""
        blank = False
        while self._row < len(self._lines):
            start, line = self._take()
            content = line.lstrip(SPACE)
            if content and content[0] != "#":
                return (start, line), blank
            blank = blank or not content
        return None, blank

    def _without_continuation(self, line: str) -> str | None:
        """Return the line without the escape at its end, or None where the line does not continue."""
        if self.escape not in line:
            return None
        line = line.rstrip(" \t")
        if not line.endswith(self.escape) or line.endswith(self.escape * 2):
            return None
        return line[:-1]

    def _heredocs(self, first: int, text: str) -> tuple[Heredoc, ...]:
        try:
            words = opened(text, self.escape)
        except ExpansionError as error:
            self.refuse(first, str(error), "write the word after << without substitutions")
            return ()
        return tuple(self._heredoc(first, word) for word in words)

    def _heredoc(self, first: int, word: HeredocWord) -> Heredoc:
        start = end = self._start
        while self._row < len(self._lines):
            end, line = self._take()
            if (line.lstrip("\t") if word.chomp else line) == word.name:
                break
            end = self._start
        else:
            self.refuse(
                first, "unterminated heredoc", f"end it with a line that is {word.name} and nothing else"
            )
        content = self._text[start:end]
        return Heredoc(word.name, word.fd, word.expand, word.chomp, content, Span(start, end))
