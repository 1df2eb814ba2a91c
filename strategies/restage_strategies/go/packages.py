"""The packages that the operands of `go build`, `go install` or `go run` name (go help packages)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from restage.api import Record, Tree, join, of_tree, region
from restage_strategies.go.constraint import Tags
from restage_strategies.go.manifest import program_name
from restage_strategies.go.source import GoFile, read_go
from restage_strategies.go.workspace import Workspace

_SETS = frozenset({"all", "std", "cmd", "tool"})
"""Operands that stand for several packages, none of them the project's own."""
_SKIPPED = frozenset({"testdata", "vendor", "node_modules"})
_DEEPEST = 40


class Package(Record):
    """One package as the command line names it."""

    name: str | None
    """What its program is called; None where that can't be known."""
    directory: str | None
    """Where its sources are in the image; None: they are fetched from elsewhere."""
    import_path: str
    is_main: bool | None
    """Whether it is a program; None where no source of it is in the context."""
    files: tuple[str, ...] = ()
    """The files, where the command line names files."""


def named_packages(operands: tuple[str, ...], workspace: Workspace, tags: Tags) -> tuple[Package, ...]:
    """The packages of the operands; without any, the one in the working directory."""
    files = [text for text in operands if text.endswith(".go")]
    if files:
        return (_of_files(files, workspace),)
    found: dict[str, Package] = {}
    for operand in map(_pattern_of, operands or (".",)):
        for package in _of_operand(operand, workspace, tags):
            found.setdefault(package.directory or package.import_path, package)
    return tuple(found.values())


def names_one_of_several(operands: tuple[str, ...]) -> bool:
    """Whether the command line names one package, below a directory of the project: `./cmd/$SERVICE`."""
    return (
        len(operands) == 1
        and operands[0].startswith(("./", "../", "/"))
        and _pattern_of(operands[0]) != operands[0]
    )


def _pattern_of(operand: str) -> str:
    """All packages that a path may name of which only the build knows a part."""
    known, sign, _ = operand.partition("$")
    return f"{known.rpartition('/')[0]}/..." if sign and "`" not in known and "/" in known else operand


def _of_files(names: list[str], workspace: Workspace) -> Package:
    paths = [path for name in names for path in expanded(name, workspace)]
    if not paths:
        return Package(None, workspace.directory, "", None)
    name = posixpath.basename(paths[0]).removesuffix(".go")
    return Package(name, posixpath.dirname(paths[0]), "", True, tuple(paths))


def expanded(name: str, workspace: Workspace) -> tuple[str, ...]:
    """The files that a word names, as the shell expands a pattern in its last part."""
    path = region(workspace.directory, name).path
    folder, pattern = posixpath.split(path)
    if not any(sign in pattern for sign in "*?["):
        return (path,)
    entries = workspace.tree.entries(folder)
    return tuple(join(folder, entry) for entry in entries if fnmatchcase(entry, pattern))


def _of_operand(operand: str, workspace: Workspace, tags: Tags) -> Iterator[Package]:
    local = operand.startswith(("./", "../", "/")) or operand in (".", "..")
    prefix, wildcard, _ = operand.partition("...")
    if operand in _SETS:
        tools = workspace.modules[0].manifest.tools if operand == "tool" and workspace.modules else ()
        yield from (Package(program_name(path), None, path, None) for path in tools)
        return
    if not wildcard:
        place = region(workspace.directory, operand).path if local else None
        yield _package(place, "" if local else operand, workspace, tags)
        return
    stem = prefix.rstrip("/")
    top = region(workspace.directory, prefix or ".").path if local else _above(stem, workspace)
    if top is None:
        return
    for directory in package_directories(top, workspace.tree):
        yield _package(directory, "", workspace, tags)


def _above(import_path: str, workspace: Workspace) -> str | None:
    """The directory of an import path that need not be a package itself."""
    for module in workspace.modules:
        if module.path and (import_path + "/").startswith(module.path + "/"):
            return join(module.directory, import_path[len(module.path) :].strip("/")).rstrip("/")
    source = workspace.settings.gopaths[0].below("src", import_path).path
    return source if workspace.root is None and workspace.tree.entries(source) else None


def _package(directory: str | None, import_path: str, workspace: Workspace, tags: Tags) -> Package:
    plain, _, version = import_path.partition("@")
    if directory is None and not version:
        directory = workspace.find(plain, workspace.directory)
    path = plain or workspace.import_path(directory or workspace.directory) or ""
    name = program_name(path) if path else None
    if directory is None:
        return Package(name, None, import_path, None)
    names = {file.package for file in go_files(workspace.tree, directory, tags)}
    return Package(name, directory, path, "main" in names if names else None)


@of_tree
def go_files(tree: Tree, directory: str, tags: Tags) -> tuple[GoFile, ...]:
    """The files of the context that a build for Linux compiles in a directory."""
    paths = (join(directory, name) for name in tree.entries(directory))
    texts = ((path, tree.text(path)) for path in paths if tags.takes_name(path))
    files = (read_go(path, text) for path, text in texts if text is not None)
    return tuple(file for file in files if file.taken_by(tags))


def package_directories(top: str, tree: Tree, depth: int = 0) -> Iterator[str]:
    """The directories with Go files at and below one, as `...` matches them: no vendor, no other module."""
    entries = tree.entries(top)
    if (depth and "go.mod" in entries) or depth > _DEEPEST:
        return
    if any(name.endswith(".go") for name in entries):
        yield top
    for name in entries:
        path = join(top, name)
        if name not in _SKIPPED and name[0] not in "._" and tree.is_directory(path):
            yield from package_directories(path, tree, depth + 1)
