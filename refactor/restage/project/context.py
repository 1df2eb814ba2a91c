"""A build context: the files that a build can see, read-only, every question remembered."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from restage.project.dockerignore import Dockerignore
from restage.project.folder import Folder, Kind, joined, normalise
from restage.project.wildcard import go_match, has_wildcard

__all__ = ["Context", "Kind"]

MOST_DIRECTORIES = 40_000
"""How often one walk goes into a directory, or back to it, before it stops."""

MOST_FILES = 20_000
"""How many files one walk gives before it stops."""


@dataclass
class Context:
    """One build context. Paths are relative to its root (which is ""), with `/` between names.

    `dockerfile` is the path of the Dockerfile on this machine: a `<Dockerfile>.dockerignore` beside it wins
    over the `.dockerignore` of the root. Nothing here raises: what is absent, ignored or unreadable is None
    or empty.
    """

    root: Path
    dockerfile: Path | None = None
    folder: Folder | None = field(default=None, repr=False, compare=False)
    """The folder at `root`, where it has been looked at already."""
    _asked: dict[str, None] = field(default_factory=dict, repr=False)
    _contents: dict[str, bytes | None] = field(default_factory=dict, repr=False)
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False)
    _resolved: dict[str, str | None] = field(default_factory=dict, repr=False)
    _reopened: dict[str, bool] = field(default_factory=dict, repr=False)
    _kinds: dict[str, Kind | None] = field(default_factory=dict, repr=False)
    _walked_all: bool = True

    @property
    def reads(self) -> tuple[str, ...]:
        """Every path and pattern that was asked for, once, in the order of the first question."""
        return tuple(self._asked)

    @property
    def complete(self) -> bool:
        """Whether every walk and listing so far gave all there was."""
        return self._walked_all and self._folder.complete

    @cached_property
    def dockerignore(self) -> Dockerignore:
        """What hides files from this build; its `problem` says why no build would take it."""
        content = self._own_dockerignore()
        if content is None:
            resolved = self._folder.resolve(".dockerignore")
            if resolved is None:
                return Dockerignore()
            content = self._folder.read(resolved)
        if content is None:
            return Dockerignore(problem="it can't be read as a file")
        return Dockerignore.parse(content.decode("utf-8", "surrogateescape"))

    def read(self, path: str) -> bytes | None:
        """The content of a file.

        None if the path is absent, ignored, not a regular file, unreadable, larger than 8 MB, or a link that
        leaves the context or ends in one of these.
        """
        real = self._real(self._ask(path))
        if real is None:
            return None
        if real not in self._contents:
            self._contents[real] = self._folder.read(real)
        return self._contents[real]

    def text(self, path: str) -> str | None:
        """The content of a file as UTF-8, without a byte order mark; what isn't UTF-8 becomes U+FFFD."""
        if path not in self._texts:
            content = self.read(path)
            text = None if content is None else content.decode("utf-8", "replace").removeprefix("\ufeff")
            self._texts[path] = text
        return self._texts[path]

    def kind(self, path: str) -> Kind | None:
        """What the path itself is (a link is a LINK); None when absent or hidden by `.dockerignore`."""
        if path in self._kinds:  # it has been asked for
            return self._kinds[path]
        return self._kind(self._ask(path))

    def resolve(self, path: str) -> str | None:
        """The path that this one stands for, links followed; None if absent, hidden or outside."""
        return self._real(self._ask(path))

    def executable(self, path: str) -> bool:
        """Whether the path is a file, or a link to one, that may be executed."""
        real = self._real(self._ask(path))
        return real is not None and self._folder.executable(real)

    def ignored(self, path: str) -> bool:
        """Whether the path is there, but hidden by `.dockerignore`."""
        asked = self._ask(path)
        return asked is not None and self._folder.kind(asked) is not None and not self._visible(asked)

    def entries(self, path: str = "") -> tuple[str, ...]:
        """The names directly below a directory (or a link to one), sorted, without those that are hidden."""
        real = self._real(self._ask(path))
        if real is None:
            return ()
        return tuple(name for name in self._folder.entries(real) if self._visible(joined(real, name)))

    def walk(self, path: str = "", skip: Collection[str] = ()) -> Iterator[str]:
        """The files and links below a directory, directory by directory in sorted order.

        Enters no link, and no directory whose name is in `skip`. Stops after 20 000 files; `complete` tells.
        """
        real = self._real(self._ask(path))
        if real is None:
            return
        for number, found in enumerate(self._below(real, skip)):
            if number == MOST_FILES:
                self._walked_all = False
                return
            yield found

    def glob(self, pattern: str) -> tuple[str, ...]:
        """The files, directories and links that a pattern of Go's `filepath.Match` names, sorted.

        As with the sources of COPY, links that a wildcard names aren't entered, and `..` stays at the root.
        """
        self._asked[pattern] = None
        plain, wild = _split(pattern)
        real = self._real(plain)
        if real is None:
            return ()
        found = [(plain, real)]
        for name in wild:
            # Links are followed before the first wildcard only.
            found = [below for path, real in found for below in self._named(path, real, name)]
        return tuple(path for path, _ in found)

    def files(self, source: str) -> tuple[str, ...]:
        """The paths that one source of COPY names: files, directories or links; empty if there is none."""
        return self.glob(source)

    def anew(self) -> "Context":
        """The same context before any question; what is on the disk is not looked at a second time."""
        return Context(self.root, self.dockerfile, self._folder)

    @cached_property
    def _folder(self) -> Folder:
        return self.folder or Folder(self.root)

    def _own_dockerignore(self) -> bytes | None:
        if self.dockerfile is None:
            return None
        parent = self.dockerfile.parent
        beside = self._folder if parent == self.root else Folder(parent)
        resolved = beside.resolve(f"{self.dockerfile.name}.dockerignore")
        return None if resolved is None else beside.read(resolved)

    def _ask(self, path: str) -> str | None:
        normal = normalise(path)
        self._asked[path if normal is None else normal] = None
        return normal

    def _real(self, path: str | None) -> str | None:
        if path is None:
            return None
        if path not in self._resolved:
            real = self._folder.resolve(path, self.dockerignore.excludes)
            self._resolved[path] = real if real is not None and self._visible(real) else None
        return self._resolved[path]

    def _kind(self, path: str | None) -> Kind | None:
        if not path:
            return None if path is None else Kind.DIRECTORY
        if path not in self._kinds:
            self._kinds[path] = self._looked_up(path)
        return self._kinds[path]

    def _looked_up(self, path: str) -> Kind | None:
        parent, _, name = path.rpartition("/")
        real = self._folder.resolve(parent, self.dockerignore.excludes)
        kind = None if real is None else self._folder.entries(real).get(name)
        return kind if real is not None and kind is not None and self._visible(joined(real, name)) else None

    def _visible(self, path: str) -> bool:
        if not self.dockerignore.excludes(path):
            return True
        if path not in self._reopened:
            # A hidden directory is there all the same if a `!` line brings back something below it.
            is_directory = self._folder.kind(path) is Kind.DIRECTORY
            self._reopened[path] = is_directory and any(self._below(path, ()))
        return self._reopened[path]

    def _below(self, directory: str, skip: Collection[str]) -> Iterator[str]:
        waiting = [iter(self._children(directory, skip))]
        entered = 0
        while waiting:
            entered += 1
            if entered > MOST_DIRECTORIES:
                self._walked_all = False
                return
            for path, kind in waiting[-1]:
                if kind is Kind.DIRECTORY:
                    waiting.append(iter(self._children(path, skip)))
                    break
                yield path
            else:
                waiting.pop()

    def _children(self, directory: str, skip: Collection[str]) -> Iterator[tuple[str, Kind]]:
        ignore = self.dockerignore
        if directory and ignore.excludes(directory) and not ignore.may_reopen(directory):
            return
        for name, kind in self._folder.entries(directory).items():
            path = joined(directory, name)
            match kind:
                case Kind.DIRECTORY if name not in skip:
                    yield path, kind
                case Kind.FILE | Kind.LINK if not ignore.excludes(path):
                    yield path, kind
                case _:
                    pass

    def _named(self, path: str, real: str, pattern: str) -> Iterator[tuple[str, str]]:
        wildcard = go_match(pattern)
        if wildcard is None:
            return
        for name in self._folder.entries(real):
            below = joined(real, name)
            if wildcard.matches(name) and self._visible(below):
                yield joined(path, name), below


def _split(pattern: str) -> tuple[str, list[str]]:
    names: list[str] = []
    for name in pattern.split("/"):
        if name == "..":
            del names[-1:]
        elif name not in ("", "."):
            names.append(name)
    first = next((index for index, name in enumerate(names) if has_wildcard(name)), len(names))
    return "/".join(names[:first]), names[first:]
