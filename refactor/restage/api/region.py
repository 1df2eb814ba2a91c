"""Where in an image something is: an absolute path and all below it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, order=True, init=False)
class Region:
    """An absolute, normalised path of the image with everything below it."""

    path: str
    inside: str = field(repr=False, compare=False)
    """The path with a slash at its end: so begins that of every region in it."""

    def __init__(self, path: str) -> None:
        self.__dict__["path"] = path
        self.__dict__["inside"] = path if path == "/" else f"{path}/"

    def covers(self, other: Region) -> bool:
        """Whether all of `other` lies in this region."""
        return other.inside.startswith(self.inside)

    def overlaps(self, other: Region) -> bool:
        """Whether some path lies in both regions."""
        return self.covers(other) or other.covers(self)

    def below(self, *names: str) -> Region:
        """The region of a path relative to this one."""
        return region(self.path, *names)

    def __str__(self) -> str:
        return self.path


EVERYWHERE = Region("/")
"""All of the image: what an unknown command may read, write or delete."""


@lru_cache(maxsize=4096)  # every question about a path begins with this
def region(directory: str, *names: str) -> Region:
    """The region of `names` as seen from `directory`; an absolute name replaces what stands before it."""
    is_absolute = bool(names) and names[-1].startswith("/")
    joined = names[-1] if is_absolute else posixpath.join("/", directory, *names)
    return Region("/" + posixpath.normpath(joined).lstrip("/"))


@lru_cache(maxsize=4096)
def join(directory: str, *names: str) -> str:
    """The path that `posixpath.join` gives: most of them are asked for again and again."""
    return posixpath.join(directory, *names)


def outermost(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """The regions without those that another one covers, sorted by path."""
    found: list[Region] = []
    for candidate in sorted(set(regions)):
        if not any(kept.covers(candidate) for kept in found):
            found.append(candidate)
    return tuple(found)
