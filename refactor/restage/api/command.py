"""A simple command of a RUN, a script or a start, with its words expanded as far as they can be known."""

from __future__ import annotations

import posixpath
from dataclasses import field
from functools import cached_property

from restage.record import Record
from restage.shell.branches import Branch


class Command(Record):
    """One simple command: program, arguments, and what is known of each word.

    `words` hold the text after quote removal and expansion of the variables that the state knows. Where a word
    has a part that only running could tell (`$(git describe)`), that part stays as the author wrote it and
    `known` is False at its place.
    """

    words: tuple[str, ...]
    known: tuple[bool, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    """Assignments in front of the command (`CGO_ENABLED=0 go build`), or given by what started it."""
    outputs: tuple[str, ...] = ()
    """Files that redirections write, as written."""
    inputs: tuple[str, ...] = ()
    """Files that redirections read, as written."""
    document: str | None = None
    """The here-document that it reads, as written."""
    over: str = ""
    """What the loop around it goes over, as written."""
    conditional: bool = False
    """May not run at all: right of `||`, in an `if`, a loop or a function."""
    branches: tuple[Branch, ...] = field(default=(), compare=False)
    """Those of conditions that it stands in, outermost first; none in a loop, which is taken to run at least once."""
    raw: str = field(default="", compare=False)
    """The command as the author wrote it, for reports."""

    @cached_property
    def name(self) -> str:
        """The last path element of the program (`/usr/bin/npm` is `npm`); empty where it is not known."""
        return posixpath.basename(self.words[0]) if self.words and self.is_known(0) else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words after the program."""
        return self.words[1:]

    def is_known(self, position: int) -> bool:
        """Whether the word at `position` (0 is the program) is known to its last character."""
        return self.known[position] if position < len(self.known) else True

    @property
    def all_known(self) -> bool:
        """Whether every word is known."""
        return all(self.known)

    def variable(self, name: str) -> str | None:
        """The value that an assignment in front of the command gives to `name`."""
        return dict(self.environment).get(name)

    def __str__(self) -> str:
        return self.raw or " ".join(self.words)
