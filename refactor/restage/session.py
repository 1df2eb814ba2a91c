"""One run of the command over its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

from restage.catalog import strategies
from restage.exit_codes import Exit
from restage.handling import Handled, Handler, Manner, shown
from restage.output.reports import JsonReport, PatchReport, Report, Silence, TextReport
from restage.output.summary import Summary, print_coloured_summary, print_summary, shows_tables
from restage.record import Record
from restage.writing import appender

_ONE_PROCESS = 16
"""How many files are handled before others are started. It also loads what most files need: forks begin with it."""


class Options(Record):
    """The options of the command line."""

    manner: Manner
    output: Path | None
    color: str
    jobs: int | None
    """How many processes; None: as many as there are processors."""


class Session:
    """Files in their order; a bug or an unreadable file does not stop the others."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._handler = Handler(options.manner, strategies())

    def run(self, paths: Iterable[str]) -> Exit:
        """Handles all files and prints the report; the exit code."""
        try:
            report = self._report()
        except OSError as error:
            self._say(f"{shown(self._options.output)}: error: {error.strerror}")
            return Exit.USAGE
        worst: Exit | None = None
        with closing(self._handled(tuple(paths))) as all_handled:
            for handled in all_handled:
                for line in handled.said:
                    self._say(line)
                if handled.verdict:
                    _judge(handled.verdict)
                report.add(handled.report)
                _to_stdout(handled.data)
                worst = max(worst or Exit.DONE, handled.code)
        if worst is None:
            self._say("restage: no Dockerfile found; name one, or a directory that holds one")
            return Exit.NO_DOCKERFILE
        report.close()
        return worst

    def _handled(self, paths: tuple[str, ...]) -> Generator[Handled, None, None]:
        """The first files here, and all others by several processes, if there are many."""
        files = (file for path in paths for file in _files(path))
        yield from map(self._handler, islice(files, _ONE_PROCESS))
        ahead = list(islice(files, _ONE_PROCESS))
        rest = chain(ahead, files)
        if len(ahead) < _ONE_PROCESS or "-" in paths or self._jobs() == 1:
            yield from map(self._handler, rest)
            return
        from restage.bulk.ordered import in_order

        sys.stdout.flush()
        yield from in_order(rest, self._handler, self._handler.lost, self._jobs())

    def _jobs(self) -> int:
        if self._options.manner.verifying or self._options.manner.probing:
            return 1  # builds share one engine, and their progress one line
        if self._options.jobs is not None:
            return self._options.jobs
        from restage.bulk.crew import processors

        return processors()

    def _report(self) -> Report:
        options, style = self._options, self._options.manner.style
        if style == "text" and options.manner.mode == "write":
            return Silence()
        write = appender(options.output) if options.output else _text_to_stdout
        on_terminal = options.output is None and sys.stdout.isatty()
        match style:
            case "json":
                return JsonReport(write)
            case "diff":
                return PatchReport(write, on_terminal)
            case _:
                return TextReport(write, _is_coloured(options.color, on_terminal))

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr)


def _judge(verdict: Summary) -> None:
    """A verdict on stderr: with rich on a terminal (which heeds NO_COLOR), in plain columns elsewhere."""
    if shows_tables(sys.stderr):
        print_coloured_summary(verdict, sys.stderr)
    else:
        print_summary(verdict, lambda text: print(text, end="", file=sys.stderr))


def _is_coloured(color: str, on_terminal: bool) -> bool:
    """Asked for, or on a terminal without NO_COLOR (no-color.org)."""
    return color == "always" or (color == "auto" and on_terminal and not os.environ.get("NO_COLOR"))


def _text_to_stdout(text: str) -> None:
    _to_stdout(text.encode("utf-8", "surrogateescape"))


def _to_stdout(data: bytes) -> None:
    if data:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


def _files(path: str) -> Iterator[Path | None]:
    """The Dockerfiles that an argument names; None is standard input."""
    from restage.project.discovery import find_dockerfiles

    if path == "-":
        yield None
        return
    place = Path(path)
    if _is_directory(place):
        yield from find_dockerfiles(place)
    else:
        yield place


def _is_directory(place: Path) -> bool:
    try:
        return place.is_dir()
    except (OSError, ValueError):
        return False
