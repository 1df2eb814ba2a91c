"""Cargo.toml, read as far as a build needs it (the manifest format of the Cargo book)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from restage.api import Record, read_toml


class Target(Record):
    """A `[[bin]]`: its name, its source (empty: by convention), and the features that it takes."""

    name: str
    path: str
    required: tuple[str, ...] = ()


class Dependency(Record):
    """One dependency, by the name of its package."""

    name: str
    path: str = ""
    """Its directory as written, if it lies on disk."""
    features: tuple[str, ...] = ()
    inherited: bool = False
    """Said in the workspace's own table (`workspace = true`)."""
    elsewhere: bool = False
    """Fetched from a repository, not a registry."""


class Manifest(Record):
    """One Cargo.toml."""

    package: str = ""
    """The package's name; empty in a virtual manifest."""
    targets: tuple[Target, ...] = ()
    autobins: bool = True
    library: str | None = None
    """The library's source as `[lib]` says; None: by convention, if it has one."""
    library_name: str = ""
    crate_types: tuple[str, ...] = ()
    build: str | None = "build.rs"
    """The build script's path; None where the manifest forbids one."""
    workspace: str = ""
    """The workspace's directory, where the package names it."""
    dependencies: tuple[Dependency, ...] = ()
    build_dependencies: tuple[Dependency, ...] = ()
    dev_dependencies: tuple[Dependency, ...] = ()
    patches: tuple[Dependency, ...] = ()
    features: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_workspace: bool = False
    members: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    default_members: tuple[str, ...] = ()
    shared: tuple[Dependency, ...] = ()
    """`[workspace.dependencies]`."""

    @property
    def all_dependencies(self) -> tuple[Dependency, ...]:
        """Those of the build, of its scripts and of the tests."""
        return self.dependencies + self.build_dependencies + self.dev_dependencies


@lru_cache(maxsize=256)  # a build and its start ask for the same few again and again
def read_manifest(text: str) -> Manifest | None:
    """Read a Cargo.toml; None where it isn't one. Tables of an unexpected shape count as empty."""
    table = read_toml(text)
    if table is None:
        return None
    package, workspace, library = (_table(table, key) for key in ("package", "workspace", "lib"))
    package = package or _table(table, "project")
    build = package.get("build", True)
    return Manifest(
        package=_text(package, "name"),
        targets=tuple(_targets(table)),
        autobins=package.get("autobins", True) is not False,
        library=_text(library, "path") or None,
        library_name=_text(library, "name"),
        crate_types=_texts(library, "crate-type") + _texts(library, "crate_type"),
        build=build if isinstance(build, str) else None if build is False else "build.rs",
        workspace=_text(package, "workspace"),
        dependencies=tuple(_of_all_targets(table, "dependencies")),
        build_dependencies=tuple(_of_all_targets(table, "build-dependencies")),
        dev_dependencies=tuple(_of_all_targets(table, "dev-dependencies")),
        patches=tuple(_patches(table)),
        features=tuple((name, _texts(_table(table, "features"), name)) for name in _table(table, "features")),
        is_workspace="workspace" in table,
        members=_texts(workspace, "members"),
        excluded=_texts(workspace, "exclude"),
        default_members=_texts(workspace, "default-members"),
        shared=tuple(_dependencies(_table(workspace, "dependencies"))),
    )


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = table.get(key)
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def _targets(table: Mapping[str, Any]) -> Iterator[Target]:
    listed = table.get("bin")
    for row in listed if isinstance(listed, list) else ():
        if isinstance(row, dict) and _text(row, "name"):
            yield Target(_text(row, "name"), _text(row, "path"), _texts(row, "required-features"))


def _of_all_targets(table: Mapping[str, Any], key: str) -> Iterator[Dependency]:
    """Those of every platform: `[target.'cfg(unix)'.dependencies]` too."""
    older = key.replace("-", "_")
    for place in (table, *(value for value in _table(table, "target").values() if isinstance(value, dict))):
        for name in dict.fromkeys((key, older)):
            yield from _dependencies(_table(place, name))


def _dependencies(table: Mapping[str, Any]) -> Iterator[Dependency]:
    for name, value in table.items():
        told = value if isinstance(value, dict) else {}
        yield Dependency(
            _text(told, "package") or name,
            _text(told, "path"),
            _texts(told, "features"),
            told.get("workspace") is True,
            "git" in told,
        )


def _patches(table: Mapping[str, Any]) -> Iterator[Dependency]:
    for value in _table(table, "patch").values():
        if isinstance(value, dict):
            yield from _dependencies(value)
    yield from _dependencies(_table(table, "replace"))
