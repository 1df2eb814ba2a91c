"""The files of two images: what the first had beyond its base, the second has too, as it was, or it is explained."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from restage.record import Record
from restage.verify.excuses import (
    Explained,
    Left,
    goes_with_packages,
    is_source,
    is_toolchain,
    may_change,
    why_left,
)
from restage.verify.failures import Failure, PathDiffers, PathMissing
from restage.verify.filesystem import Entry, FileSystem, Kind
from restage.verify.installed import Packages, made_by_scripts, packages
from restage.verify.system import are_of_the_same, facilities, lies_in_package, users


class Promise(Record):
    """What the plan announced of the files, and what the user allowed. Without a plan (`planned` None) general rules stand in."""

    planned: tuple[Explained, ...] | None = None
    allowed: tuple[str, ...] = ()
    varying: frozenset[str] = frozenset()
    """Paths that a second build of the original lacks, or has with other content."""
    moved: tuple[tuple[str, str], ...] = ()
    """Directories, each with the place where the plan puts what is in it."""


class Files(Record):
    """What the comparison of two file systems gave."""

    failures: tuple[Failure, ...]
    warnings: tuple[Failure, ...]
    """Losses that may matter, of what only the base had."""
    left: tuple[Left, ...]
    kept: int
    """Paths of the original beyond its base that are there as they were."""
    packages_left: tuple[str, ...]


class _Gone(NamedTuple):
    path: str
    why: str | None


class _Comparison:
    """One comparison; the base is that of the original."""

    def __init__(self, before: FileSystem, base: FileSystem, after: FileSystem, promise: Promise) -> None:
        self.before, self.base, self.after, self.promise = before, base, after, promise
        self.had: Packages = packages(before)
        self.has: Packages = packages(after)
        self.made = made_by_scripts(before, self.had.names - self.has.names)
        self.own = [path for path, entry in before.entries.items() if _is_own(path, entry, base)]
        self.parents = Counter(posixpath.dirname(path) for path in before.entries)
        self.planned = tuple(explained.in_place(before) for explained in promise.planned or ())

    def found(self, path: str) -> Entry | None:
        """What the new image has at a path, links on the way followed, but not the path itself."""
        path = self.new_place(path)
        entry = self.after.entries.get(path)
        if entry is None:
            folder = self.after.resolve(posixpath.dirname(path))
            entry = (
                self.after.entries.get(posixpath.join(folder, posixpath.basename(path))) if folder else None
            )
        return entry

    def new_place(self, path: str) -> str:
        """Where the new image has a path of the original."""
        places = (
            new + path[len(old) :] for old, new in self.promise.moved if f"{path}/".startswith(f"{old}/")
        )
        return next(places, path)

    def gone(self) -> Iterator[_Gone]:
        """Every path of its own that the new image lacks; directories only if nothing was in them."""
        for path in self.own:
            entry = self.before.entries[path]
            filled = entry.kind is Kind.DIRECTORY and self.parents[path]
            if not filled and self.found(path) is None:
                yield _Gone(path, self.why(path, entry))

    def is_allowed(self, path: str) -> bool:
        """Whether the user's settings let it differ."""
        return any(Explained(place, "").covers(path) for place in self.promise.allowed)

    def why(self, path: str, entry: Entry) -> str | None:
        """Why a path may be missing."""
        if self.is_allowed(path):
            return "allowed by the configuration"
        if path in self.promise.varying:
            return "what every build names anew"
        for explained in self.planned:
            if explained.covers(path):
                return explained.why
        if why := why_left(path):
            return why
        if self._is_of_lost_package(path, entry):
            return "packages of the operating system"
        if self.promise.planned is not None:
            return None
        if is_toolchain(path):
            return "toolchain"
        return "sources of compiled code" if is_source(path) else None

    def _is_of_lost_package(self, path: str, entry: Entry) -> bool:
        if entry.target.startswith("/etc/alternatives/"):
            return True
        owner = self.had.of.get(path)
        return path in self.made or (owner is not None and owner not in self.has.names)

    def differing(self) -> Iterator[PathDiffers]:
        """Every path of its own that is there and is not as it was."""
        for path in self.own:
            was, now = self.before.entries[path], self.found(path)
            if now is None or why_left(path) or self.is_allowed(path):
                continue
            for what, old, new in _attributes(was, now):
                if what == "content" and (
                    may_change(path) or path in self.had.of or path in self.promise.varying
                ):
                    continue
                if what == "target" and self._leads_alike(path):
                    continue
                if what == "owner" and self._belongs_alike(path, was, now):
                    continue
                yield PathDiffers(path, what, old, new)

    def _belongs_alike(self, path: str, was: Entry, now: Entry) -> bool:
        return lies_in_package(path, self.had) and are_of_the_same(was, now, self.before, self.after)

    def _leads_alike(self, path: str) -> bool:
        one, other = self.before.resolve(path), self.after.resolve(path)
        if other is not None and goes_with_packages(path, one or path, self.promise.planned or ()):
            return True
        return (one == other and one is not None) or "/alternatives/" in path


