"""What programs take for granted of a system: users, certificates, time zones, a place for temporary files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from restage.image.facilities import Facility, known_files
from restage.record import Record
from restage.verify.failures import FacilityMissing, PathDiffers, PathMissing, UserDiffers
from restage.verify.filesystem import Entry, FileSystem
from restage.verify.installed import Packages, users_of_scripts


class Loss(Record):
    """Something of the system that the new image lacks."""

    failure: PathMissing | PathDiffers | FacilityMissing
    own: bool
    """The Dockerfile brought it, not its base."""
    vital: bool
    """Programs fail without it, and not only for some input."""
    automatic: bool = False
    """Packages brought it that nobody named."""

    @property
    def path(self) -> str:
        """Where it was."""
        return self.failure.path

    def weighs(self, planned: bool) -> bool:
        """Whether it is a failure: for the loss of what only the base had, or came with a build tool, a plan stands."""
        if planned and self.automatic and not self.vital:
            return False
        return self.own or (self.vital and not planned)


_VITAL = {Facility.CERTIFICATES, Facility.TIME_ZONES}


def facilities(before: FileSystem, base: FileSystem, after: FileSystem, had: Packages) -> Iterator[Loss]:
    """Data and places of the system that the new image lacks; `had` are the packages of the first."""
    for facility in Facility:
        for loss in _lost(facility.value, known_files(facility), facility in _VITAL, before, base, after):
            yield replace(loss, automatic=_is_automatic(loss.path, had))
    yield from _lost("locales", ("/usr/lib/locale/locale-archive",), True, before, base, after)
    for place in ("/tmp", "/var/tmp"):
        was, now = before.entries.get(place), after.entries.get(after.resolve(place) or "")
        if was and not now:
            yield Loss(PathMissing(place), own=True, vital=True)
        elif was and now and was.mode != now.mode:
            yield Loss(PathDiffers(place, "mode", f"{was.mode:04o}", f"{now.mode:04o}"), own=True, vital=True)


def _lost(
    what: str, paths: tuple[str, ...], vital: bool, before: FileSystem, base: FileSystem, after: FileSystem
) -> Iterator[Loss]:
    had = [path for path in paths if before.resolve(path)]
    if had and not any(after.resolve(path) for path in paths):
        yield Loss(FacilityMissing(what, had[0]), base.resolve(had[0]) is None, vital)


def _is_automatic(place: str, had: Packages) -> bool:
    owners = {name for path, name in had.of.items() if path == place or path.startswith(f"{place}/")}
    return bool(owners) and owners <= had.automatic


PROGRAMS = ("/usr/", "/bin/", "/sbin/", "/lib/", "/var/spool/cron/")
"""Where packages keep what no volume covers: the tables of cron are the image's own too."""


def lies_in_package(path: str, had: Packages) -> bool:
    """Whether a package keeps its programs there, or a file was put into a folder where it does."""
    return path.startswith(PROGRAMS) and (path in had.of or posixpath.dirname(path) in had.of)


def users(before: FileSystem, base: FileSystem, after: FileSystem, had: Packages) -> Iterator[UserDiffers]:
    """Users and groups beyond the base that are gone or have another number.

    Not those that packages make for themselves, whose numbers depend on what was installed before, unless they own
    more than programs: data may outlive the image in a volume, and keeps the number.
    """
    of_packages = users_of_scripts(before)
    for path, kind in (("/etc/passwd", "user"), ("/etc/group", "group")):
        lost, given, has = (_numbers(files.text(path)) for files in (before, base, after))
        for name, number in lost.items():
            if given.get(name) == number or has.get(name) == number:
                continue
            owned = _owned(before, base, kind, number)
            if name in of_packages and all(lies_in_package(path, had) for path in owned):
                continue
            if name in has or number >= 1000 or owned:
                yield UserDiffers(f"{kind} {name}", number, has.get(name))


def are_of_the_same(was: Entry, now: Entry, before: FileSystem, after: FileSystem) -> bool:
    """Whether the owners of a path have the same names in both images, whatever their numbers."""
    return _names_of_owners(was, before) == _names_of_owners(now, after)


def _names_of_owners(entry: Entry, files: FileSystem) -> tuple[str | int, ...]:
    texts = (files.text("/etc/passwd"), files.text("/etc/group"))
    known = ({number: name for name, number in _numbers(text).items()} for text in texts)
    return tuple(names.get(number, number) for names, number in zip(known, entry.owner, strict=True))


def _owned(before: FileSystem, base: FileSystem, kind: str, number: int) -> list[str]:
    place = 0 if kind == "user" else 1
    return [
        path
        for path, entry in before.entries.items()
        if entry.owner[place] == number and path not in base.entries
    ]


def _numbers(text: str) -> dict[str, int]:
    """Name and number of each line of /etc/passwd or /etc/group."""
    rows = (line.split(":") for line in text.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdigit()}
