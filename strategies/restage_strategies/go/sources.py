"""The Go files of a program by package: who imports whom, and what names stand for."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Record, Token
from restage_strategies.go.functions import Function
from restage_strategies.go.source import GoFile
from restage_strategies.go.tokens import ITSELF, is_itself, literal, strings_of_names


class Sources:
    """All the files of a program."""

    def __init__(self, files: Iterable[GoFile], root: str) -> None:
        self.root = root.rstrip("/") + "/"
        self.packages: dict[str, list[GoFile]] = {}
        for file in files:
            self.packages.setdefault(directory_of(file), []).append(file)
        self._names: dict[str, dict[str, str]] = {}
        self._users: dict[str, list[GoFile]] = {}

    def names(self, directory: str) -> dict[str, str]:
        """The strings that names of a package stand for."""
        if directory not in self._names:
            self._names[directory] = strings_of_names(each.tokens for each in self.packages[directory])
        return self._names[directory]

    def users(self, directory: str) -> list[GoFile]:
        """The files of a package and of all that import it, one from another; those of others only where it is theirs."""
        if directory not in self._users:
            self._users[directory] = self._that_import(directory)
        return self._users[directory]

    def _that_import(self, directory: str) -> list[GoFile]:
        found: dict[str, None] = {directory: None}
        waiting = [directory]
        while waiting:
            end = f"/{waiting.pop().removeprefix(self.root)}"
            for other, files in self.packages.items():
                imported = (f"/{each.path}" for file in files for each in file.imports)
                own = not is_vendored(other) or is_vendored(directory)
                if other not in found and own and any(path.endswith(end) for path in imported):
                    found[other] = None
                    waiting.append(other)
        return [file for each in found for file in self.packages[each]]

    def all_files(self) -> list[GoFile]:
        """Every file."""
        return [file for files in self.packages.values() for file in files]


def directory_of(file: GoFile) -> str:
    """The directory of a file's package."""
    return file.path.rpartition("/")[0]


def is_vendored(directory: str) -> bool:
    """Whether the code of others is there."""
    return "/vendor/" in f"{directory}/"


class Names(Record):
    """What names stand for at one place of a file."""

    sources: Sources
    directory: str
    """That of the package."""
    function: Function | None
    """The one around the place: what it takes isn't what the package calls so."""

    def value(self, argument: list[Token]) -> str | None:
        """The string that an argument is; None: the code computes it."""
        if len(argument) != 1:
            return ITSELF if len(argument) < 7 and is_itself(argument, 0) else None
        value = literal(argument[0])
        if value is not None or argument[0][0] != "word":
            return value
        hidden = self.function is not None and argument[0][1] in self.function.hidden
        return None if hidden else self.sources.names(self.directory).get(argument[0][1])
