"""The files of an image: what is at each path."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from restage.verify.elf import Elf


class Kind(StrEnum):
    """What a path is."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "device or pipe"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of an image."""

    kind: Kind
    mode: int
    owner: tuple[int, int]
    size: int
    target: str
    """Of a link: where to, as written."""
    digest: bytes
    """Of a file: what tells its content from another."""
    capability: str
    """The file capability, as the raw attribute."""


@dataclass(frozen=True)
class FileSystem:
    """All paths of an image, absolute and without links on the way."""

    entries: Mapping[str, Entry]
    elves: Mapping[str, Elf]
    texts: Mapping[str, bytes]
    """Contents of scripts, and of the files that describe the system."""
    compressed: int
    """Bytes of all files, compressed as a registry would: reckoned from an eighth of them."""

    def resolve(self, path: str) -> str | None:
        """Where a path leads to, through links; None if nowhere."""
        left = [part for part in path.split("/") if part]
        left.reverse()
        place, hops = "/", 0
        while left:
            part = left.pop()
            if part in (".", ".."):
                place = posixpath.dirname(place) if part == ".." else place
                continue
            here = posixpath.join(place, part)
            entry = self.entries.get(here)
            if entry is None:
                return None
            if entry.kind is not Kind.LINK:
                place = here
                continue
            hops += 1
            if hops > 40:
                return None
            place = "/" if entry.target.startswith("/") else place
            left += [step for step in reversed(entry.target.split("/")) if step]
        return place

    def text(self, path: str) -> str:
        """The text of a kept file, through links; empty if there is none."""
        place = self.resolve(path)
        return self.texts.get(place or "", b"").decode("utf-8", "replace")


EMPTY = FileSystem({}, {}, {}, 0)
"""The files of `FROM scratch`."""
