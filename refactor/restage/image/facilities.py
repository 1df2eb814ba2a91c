"""Data that programs read without naming a package: certificates, time zones, MIME types, services, fonts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from restage.image.base import BaseImage, PackageManager
from restage.image.package_sets import base_packages
from restage.record import Record


class Facility(Enum):
    """One kind of such data."""

    CERTIFICATES = "certificates"
    TIME_ZONES = "time zones"
    MIME_TYPES = "MIME types"
    MIME_DATABASE = "shared MIME database"
    SERVICES = "services and protocols"
    FONTS = "fonts"


class Holding(Record):
    """Where a distribution keeps a facility: its files, the packages to install, others that hold it too.

    A name in `also` that ends in `-` stands for every package that begins so.
    """

    files: tuple[str, ...]
    packages: tuple[str, ...]
    also: tuple[str, ...] = ()


_ZONES = ("/usr/share/zoneinfo",)
_GLOBS = ("/usr/share/mime/globs2",)
_SERVICES = ("/etc/services", "/etc/protocols")
_HOLDINGS: Mapping[PackageManager, Mapping[Facility, Holding]] = {
    PackageManager.APT: {
        Facility.CERTIFICATES: Holding(
            ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs", "/usr/share/ca-certificates"),
            ("ca-certificates",),
        ),
        Facility.TIME_ZONES: Holding(_ZONES, ("tzdata",)),
        Facility.MIME_TYPES: Holding(("/etc/mime.types",), ("media-types",), ("mime-support",)),
        Facility.MIME_DATABASE: Holding(_GLOBS, ("shared-mime-info",)),
        Facility.SERVICES: Holding(_SERVICES, ("netbase",)),
        Facility.FONTS: Holding(("/usr/share/fonts",), ("fonts-dejavu-core",), ("fonts-", "ttf-")),
    },
    PackageManager.APK: {
        Facility.CERTIFICATES: Holding(
            ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"),
            ("ca-certificates",),
            ("ca-certificates-bundle",),
        ),
        Facility.TIME_ZONES: Holding(_ZONES, ("tzdata",)),
        Facility.MIME_TYPES: Holding(("/etc/mime.types",), ("mailcap",)),
        Facility.MIME_DATABASE: Holding(_GLOBS, ("shared-mime-info",)),
        Facility.SERVICES: Holding(_SERVICES, ("alpine-baselayout",)),
        Facility.FONTS: Holding(("/usr/share/fonts",), ("ttf-dejavu",), ("font-", "ttf-")),
    },
    PackageManager.DNF: {
        Facility.CERTIFICATES: Holding(("/etc/pki/tls/certs/ca-bundle.crt",), ("ca-certificates",)),
        Facility.TIME_ZONES: Holding(_ZONES, ("tzdata",)),
        Facility.MIME_TYPES: Holding(("/etc/mime.types",), ("mailcap",)),
        Facility.MIME_DATABASE: Holding(_GLOBS, ("shared-mime-info",)),
        Facility.SERVICES: Holding(_SERVICES, ("setup",)),
        Facility.FONTS: Holding(("/usr/share/fonts",), ("dejavu-sans-fonts",)),
    },
}
_MIME_SUPPORT = frozenset({"jessie", "stretch", "buster", "precise", "trusty", "xenial", "bionic", "focal"})


def files_of(facility: Facility, base: BaseImage) -> tuple[str, ...]:
    """The files and directories that hold the facility; absolute paths."""
    return _HOLDINGS[base.package_manager][facility].files


def known_files(facility: Facility) -> tuple[str, ...]:
    """Where any distribution keeps the facility; absolute paths."""
    return tuple(dict.fromkeys(path for held in _HOLDINGS.values() for path in held[facility].files))


def packages_for(facility: Facility, base: BaseImage) -> tuple[str, ...]:
    """The packages to install for the facility on this release."""
    if facility is Facility.MIME_TYPES and base.release in _MIME_SUPPORT:
        return ("mime-support",)
    return _HOLDINGS[base.package_manager][facility].packages


def has(base: BaseImage, facility: Facility) -> bool | None:
    """The image has the facility before anything is installed; None: not known."""
    packages = base.kindred_packages
    if packages is not None:
        return _held(packages, base.package_manager, facility)
    least = base_packages(base.distro, base.release)
    return True if least and _held(least, base.package_manager, facility) else None


def provides(package: str, facility: Facility, manager: PackageManager) -> bool:
    """Installing the package brings the facility."""
    return _held(frozenset({package}), manager, facility)


def _held(packages: frozenset[str], manager: PackageManager, facility: Facility) -> bool:
    holding = _HOLDINGS[manager][facility]
    prefixes = tuple(name for name in holding.also if name.endswith("-"))
    return not packages.isdisjoint((*holding.packages, *holding.also)) or any(
        package.startswith(prefixes) for package in packages if prefixes
    )
