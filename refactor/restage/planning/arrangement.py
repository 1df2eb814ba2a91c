"""The plan, and the only one: which stages there are, and which lines stand in each."""

from __future__ import annotations

from dataclasses import field

from restage.record import Record
from restage.shell.narrow import Change


class Reason(Record):
    """Why a line is as it is: one sentence, and what it rests on."""

    why: str
    evidence: tuple[str, ...] = ()
    about: str = ""
    """The line that it explains, in short; filled in when the line is written."""


class Keep(Record):
    """An instruction of the file, byte for byte; it may stand in another place than before. Each is kept at most once.

    With a change it is a RUN of which some commands stand in a RUN of their own.
    """

    instruction: int
    because: Reason | None = None
    change: Change | None = None


class Repeat(Record):
    """A further copy of an instruction, in another stage."""

    instruction: int
    because: Reason


class Narrow(Record):
    """A further copy of a RUN with some of its commands or packages, or others in their place, in the author's layout."""

    instruction: int
    change: Change
    because: Reason


class New(Record):
    """An instruction that the file did not have. `text` is one logical line without its newline."""

    text: str
    because: Reason


Line = Keep | Repeat | Narrow | New


class KeepFrom(Record):
    """The file's own FROM, with another name or tag where they are given."""

    instruction: int
    name: str | None
    """The stage's name; None leaves it without one."""
    image: str | None = None
    """Another reference to write in place of the author's; None leaves it."""
    because: Reason | None = None


class NewFrom(Record):
    """A FROM that the file did not have."""

    image: str
    name: str | None
    platform: str | None
    because: Reason


Origin = KeepFrom | NewFrom


class ArrangedStage(Record):
    """One stage of the plan."""

    origin: Origin
    lines: tuple[Line, ...]


class Drop(Record):
    """An instruction that leaves the file, with the comment lines right above it."""

    instruction: int
    because: Reason


class Arrangement(Record):
    """The plan for a whole file."""

    head: tuple[Keep, ...]
    """Instructions before the first FROM."""
    stages: tuple[ArrangedStage, ...]
    dropped: tuple[Drop, ...] = ()


class Refusal(Record):
    """Why a file is left as it is although a split was asked for."""

    code: str
    line: int
    message: str
    help: str


class Unchanged(Record):
    """There is nothing to win."""

    code: str
    why: str


class Applied(Record):
    """One reduction that was considered, with what became of it."""

    kind: str
    subject: str
    applied: bool
    claims: tuple[tuple[str, str, str, str], ...] = field(default=())
    """Kind, subject, verdict and evidence of each claim."""
    why_not: str | None = None
