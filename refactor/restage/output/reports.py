"""Where outcomes go, one after the other: the preview for people, a patch, or JSON.

A report has two halves, so that one process can render what another prints: `rendered` makes the text of one file, a
`Report` takes these texts in the order of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from restage.engine import Outcome, Rewritten

Write = Callable[[str], None]
"""Takes text; bytes that were not UTF-8 stand in it as lone surrogates."""


def rendered(outcome: Outcome, style: str, shown: Mapping[str, Any] | None = None) -> str:
    """What the report of a style says of one file; nothing where it has nothing to say.

    `shown` is what building and running it showed: JSON has it beside the plan.
    """
    if style == "json":
        from restage.output.json_report import entry, file_report

        return entry({**file_report(outcome), **(shown or {})})
    if not isinstance(outcome.result, Rewritten):
        return ""
    if style == "diff":
        from restage.output.diff import unified

        return unified(outcome.result, str(outcome.request.path))
    from restage.output.text import diff_lines

    return "".join(line + "\n" for line in diff_lines(outcome))


class Report(Protocol):
    """Takes what was rendered of each file, in the order of the files."""

    def add(self, text: str) -> None:
        """One more file."""

    def close(self) -> None:
        """No more files."""


class TextReport:
    """Diffs with their reasons, each as soon as its file is done."""

    def __init__(self, write: Write, coloured: bool) -> None:
        self._write, self._coloured = write, coloured

    def add(self, text: str) -> None:
        """Prints the diff of a rewritten file."""
        if text and self._coloured:
            from restage.output.colour import print_coloured

            print_coloured(text.removesuffix("\n").split("\n"))
        elif text:
            self._write(text)

    def close(self) -> None:
        """Nothing is left to print."""


class PatchReport:
    """What `git apply` takes, byte for byte; on a terminal control characters are written out."""

    def __init__(self, write: Write, on_terminal: bool) -> None:
        self._write, self._on_terminal = write, on_terminal

    def add(self, text: str) -> None:
        """Prints the patch of a rewritten file."""
        from restage.output.terminal import safe

        if text:
            self._write(safe(text) if self._on_terminal else text)

    def close(self) -> None:
        """Nothing is left to print."""


class JsonReport:
    """One document with all files, each written as soon as it is done."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._is_begun = False

    def add(self, text: str) -> None:
        """Prints what the document says of the file."""
        from restage.output.json_report import opening

        self._write(("," if self._is_begun else opening()) + text)
        self._is_begun = True

    def close(self) -> None:
        """Prints the end of the document."""
        from restage.output.json_report import closing, opening

        self._write(("" if self._is_begun else opening()) + closing(self._is_begun) + "\n")


class Silence:
    """Prints nothing: files are written, and text was not asked for."""

    def add(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
