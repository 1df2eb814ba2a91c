"""What a program is compiled from: its package and all that it imports, as far as sources are in the context."""

from __future__ import annotations

from restage.api import Record
from restage_strategies.go.constraint import Tags
from restage_strategies.go.packages import go_files
from restage_strategies.go.source import GoFile, read_go
from restage_strategies.go.workspace import Workspace

_MOST_PACKAGES = 5_000


class Closure(Record):
    """The sources of one program."""

    files: tuple[GoFile, ...]
    """Those of the context, vendored ones included."""
    standard: frozenset[str]
    """Packages of the standard library that they import."""
    foreign: frozenset[str]
    """Imported packages whose sources are fetched by the build, not in the context."""
    complete: bool
    """Whether every package of the project was there to be read."""

    @property
    def own(self) -> tuple[GoFile, ...]:
        """The files that aren't vendored."""
        return tuple(file for file in self.files if "/vendor/" not in file.path)

    @property
    def imports(self) -> frozenset[str]:
        """Every imported package."""
        return self.foreign.union(found.path for file in self.files for found in file.imports)


def closure_of(directories: tuple[str, ...], files: tuple[str, ...], space: Workspace, tags: Tags) -> Closure:
    """Follow imports from the packages in `directories` (from `files` alone, if any are named)."""
    search = _Search(space, tags)
    for path in files:
        text = space.tree.text(path)
        if text is not None:
            search.add(read_go(path, text))
    waiting = [] if files else list(directories)
    while search.waiting or waiting:
        directory = waiting.pop() if waiting else search.waiting.pop()
        search.visit(directory)
    return Closure(
        tuple(search.files), frozenset(search.standard), frozenset(search.foreign), search.complete
    )


class _Search:
    def __init__(self, space: Workspace, tags: Tags) -> None:
        self.files: list[GoFile] = []
        self.standard: set[str] = set()
        self.foreign: set[str] = set()
        self.waiting: list[str] = []
        self.complete = True
        self._space, self._tags = space, tags
        self._seen: set[str] = set()
        self._asked: set[str] = set()

    def visit(self, directory: str) -> None:
        """Take in the files of one package."""
        if directory in self._seen:
            return
        self._seen.add(directory)
        found = go_files(self._space.tree, directory, self._tags)
        if not found or len(self._seen) > _MOST_PACKAGES:
            self.complete = False
        for file in found:
            self.add(file)

    def add(self, file: GoFile) -> None:
        """Take in one file and queue what it imports."""
        self.files.append(file)
        directory = file.path.rpartition("/")[0]
        for found in file.imports:
            if found.path not in self._asked:
                self._asked.add(found.path)
                self._import(found.path, directory)

    def _import(self, path: str, importer: str) -> None:
        if path in ("C", "unsafe"):
            return
        first = path.partition("/")[0]
        if "." not in first and not self._space.owns(path):
            local = None if self._space.root is not None else self._space.find(path, importer)
            if local is None:
                self.standard.add(path)
                return
        place = self._space.find(path, importer)
        if place is not None:
            self.waiting.append(place)
        elif self._space.owns(path):
            self.complete = False
        else:
            self.foreign.add(path)
