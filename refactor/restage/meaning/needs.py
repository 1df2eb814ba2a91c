"""What the starts need together, and whether the file gives it."""

from __future__ import annotations

import posixpath
from typing import assert_never

from restage.api.need import FacilityNeed, Need, PackageNeed, PathNeed, ProgramNeed, VariableNeed
from restage.api.start import Start
from restage.image.facilities import Facility
from restage.record import Record


class Needs(Record):
    """The needs of all starts and of all products that go along, sorted by kind, each with its first reason."""

    paths: dict[str, str]
    programs: dict[str, str]
    packages: dict[tuple[str, str], str]
    facilities: dict[Facility, str]
    variables: dict[str, str]


def gathered(needs: tuple[Need, ...]) -> Needs:
    """Needs by kind; of several for the same thing the first says why."""
    found = Needs({}, {}, {}, {}, {})
    for need in needs:
        match need:
            case PathNeed(path, why):
                found.paths.setdefault(path, why)
            case ProgramNeed(program, why):
                found.programs.setdefault(program, why)
            case PackageNeed(apt, apk, why):
                found.packages.setdefault((apt, apk), why)
            case FacilityNeed(facility, why):
                found.facilities.setdefault(facility, why)
            case VariableNeed(name, why):
                found.variables.setdefault(name, why)
            case _ as never:
                assert_never(never)
    return found


def needs_of(starts: tuple[Start, ...]) -> tuple[Need, ...]:
    """All needs of all starts, without repetition."""
    return tuple(dict.fromkeys(need for start in starts for need in start.needs))


def mentions(text: str, program: str) -> bool:
    """Whether a text names a program as a word of its own."""
    name = posixpath.basename(program)
    position = text.find(name)
    while position >= 0:
        before, after = text[position - 1 : position], text[position + len(name) : position + len(name) + 1]
        if not (before.isalnum() or before in ("-", "_", ".")) and not (
            after.isalnum() or after in ("-", "_")
        ):
            return True
        position = text.find(name, position + 1)
    return False
