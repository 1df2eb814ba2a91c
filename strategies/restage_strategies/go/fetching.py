"""Commands of `go` that fetch modules or sources: what of the project they look at, and what they change in it."""

from __future__ import annotations

import posixpath

from restage.api import Effect, Region, outermost, region
from restage.api.tree import Changed
from restage_strategies.go.invocation import Invocation
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace

_LOCAL = ("./", "../", "/")
_SETS = frozenset({".", "..", "all", "std", "cmd", "tool", "work"})


def credentials(settings: Settings) -> tuple[Region, ...]:
    """What a download reads beyond the module files, if the file puts it there: credentials, settings of git."""
    names = (".netrc", ".gitconfig", ".git-credentials", ".ssh", ".config/go")
    places = (*(settings.below_home(name) for name in names), Region("/etc/gitconfig"), Region("/etc/ssl"))
    return tuple(place for place in places if _is_there(place, settings))


def _is_there(place: Region, settings: Settings) -> bool:
    tree = settings.state.tree
    if tree.is_file(place.path) or tree.is_directory(place.path):
        return True
    return any(isinstance(event, Changed) and event.target.overlaps(place) for event in tree.events)


def manifest_reads(invocation: Invocation, space: Workspace) -> tuple[Region, ...]:
    """The module files that a command reads; the sources too where no go.mod says where modules are."""
    told = invocation.flag("modfile")
    names = (told, posixpath.splitext(told)[0] + ".sum") if told else ()
    others = (region(space.directory, name) for name in names)
    if not space.manifests or not all(module.path for module in space.modules):
        return space.sources
    return (*space.manifests, *(place for place in others if space.tree.is_file(place.path)))


def download_effect(invocation: Invocation, space: Workspace) -> Effect:
    """`go mod download`, `verify`, `graph`: module files are read, never a source; go.sum may get what it lacks."""
    settings = space.settings
    reads = (*manifest_reads(invocation, space), *credentials(settings))
    saves = invocation.verb == "mod download" and not _sums_are_complete(space)
    writes = tuple(Region(name) for name in space.sums if space.tree.is_file(name)) if saves else ()
    return Effect(reads, writes, caches=(settings.module_cache,))


def _sums_are_complete(space: Workspace) -> bool:
    """Whether each required module has its checksum, so that a download has none to add (go help mod download)."""
    lines = {line for name in space.sums for line in (space.tree.text(name) or "").splitlines()}
    there = {" ".join(words[:2]) for line in lines if (words := line.split())}
    return all(f"{pin}/go.mod" in there for module in space.modules for pin in module.manifest.pins)


def are_fetched(invocation: Invocation, space: Workspace) -> bool:
    """Whether all that a command names comes from elsewhere, and nothing of the project."""
    names = [operand.partition("@")[0] for operand in invocation.operands]
    return bool(names) and not any(
        name in _SETS or name.startswith(_LOCAL) or name.endswith(".go") or space.owns(name)
        or "." not in name.partition("/")[0]
        for name in names
    )  # fmt: skip


def reads_of_fetched(invocation: Invocation, space: Workspace) -> tuple[Region, ...]:
    """What of the project counts for packages from elsewhere: nothing with a version, else the module files."""
    settings = space.settings
    if all("@" in operand for operand in invocation.operands) and invocation.verb == "install":
        return credentials(settings)
    if not settings.uses_modules(space.directory):
        hosts = {operand.partition("/")[0] for operand in invocation.operands}
        sources = (path.below("src", host) for path in settings.gopaths for host in sorted(hosts))
        return (*sources, *credentials(settings))
    # A vendored package is compiled from what lies in the project.
    vendored = (region(directory, "vendor") for directory in sorted(space.main_directories))
    there = tuple(place for place in vendored if space.tree.is_directory(place.path))
    return outermost((*manifest_reads(invocation, space), *there, *credentials(settings)))
