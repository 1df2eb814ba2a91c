"""What every reader of recipes says: text with holes where only running tells, or that it gives up."""

from __future__ import annotations

UNTOLD = "\ue000"
"""Stands in a text for what only running can tell: the output of `$(shell git describe)`."""
EXISTING = "\ue001"
"""Stands for names of files that are there, whichever: what `$(wildcard *.go)` finds."""


class Unplain(Exception):
    """A recipe of which something that matters can't be read; the message says what."""


def is_told(text: str) -> bool:
    """Whether all of a text is known."""
    return UNTOLD not in text and EXISTING not in text


def told(text: str, what: str) -> str:
    """The text, where all of it is known.

    Raises:
        Unplain: part of it only running can tell.
    """
    if not is_told(text):
        raise Unplain(f"only running tells {what}")
    return text


def without_holes(text: str) -> str:
    """The text for reports and commands: a hole looks like a substitution of the shell, which nobody knows either."""
    return text.replace(UNTOLD, "$(…)").replace(EXISTING, "$(…)")
