"""Tags of images in the table: what a tag says by itself, and what the table says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from restage.record import Record

DEBIAN_SUITES = frozenset(
    {"squeeze", "wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "sid"}
)
UBUNTU_SUITES = frozenset(["trusty", "xenial", "bionic", "focal", "jammy", "noble", "resolute"])
_ALPINE = re.compile(r"alpine(\d+\.\d+)?")
_WINDOWS = re.compile(r"(?:windowsservercore|nanoserver).*|ltsc\d+|windows")
_NUMBER = re.compile(r"v?(\d+(?:\.\d+)*)")


class TagParts(Record):
    """What the words of a tag say: `3.12-slim-bookworm` is version `3.12`, slim, suite `bookworm`.

    `version` holds every word that is none of the others, in order, joined again; it is empty for `latest`
    and for no tag. `alpine` is None without an alpine word and empty when that word names no release.
    """

    version: str
    suite: str | None
    slim: bool
    alpine: str | None
    windows: bool

    @property
    def names_release(self) -> bool:
        """The tag itself names the release of the operating system, so it never moves to another."""
        return self.suite is not None or bool(self.alpine)

    @property
    def words(self) -> frozenset[str]:
        """The words of the version part: `fpm` of `8.3-fpm`."""
        return frozenset(self.version.split("-"))

    @property
    def number(self) -> str | None:
        """The version number that the tag begins with, as written: `3.12` of `3.12-rc`."""
        found = _NUMBER.match(self.version)
        return found.group(1) if found else None

    @property
    def exact(self) -> str | None:
        """The version number if the tag pins it: three numbers and not a release candidate."""
        first, _, more = self.version.partition("-")
        pinned = (
            first.count(".") == 2 and first == self.number and not more.startswith(("rc", "beta", "alpha"))
        )
        return first if pinned else None


class TagRow(Record):
    """What the table says of a tag: its last published release, `debian:bookworm`, and whether it ever moved.

    `last` is the last month (`2024-10`) in which it was published, None while it still is: then it floats.
    """

    release: str
    last: str | None
    moved: bool


def read_tag(tag: str | None) -> TagParts:
    """Split a tag into its words; None reads as `latest`."""
    rest: list[str] = []
    suite: str | None = None
    alpine: str | None = None
    slim = windows = False
    for word in (tag or "latest").split("-"):
        if word in DEBIAN_SUITES or word in UBUNTU_SUITES:
            suite = word
        elif found := _ALPINE.fullmatch(word):
            alpine = found.group(1) or ""
        elif _WINDOWS.fullmatch(word):
            windows = True
        elif word == "slim":
            slim = True
        else:
            rest.append(word)
    version = "-".join(rest)
    return TagParts("" if version == "latest" else version, suite, slim, alpine, windows)


def find_row(shard: Mapping[str, Any], tag: str | None) -> TagRow | None:
    """The row of `tag` (None: `latest`) in an image's data file."""
    wanted = f" {tag or 'latest'} "
    for release, groups in shard.get("tags", {}).items():
        for when, tags in groups.items():
            if wanted in f" {tags} ":
                last, _, moved = when.partition(" ")
                return TagRow(release, None if last == "now" else last, bool(moved))
    return None


def release_key(release: str) -> tuple[int, ...]:
    """Orders releases that are numbers (`3.9` before `3.10`); `edge` and other words come last."""
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (1_000_000,)
