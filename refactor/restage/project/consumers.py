"""Who else uses the image: the files of the repository that build a Dockerfile, or start what it builds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import get_args

from restage.project.consumer import (
    Command,
    Consumer,
    Role,
    ShellText,
    Source,
    Words,
)
from restage.project.context import Context
from restage.project.folder import Folder
from restage.project.lone_image import image_name, is_open, the_only
from restage.project.survey import dockerfiles

__all__ = [
    "Command",
    "Consumer",
    "Consumers",
    "Role",
    "ShellText",
    "Words",
    "consumers",
]


def consumers(repository: Path, dockerfile: Path) -> tuple[Consumer, ...]:
    """The uses of this Dockerfile, and of the image that one of them builds from it.

    For many Dockerfiles of one repository, keep a `Consumers` and ask that: it reads the repository once.
    """
    return Consumers(repository).of(dockerfile)


class Consumers:
    """All uses of images in a repository. Reads nothing before it is asked; raises nothing."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository

    def of(self, dockerfile: Path) -> tuple[Consumer, ...]:
        """The uses of one Dockerfile, in the order of `all`; its path may be relative, as for `open`."""
        try:
            named = dockerfile.absolute().relative_to(self.repository.absolute()).as_posix()
        except ValueError:
            return ()
        builds = [one for one in self.all if one.dockerfile == named]
        alone = frozenset(map(id, self._of_the_only_one(named, builds)))
        ours = [one for one in self.all if one in builds or id(one) in alone or _starts_one_of(builds, one)]
        uses, names = frozenset(map(id, ours)), _Names(ours)
        return tuple(one for one in self.all if id(one) in uses or self._may_enter(names, one))

    def _may_enter(self, ours: _Names, call: Consumer) -> bool:
        """Whether a command may be for a container of ours: it has its name, or one that nothing else has."""
        if call.enters is None:
            return False
        return ours.have(call.enters) or not self._names.have(call.enters)

    def _of_the_only_one(self, dockerfile: str, builds: list[Consumer]) -> tuple[Consumer, ...]:
        """What starts the image of the only Dockerfile: by the last part of a name that a build gives it, else the only
        one of whose build nothing is told.

        Services beside one that compose builds are other people's: there the manifests alone are looked at.
        """
        kinds = _MANIFESTS if builds else (*_MANIFESTS, "compose")
        starts = tuple(one for one in self.all if one.kind in kinds and not one.dockerfile and one.image)
        only = all(one.dockerfile in (None, dockerfile) for one in self.all)
        if not starts or not only or dockerfiles(self._folder) != (dockerfile,):
            return ()
        return the_only(starts, tuple(one.image for one in builds if one.image))

    @cached_property
    def _names(self) -> _Names:
        return _Names(self.all)

    def context(self, root: Path, dockerfile: Path) -> Context:
        """A build context; one that is the whole repository is not read from the disk a second time."""
        return Context(root, dockerfile, self._folder if root == self.repository else None)

    @property
    def all(self) -> tuple[Consumer, ...]:
        """Every use of an image that was found, compose first and documents last, by file and line."""
        return self._read[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """Files that should have been read and couldn't be, and why."""
        return self._read[1]

    @cached_property
    def _folder(self) -> Folder:
        return Folder(self.repository)

    @cached_property
    def _read(self) -> tuple[tuple[Consumer, ...], tuple[str, ...]]:
        from restage.project.readers.files import Reading  # a plain run may never ask

        reading = Reading(self._folder)
        found = sorted(reading.consumers(), key=lambda one: (_ORDER.index(one.kind), one.file, one.line or 0))
        return tuple(found), tuple(sorted(reading.notes))


def _starts_one_of(builds: list[Consumer], consumer: Consumer) -> bool:
    return consumer.dockerfile is None and any(_same_image(consumer, build) for build in builds)


class _Names:
    """The names of containers and services that uses of images have."""

    def __init__(self, uses: Iterable[Consumer]) -> None:
        told = tuple(uses)
        self._services = frozenset(one.service for one in told if one.service)
        self._told = self._services | {one.container for one in told if one.container}

    def have(self, name: str) -> bool:
        """Whether a container of that name is one of theirs; compose numbers its own (`project-web-1`)."""
        numbered = _NUMBERED.fullmatch(name)
        project = numbered[1] if numbered else ""
        ends = (project[mark.end() :] for mark in re.finditer("[-_]", project))
        return name in self._told or any(end in self._services for end in ends)


_NUMBERED = re.compile(r"([\w.-]{1,200})[-_]\d+")


def _same_image(one: Consumer, other: Consumer) -> bool:
    """Whether both name one image, tags aside. Of a name with a variable only the last part is compared."""
    if one.image is None or other.image is None:
        return False
    left, right = image_name(one.image), image_name(other.image)
    if left == right and (one.file == other.file or not is_open(left)):
        return True
    last = left.rpartition("/")[2]
    return (is_open(left) or is_open(right)) and last == right.rpartition("/")[2] and not is_open(last)


_MANIFESTS: tuple[Source, ...] = ("kubernetes", "platform")
_ORDER: tuple[Source, ...] = get_args(Source)
