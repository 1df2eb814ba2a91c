"""What the expansion of words asks for, and how it fails."""

from collections.abc import Callable

Lookup = Callable[[str], str | None]
"""The value of a variable, or None where it is not set."""


class ExpansionError(ValueError):
    """A word that BuildKit refuses, such as one with an open quote, a bad substitution, or
    `${name:?message}`.
    """


class NestingError(ExpansionError):
    """A word with substitutions inside substitutions, deeper than restage follows."""
