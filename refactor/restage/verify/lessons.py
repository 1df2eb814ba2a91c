"""What failures teach the next plan, with the package that has the missing thing in the original."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from restage.api.observation import MissingLibrary, MissingProgram, Observation
from restage.verify.failures import Failure, observed
from restage.verify.filesystem import FileSystem
from restage.verify.installed import Packages, packages
from restage.verify.named import named_as_missing
from restage.verify.trying import Tried

_BINARIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def lessons(
    failures: tuple[Failure, ...],
    tried: tuple[Tried, ...],
    before: FileSystem,
    after: FileSystem,
    directory: str,
) -> tuple[Observation, ...]:
    """The observations that can be made of failures, each once; the original's own package database says who has what."""
    found = [one for failure in failures if (one := observed(failure)) is not None]
    for trial in tried if not found else ():
        if trial.failures:
            found.extend(named_as_missing(trial.before, trial.after, before, after, directory))
    known = packages(before)
    return tuple(dict.fromkeys(_with_package(one, known, before) for one in found))


def _with_package(observation: Observation, known: Packages, before: FileSystem) -> Observation:
    match observation:
        case MissingLibrary(soname=soname):
            return replace(observation, package=_owner_of_library(soname, known))
        case MissingProgram(program=program):
            paths = [program] if "/" in program else [f"{place}/{program}" for place in _BINARIES]
            real = (path for path in paths if before.resolve(path) is not None)
            owners = (known.of.get(path) or known.of.get(before.resolve(path) or "") for path in real)
            return replace(observation, package=next((name for name in owners if name), ""))
        case _:
            return observation


def _owner_of_library(soname: str, known: Packages) -> str:
    return next((name for path, name in known.of.items() if posixpath.basename(path) == soname), "")
