"""A logical line on its way to a typed instruction, and what can be wrong with it."""

from collections.abc import Callable
from typing import TypeAlias

from restage.record import Record

from .arguments import json_words
from .document import Heredoc, SourceMap, Span
from .flags import UNCHECKED, Flags, checked
from .forms import Command, ExecForm, Flag, ShellForm
from .nodes import Instruction


class InstructionError(ValueError):
    """An instruction that BuildKit refuses; `help` says what to write instead, where that is known."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


NodeFields: TypeAlias = tuple[
    int,
    str,
    Span,
    int,
    int,
    str,
    str,
    tuple[Flag, ...],
    tuple[Heredoc, ...],
    tuple[str, ...],
    SourceMap,
    SourceMap,
]
"""The fields of a Node, in order."""


class Clause(Record):
    """What an instruction is built from: the fields of its Node, in order, and how to read its body."""

    keyword: str
    written: str
    flag_words: tuple[str, ...]
    body: str
    escape: str
    node: NodeFields
    inner: Callable[[], Instruction]

    def flags(self) -> Flags:
        """Return the checked flags. Raises FlagError."""
        return checked(self.keyword, self.flag_words)

    def unflagged(self) -> None:
        """Check that there is no flag. Raises FlagError."""
        if self.flag_words and self.keyword not in UNCHECKED:
            checked(self.keyword, self.flag_words)

    def refuse_empty(self, arguments: object) -> None:
        """Raise InstructionError if there are no arguments."""
        if not arguments:
            raise InstructionError(f"{self.keyword} requires at least one argument")


def command(body: str, start: int = 0) -> Command:
    """Return what a body says in one of the two forms of a command. Raises ArgumentError."""
    words = json_words(body)
    return ShellForm(body, start) if words is None else ExecForm(words)
