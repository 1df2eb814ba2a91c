"""Where in an image something is: an absolute path and all below it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, order=True)
class Region:
    """An absolute, normalised path of the image with everything below it."""

    path: str

    def covers(self, other: Region) -> bool:
        """Whether all of `other` lies in this region."""
        mine, theirs = self.path, other.path
        return theirs.startswith(mine) and (
            len(mine) == len(theirs) or mine == "/" or theirs[len(mine)] == "/"
        )

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
    joined = posixpath.normpath(posixpath.join("/", directory, *names))
    return Region("/" + joined.lstrip("/"))


def outermost(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """The regions without those that another one covers, sorted by path."""
    found: list[Region] = []
    for candidate in sorted(set(regions)):
        if not any(kept.covers(candidate) for kept in found):
            found.append(candidate)
    return tuple(found)
