"""The crates of a build that may link to a library of the system."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import PackageNeed, Record
from restage_strategies.rust.lock import Lock, Locked
from restage_strategies.rust.rows import closure_of, elsewhere, is_pure, links_of, opened_by
from restage_strategies.rust.workspace import Workspace

_NATIVE_NAME = re.compile(r"(?:[-_](?:sys|ffi|src)(?:[-_]?(?:next|rs|mit|stable|\d+))*|^lib\w+-rs)$")
_PROBES = frozenset({"pkg-config", "vcpkg", "system-deps", "metadeps", "autotools", "cmake", "bindgen"})
_OTHER_SYSTEMS = re.compile(
    r"^(?:windows|winapi|win\d|core-foundation|objc|security-framework|android|ndk|apple|ios)"
)


class Crate(Record):
    """A crate that may link to a library."""

    name: str
    vendored: bool = False
    """The lock says that it compiles the library itself."""
    why: str = ""

    @property
    def is_told(self) -> bool:
        """Whether a row tells what it links to; one without a package only knows what is compiled with it."""
        row = links_of(self.name)
        return self.vendored or bool(row and (row.apt or row.apk)) or opened_by(self.name) is not None

    def __str__(self) -> str:
        return self.why or self.name


def native_crates(lock: Lock) -> tuple[Locked, ...]:
    """The packages that may link to a library: by name, by a probe among their dependencies, or by their row."""
    return tuple(
        package
        for package in lock.packages
        if package.source and not _OTHER_SYSTEMS.match(package.name) and _may_link(package)
    )


def _may_link(package: Locked) -> bool:
    if links_of(package.name) or opened_by(package.name) or elsewhere(package.name):
        return True
    if is_pure(package.name):
        return False
    return bool(_NATIVE_NAME.search(package.name)) or bool(_PROBES & {*package.dependencies})


def undecided(space: Workspace) -> tuple[Crate, ...]:
    """The crates whose libraries have to be there, or of which that can't be told."""
    lock = space.lock
    if lock is None:
        return tuple(dict.fromkeys((*_from_manifests(space), *_encrypted(space))))
    optional = _optional_vendoring(space)
    found = []
    for package in native_crates(lock):
        row = links_of(package.name)
        vendored = bool(row and row.vendored_by and row.vendored_by in package.dependencies) and not optional
        found.append(Crate(package.name, vendored))
    return tuple(dict.fromkeys((*found, *_encrypted(space))))


def _encrypted(space: Workspace) -> tuple[Crate, ...]:
    """SQLCipher is compiled with SQLite, and links to the system's OpenSSL, which no package of the lock says."""
    asked = (feature for dependency in space.fetched for feature in dependency.features)
    return (Crate("openssl-sys"),) if any("sqlcipher" in feature for feature in asked) else ()


def _optional_vendoring(space: Workspace) -> bool:
    """Whether the project leaves it to one of its own features whether a library is compiled: a lock names it always."""
    return any(
        word.rpartition("/")[2] in ("vendored", "bundled", "static")
        for package in space.all_packages
        for _, words in package.manifest.features
        for word in words
    )


def _from_manifests(space: Workspace) -> Iterator[Crate]:
    """Without a lock: what the named dependencies are built from, by their rows."""
    for dependency in space.fetched:
        names = closure_of(dependency.name)
        if names is None or dependency.elsewhere:
            if not is_pure(dependency.name) or dependency.elsewhere:
                yield Crate(dependency.name, why=f"{dependency.name} (there is no Cargo.lock)")
            continue
        yield from (Crate(name) for name in names)


def needs_of_crate(crate: Crate) -> Iterator[PackageNeed]:
    """The packages of what a crate links to; what the build has no headers of, it compiles or does without."""
    row, opened = links_of(crate.name), opened_by(crate.name)
    if row is not None and not crate.vendored:
        why = f"{crate.name} links to it"
        yield from (PackageNeed(name, "", why) for name in row.apt)
        yield from (PackageNeed("", name, why) for name in row.apk)
    if opened is not None:
        yield PackageNeed(*opened, why=f"{crate.name} opens it")
