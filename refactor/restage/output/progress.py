"""Progress of long work, on stderr: one live line on a terminal, a line for each step when piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from restage.output.terminal import safe


class Progress(Protocol):
    """Hears of steps, and of what the step under way says."""

    def begin(self, step: str) -> None:
        """A step begins."""

    def hear(self, line: str) -> None:
        """The step said something."""

    def end(self, how: str) -> None:
        """The step is over."""


class Quiet:
    """Says nothing."""

    def begin(self, step: str) -> None:
        """Nothing."""

    def hear(self, line: str) -> None:
        """Nothing."""

    def end(self, how: str) -> None:
        """Nothing."""


class Lines:
    """A line for each step, when it is over."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._steps: list[tuple[str, float]] = []

    @property
    def step(self) -> str:
        """The step under way; empty between steps."""
        return self._steps[-1][0] if self._steps else ""

    def begin(self, step: str) -> None:
        """Remembers it; steps may lie in one another."""
        self._steps.append((step, time.monotonic()))

    def hear(self, line: str) -> None:
        """Nothing: the lines of builds are many."""

    def end(self, how: str) -> None:
        """Says how it went, and how long it took."""
        step, since = self._steps.pop()
        self._write(f"{step}: {how} ({time.monotonic() - since:.1f} s)\n")


class Live:
    """A spinner with the step and the last line of it; steps that are over stay above it."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._status = self._console.status("")
        self._lines = Lines(lambda text: self._console.print(text.rstrip("\n"), style="dim"))

    def begin(self, step: str) -> None:
        """Shows it."""
        self._lines.begin(step)
        self._status.start()
        self.hear("")

    def hear(self, line: str) -> None:
        """Shows the line behind the step, cut to the terminal."""
        from rich.text import Text

        text = safe(f"{self._lines.step}  {' '.join(line.split())}")
        self._status.update(Text(text[: max(20, self._console.width - 4)], overflow="ellipsis", no_wrap=True))

    def end(self, how: str) -> None:
        """Lets it stand above."""
        self._lines.end(how)
        if self._lines.step:
            self.hear("")
        else:
            self.stop()

    def stop(self) -> None:
        """Takes the live line away."""
        self._status.stop()


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """What fits stderr: a live line on a terminal, lines elsewhere, nothing if it should be quiet."""
    if quiet:
        yield Quiet()
        return
    if not sys.stderr.isatty():
        yield Lines(_to_stderr)
        return
    live = Live()
    try:
        yield live
    finally:
        live.stop()


def _to_stderr(text: str) -> None:
    sys.stderr.write(safe(text))
    sys.stderr.flush()
