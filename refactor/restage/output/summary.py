"""A verdict that a person reads in ten seconds: with rich on a terminal, in plain columns elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from restage.output.terminal import safe
from restage.record import Record

if TYPE_CHECKING:
    from rich.table import Table


class Check(Record):
    """One part of the verification. `holds`: None where it was not looked at."""

    name: str
    holds: bool | None
    text: str


class Row(Record):
    """One measure of both images; the cells are texts."""

    name: str
    before: str
    after: str
    change: str = ""


class Summary(Record):
    """A verdict, ready to be shown."""

    title: str
    holds: bool
    headline: str
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    """The last lines of a build that failed."""


_MARKS = {True: "ok", False: "FAILED", None: "-"}
_SIGNS = {True: "✓", False: "✗", None: "·"}
_COLOURS = {True: "green", False: "bold red", None: "dim"}


def shows_tables(stream: TextIO) -> bool:
    """Whether it is a terminal that has frames and signs."""
    return stream.isatty() and stream.encoding.lower().startswith("utf")


def print_summary(summary: Summary, write: Callable[[str], None]) -> None:
    """Prints it in plain columns."""
    write("".join(line + "\n" for line in plain_lines(summary)))


def plain_lines(summary: Summary) -> Iterator[str]:
    """The summary in plain columns, safe for a terminal."""
    return (safe(line) for line in _plain(summary))


def _plain(summary: Summary) -> Iterator[str]:
    yield summary.title
    yield summary.headline
    for problem in summary.problems:
        yield f"  - {problem}"
    yield from (f"  | {line}" for line in summary.log)
    for check in summary.checks:
        yield f"  {check.name:10}{_MARKS[check.holds]:8}{check.text}"
    if summary.rows:
        yield from _columns([Row("", "before", "after"), *summary.rows])
    yield from (f"  warning: {warning}" for warning in summary.warnings)
    yield from (f"  note: {note}" for note in summary.notes)


def _columns(rows: list[Row]) -> Iterator[str]:
    first = max(len(row.name) for row in rows) + 2
    second, third = (max(len(getattr(row, side)) for row in rows) + 3 for side in ("before", "after"))
    for row in rows:
        yield f"  {row.name:{first}}{row.before:>{second}}{row.after:>{third}}{row.change:>8}".rstrip()


def print_coloured_summary(summary: Summary, stream: TextIO | None = None) -> None:
    """Prints it on the terminal with rich, to stdout if no stream is given. What stands in it is text, never markup."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    def of(text: str, style: str = "") -> Text:
        return Text(safe(text), style=style)

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    console.print(of(summary.title, "bold"))
    console.print(of(summary.headline, _COLOURS[summary.holds]))
    listed = Table.grid(padding=(0, 2, 0, 0))  # in columns, so that a text that is wrapped stays in its own
    for problem in summary.problems:
        listed.add_row(of("✗", "red"), of(problem, "red"))
    for line in summary.log:
        listed.add_row(of("│", "dim"), of(line))
    checks = Table.grid(padding=(0, 2, 0, 0))
    for check in summary.checks:
        mark = of(_SIGNS[check.holds], _COLOURS[check.holds])
        checks.add_row(mark, of(check.name), of(check.text, "dim"))
    notes = Table.grid(padding=(0, 2, 0, 0))
    for kind, texts in (("warning", summary.warnings), ("note", summary.notes)):
        for text in texts:
            notes.add_row(of(kind, "yellow"), of(text, "yellow"))
    for part in (listed, checks, *_measures(summary.rows), notes):
        if part.row_count:
            console.print(Padding(part, (0, 0, 0, 2)))


def _measures(rows: tuple[Row, ...]) -> Iterator[Table]:
    """Before and after, as a table; none where nothing was measured."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("")
    for name in ("before", "after", "change"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(Text(safe(text)) for text in (row.name, row.before, row.after, row.change)))
    if rows:
        yield table
