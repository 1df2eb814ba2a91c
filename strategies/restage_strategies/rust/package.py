"""One package whose sources are in the image: its programs, its library and its build script."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property

from restage.api import Made, Record, Tree, region
from restage_strategies.rust.manifest import Manifest, Target


class Package(Record):
    """One package whose sources are in the image."""

    directory: str
    manifest: Manifest
    tree: Tree = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name; that of its directory where a command made the manifest."""
        return self.manifest.package

    @property
    def build_script(self) -> str | None:
        """The path of its build script, if it has one."""
        if self.manifest.build is None:
            return None
        path = region(self.directory, self.manifest.build).path
        return path if exists(path, self.tree) else None

    @cached_property
    def binaries(self) -> tuple[Target, ...]:
        """Its programs, each with the path of its source, named and found by convention."""
        named = {t.name: t for t in map(self._located, self.manifest.targets)}
        if not self.manifest.autobins:
            return tuple(named.values())
        taken = {target.path for target in named.values()}
        for target in self._found():
            if target.path not in taken:
                named.setdefault(target.name, target)
        return tuple(named.values())

    def _located(self, target: Target) -> Target:
        told = [target.path] if target.path else []
        own = ["src/main.rs"] if target.name == self.name else []
        usual = [f"src/bin/{target.name}.rs", f"src/bin/{target.name}/main.rs", *own, "src/main.rs"]
        paths = [region(self.directory, path).path for path in told or usual]
        path = next((path for path in paths if exists(path, self.tree)), paths[0])
        return Target(target.name, path, target.required)

    def _found(self) -> Iterator[Target]:
        main = region(self.directory, "src/main.rs").path
        if exists(main, self.tree):
            yield Target(self.name, main)
        folder = region(self.directory, "src/bin").path
        for name in self.tree.entries(folder):
            path = posixpath.join(folder, name)
            if name.endswith(".rs"):
                yield Target(name.removesuffix(".rs"), path)
            elif exists(posixpath.join(path, "main.rs"), self.tree):
                yield Target(name, posixpath.join(path, "main.rs"))

    @property
    def library(self) -> str | None:
        """The path of its library's source, if it has one."""
        path = region(self.directory, self.manifest.library or "src/lib.rs").path
        return path if self.manifest.library or exists(path, self.tree) else None


def exists(path: str, tree: Tree) -> bool:
    """Whether a file is there: of the context, or made by a command that names it or makes packages."""
    if tree.is_file(path):
        return True
    origin = tree.origin(path)
    if not isinstance(origin, Made):
        return False
    words = origin.by.split()
    makes = "cargo" in words[:2] and ("new" in words or "init" in words)
    return posixpath.basename(path) in origin.by or (makes and path.endswith(("Cargo.toml", "main.rs")))
