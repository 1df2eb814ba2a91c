"""Which directory of the image holds the package that an import path names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from restage.api import Record, Region, State, Tree, join, region
from restage_strategies.go.manifest import Manifest, read_manifest
from restage_strategies.go.settings import Settings, has_module_file, module_text


class Module(Record):
    """A module whose sources are in the image."""

    directory: str
    path: str
    """Its module path; empty where it is not known (a command made go.mod)."""
    manifest: Manifest


class Workspace(Record):
    """The modules (or the GOPATH) around one directory."""

    settings: Settings
    directory: str

    @property
    def tree(self) -> Tree:
        """The image's files."""
        return self.settings.state.tree

    @cached_property
    def root(self) -> str | None:
        """The directory of the main module; None without modules."""
        if not self.settings.uses_modules(self.directory):
            return None
        return self.settings.module_root(self.directory)

    @cached_property
    def work_file(self) -> str | None:
        """The go.work that counts here, if there is one."""
        told = self.settings.get("GOWORK")
        if told == "off" or self.settings.older_than(18):
            return None
        if told.startswith("/"):
            return told if self.tree.is_file(told) else None
        for here in _upwards(self.directory):
            if self.tree.is_file(join(here, "go.work")):
                return join(here, "go.work")
        return None

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The main module, those of go.work, and those that `replace` takes from disk; each once."""
        found: dict[str, Module] = {}
        if self.root is not None:
            self._add(found, self.root)
        if self.work_file is not None:
            here, manifest = posixpath.dirname(self.work_file), self._manifest(self.work_file)
            for used in manifest.uses:
                self._add(found, region(here, used).path)
            for name, target in manifest.replaced:
                self._add(found, region(here, target).path, name)
        return tuple(found.values())

    @cached_property
    def main_directories(self) -> frozenset[str]:
        """Directories of the modules whose go.sum counts: the main one, and those that go.work uses."""
        used = self._manifest(self.work_file).uses if self.work_file else ()
        here = posixpath.dirname(self.work_file or "")
        own = (self.root,) if self.root is not None else ()
        return frozenset((*own, *(region(here, name).path for name in used)))

    def _add(self, found: dict[str, Module], directory: str, path: str = "") -> None:
        if directory in found:
            return
        manifest = self._manifest(join(directory, "go.mod"))
        found[directory] = Module(directory, path or manifest.module or self._told_path(), manifest)
        for name, target in manifest.replaced:
            self._add(found, region(directory, target).path, name)

    def _manifest(self, path: str) -> Manifest:
        return read_manifest(module_text(self.tree, path))

    def _told_path(self) -> str:
        """The module path that a `go mod init` of the file gives."""
        for command in self.settings.case.commands:
            if command.words[1:3] == ("mod", "init") and len(command.words) > 3 and command.is_known(3):
                return command.words[3]
        return ""

    @cached_property
    def manifests(self) -> tuple[Region, ...]:
        """The files that a module download reads: go.mod, go.work and their sums, and go.mod of modules on disk."""
        names = [join(module.directory, "go.mod") for module in self.modules]
        if self.work_file is not None:
            names.append(self.work_file)
        return tuple(Region(name) for name in (*names, *self.sums) if has_module_file(self.tree, name))

    @cached_property
    def sums(self) -> tuple[str, ...]:
        """Where checksums stand: the go.sum of each main module, go.work.sum."""
        names = [join(directory, "go.sum") for directory in sorted(self.main_directories)]
        return (*names, f"{self.work_file}.sum") if self.work_file is not None else tuple(names)

    @cached_property
    def sources(self) -> tuple[Region, ...]:
        """The directories that a build may read, whole."""
        if self.root is None:
            return (Region(self.directory), *(path.below("src") for path in self.settings.gopaths))
        above = (Region(posixpath.dirname(self.work_file)),) if self.work_file else ()
        return (*(Region(module.directory) for module in self.modules), *above)

    def import_path(self, directory: str) -> str | None:
        """The import path of a package's directory, as far as it can be known."""
        inside = [m for m in self.modules if Region(m.directory).covers(Region(directory))]
        if inside:
            module = max(inside, key=lambda m: len(m.directory))
            below = posixpath.relpath(directory, module.directory)
            return module.path or None if below == "." else join(module.path, below)
        for path in self.settings.gopaths:
            if path.below("src").covers(Region(directory)) and not self.settings.uses_modules(directory):
                return posixpath.relpath(directory, path.below("src").path)
        # Without modules the directory's own name counts; with them a go.mod that can't be read may say another.
        return None if self.settings.uses_modules(directory) else directory.strip("/") or None

    def find(self, import_path: str, importer: str) -> str | None:
        """The directory with the sources of an import, as seen from a package's directory; None: not here."""
        if import_path.startswith(("./", "../")) or import_path in (".", ".."):
            return region(importer, import_path).path
        for place in self._places(import_path, importer):
            if any(name.endswith(".go") for name in self.tree.entries(place)):
                return place
        return None

    def owns(self, import_path: str) -> bool:
        """Whether the import belongs to a module that lies in the image."""
        return any(_is_below(import_path, module.path) for module in self.modules if module.path)

    def _places(self, import_path: str, importer: str) -> Iterator[str]:
        owners = [module for module in self.modules if module.path and _is_below(import_path, module.path)]
        for module in sorted(owners, key=lambda m: -len(m.path)):
            yield join(module.directory, import_path[len(module.path) :].strip("/")).rstrip("/")
        if self.root is not None:
            yield join(posixpath.dirname(self.work_file or "") or self.root, "vendor", import_path)
            yield join(self.root, "vendor", import_path)
            return
        for path in self.settings.gopaths:
            source = path.below("src")
            if source.covers(Region(importer)):
                for here in _upwards(importer, source.path):
                    yield join(here, "vendor", import_path)
            yield join(source.path, import_path)


def state_directory(state: State, changed: str | None) -> str:
    """Where a command works: the state's directory, or that of `-C`."""
    return state.path(changed).path if changed else state.directory


def _is_below(import_path: str, module: str) -> bool:
    return import_path == module or import_path.startswith(module + "/")


def _upwards(directory: str, last: str = "/") -> Iterator[str]:
    here = directory
    while True:
        yield here
        if here in (last, "/", ""):
            return
        here = posixpath.dirname(here)
