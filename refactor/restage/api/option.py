"""What a user may ask of a strategy beyond what it does by itself."""

from __future__ import annotations

from restage.record import Record


class Option(Record):
    """A choice that a strategy offers (`--option NAME=VALUE`)."""

    name: str
    values: tuple[str, ...]
    """What may be chosen; the first holds where nothing is."""
    what: str
    """What is chosen, as a phrase for `--help`."""


Chosen = tuple[tuple[str, str], ...]
"""What a user asked for: a name and a value each, in the order of the names."""
