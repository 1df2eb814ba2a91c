"""A Dockerfile as read: its bytes, its text, and the items that the text consists of.

All offsets are half-open and count characters of `Document.text`: the file decoded as UTF-8, where a byte
that is not UTF-8 stands as a lone surrogate (`surrogateescape`), so that `encode` gives back the very same
bytes.
"""

from bisect import bisect_right
from functools import cached_property

from restage.record import Record


class Span(Record):
    """A stretch of `Document.text`, from `start` up to but without `end`."""

    start: int
    end: int


class SourceMap(Record):
    """Where each character of a logical text stands in `Document.text`.

    `pieces` are (offset in the whole logical text, offset in the document), in order, one for each physical
    line that gave some of the text; `origin` is the offset in that text from which `source` counts.
    """

    pieces: tuple[tuple[int, int], ...]
    origin: int = 0

    def source(self, offset: int) -> int:
        """Return the document offset of the character at `offset`.

        For an offset that ends a stretch use `span`: between the last character and the next one there may
        be a continuation, comments and blank lines.
        """
        position = offset + self.origin
        pieces = self.pieces
        if len(pieces) == 1:
            logical, physical = pieces[0]
        else:
            logical, physical = pieces[max(0, bisect_right(pieces, position, key=_logical) - 1)]
        return physical + position - logical

    def span(self, start: int, end: int) -> Span:
        """Return what the logical characters from `start` up to `end` cover in the document."""
        first = self.source(start)
        return Span(first, self.source(end - 1) + 1 if end > start else first)

    def moved(self, by: int) -> "SourceMap":
        """Return the map that counts from `by` characters further on."""
        return SourceMap(self.pieces, self.origin + by) if by else self


def _logical(piece: tuple[int, int]) -> int:
    return piece[0]


class Heredoc(Record):
    """A heredoc: `<<EOF` on an instruction, and the lines up to the one that is `EOF`.

    `content` is as written, line ends and leading tabs included, also under `<<-` (`chomp`); `expand` is
    false where the word was quoted; `fd` is 0 unless a number stands before `<<`. `span` is the content's,
    without the last line.
    """

    name: str
    fd: int
    expand: bool
    chomp: bool
    content: str
    span: Span


class Blank(Record):
    """A line of nothing but white space, outside any instruction."""

    span: Span


class Comment(Record):
    """A whole-line comment outside any instruction, with its line end."""

    span: Span


class Directive(Record):
    """A parser directive on top of the file; `name` is `syntax`, `escape` or `check`."""

    span: Span
    name: str
    value: str


class Statement(Record):
    """One instruction: all its lines, comments among them, and its heredocs, with the final line end.

    `line` and `end_line` count from 1. `text` is the logical line: continuations joined, comments gone,
    indentation of the first line gone. `comments` are the comments since the instruction before, as
    BuildKit keeps them. `empty_continuation` says that a blank line stands inside, of which BuildKit warns.
    """

    span: Span
    line: int
    end_line: int
    text: str
    mapping: SourceMap
    heredocs: tuple[Heredoc, ...]
    comments: tuple[str, ...]
    empty_continuation: bool


Item = Blank | Comment | Directive | Statement


class Problem(Record):
    """Why BuildKit would refuse the file while still reading its lines."""

    line: int
    message: str
    help: str


class ReadError(Exception):
    """BuildKit would refuse this Dockerfile, or restage cannot be sure to read it as BuildKit does."""

    def __init__(self, line: int, message: str, help: str = "") -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message
        self.help = help


class Document(Record):
    """A Dockerfile. The texts of its items, one after the other, are the whole text (law L1).

    `escape` is the character that continues lines, `newline` the line end that most lines have. `problem`
    is set where the lines cannot be read as BuildKit would: the items still cover the file, but
    `instructions` refuses it.
    """

    data: bytes
    text: str
    items: tuple[Item, ...]
    escape: str
    bom: bool
    newline: str
    directives: tuple[Directive, ...]
    problem: Problem | None = None

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        starts, offset = [0], 0
        for line in self.text.split("\n")[:-1]:
            offset += len(line) + 1
            starts.append(offset)
        return starts

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The items that are instructions."""
        return tuple(item for item in self.items if isinstance(item, Statement))

    def line_of(self, offset: int) -> int:
        """Return the line, counted from 1, in which the character at `offset` stands."""
        return bisect_right(self.line_starts, offset)

    def text_of(self, item: Item) -> str:
        """Return the text of an item as it stands in the file."""
        return self.text[item.span.start : item.span.end]


def encode(text: str) -> bytes:
    """Return the bytes of a text of a Document, or of one made from it; the inverse of the decoding in
    `read`.
    """
    return text.encode("utf-8", "surrogateescape")
