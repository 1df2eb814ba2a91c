"""Everything that verification can find wrong, by name: what is missing, or what is not as it was."""

from __future__ import annotations

import re
from typing import Literal, assert_never

from restage.api.observation import (
    MissingFile,
    MissingLibrary,
    MissingProgram,
    MissingVariable,
    Observation,
)
from restage.record import Record
from restage.verify.compare import (
    AnswerDiffers,
    ContractDiffers,
    Difference,
    EndDiffers,
    OutputDiffers,
    told,
)

Part = Literal["contract", "files", "links", "run"]


class PathMissing(Record):
    """A path that the original had, and all below it."""

    path: str
    files: int = 1


class PathDiffers(Record):
    """A path that is not what it was. `what` is mode, owner, kind, target, content or capability."""

    path: str
    what: str
    before: str
    after: str
    others: int = 0
    """Further paths that differ in the same way."""


class UserDiffers(Record):
    """A user or group of the original that is gone (None) or has another number."""

    name: str
    before: int
    after: int | None


class LibraryMissing(Record):
    """A shared library that a file needs, found before and not now."""

    soname: str
    needed_by: str
    others: int = 0


class VersionMissing(Record):
    """A library that is there, but without a version of symbols that a file needs: another release of it."""

    soname: str
    version: str
    needed_by: str
    others: int = 0


class InterpreterMissing(Record):
    """The loader of a program, or the interpreter that the first line of a script names."""

    program: str
    needed_by: str
    others: int = 0


class ProgramMissing(Record):
    """A program that the contract, the health check or a script names."""

    program: str
    named_by: str


class LinkDangling(Record):
    """A link that led somewhere and leads nowhere now."""

    path: str
    target: str


class FacilityMissing(Record):
    """Data that programs read without naming a package: certificates, time zones, MIME types, locales."""

    what: str
    path: str


class PortMissing(Record):
    """Nothing listens there any more."""

    port: int


class HealthDiffers(Record):
    """The health check's command ends otherwise."""

    before: str
    after: str


Failure = (
    Difference
    | PathMissing
    | PathDiffers
    | UserDiffers
    | LibraryMissing
    | VersionMissing
    | InterpreterMissing
    | ProgramMissing
    | LinkDangling
    | FacilityMissing
    | PortMissing
    | HealthDiffers
)


def part_of(failure: Failure) -> Part:
    """The part of the verification that found it."""
    match failure:
        case ContractDiffers():
            return "contract"
        case PathMissing() | PathDiffers() | UserDiffers() | FacilityMissing():
            return "files"
        case LibraryMissing() | VersionMissing() | InterpreterMissing() | ProgramMissing() | LinkDangling():
            return "links"
        case EndDiffers() | AnswerDiffers() | OutputDiffers() | PortMissing() | HealthDiffers():
            return "run"
        case _ as never:
            assert_never(never)


def sentence(failure: Failure) -> str:
    """A failure in one line."""
    match failure:
        case PathMissing(path, files):
            return f"{path} is missing" + (f" ({files} files)" if files > 1 else "")
        case PathDiffers(path, what, before, after, others):
            changed = "changed" if what == "content" else f"{before or 'none'} became {after or 'none'}"
            return f"{path}: {what} {changed}{_and(others)}"
        case UserDiffers(name, before, after):
            return f"{name} had number {before}, and " + ("is gone" if after is None else f"has {after} now")
        case LibraryMissing(soname, needed_by, others):
            return f"library {soname} is missing: {needed_by}{_and(others)} needs it"
        case VersionMissing(soname, version, needed_by, others):
            return f"{soname} has no {version}: {needed_by}{_and(others)} needs it"
        case InterpreterMissing(program, needed_by, others):
            return f"interpreter {program} is missing: {needed_by}{_and(others)} starts with it"
        case ProgramMissing(program, named_by):
            return f"program {program} is missing: {named_by} names it"
        case LinkDangling(path, target):
            return f"link {path} leads nowhere: {target} is missing"
        case FacilityMissing(what, path):
            return f"{what}: {path} is missing"
        case PortMissing(port):
            return f"nothing listens on port {port} any more"
        case HealthDiffers(before, after):
            return f"health check: {before} became {after}"
        case _:
            return told(failure)


def _and(others: int) -> str:
    return f" (and {others} more)" if others else ""


_PLAIN_VALUE = re.compile(r"[\w./:,@%+=~-]+", re.ASCII)
"""Values that stand in an ENV instruction as they are."""


def observed(failure: Failure) -> Observation | None:
    """What a failure teaches the next plan; None where only its reduction can be withdrawn."""
    match failure:
        case ContractDiffers(what, str(value), None) if _PLAIN_VALUE.fullmatch(value):
            name = what.removeprefix("environment ")
            return MissingVariable(name, value) if name != what else None
        case PathMissing(path):
            return MissingFile(path)
        case FacilityMissing(_, path):
            return MissingFile(path)
        case LinkDangling(_, target):
            return MissingFile(target)
        case LibraryMissing(soname) | VersionMissing(soname):
            return MissingLibrary(soname)
        case InterpreterMissing(program) | ProgramMissing(program):
            return MissingProgram(program)
        case _:
            return None
