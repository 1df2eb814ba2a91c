"""What running the images has shown, as needs and as reductions that are not tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from restage.api.need import FacilityNeed, Need, PackageNeed, PathNeed, ProgramNeed
from restage.api.observation import (
    LinkedLibrary,
    MissingFile,
    MissingLibrary,
    MissingProgram,
    MissingVariable,
    Observation,
    Opened,
    Started,
    Withdrawn,
)
from restage.api.region import Region
from restage.image.facilities import Facility, known_files


def observed_needs(observations: tuple[Observation, ...]) -> Iterator[Need]:
    """What has to be in the runtime stage because it was missed there, or used in the original."""
    for observation in observations:
        match observation:
            case MissingFile(path=path):
                yield _held(path, "the rewritten image lacked it")
            case MissingLibrary(soname=soname, package=package) if package:
                yield PackageNeed(package, package, f"the rewritten image lacked {soname}")
            case MissingProgram(program=program, package=package):
                yield from _program(program, package, f"the rewritten image lacked {program}")
            case Opened(path=path, package=package):
                yield _opened(path, package)
            case Started(program=program, package=package):
                yield from _program(program, package, f"the original started {program} while it was tried")
            case LinkedLibrary(soname=soname, by=by, package=package) if package:
                yield PackageNeed(package, package, f"{by} links to {soname}, as the built original shows")
            case LinkedLibrary(soname=soname, by=by, path=path) if path:
                yield PathNeed(path, f"{by} links to {soname}, as the built original shows")
            case MissingLibrary() | MissingVariable() | LinkedLibrary() | Withdrawn():
                pass
            case _ as never:
                assert_never(never)


def _opened(path: str, package: str) -> Need:
    """What holds a file that was opened: its package, a facility of the distribution, or only the file."""
    if package:
        return PackageNeed(package, package, f"the original opened {path} while it was tried")
    return _held(path, "the original opened it while it was tried")


def _held(path: str, why: str) -> Need:
    """A facility of the distribution, where the path is of one; else the path."""
    for facility in Facility:
        if any(Region(held).covers(Region(path)) for held in known_files(facility)):
            return FacilityNeed(facility, f"{path}: {why}")
    return PathNeed(path, why)


def _program(program: str, package: str, why: str) -> Iterator[Need]:
    if package:
        yield PackageNeed(package, package, why)
    yield ProgramNeed(program, why)


def missed_variables(observations: tuple[Observation, ...]) -> dict[str, str]:
    """Variables of the original's base image that the rewritten image lacked, though the data knows nothing of them."""
    return {found.name: found.value for found in observations if isinstance(found, MissingVariable)}


def withdrawn(observations: tuple[Observation, ...]) -> dict[str, str]:
    """Kinds of reductions that are not tried again, each with the reason."""
    return {found.kind: found.why for found in observations if isinstance(found, Withdrawn)}
