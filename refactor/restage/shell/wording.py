"""Words dropped from a command and put into it, as edits of the author's source."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from restage.record import Record
from restage.shell.layout import is_comment
from restage.shell.script import SimpleCommand


class Edit(Record):
    """Replaces the source from ``start`` to ``end``."""

    start: int
    end: int
    text: str


class Source(Record):
    """The source of an instruction and the way from its joined body to it."""

    text: str
    escape: str
    body_map: Callable[[int], int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the body's characters from ``start`` to ``end`` stand in the source."""
        return self.body_map(start), self.body_map(end - 1) + 1

    def line_start(self, at: int) -> int:
        """The start of the line that holds ``at``."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int | None:
        """The start of the line after ``at`` if nothing but a continuation stands between."""
        found = re.compile(rf"[ \t]*{re.escape(self.escape)}[ \t]*\r?\n").match(self.text, at)
        return found.end() if found else None

    @property
    def newline(self) -> str:
        """The line end that the author uses."""
        return "\r\n" if "\r\n" in self.text else "\n"


class _Element(Record):
    """A word, an assignment or a redirect of a command, in the source."""

    offset: int
    start: int
    end: int


def word_edits(
    written: Source,
    commands: Iterable[SimpleCommand],
    dropped: frozenset[int],
    inserted: Mapping[int, tuple[str, ...]],
) -> Iterator[Edit]:
    """The edits for all commands. Raises ValueError for an offset at which none of them has a word."""
    unmet = set(dropped) | set(inserted)
    for command in commands:
        offsets = {word.start for word in command.words}
        if not offsets & unmet:
            continue
        unmet -= offsets
        elements = _elements(written, command)
        going = {offset for offset in offsets & dropped if offset not in inserted}
        yield from _removals(written, elements, going)
        yield from _insertions(written, elements, dropped, inserted)
    if unmet:
        raise ValueError(f"no word starts at {sorted(unmet)}")


def _elements(written: Source, command: SimpleCommand) -> list[_Element]:
    spans = {word.start: word.end for word in command.words}
    spans |= {value.start - len(name) - 1: value.end for name, value in command.assignments}
    spans |= {redirect.start: redirect.end for redirect in command.redirects}
    return [_Element(start, *written.span(start, end)) for start, end in sorted(spans.items())]


def _removals(written: Source, elements: Sequence[_Element], going: set[int]) -> Iterator[Edit]:
    run: list[_Element] = []
    for before, element in zip([None, *elements], [*elements, None], strict=True):
        if element and element.offset in going:
            if before is None:
                raise ValueError("a command can't lose its name")
            run.append(element)
        elif run:
            yield _removal(written, elements, run, element)
            run = []


def _removal(
    written: Source, elements: Sequence[_Element], run: Sequence[_Element], following: _Element | None
) -> Edit:
    start, end = run[0].start, run[-1].end
    before = elements[elements.index(run[0]) - 1].end
    begins_line = "\n" in written.text[before:start]
    line_end = written.line_end(end)
    if not begins_line or not following:
        return Edit(before, end, "")
    if line_end is not None:
        return Edit(_with_comment(written, start), line_end, "")
    return Edit(start, following.start, "")


def _with_comment(written: Source, at: int) -> int:
    """The start of the line of ``at``, or of the comment directly above it."""
    start = written.line_start(at)
    while start and is_comment(written.text[written.line_start(start - 1) : start]):
        start = written.line_start(start - 1)
    return start


def _insertions(
    written: Source,
    elements: Sequence[_Element],
    dropped: frozenset[int],
    inserted: Mapping[int, tuple[str, ...]],
) -> Iterator[Edit]:
    for element, following in zip(elements, [*elements[1:], None], strict=True):
        words = inserted.get(element.offset)
        if not words:
            continue
        separator = _separator(written, element, following)
        if element.offset in dropped:
            yield Edit(element.start, element.end, separator.join(words))
        else:
            yield Edit(element.end, element.end, "".join(separator + word for word in words))


def _separator(written: Source, element: _Element, following: _Element | None) -> str:
    """A line of its own where the author gives each word one, else a blank."""
    if following and "\n" not in written.text[element.end : following.start]:
        return " "
    own_line = following or element
    for candidate in (element, own_line):
        indent = written.text[written.line_start(candidate.start) : candidate.start]
        if not indent.strip():
            return f" {written.escape}{written.newline}{indent}"
    return " "
