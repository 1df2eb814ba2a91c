"""A verdict that a person reads in ten seconds: with rich on a terminal, in plain columns elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TextIO

from restage.output.terminal import safe
from restage.record import Record


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


_MARKS = {True: "ok", False: "FAILED", None: "-"}
_COLOURS = {True: "green", False: "bold red", None: "dim"}


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
    from rich.table import Table
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    console.print(Text(safe(summary.title), style="bold"))
    console.print(Text(safe(summary.headline), style=_COLOURS[summary.holds]))
    for problem in summary.problems:
        console.print(Text(safe(f"  ✗ {problem}"), style="red"))
    checks = Table(box=None, show_header=False, pad_edge=False)
    for check in summary.checks:
        mark = Text({True: "✓", False: "✗", None: "·"}[check.holds], style=_COLOURS[check.holds])
        checks.add_row(mark, Text(check.name), Text(safe(check.text), style="dim"))
    console.print(checks)
    if summary.rows:
        table = Table(pad_edge=False)
        table.add_column("")
        for name in ("before", "after", "change"):
            table.add_column(name, justify="right")
        for row in summary.rows:
            table.add_row(*(Text(safe(text)) for text in (row.name, row.before, row.after, row.change)))
        console.print(table)
    for text in (
        *(f"warning: {each}" for each in summary.warnings),
        *(f"note: {each}" for each in summary.notes),
    ):
        console.print(Text(safe(f"  {text}"), style="yellow"))
