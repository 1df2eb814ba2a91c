"""Where outcomes go, one after the other: the preview for people, a patch, or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from restage.engine import Outcome, Rewritten
from restage.output.terminal import safe

Write = Callable[[str], None]
"""Takes text; bytes that were not UTF-8 stand in it as lone surrogates."""


class Report(Protocol):
    """Takes outcomes in the order of the files."""

    def add(self, outcome: Outcome) -> None:
        """One more file."""

    def close(self) -> None:
        """No more files."""


class TextReport:
    """Diffs with their reasons, each as soon as its file is done."""

    def __init__(self, write: Write, coloured: bool) -> None:
        self._write, self._coloured = write, coloured

    def add(self, outcome: Outcome) -> None:
        """Prints the diff of a rewritten file."""
        from restage.output.text import diff_lines

        lines = list(diff_lines(outcome))
        if lines and self._coloured:
            from restage.output.colour import print_coloured

            print_coloured(lines)
        else:
            self._write("".join(line + "\n" for line in lines))

    def close(self) -> None:
        """Nothing is left to print."""


class PatchReport:
    """What `git apply` takes, byte for byte; on a terminal control characters are written out."""

    def __init__(self, write: Write, on_terminal: bool) -> None:
        self._write, self._on_terminal = write, on_terminal

    def add(self, outcome: Outcome) -> None:
        """Prints the patch of a rewritten file."""
        from restage.output.diff import unified

        if isinstance(outcome.result, Rewritten):
            text = unified(outcome.result, str(outcome.request.path))
            self._write(safe(text) if self._on_terminal else text)

    def close(self) -> None:
        """Nothing is left to print."""


class JsonReport:
    """One document with all files."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._files: list[dict[str, Any]] = []

    def add(self, outcome: Outcome) -> None:
        """Keeps what the document says of the file."""
        from restage.output.json_report import file_report

        self._files.append(file_report(outcome))

    def close(self) -> None:
        """Prints the document."""
        from restage.output.json_report import document

        self._write(document(self._files) + "\n")


class Silence:
    """Prints nothing: files are written, and text was not asked for."""

    def add(self, outcome: Outcome) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
