"""What running the image showed. Empty in a plain run; `--verify` and `--probe` fill it."""

from __future__ import annotations

from restage.record import Record


class MissingFile(Record):
    """A path that the rewritten image lacked."""

    path: str


class MissingLibrary(Record):
    """A shared library, by soname, that the rewritten image lacked."""

    soname: str
    package: str = ""
    """The OS package that has it in the original image, by that image's own package database."""


class MissingProgram(Record):
    """A program that the rewritten image lacked."""

    program: str
    package: str = ""
    """The OS package that has it in the original image."""


class MissingVariable(Record):
    """A variable that only the original's base image set, as that image says, and that the rewritten one lacked."""

    name: str
    value: str


class Opened(Record):
    """A file that the original container opened while it was tried."""

    path: str
    package: str = ""
    """The OS package that brought it, by the image's own package database."""


class Started(Record):
    """A program that the original container started while it was tried."""

    program: str
    package: str = ""


class LinkedLibrary(Record):
    """A shared library that a file of the original links to, and that its loader finds there."""

    soname: str
    by: str
    """The file."""
    package: str = ""
    """The OS package that has the library."""
    path: str = ""
    """Where the library is that no package has."""


class Withdrawn(Record):
    """A reduction that failed in a way that named nothing to bring."""

    kind: str
    """The value of its `ReductionKind`."""
    why: str


Observation = (
    MissingFile
    | MissingLibrary
    | MissingProgram
    | MissingVariable
    | Opened
    | Started
    | LinkedLibrary
    | Withdrawn
)
