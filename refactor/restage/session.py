"""One run of the command over its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from restage.api.strategy import Strategy
from restage.catalog import strategies
from restage.engine import Outcome, Request, Rewritten, Unreadable, refactor
from restage.exit_codes import Exit
from restage.output.reports import JsonReport, PatchReport, Report, Silence, TextReport
from restage.output.terminal import safe
from restage.output.text import details, summary
from restage.planning.judge import Courage
from restage.project.consumers import Consumers
from restage.record import Record
from restage.writing import appender, write_atomically

LARGEST = 4_000_000
"""Bytes; no Dockerfile is larger, and BuildKit refuses such a file too."""


class Options(Record):
    """The options of the command line."""

    mode: str
    unsafe: bool
    context: Path | None
    style: str
    output: Path | None
    color: str
    quiet: bool
    verbose: bool


class Session:
    """Files one after the other; a bug or an unreadable file does not stop the others."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._worst = Exit.DONE
        self._repositories: dict[Path, Consumers] = {}
        self._strategies: tuple[Strategy, ...] = strategies()

    def run(self, paths: Iterable[str]) -> Exit:
        """Handles all files and prints the report; the exit code."""
        try:
            report = self._report()
        except OSError as error:
            self._say(f"{_shown(self._options.output)}: error: {error.strerror}")
            return Exit.USAGE
        seen = False
        for path in paths:
            for file in _files(path):
                seen = True
                outcome = self._outcome(file)
                self._told(outcome)
                report.add(outcome)
                self._write(outcome, file)
        if not seen:
            self._say("restage: no Dockerfile found; name one, or a directory that holds one")
            return Exit.NO_DOCKERFILE
        report.close()
        return self._worst

    def _report(self) -> Report:
        options = self._options
        if options.style == "text" and options.mode == "write":
            return Silence()
        write = appender(options.output) if options.output else _to_stdout
        on_terminal = options.output is None and sys.stdout.isatty()
        match options.style:
            case "json":
                return JsonReport(write)
            case "diff":
                return PatchReport(write, on_terminal)
            case _:
                return TextReport(write, _is_coloured(options.color, on_terminal))

    def _outcome(self, path: Path | None) -> Outcome:
        place = path or (self._options.context or Path()) / "Dockerfile"
        courage = Courage.UNSAFE if self._options.unsafe else Courage.PLAIN
        request = Request(place, b"", self._options.context, courage)
        try:
            request = Request(place, _content(path), self._options.context, courage)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return Outcome(request, Unreadable(None, why, "name a Dockerfile that can be read"))
        try:
            return refactor(request, self._strategies, self._repositories)
        except (
            Exception
        ) as error:  # a bug of ours is never the user's loss: the file is left alone, others go on
            self._worse(Exit.BUG)
            what = f"left alone because of a bug in restage: {type(error).__name__}: {error}"
            return Outcome(request, Unreadable(None, what[:2000], "please report it with the file"))

    def _told(self, outcome: Outcome) -> None:
        """Says on stderr what became of the file."""
        failed = isinstance(outcome.result, Unreadable)
        if failed and self._worst is not Exit.BUG:
            self._worse(Exit.UNREADABLE)
        if isinstance(outcome.result, Rewritten) and self._options.mode == "check":
            self._worse(Exit.WOULD_CHANGE)
        if failed or not self._options.quiet:
            self._say(summary(outcome))
        if self._options.verbose:
            for line in details(outcome):
                self._say(line)

    def _write(self, outcome: Outcome, path: Path | None) -> None:
        if self._options.mode != "write" or not isinstance(outcome.result, Rewritten):
            if self._options.mode == "write" and path is None and self._options.style == "text":
                sys.stdout.buffer.write(outcome.request.data)
            return
        if path is None:
            sys.stdout.buffer.write(outcome.result.data)
            sys.stdout.flush()
            return
        try:
            write_atomically(path, outcome.result.data)
        except OSError as error:
            self._say(f"{_shown(path)}: error: {error.strerror or error}; the file is as it was")
            self._worse(Exit.UNREADABLE)

    def _worse(self, code: Exit) -> None:
        self._worst = max(self._worst, code)

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr)


def _is_coloured(color: str, on_terminal: bool) -> bool:
    """Asked for, or on a terminal without NO_COLOR (no-color.org)."""
    return color == "always" or (color == "auto" and on_terminal and not os.environ.get("NO_COLOR"))


def _to_stdout(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
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


def _shown(path: Path | None) -> str:
    return safe(str(path)).replace("\n", "\\n")


def _content(path: Path | None) -> bytes:
    """The bytes of a file or of standard input.

    Raises:
        OSError: it can't be read.
        ValueError: it is too large, or no regular file.
    """
    if path is None:
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        if path.exists() and not path.is_file():
            raise ValueError("not a regular file; name a Dockerfile or a directory")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"larger than {LARGEST} bytes, so it is no Dockerfile")
    return data
