"""Operating system packages: what they are for, what they bring, what stands for them at run time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from restage.image.base import BaseImage, PackageManager
from restage.image.package_sets import at_release
from restage.image.shards import shard
from restage.record import Record


class RuntimeOf(Record):
    """What a `-dev` package leaves to the runtime stage.

    `packages` are the library packages, empty if the package holds headers only. `through` are the runtime
    libraries of the `-dev` packages that it depends on, as far as the table has them: code may link those too.
    """

    packages: tuple[str, ...]
    through: tuple[str, ...] = ()


def carries_release(name: str, base: BaseImage) -> bool:
    """Whether the runtime packages of a `-dev` package are called otherwise on another release that is known.

    Such a name (`libicu72`) has to stand beside a tag that names the release, or it breaks when the tag moves on.
    """
    here = runtime_packages(name, base)
    releases = _KNOWN_RELEASES.get(base.distro, ())
    others = (shard(f"os/{base.distro}-{release}") for release in releases if release != base.release)
    rows = [known["runtime"].get(name) for known in others if known is not None]
    return here is not None and any(row is not None and tuple(row.split()) != here.packages for row in rows)


_KNOWN_RELEASES = {"debian": ("bullseye", "bookworm", "trixie"), "ubuntu": ("focal", "jammy", "noble")}


class Role(Enum):
    """What a package is installed for."""

    BUILD = "build"
    RUNTIME = "runtime"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


_BUILD_ENDINGS = ("-dev", "-devel", "-headers", "-static", "-dbg", "-dbgsym", "-debuginfo")
_LANGUAGE_PREFIXES = ("python3-", "python-", "py3-", "py-", "php", "ruby-", "r-cran-", "r-bioc-")
_FONT_PREFIXES = ("fonts-", "font-", "ttf-")
_EVERYWHERE = frozenset({"libc6-dev", "libc-dev"})  # nearly every package brings it; nothing links its libnsl
_OF_COMPILER = re.compile(r"(?:libgcc|libstdc\+\+)-\d+-dev$")  # `brings` tells what comes with the compiler
_LIBRARY_PREFIXES = ("lib", "gir1.2-")


def runtime_packages(name: str, base: BaseImage) -> RuntimeOf | None:
    """The runtime packages of a `-dev` package on this release; None: no row, so nothing is known.

    Reads one data file. A version or an architecture written with the name has to be taken off before.
    """
    known = shard("os/alpine" if base.distro == "alpine" else f"os/{base.distro}-{base.release}")
    if known is None:
        return None
    if name in known.get("headers_only", "").split():
        return RuntimeOf((), _through(name, known))
    row = at_release(known["runtime"].get(name, ()), base.release)
    if row is None:
        return None
    return RuntimeOf(tuple(row.split()), _through(name, known))


def role(name: str, manager: PackageManager) -> Role:
    """What a package is for by its name alone; a program that a start needs overrides every answer."""
    for plain in (name, _unversioned(name)):
        for answer in (Role.AMBIGUOUS, Role.BUILD, Role.RUNTIME):
            if plain in _words(manager, answer.value):
                return answer
    if name.endswith(_BUILD_ENDINGS):
        return Role.BUILD
    if name.startswith((*_LIBRARY_PREFIXES, *_LANGUAGE_PREFIXES, *_FONT_PREFIXES)):
        return Role.RUNTIME
    return Role.UNKNOWN


def brings(name: str, base: BaseImage) -> tuple[str, ...]:
    """Runtime libraries that come with a build package by its dependencies and may be linked or loaded.

    For a `-dev` package its own runtime packages come first. Some exist on some architectures only, see
    `architectures_of`.
    """
    rows = _known(base.package_manager)["libraries"]
    found: dict[str, None] = {}
    pending = [name if name in rows or name.startswith("lib") else _unversioned(name)]
    seen: set[str] = set()
    while pending:
        word = pending.pop(0)
        if word in seen:
            continue
        seen.add(word)
        if word.startswith("%") or word not in rows:
            found.update(dict.fromkeys(_libraries(word.lstrip("%"), base)))
            continue
        parts = rows[word].split()
        pending = [part.lstrip("@") for part in parts if part[0] in "@%"] + pending
        found.update(dict.fromkeys(part for part in parts if part[0] not in "@%"))
    return tuple(found)


def brings_tools(name: str, manager: PackageManager) -> tuple[str, ...]:
    """Packages with programs or data that come with another: python3 with python3-pip, perl with autoconf."""
    return tuple(_known(manager)["tools"].get(name, "").split())


def runtime_of(name: str, manager: PackageManager) -> str | None:
    """The package that another adds tools to, and that is enough where none of them is used; None: no such package."""
    found: str | None = _known(manager)["runtimes"].get(name)
    return found


def lacked_by_runtimes(manager: PackageManager) -> frozenset[str]:
    """The programs that the packages of `runtime_of` lack."""
    return _words(manager, "runtimes_lack")


def architectures_of(package: str, manager: PackageManager) -> frozenset[str] | None:
    """The distribution's names of the architectures that a package exists on; None: all."""
    names = _known(manager)["architectures"].get(package)
    return frozenset(names.split()) if names else None


