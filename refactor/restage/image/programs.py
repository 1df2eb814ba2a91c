"""Programs that code is likely to call, and which of them a base image has."""

from __future__ import annotations

from functools import lru_cache

from restage.image.base import BaseImage, PackageManager
from restage.image.os_packages import programs
from restage.image.package_sets import base_packages
from restage.image.shards import shard


def base_programs(base: BaseImage) -> frozenset[str] | None:
    """The programs of the table that the image surely has, with those of its language; None: not known.

    Where the packages of the image itself are not known (`knows_all_programs`), these are the programs of the
    distribution's own image and of the language: the image may have more.
    """
    manager = base.package_manager
    packages = base.kindred_packages
    if packages is None:
        packages = base_packages(base.distro, base.release) or _essential(manager)
    if not packages:
        return None
    return _programs_of(packages, manager) | base.own_programs


def knows_all_programs(base: BaseImage) -> bool:
    """`base_programs` has every program of the table that the image has."""
    return base.kindred_packages is not None


@lru_cache(maxsize=16)
def _programs_of(packages: frozenset[str], manager: PackageManager) -> frozenset[str]:
    return frozenset(program for package in packages for program in programs(package, manager))


def _essential(manager: PackageManager) -> frozenset[str]:
    known = shard(f"packages/{manager.value}")
    return frozenset(known["essential"].split()) if known else frozenset()
