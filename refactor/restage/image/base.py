"""What is known of a base image: its operating system, its variant, and what it sets by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from restage.image.base_config import BaseConfig, holds, is_transparent, only_execs, resolve_config
from restage.image.derived import Derivation, derivation
from restage.image.package_sets import kindred_packages, packages_in
from restage.image.reference import ImageReference
from restage.image.shards import shard
from restage.image.tags import UBUNTU_SUITES, TagParts, TagRow, find_row, read_tag
from restage.record import Record, replace


class PackageManager(Enum):
    """The family of package managers; DNF stands for yum and microdnf too."""

    APT = "apt"
    APK = "apk"
    DNF = "dnf"


class Libc(Enum):
    """The C library that programs of the image link to."""

    GLIBC = "glibc"
    MUSL = "musl"


class Variant(Enum):
    """The flavour that the tag names; OTHER is one with a purpose of its own (onbuild, jre, cross)."""

    FULL = "full"
    SLIM = "slim"
    ALPINE = "alpine"
    OTHER = "other"


class BaseImage(Record):
    """An image whose release and settings are known.

    `version` is the number as in the tag (`3.12`), None for a tag without one. `release` is a code name for
    Debian and Ubuntu and a number elsewhere. `archived`: the default package mirror is gone, so a package
    index can't be fetched any more; `ageing`: that is about to happen. `published`: the tag is still listed,
    so its content changes. `named_release`: the tag itself names its release and so never leaves it.
    `entrypoint_execs_command`: the image's own ENTRYPOINT, if there is one, only execs the command;
    `entrypoint_transparent`: it does so with any command and changes nothing on the way, so another such image stands in.
    `own_programs` are those of its language (`node`, `npm`), `own_packages` what its Dockerfile installs by
    name, where the table tells it. `as_of` is the day of the table (an ISO date).
    """

    reference: ImageReference
    family: str
    version: str | None
    distro: str
    release: str
    libc: Libc
    libc_version: str | None
    variant: Variant
    package_manager: PackageManager
    archived: bool
    ageing: bool
    config: BaseConfig
    entrypoint_execs_command: bool
    entrypoint_transparent: bool
    own_programs: frozenset[str]
    own_packages: frozenset[str]
    published: bool
    named_release: bool
    as_of: str
    windows: bool = False
    derivation: Derivation | None = None
    """The official image that this one adds programs to; None: it is an official one itself."""

    @property
    def floats(self) -> bool:
        """The tag may move to another release of the operating system."""
        return self.published and not self.named_release

    @property
    def system(self) -> str:
        """Distribution and release as the table writes them: `debian:bookworm`."""
        return f"{self.distro}:{self.release}"

    @property
    def packages(self) -> frozenset[str] | None:
        """The operating system packages in the image; None: not known."""
        return packages_in(self.family, self.variant.value, self.distro, self.release)

    @property
    def kindred_packages(self) -> frozenset[str] | None:
        """As `packages`, by the next later release that is known where this one is old (`package_sets`)."""
        return kindred_packages(self.family, self.variant.value, self.distro, self.release)


class UnknownBase(Record):
    """An image of which too little is known to change it, why, and the little that is known."""

    reference: ImageReference
    why: str
    family: str | None = None
    distro: str | None = None
    release: str | None = None
    libc: Libc | None = None
    package_manager: PackageManager | None = None
    windows: bool = False


@lru_cache(maxsize=256)
def base_image(reference: ImageReference) -> BaseImage | UnknownBase:
    """Look the image up in the table of official images; reads one data file at most."""
    parts = read_tag(reference.tag)
    if parts.windows or "/windows/" in reference.name or (reference.architecture or "").startswith("win"):
        return UnknownBase(reference, "it is a Windows image", windows=True)
    if reference.name == "scratch":
        return UnknownBase(reference, "scratch is empty", family="scratch")
    known = shard(f"images/{reference.name}")
    if known is None:
        return _by_pattern(UnknownBase(reference, "the image is not in the table of official images"), parts)
    if "derived" in known:
        return _derived(reference, known, parts)
    row = find_row(known, reference.tag)
    unknown = UnknownBase(reference, "", family=known["family"])
    if reference.digest and not (
        row and reference.tag and (parts.names_release or (not row.moved and row.last))
    ):
        return replace(unknown, why="a digest pins it, and its tag does not tell the release")
    if row is None:
        why = f"its tag is not in the table of {known['as_of']}"
        return _by_pattern(replace(unknown, why=why), parts)
    system = known["releases"][row.release]
    if "rules" not in known:
        return _of_release(replace(unknown, why="what the image sets is not known"), row.release, system)
    if row.last in known.get("doubtful", ()):
        why = "its settings changed in the month in which the tag was last published"
        return _of_release(replace(unknown, why=why), row.release, system)
    return _known(reference, known, parts, row)


def _derived(reference: ImageReference, known: Mapping[str, Any], parts: TagParts) -> BaseImage | UnknownBase:
    """An official image with programs beside its own, and a command that starts one of them."""
    unknown = UnknownBase(reference, f"its tag is not in the table of {known['as_of']}")
    found = derivation(known, reference.tag)
    parent = base_image(found.parent) if found else None
    if found is None or not isinstance(parent, BaseImage):
        return unknown
    if reference.digest and (found.exact or not parts.names_release):
        return replace(unknown, why="a digest pins it, and its tag does not tell what it was made from")
    env = MappingProxyType({**parent.config.env, **found.env})
    return replace(
        parent,
        reference=reference,
        config=replace(parent.config, env=env, entrypoint=(), cmd=found.cmd),
        own_programs=parent.own_programs | {path.rpartition("/")[2] for path in found.programs},
        published=found.moves and parent.published,
        named_release=parts.names_release,
        as_of=known["as_of"],
        derivation=found,
    )


def _known(reference: ImageReference, known: Mapping[str, Any], parts: TagParts, row: TagRow) -> BaseImage:
    system = known["releases"][row.release]
    distro, _, release = row.release.partition(":")
    alias = known.get("aliases", {}).get(parts.version)
    dated = replace(parts, version=alias) if alias else parts
    return BaseImage(
        reference=reference,
        family=known["family"],
        version=parts.number,
        distro=distro,
        release=release,
        libc=Libc(system["libc"]),
        libc_version=system.get("libc_version"),
        variant=_variant(parts, distro),
        package_manager=PackageManager(system["manager"]),
        archived=system.get("archived", False),
        ageing=system.get("ageing", False),
        config=resolve_config(known["rules"], dated, row),
        entrypoint_execs_command=only_execs(known["rules"], dated, row),
        entrypoint_transparent=is_transparent(known["rules"], dated, row),
        own_programs=_names("programs", known, dated, row),
        own_packages=_names("packages", known, dated, row),
        published=row.last is None,
        named_release=parts.names_release or (known["family"] == distro and not row.moved),
        as_of=known["as_of"],
    )


def _names(what: str, known: Mapping[str, Any], parts: TagParts, row: TagRow) -> frozenset[str]:
    rows = [row_of for row_of in known.get(what, ()) if holds(row_of.get("when", {}), parts, row)]
    return frozenset(name for row_of in rows for name in row_of["names"].split())


_OWN_PURPOSE = frozenset(
    {"onbuild", "cross", "jre", "headless", "builder", "chiseled", "distroless", "composite", "extra"}
)


def _variant(parts: TagParts, distro: str) -> Variant:
    if not parts.words.isdisjoint(_OWN_PURPOSE):
        return Variant.OTHER
    if distro == "alpine":
        return Variant.ALPINE
    return Variant.SLIM if parts.slim else Variant.FULL


def _of_release(unknown: UnknownBase, release: str, system: Mapping[str, Any]) -> UnknownBase:
    distro, _, version = release.partition(":")
    manager, libc = PackageManager(system["manager"]), Libc(system["libc"])
    return replace(unknown, distro=distro, release=version, package_manager=manager, libc=libc)


def _by_pattern(unknown: UnknownBase, parts: TagParts) -> UnknownBase:
    """What the name or the tag of an image outside the table says of its operating system."""
    host, _, path = unknown.reference.name.partition("/")
    first = path.partition("/")[0]
    ubi = re.match(r"ubi(\d+)", first) if host.endswith((".redhat.com", ".redhat.io")) else None
    if ubi:
        return replace(
            unknown, distro="ubi", release=ubi.group(1), libc=Libc.GLIBC, package_manager=PackageManager.DNF
        )
    if unknown.family is None:
        return unknown
    if parts.alpine is not None:
        release = parts.alpine or None
        return replace(
            unknown, distro="alpine", release=release, libc=Libc.MUSL, package_manager=PackageManager.APK
        )
    if parts.suite:
        distro = "ubuntu" if parts.suite in UBUNTU_SUITES else "debian"
        return replace(
            unknown, distro=distro, release=parts.suite, libc=Libc.GLIBC, package_manager=PackageManager.APT
        )
    return unknown
