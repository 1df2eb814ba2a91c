"""A directory read once and lazily, through which no link leads out.

Every path that is asked for is looked up in the listings of its parents, so odd names, loops of links and
parts of paths that aren't directories end in None, never in an error. Names that are not UTF-8 carry
surrogates, as `os.fsdecode` makes them.
"""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes: larger files count as unreadable."""

LARGEST_DIRECTORY = 50_000
"""Names: what a directory holds beyond this is not seen, and `Folder.complete` is false."""

_NAME = attrgetter("name")
_MOST_LINKS = 40
_MOST_LISTINGS = 5_000
_LONGEST_LINK = 4096


class Kind(Enum):
    """What a path is, links not followed."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "other"


@lru_cache(maxsize=8192)
def normalise(path: str) -> str | None:
    """The path without `.`, `..` and doubled slashes, relative to the root, which is "".

    None if it leads above the root. A leading slash stands for the root, as in the sources of COPY.
    """
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            if not names:
                return None
            names.pop()
        elif name not in ("", "."):
            names.append(name)
    return "/".join(names)


def joined(directory: str, name: str) -> str:
    """The path of a name below a normalised directory."""
    return f"{directory}/{name}" if directory else name


@dataclass
class Folder:
    """The files below `root`, an absolute or relative path of this machine; it need not exist."""

    root: Path
    complete: bool = True
    _listings: dict[str, Mapping[str, Kind]] = field(default_factory=dict, repr=False)

    def entries(self, directory: str) -> Mapping[str, Kind]:
        """What lies directly in a normalised path, by name and sorted; nothing if it isn't a directory
        itself."""
        known = self._listings.get(directory)
        if known is not None:
            return known
        listing = self._listing("")
        parent = ""
        for name in directory.split("/") if directory else ():
            if listing.get(name) is not Kind.DIRECTORY:
                return {}
            parent = joined(parent, name)
            listing = self._listing(parent)
        return listing

    def passing(self, directory: str) -> Mapping[str, Kind]:
        """As `entries`, for a walk over everything: nothing is remembered, and no parent is looked at again."""
        return self._list(directory)

    def kind(self, path: str) -> Kind | None:
        """What a normalised path is, without following links, not even in its parents; None if absent."""
        if not path:
            return Kind.DIRECTORY
        parent, _, name = path.rpartition("/")
        return self.entries(parent).get(name)

    def resolve(self, path: str, hides: Callable[[str], bool] = lambda link: False) -> str | None:
        """The path without links that this one stands for.

        None if it is absent or a loop, if it leads out of the root, or if it passes a link that `hides`
        names.
        """
        if path in self._listings:
            return path
        parent, _, last = path.rpartition("/")
        kind = self._listings.get(parent, {}).get(last)
        if kind is not None and kind is not Kind.LINK:
            return path  # nor is there a link on the way to it: what was listed is a directory itself
        waiting = path.split("/")[::-1]
        found: list[str] = []
        links = 0
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not found:
                    return None
                found.pop()
                continue
            match self.entries("/".join(found)).get(name):
                case None:
                    return None
                case Kind.LINK:
                    links += 1
                    link = "/".join([*found, name])
                    target = self._link_target(link)
                    if links > _MOST_LINKS or target is None or hides(link):
                        return None
                    waiting.extend(target.split("/")[::-1])
                case _:
                    found.append(name)
        return "/".join(found)

    def read(self, path: str) -> bytes | None:
        """The content of a path that `resolve` gave; None if it isn't a regular file, is too large or
        unreadable."""
        if self.kind(path) is not Kind.FILE:
            return None
        try:
            descriptor = os.open(self._real(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        try:
            return _content(descriptor)
        finally:
            os.close(descriptor)

    def executable(self, path: str) -> bool:
        """Whether anyone may execute the file at a path that `resolve` gave."""
        try:
            mode = os.lstat(self._real(path)).st_mode
        except (OSError, ValueError):
            return False
        return stat.S_ISREG(mode) and bool(mode & 0o111)

    def _listing(self, directory: str) -> Mapping[str, Kind]:
        known = self._listings.get(directory)
        if known is None:
            if len(self._listings) == _MOST_LISTINGS:
                self._listings.clear()
            known = self._listings[directory] = self._list(directory)
        return known

    def _list(self, directory: str) -> Mapping[str, Kind]:
        try:
            with os.scandir(self._real(directory)) as found:
                listed = list(islice(found, LARGEST_DIRECTORY + 1))
        except (OSError, ValueError):
            return {}
        if len(listed) > LARGEST_DIRECTORY:
            self.complete = False
        return {entry.name: _kind(entry) for entry in sorted(listed, key=_NAME)}

    def _link_target(self, path: str) -> str | None:
        try:
            target = str(Path(self._real(path)).readlink())
        except (OSError, ValueError):
            return None
        return None if target.startswith("/") or len(target) > _LONGEST_LINK else target

    def _real(self, path: str) -> str:
        return f"{self.root}/{path}"


def _content(descriptor: int) -> bytes | None:
    parts: list[bytes] = []
    left = LARGEST_FILE + 1
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
            return None
        wanted = status.st_size + 1
        while left > 0:
            parts.append(os.read(descriptor, wanted))
            left -= len(parts[-1])
            if len(parts[-1]) < wanted:  # so it is with regular files at their end
                break
    except OSError:
        return None
    return b"".join(parts) if left > 0 else None


def _kind(entry: os.DirEntry[str]) -> Kind:
    try:
        if entry.is_file(follow_symlinks=False):
            return Kind.FILE
        if entry.is_dir(follow_symlinks=False):
            return Kind.DIRECTORY
        return Kind.LINK if entry.is_symlink() else Kind.OTHER
    except OSError:
        return Kind.OTHER
