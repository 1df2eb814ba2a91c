"""What has to be there when the container runs."""

from __future__ import annotations

from restage.image.facilities import Facility
from restage.record import Record


class PathNeed(Record):
    """A file or directory of the image, by absolute path."""

    path: str
    why: str


class ProgramNeed(Record):
    """A program that is looked up by name (`git`) or absolute path."""

    program: str
    why: str


class PackageNeed(Record):
    """An OS package, by its name for each package manager.

    A `-dev` name stands for the runtime libraries that belong to it on the release at hand (`libpq-dev` is `libpq5`),
    so that a row holds for every release. An empty name: nothing is needed there, or it has no such package.
    """

    apt: str
    apk: str
    why: str


class FacilityNeed(Record):
    """Certificates, time zones and the like, whichever files hold them on the distribution at hand."""

    facility: Facility
    why: str


class VariableNeed(Record):
    """An environment variable that only the base sets and that needed code reads."""

    name: str
    why: str


Need = PathNeed | ProgramNeed | PackageNeed | FacilityNeed | VariableNeed