def programs(package: str, manager: PackageManager) -> tuple[str, ...]:
    """The programs that a package is known for; empty if the table does not have it."""
    rows = _known(manager)["programs"]
    return tuple(rows.get(package, rows.get(_unversioned(package), "")).split())


def package_of(program: str, base: BaseImage) -> str | None:
    """The package to install for a program on this base; None: not in the table."""
    preferred: str | None = _known(base.package_manager)["preferred"].get(program)
    return preferred or _providers(base.package_manager).get(program)


def writes_text(package: str, manager: PackageManager) -> bool:
    """Whether programs of the package write text into pages or pictures, with the fonts that they find."""
    return package in _words(manager, "writes_text")


def creates_users(package: str) -> bool:
    """Installing the package makes a user or a group, so that numeric ids given later depend on it."""
    return package in _with_users()


def creating_users(packages: frozenset[str]) -> list[str]:
    """Those of the packages, sorted, of which `creates_users` is true."""
    return sorted(packages & _with_users())


def recommended(name: str, manager: PackageManager) -> tuple[str, ...]:
    """Packages that come too where recommendations are installed (apt without `--no-install-recommends`).

    Only those that programs are known to lean on: certificates with curl, openssh-client with git.
    """
    return tuple(_known(manager)["recommended"].get(name, "").split())


@cache
def _with_users() -> frozenset[str]:
    known = shard("packages/users")
    return frozenset(known["names"].split() if known else ())


def _unversioned(name: str) -> str:
    """`gcc-12` → `gcc`, `postgresql-client-15` → `postgresql-client`."""
    plain, dash, version = name.rpartition("-")
    return plain if dash and version.replace(".", "").isdecimal() else name


def _libraries(name: str, base: BaseImage) -> tuple[str, ...]:
    runtime = runtime_packages(name, base)
    return (*runtime.packages, *runtime.through) if runtime else ()


def _through(name: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    if name in _EVERYWHERE:
        return ()
    found: dict[str, None] = dict.fromkeys(known.get("via_runtime", {}).get(name, "").split())
    pending, seen = known.get("via", {}).get(name, "").split(), {name, *_EVERYWHERE}
    while pending:
        via = pending.pop(0)
        if via in seen or _OF_COMPILER.match(via):
            continue
        seen.add(via)
        found.update(dict.fromkeys(known["runtime"].get(via, "").split()))
        found.update(dict.fromkeys(known.get("via_runtime", {}).get(via, "").split()))
        pending += known["via"].get(via, "").split()
    own = known["runtime"].get(name, "")
    return tuple(package for package in found if package not in (own.split() if isinstance(own, str) else ()))


def _known(manager: PackageManager) -> Mapping[str, Any]:
    known = shard(f"packages/{manager.value}")
    if known is None:
        raise FileNotFoundError(f"the data of {manager.value} packages is missing from the installation")
    return known


@lru_cache(maxsize=16)
def _words(manager: PackageManager, key: str) -> frozenset[str]:
    return frozenset(_known(manager)[key].split())


@lru_cache(maxsize=4)
def _providers(manager: PackageManager) -> Mapping[str, str]:
    rows = _known(manager)["programs"].items()
    found: dict[str, str] = {}
    for package, names in rows:
        for program in names.split():
            found.setdefault(program, package)
    return found
