"""What another file of the repository says about an image: a closed set of words for all kinds of such
files."""

from enum import Enum
from typing import Literal

from restage.project.folder import normalise
from restage.record import Record

Source = Literal[
    "compose", "bake", "skaffold", "workflow", "makefile", "kubernetes", "platform", "document", "workplace"
]
"""Which kind of file it is; "makefile" stands for all that keeps commands to be called by name: Makefiles, shell
scripts, the scripts of a manifest; "platform" for a host's own files; "document" for what people read; "workplace"
for one that has people or jobs work in a container of the image."""


class Role(Enum):
    """What a command of a consumer takes the place of."""

    ENTRYPOINT = "entrypoint"
    COMMAND = "command"
    HEALTHCHECK = "healthcheck"
    """Also probes and hooks: they run in the started container, beside its command."""
    BESIDE = "beside"
    """Run in the started container by somebody, beside its command."""


class Words(Record):
    """A command given as its words; no words at all take the image's own away."""

    role: Role
    words: tuple[str, ...]


class ShellText(Record):
    """A command given as text for the image's shell."""

    role: Role
    text: str


Command = Words | ShellText


class Consumer(Record):
    """One use of an image. Paths are relative to the repository, whose root is "".

    `line` counts from 1. `target`, `directory` and `image` are None where the file doesn't say.
    Values keep `${NAME}` where the file gives no default.
    """

    file: str
    line: int | None
    kind: Source
    dockerfile: str | None = None
    context: str | None = None
    target: str | None = None
    build_args: tuple[tuple[str, str | None], ...] = ()
    commands: tuple[Command, ...] = ()
    volumes: tuple[str, ...] = ()
    """Paths of the container where something is mounted that outlives it: a volume, or a directory of the host."""
    directory: str | None = None
    """The working directory of its commands."""
    image: str | None = None
    values: tuple[str, ...] = ()
    """Of variables, where the file gives them."""
    service: str | None = None
    container: str | None = None
    """The name that it gives the container."""
    enters: str | None = None
    """Of a command for a container that something else describes, the name of it or of its service; "" where it
    isn't told."""

    @property
    def is_by_hand(self) -> bool:
        """Whether people run it, or tools that they call: nothing that comes with the container's start."""
        return self.kind == "document" or self.enters is not None

    @property
    def place(self) -> str:
        """Where it is, for a report: file and line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def inside(base: str, path: str) -> str | None:
    """A path that a file in directory `base` names, relative to the repository.

    None for what isn't known to lie in the repository: a URL, an absolute path, one with a variable, or one
    that leads out.
    """
    if path.startswith(("/", "~", "git@")) or any(mark in path for mark in ("://", "$", "{{")):
        return None
    return normalise(f"{base}/{path}")


def folder_of(file: str) -> str:
    """The directory of a file, relative to the repository."""
    return file.rpartition("/")[0]
