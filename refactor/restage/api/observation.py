"""What running the image showed. Empty in a plain run; `--verify` and `--probe` fill it."""

from __future__ import annotations

from restage.record import Record


class MissingFile(Record):
    """A path that the rewritten image lacked."""

    path: str


class MissingLibrary(Record):
    """A shared library, by soname, that the rewritten image lacked."""

    soname: str


class MissingProgram(Record):
    """A program that the rewritten image lacked."""

    program: str


Observation = MissingFile | MissingLibrary | MissingProgram
