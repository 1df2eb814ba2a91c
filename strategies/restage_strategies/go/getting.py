"""Which programs `go get` leaves in GOPATH/bin, where it still installs any (before Go 1.18)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from restage.api import BaseImage, Made, Region
from restage_strategies.go.constraint import Tags
from restage_strategies.go.invocation import Invocation
from restage_strategies.go.outputs import packages_of
from restage_strategies.go.packages import Package, go_files, package_directories
from restage_strategies.go.rows import tool_named_by
from restage_strategies.go.settings import Settings
from restage_strategies.go.source import GoFile, read_go
from restage_strategies.go.workspace import Workspace

_MOST_FILES = 5_000


def got_programs(invocation: Invocation, settings: Settings) -> tuple[Region, ...]:
    """The programs of known tools and of packages here; for another package that may be a program, the folder."""
    space, packages = packages_of(invocation, settings)
    found = (_program(package, space, settings) for package in packages)
    return tuple(sorted({place for place in found if place is not None}))


def _program(package: Package, space: Workspace, settings: Settings) -> Region | None:
    path = package.import_path.partition("@")[0]
    tool = tool_named_by(path)
    if tool is not None:
        return settings.bin.below(tool.name)
    if package.is_main is not None:
        return settings.bin.below(package.name) if package.is_main and package.name else None
    if package.name and any(command.name == package.name for command in settings.case.commands):
        return settings.bin.below(package.name)
    if _is_library(path, space, settings) or not _folder_exists(settings):
        return None
    return settings.bin


def _is_library(path: str, space: Workspace, settings: Settings) -> bool:
    """A package that Go files import is no program; the sub-repositories of Go have theirs below `cmd`."""
    if path.startswith("golang.org/x/"):
        return "/cmd/" not in path
    return any(found.path == path for file in _project_files(space, settings) for found in file.imports)


def _project_files(space: Workspace, settings: Settings) -> Iterator[GoFile]:
    """The Go files around the command; those of the build context where none is copied yet."""
    tags = Tags(known=False)
    there = False
    for directory in package_directories(space.root or space.directory, space.tree):
        there = True
        yield from go_files(space.tree, directory, tags)
    context = settings.case.context
    for path in () if there else islice(context.walk(skip=("vendor", "node_modules", ".git")), _MOST_FILES):
        if tags.takes_name(path):
            yield read_go(path, context.text(path) or "")


def _folder_exists(settings: Settings) -> bool:
    """Whether GOPATH/bin is there even if nothing is installed into it: what isn't there can't be copied."""
    base = settings.state.base
    of_golang = isinstance(base, BaseImage) and base.family == "golang"
    return of_golang or isinstance(settings.state.tree.origin(settings.bin.path), Made)
