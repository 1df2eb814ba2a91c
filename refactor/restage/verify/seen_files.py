"""What a container did while it was tried, as observations: the files it opened, the programs it started, what they link to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.observation import LinkedLibrary, Observation, Opened, Started
from restage.record import Record
from restage.verify.filesystem import FileSystem, Kind
from restage.verify.installed import Packages, packages
from restage.verify.links import Side, interpreter_of

_BY_THE_C_LIBRARY = frozenset(
    """/etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.preload /etc/nsswitch.conf /etc/passwd /etc/group /etc/host.conf
    /etc/gai.conf /etc/localtime /etc/hosts /etc/hostname /etc/resolv.conf""".split()
)
"""It looks for them in every program, and does without what a base does not have."""


class Trace(Record):
    """Absolute paths, as the container sees them."""

    opened: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()

    def __or__(self, other: Trace) -> Trace:
        return Trace(self.opened | other.opened, self.started | other.started)


Seen = LinkedLibrary | Started | Opened


def observations(trace: Trace, side: Side) -> tuple[Observation, ...]:
    """All that is known of the image now, each thing once; what the container itself wrote is no part of it."""
    known = packages(side.files)
    found: tuple[Seen, ...] = (
        *_linked(side, known),
        *_started(trace, side, known),
        *_opened(trace, side, known),
    )
    return tuple(dict.fromkeys(_not_brought(found, known)))


def _not_brought(found: tuple[Seen, ...], known: Packages) -> Iterator[Observation]:
    """Without files of packages that come with another that was seen, such as the libraries of a library."""
    needed = {one.package for one in found if not isinstance(one, Opened)}
    for name in sorted({one.package for one in found} - needed):
        others = {
            other for other in {one.package for one in found} - {name} if name in known.brought_by(other)
        }
        if not others - known.brought_by(name):
            needed.add(name)
    yield from (one for one in found if one.package in needed or not one.package)


def _linked(side: Side, known: Packages) -> Iterator[LinkedLibrary]:
    """Libraries of the programs and modules that the Dockerfile brought, but for those of its packages."""
    for path, elf in sorted(side.files.elves.items()):
        if not side.is_own(path) or _owner(path, side.files, known):
            continue
        for soname in elf.needed:
            library = side.loader.library(soname, elf, path)
            if library is None:
                continue
            package = _owner(library, side.files, known)
            if package or side.is_own(library):
                yield LinkedLibrary(soname, path, package, "" if package else library)


def _started(trace: Trace, side: Side, known: Packages) -> Iterator[Started]:
    files = side.files
    for program in sorted(trace.started):
        if files.resolve(program) not in files.entries:
            continue
        yield Started(program, _owner(program, files, known))
        interpreter = interpreter_of(files.texts.get(files.resolve(program) or "", b""))
        if interpreter.startswith("/") and files.resolve(interpreter):
            yield Started(interpreter, _owner(interpreter, files, known))


def _opened(trace: Trace, side: Side, known: Packages) -> Iterator[Opened]:
    """Each file, and of a package the first."""
    told: set[str] = set()
    for path in sorted(trace.opened - _BY_THE_C_LIBRARY):
        entry = side.files.entries.get(side.files.resolve(path) or "")
        if entry is None or entry.kind is not Kind.FILE:
            continue
        package = _owner(path, side.files, known)
        if package not in told:
            yield Opened(path, package)
        told |= {package} - {""}


def _owner(path: str, files: FileSystem, known: Packages) -> str:
    """The package that brought a path, through the links on the way to it; empty: none."""
    folder = files.resolve(posixpath.dirname(path)) or posixpath.dirname(path)
    own = posixpath.join(folder, posixpath.basename(path))
    return known.of.get(own) or known.of.get(files.resolve(path) or "") or ""
