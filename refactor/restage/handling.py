"""One file from its bytes to what is said of it; the file is written here, if that was asked for."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from restage.api.observation import Observation
from restage.api.option import Chosen
from restage.api.strategy import Strategy
from restage.config import Building
from restage.engine import Outcome, Request, Rewritten, Unreadable, refactor
from restage.exit_codes import Exit
from restage.output.reports import rendered
from restage.output.summary import Summary
from restage.output.terminal import safe
from restage.output.text import details, summary
from restage.planning.judge import Courage
from restage.project.repositories import Repositories
from restage.record import Record
from restage.verify.shown import Shown
from restage.writing import write_atomically

LARGEST = 4_000_000
"""Bytes; no Dockerfile is larger, and BuildKit refuses such a file too."""

_USUAL = 64 * 1024
"""Bytes that most Dockerfiles have less than."""


class Manner(Record):
    """What is asked of every file."""

    mode: str
    unsafe: bool
    context: Path | None
    style: str
    quiet: bool
    verbose: bool
    verifying: Building | None = None
    """How the planned output is built and run before it is written; None: it is not."""
    probing: Building | None = None
    """How the original is built and tried before it is planned; None: it is not."""
    options: Chosen = ()
    """What was chosen of what strategies offer."""


class Handled(Record):
    """What became of one file, ready to be printed."""

    said: tuple[str, ...]
    """Lines for stderr."""
    report: str
    """Its part of the report."""
    code: Exit
    data: bytes = b""
    """Of standard input: what goes to standard output."""
    verdict: Summary | None = None
    """What verifying came to."""


class Handler:
    """Handles files one after the other, and raises nothing: a bug or an unreadable file does not stop the others."""

    def __init__(self, manner: Manner, strategies: tuple[Strategy, ...]) -> None:
        self._manner, self._strategies = manner, strategies
        self._repositories = Repositories()

    def __call__(self, path: Path | None) -> Handled:
        """Handles one file; None is standard input."""
        place = path or (self._manner.context or Path()) / "Dockerfile"
        try:
            return self._handled(path, place)
        except (
            Exception
        ) as error:  # a bug of ours is never the user's loss: the file is left alone, others go on
            return self._failed(place, f"{type(error).__name__}: {error}")

    def lost(self, path: Path | None, why: str) -> Handled:
        """What is said of a file whose process died."""
        return self._failed(path or Path("-"), why)

    def _failed(self, place: Path, why: str) -> Handled:
        what = f"left alone because of a bug in restage: {why}"
        failure = Unreadable(None, what[:2000], "please report it with the file")
        outcome = Outcome(Request(place, b"", self._manner.context), failure)
        return Handled(self._said(outcome), rendered(outcome, self._manner.style), Exit.BUG)

    def _handled(self, path: Path | None, place: Path) -> Handled:
        shown = self._shown(self._outcome(path, place))
        outcome, style = shown.outcome, self._manner.style
        report = rendered(outcome, style, shown.data)
        said, code, data = (*self._said(outcome), *shown.lines), self._code(outcome), b""
        if not shown.holds:
            return Handled(said, report, Exit.VERIFICATION_FAILED, verdict=shown.verdict)
        if self._manner.mode == "write" and path is None:
            data = self._filtered(outcome)
        elif self._manner.mode == "write" and isinstance(outcome.result, Rewritten) and path:
            problem = _written(path, outcome.result.data)
            said, code = (*said, *problem), Exit.UNREADABLE if problem else code
        return Handled(said, report, code, data, shown.verdict)

    def _shown(self, outcome: Outcome) -> Shown:
        """The plan after what building and running showed, where that was asked for and there is something to show."""
        asked = self._manner.probing or self._manner.verifying
        if not asked or not isinstance(outcome.result, Rewritten):
            return Shown(outcome)
        from restage.verify.showing import Showing, shown

        return shown(
            outcome, self._planned, Showing(self._manner.probing, self._manner.verifying, self._manner.quiet)
        )

    def _outcome(self, path: Path | None, place: Path) -> Outcome:
        manner = self._manner
        unsafe = Courage.UNSAFE if manner.unsafe else Courage.PLAIN
        courage = Courage.TRYING if manner.verifying else unsafe
        try:
            request = Request(place, content(path), manner.context, courage, options=manner.options)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            empty = Request(place, b"", manner.context, courage)
            return Outcome(empty, Unreadable(None, why, "name a Dockerfile that can be read"))
        return refactor(request, self._strategies, self._repositories)

    def _planned(self, outcome: Outcome, observations: tuple[Observation, ...]) -> Outcome:
        """The same file, planned again with what running it showed."""
        request = replace(outcome.request, observations=(*outcome.request.observations, *observations))
        return refactor(request, self._strategies, self._repositories) if observations else outcome

    def _said(self, outcome: Outcome) -> tuple[str, ...]:
        is_error = isinstance(outcome.result, Unreadable)
        shown = [summary(outcome)] if is_error or not self._manner.quiet else []
        return (*shown, *(details(outcome) if self._manner.verbose else ()))

    def _code(self, outcome: Outcome) -> Exit:
        if isinstance(outcome.result, Unreadable):
            return Exit.UNREADABLE
        would_change = isinstance(outcome.result, Rewritten) and self._manner.mode == "check"
        return Exit.WOULD_CHANGE if would_change else Exit.DONE

    def _filtered(self, outcome: Outcome) -> bytes:
        """Standard input as it goes to standard output; unchanged only where no report goes there."""
        if isinstance(outcome.result, Rewritten):
            return outcome.result.data
        return outcome.request.data if self._manner.style == "text" else b""


def _written(path: Path, data: bytes) -> tuple[str, ...]:
    """What has to be said of writing the file: nothing, if it went well."""
    try:
        write_atomically(path, data)
    except OSError as error:
        return (f"{shown(path)}: error: {error.strerror or error}; the file is as it was",)
    return ()


def shown(path: Path | None) -> str:
    """A path for a terminal."""
    return safe(str(path)).replace("\n", "\\n")


def content(path: Path | None) -> bytes:
    """The bytes of a file or of standard input.

    Raises:
        OSError: it can't be read.
        ValueError: it is too large, or no regular file.
    """
    if path is None:
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        if not path.is_file() and path.exists():
            raise ValueError("not a regular file; name a Dockerfile or a directory")
        with path.open("rb") as file:
            # Not at once for the largest: making room for that takes longer than the file.
            data = file.read(_USUAL)
            if len(data) == _USUAL:
                data += file.read(LARGEST + 1 - _USUAL)
    if len(data) > LARGEST:
        raise ValueError(f"larger than {LARGEST} bytes, so it is no Dockerfile")
    return data
