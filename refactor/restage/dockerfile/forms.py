"""What the typed instructions are made of: their common fields, flags, commands and mounts."""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from restage.record import Record

from .document import Heredoc, SourceMap, Span


class Flag(Record):
    """A flag such as `--from=builder`; `name` is without the dashes, `value` None where there is no `=`."""

    name: str
    value: str | None


class Node(Record):
    """What all instructions have.

    `index` counts the instructions of the file from 0, `line` and `end_line` count lines from 1. `text` is
    the logical line, `body` what follows keyword and flags in it; `mapping` leads from an offset in `body`
    to an offset in `Document.text`, `text_mapping` from one in `text`. The inner instruction of an ONBUILD
    has the outer one's place, and its own text, body and mapping. `comments` are the comment lines before
    it, without `#`.
    """

    index: int
    keyword: str
    span: Span
    line: int
    end_line: int
    text: str
    body: str
    flags: tuple[Flag, ...]
    heredocs: tuple[Heredoc, ...]
    comments: tuple[str, ...]
    mapping: SourceMap
    text_mapping: SourceMap


class ShellForm(Record):
    """A command for the shell; `start` is where it begins in the instruction's `body` (not 0 in
    HEALTHCHECK).
    """

    text: str
    start: int = 0


class ExecForm(Record):
    """A command as a JSON array, without a shell."""

    words: tuple[str, ...]


Command: TypeAlias = ShellForm | ExecForm


class Mount(Record):
    """A `--mount` of RUN: its type (`bind` where none is given), and all its attributes, names in lower case.

    An attribute without a value, such as `ro`, has the value `"true"`.
    """

    type: str
    attributes: Mapping[str, str] = field(hash=False)