def _is_own(path: str, entry: Entry, base: FileSystem) -> bool:
    other = base.entries.get(path)
    return other is None or (
        (entry.kind, entry.mode, entry.owner, entry.target, entry.digest, entry.capability)
        != (other.kind, other.mode, other.owner, other.target, other.digest, other.capability)
    )


def _attributes(was: Entry, now: Entry) -> Iterator[tuple[str, str, str]]:
    if was.kind is not now.kind:
        yield "kind", was.kind.value, now.kind.value
        return
    if was.mode != now.mode:
        yield "mode", f"{was.mode:04o}", f"{now.mode:04o}"
    if was.owner != now.owner:
        yield "owner", "{}:{}".format(*was.owner), "{}:{}".format(*now.owner)
    if was.target != now.target:
        yield "target", was.target, now.target
    if was.capability != now.capability:
        yield "capability", _shown(was.capability), _shown(now.capability)
    if was.digest != now.digest:
        yield "content", was.digest.hex()[:12], now.digest.hex()[:12]


def _shown(capability: str) -> str:
    return capability.encode("utf-8", "surrogateescape").hex()


def compare_files(before: FileSystem, base: FileSystem, after: FileSystem, promise: Promise) -> Files:
    """Holds the files of two images against each other; `base` is the image that the first began with."""
    work = _Comparison(before, base, after, promise)
    gone = list(work.gone())
    differing = list(work.differing())
    missing = _outermost([found.path for found in gone if found.why is None], work)
    lost = tuple(sorted(work.had.names - work.has.names))
    lacking = [loss for loss in facilities(before, base, after, work.had) if not work.is_allowed(loss.path)]
    failures: tuple[Failure, ...] = (
        *(loss.failure for loss in lacking if loss.weighs(promise.planned is not None)),
        *users(before, base, after, work.had),
        *missing,
        *_grouped(differing),
    )
    kept = len(work.own) - len(gone) - len({found.path for found in differing})
    doubts = tuple(loss.failure for loss in lacking if not loss.weighs(promise.planned is not None))
    return Files(failures, doubts if promise.planned is None else (), _left(gone, before), kept, lost)


_NUMBERED = re.compile(r"\d")


def may_vary(failure: Failure) -> bool:
    """Whether a second build of the original could excuse it: other content, or a name with a version or a hash in it."""
    match failure:
        case PathDiffers(what="content"):
            return True
        case PathMissing(path):
            return bool(_NUMBERED.search(posixpath.basename(path)))
        case _:
            return False


def varied(before: FileSystem, again: FileSystem) -> frozenset[str]:
    """Paths of the original that its second build lacks, or has with other content."""
    there = again.entries
    return frozenset(
        path
        for path, entry in before.entries.items()
        if path not in there or entry.digest != there[path].digest
    )


def _left(gone: list[_Gone], before: FileSystem) -> tuple[Left, ...]:
    sums: dict[str, list[int]] = defaultdict(list)
    for path, why in gone:
        if why is not None:
            sums[why].append(before.entries[path].size)
    return tuple(Left(why, len(sizes), sum(sizes)) for why, sizes in sorted(sums.items()))


def _outermost(missing: list[str], work: _Comparison) -> Iterator[PathMissing]:
    """Missing paths, those of a directory that is missing altogether as one: the deepest that holds them all."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in missing:
        top = path
        while (parent := posixpath.dirname(top)) != "/" and work.found(parent) is None:
            top = parent
        below[top].append(path)
    yield from (PathMissing(posixpath.commonpath(paths), len(paths)) for _, paths in sorted(below.items()))


def _grouped(differing: list[PathDiffers]) -> Iterator[PathDiffers]:
    """What differs in the same way, once: at the first path."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for found in differing:
        key = ("content", "", "") if found.what == "content" else (found.what, found.before, found.after)
        groups[key].append(found.path)
    for (what, old, new), paths in groups.items():
        yield PathDiffers(min(paths), what, old, new, len(paths) - 1)
