"""Which operating system packages an image holds, from the closures computed for each release."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from restage.image.shards import shard
from restage.image.tags import release_key

_SAME_PROGRAMS = {"jessie": "bullseye", "stretch": "bullseye", "buster": "bullseye"}


@lru_cache(maxsize=64)
def packages_in(family: str, variant: str, distro: str, release: str) -> frozenset[str] | None:
    """The packages of an image variant (`python`, `slim`, `debian`, `bookworm`); None: not known.

    Reads one data file.
    """
    sets = image_sets(distro, release)
    name = f"{family}:{variant}"
    return _closure(sets, name) if name in sets else None


@lru_cache(maxsize=64)
def kindred_packages(family: str, variant: str, distro: str, release: str) -> frozenset[str] | None:
    """As `packages_in`, with the next later release that is known standing in for an old Debian.

    For questions that names of releases don't touch: which program or which data file is there.
    """
    if distro == "debian":
        release = _SAME_PROGRAMS.get(release, release)
    return packages_in(family, variant, distro, release)


def base_packages(distro: str, release: str) -> frozenset[str] | None:
    """The packages of the distribution's own image, which every image made from it holds."""
    if distro == "debian":
        release = _SAME_PROGRAMS.get(release, release)
    sets = image_sets(distro, release)
    return _closure(sets, "base") if sets else None


def image_sets(distro: str, release: str) -> Mapping[str, str]:
    """Image variant → parent and own packages, for one release."""
    if distro == "alpine":
        known = shard("os/alpine")
        rows = known["images"] if known else {}
        found = {name: at_release(row, release) for name, row in rows.items()}
        return {name: row for name, row in found.items() if row is not None}
    known = shard(f"os/{distro}-{release}")
    sets: Mapping[str, str] = known.get("images", {}) if known else {}
    return sets


def at_release(row: Any, release: str) -> str | None:
    """A row's names for a release: one text for all, or pairs (first release, names), newest first."""
    if isinstance(row, str):
        return row
    key = release_key(release)
    return next((names for first, names in row if key >= release_key(first)), None)


def _closure(sets: Mapping[str, str], name: str) -> frozenset[str]:
    found = set(sets["base"].split())
    while name in sets and name != "base":
        name, _, own = sets[name].partition("|")
        found.update(own.split())
    return frozenset(found)
