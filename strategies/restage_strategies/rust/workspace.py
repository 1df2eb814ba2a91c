"""The packages around a directory: the workspace's root, its members, and what they take from disk."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cached_property

from restage.api import Made, Record, Region, Tree, join, region
from restage_strategies.rust.lock import Lock, read_lock
from restage_strategies.rust.manifest import Dependency, Manifest, read_manifest
from restage_strategies.rust.package import Package, exists
from restage_strategies.rust.settings import upwards

_MOST_PACKAGES = 400


class Workspace(Record):
    """The workspace (or lone package) that a command works in."""

    directory: str
    """Where the command looks for a manifest first."""
    tree: Tree = field(compare=False, repr=False)

    @cached_property
    def nearest(self) -> str | None:
        """The directory of the nearest manifest upwards."""
        for here in upwards(self.directory):
            if exists(join(here, "Cargo.toml"), self.tree):
                return here
        # What was fetched into the directory (`git clone`) holds its manifest too.
        return self.directory if self._made(self.directory) else None

    @cached_property
    def root(self) -> str | None:
        """The directory of the workspace's root, where `target` and Cargo.lock are."""
        if self.nearest is None:
            return None
        own = self.manifest(self.nearest)
        if own.is_workspace:
            return self.nearest
        if own.workspace:
            return region(self.nearest, own.workspace).path
        for here in list(upwards(self.nearest))[1:]:
            around = self.manifest(here)
            if around.is_workspace and not _excludes(around, here, self.nearest):
                return here
        return self.nearest

    def manifest(self, directory: str) -> Manifest:
        """The manifest of a directory; an empty one where there is none that can be read."""
        text = self.tree.text(join(directory, "Cargo.toml"))
        return (read_manifest(text) if text is not None else None) or Manifest()

    def package(self, directory: str) -> Package:
        """The package of a directory."""
        return Package(directory, self.manifest(directory), self.tree)

    @cached_property
    def members(self) -> tuple[Package, ...]:
        """The packages of the workspace, those included that members take from inside it."""
        if self.root is None:
            return ()
        found: dict[str, Package] = {}
        waiting = [self.root, *self._named_members(self.manifest(self.root).members)]
        while waiting and len(found) < _MOST_PACKAGES:
            directory = waiting.pop(0)
            package = self.package(directory)
            if directory in found or not (package.name or self._made(directory)):
                continue
            found[directory] = package
            waiting += [path for path in self.on_disk(package) if Region(self.root).covers(Region(path))]
        return tuple(found.values())

    def _made(self, directory: str) -> bool:
        return isinstance(self.tree.origin(join(directory, "Cargo.toml")), Made)

    def _named_members(self, patterns: Iterable[str]) -> list[str]:
        root = self.root or "/"
        return [path for pattern in patterns for path in _expanded(root, pattern.split("/"), self.tree)]

    @cached_property
    def default_members(self) -> tuple[Package, ...]:
        """What a command without -p works on (the Cargo book, workspaces)."""
        if self.root is None or self.nearest is None:
            return ()
        manifest = self.manifest(self.root)
        if self.nearest != self.root:
            return tuple(p for p in self.members if p.directory == self.nearest)
        if manifest.default_members:
            named = self._named_members(manifest.default_members)
            return tuple(p for p in self.members if p.directory in named)
        if manifest.package or not manifest.is_workspace:
            return tuple(p for p in self.members if p.directory == self.root)
        return self.members

    def on_disk(self, package: Package) -> tuple[str, ...]:
        """The directories of the dependencies that a package takes from disk, those of its tests too."""
        return self._places(package, package.manifest.all_dependencies)

    def _places(self, package: Package, dependencies: Iterable[Dependency]) -> tuple[str, ...]:
        root = self.root or package.directory
        shared = {d.name: d for d in self.manifest(root).shared}
        found: list[str] = []
        for dependency in dependencies:
            told = shared.get(dependency.name) if dependency.inherited else dependency
            if told is not None and told.path:
                found.append(region(root if dependency.inherited else package.directory, told.path).path)
        return tuple(dict.fromkeys(found))

    def compiled_in(self, package: Package) -> tuple[Package, ...]:
        """A package with those from disk that end up in its programs."""
        found: dict[str, Package] = {}
        waiting = [package]
        while waiting and len(found) < _MOST_PACKAGES:
            package = waiting.pop(0)
            if package.directory not in found:
                found[package.directory] = package
                waiting += [
                    self.package(path) for path in self._places(package, package.manifest.dependencies)
                ]
        return tuple(found.values())

    def closure(self, packages: Iterable[Package]) -> tuple[Package, ...]:
        """Packages with all that they take from disk."""
        found: dict[str, Package] = {}
        waiting = list(packages)
        while waiting and len(found) < _MOST_PACKAGES:
            package = waiting.pop(0)
            if package.directory not in found:
                found[package.directory] = package
                waiting += [self.package(path) for path in self.on_disk(package)]
        return tuple(found.values())

    @cached_property
    def all_packages(self) -> tuple[Package, ...]:
        """The members, what they take from disk, and patched packages."""
        patched = [
            self.package(region(self.root, d.path).path)
            for d in (self.manifest(self.root).patches if self.root else ())
            if d.path and self.root
        ]
        return self.closure((*self.members, *patched))

    @cached_property
    def lock(self) -> Lock | None:
        """Cargo.lock, if a build sees one."""
        text = self.tree.text(join(self.root, "Cargo.lock")) if self.root else None
        return read_lock(text) if text is not None else None

    @property
    def sources(self) -> tuple[Region, ...]:
        """The directories that a build may read, whole."""
        root = self.root or self.directory
        return (Region(root), *(Region(package.directory) for package in self.all_packages))

    @cached_property
    def fetched(self) -> tuple[Dependency, ...]:
        """The dependencies of all packages that don't lie on disk."""
        shared = {d.name: d for d in (self.manifest(self.root).shared if self.root else ())}
        told = (
            shared.get(d.name, d) if d.inherited else d
            for package in self.all_packages
            for d in package.manifest.all_dependencies
        )
        return tuple(dict.fromkeys(d for d in told if not d.path))

    @property
    def takes_registry(self) -> bool:
        """Whether a build fetches crates from a registry; without a manifest that can be read it may."""
        locked = self.lock.packages if self.lock else ()
        return (
            not self.all_packages
            or any(not d.elsewhere for d in self.fetched)
            or any(p.source and not p.source.startswith("git+") for p in locked)
        )

    @property
    def takes_repositories(self) -> bool:
        """Whether a build fetches whole repositories."""
        locked = self.lock.packages if self.lock else ()
        return any(d.elsewhere for d in self.fetched) or any(p.source.startswith("git+") for p in locked)


def _excludes(manifest: Manifest, root: str, directory: str) -> bool:
    inside = posixpath.relpath(directory, root)
    return any(
        inside == path.strip("/") or inside.startswith(path.strip("/") + "/") for path in manifest.excluded
    )


def _expanded(directory: str, names: list[str], tree: Tree) -> Iterator[str]:
    """The directories that a member's pattern names."""
    names = [name for name in names if name not in ("", ".")]
    if not names:
        yield directory
        return
    first, rest = names[0], names[1:]
    if not set(first) & set("*?["):
        yield from _expanded(region(directory, first).path, rest, tree)
        return
    for name in tree.entries(directory):
        path = join(directory, name)
        if fnmatchcase(name, first) and tree.is_directory(path):
            yield from _expanded(path, rest, tree)
