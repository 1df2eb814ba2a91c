"""What running the images has shown, as needs and as reductions that are not tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from restage.api.need import Need, PackageNeed, PathNeed, ProgramNeed
from restage.api.observation import (
    MissingFile,
    MissingLibrary,
    MissingProgram,
    Observation,
    Opened,
    Started,
    Withdrawn,
)


def observed_needs(observations: tuple[Observation, ...]) -> Iterator[Need]:
    """What has to be in the runtime stage because it was missed there, or used in the original."""
    for observation in observations:
        match observation:
            case MissingFile(path=path):
                yield PathNeed(path, "the rewritten image lacked it")
            case MissingLibrary(soname=soname, package=package) if package:
                yield PackageNeed(package, package, f"the rewritten image lacked {soname}")
            case MissingProgram(program=program, package=package):
                yield from _program(program, package, f"the rewritten image lacked {program}")
            case Opened(path=path):
                yield PathNeed(path, "the original opened it while it was tried")
            case Started(program=program, package=package):
                yield from _program(program, package, f"the original started {program} while it was tried")
            case MissingLibrary() | Withdrawn():
                pass
            case _ as never:
                assert_never(never)


def _program(program: str, package: str, why: str) -> Iterator[Need]:
    if package:
        yield PackageNeed(package, package, why)
    yield ProgramNeed(program, why)


def withdrawn(observations: tuple[Observation, ...]) -> dict[str, str]:
    """Kinds of reductions that are not tried again, each with the reason."""
    return {found.kind: found.why for found in observations if isinstance(found, Withdrawn)}
