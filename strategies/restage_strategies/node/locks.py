"""Lockfiles: which packages an install brings, and what the lockfile says of them.

Formats: package-lock.json 1 to 3 and npm-shrinkwrap.json, yarn.lock of version 1 and of berry, pnpm-lock.yaml, bun.lock.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from restage.api import Record, Tree, join, of_tree
from restage_strategies.node.berry_lock import is_of_berry, read_entries
from restage_strategies.node.manifest import Manifest, json_object

FILES = ("npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock")
FILES_OF = {
    "npm": FILES[:2],
    "yarn": ("yarn.lock",),
    "yarn-berry": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "bun": ("bun.lock",),
}
"""The lockfiles that a package manager obeys; any other one only tells names."""


class Locked(Record):
    """One package of a lockfile."""

    name: str
    version: str = ""
    installs: bool = False
    """It is marked as having an install script."""
    programs: tuple[str, ...] = ()
    dev: bool = False
    """Only dev dependencies bring it."""


class Lock(Record):
    """A lockfile, read."""

    file: str
    packages: tuple[Locked, ...]
    marks: bool
    """Packages with install scripts are marked, so that an unmarked one has none."""

    @property
    def names(self) -> frozenset[str]:
        """The names of all packages."""
        return frozenset(package.name for package in self.packages)

    def provider(self, program: str) -> str:
        """The package that brings a program; empty if the lockfile doesn't say."""
        return next((package.name for package in self.packages if program in package.programs), "")

    def version(self, name: str) -> str:
        """The version of a package; empty if it isn't there."""
        return next((package.version for package in self.packages if package.name == name), "")


@of_tree
def lock_at(tree: Tree, directory: str, files: tuple[str, ...] = FILES) -> Lock | None:
    """The first of these lockfiles in a directory; None if there is none that can be read."""
    for file in files:
        text = tree.text(join(directory, file))
        if text is not None:
            return read_lock(file, text)
    return None


def is_locked_by_another(tree: Tree, directory: str, manager: str) -> bool:
    """Whether the lockfile in a directory is of another package manager than this one."""
    there = {file for file in FILES if tree.is_file(join(directory, file))}
    return bool(there) and there.isdisjoint(FILES_OF.get(manager, ()))


_RANGES = ("dependencies", "devDependencies", "optionalDependencies")


def in_step(tree: Tree, manifests: tuple[Manifest, ...]) -> bool:
    """Whether a package-lock.json of version 2 or 3 says of each package what its manifest says, so that none changes it."""
    root = manifests[0].directory if manifests else ""
    fields = json_object(tree.text(join(root, "package-lock.json")) or "") or {}
    packages = fields.get("packages")
    if not isinstance(packages, dict) or tree.is_file(join(root, "yarn.lock")):
        return False
    for manifest in manifests:
        inside = posixpath.relpath(manifest.directory, root)
        entry = packages.get("" if inside == "." else inside)
        if not isinstance(entry, dict):
            return False
        if any((entry.get(key) or {}) != (manifest.fields.get(key) or {}) for key in _RANGES):
            return False
    return bool(manifests)


@lru_cache(maxsize=4)
def read_lock(file: str, text: str) -> Lock | None:
    """A lockfile from its text; None if it isn't one."""
    match file:
        case "npm-shrinkwrap.json" | "package-lock.json":
            return _npm(file, text)
        case "yarn.lock":
            return Lock(file, tuple(_yarn(text)), marks=False)
        case "pnpm-lock.yaml":
            return Lock(file, tuple(_pnpm(text)), marks=_pnpm_format(text) < 9)
        case "bun.lock":
            return Lock(file, tuple(Locked(name) for name in _BUN.findall(text)), marks=False)
        case _:
            return None


def _npm(file: str, text: str) -> Lock | None:
    fields = json_object(text)
    if fields is None:
        return None
    packages = fields.get("packages")
    if isinstance(packages, dict):
        return Lock(file, tuple(_npm_entries(packages)), marks=True)
    return Lock(file, tuple(_npm_first(fields.get("dependencies"))), marks=False)


def _npm_entries(packages: Mapping[str, Any]) -> Iterator[Locked]:
    for path, entry in packages.items():
        if "node_modules/" not in path or not isinstance(entry, dict) or entry.get("link"):
            continue
        name = entry.get("name") or path.rpartition("node_modules/")[2]
        programs = entry.get("bin")
        found = tuple(programs) if isinstance(programs, dict) else ()
        installs, dev = bool(entry.get("hasInstallScript")), bool(entry.get("dev"))
        yield Locked(str(name), str(entry.get("version", "")), installs, found, dev)


def _npm_first(dependencies: object) -> Iterator[Locked]:
    waiting = [dependencies]
    while waiting:
        found = waiting.pop()
        for name, entry in found.items() if isinstance(found, dict) else ():
            if isinstance(entry, dict):
                yield Locked(name, str(entry.get("version", "")), dev=bool(entry.get("dev")))
                waiting.append(entry.get("dependencies"))


_YARN = re.compile(r'^"?(@?[^@\s"]+)@[^\n]*:\n  version:? "?([^"\s]+)', re.MULTILINE)
_PNPM = re.compile(r"^  '?/?((?:@[^@\s'()/]+/)?[^@\s'()/]+)@([^\s'():]+)[^\n]*:$", re.MULTILINE)
_PNPM_OLD = re.compile(r"^  '?/((?:@[^@\s'()/]+/)?[^@\s'()/]+)/([^\s'():/_]+)[^\n]*:$", re.MULTILINE)
_BUN = re.compile(r'^    "((?:@[^"/]+/)?[^"/]+)": \[', re.MULTILINE)


def _yarn(text: str) -> Iterator[Locked]:
    if is_of_berry(text):
        yield from (Locked(e.name, e.version, programs=e.programs) for e in read_entries(text) if e.version)
        return
    for match in _YARN.finditer(text):
        yield Locked(match[1], match[2])


def _pnpm(text: str) -> Iterator[Locked]:
    start = text.find("\npackages:")
    pattern = _PNPM if _pnpm_format(text) >= 6 else _PNPM_OLD
    for entry in text[start:].split("\n\n") if start >= 0 else ():
        match = pattern.search(entry)
        if match:
            marked = "\n    requiresBuild: true" in entry
            yield Locked(match[1], match[2], marked, dev="\n    dev: true" in entry)


def _pnpm_format(text: str) -> int:
    """The format's version; before 9, packages that are built on install are marked."""
    match = re.search(r"^lockfileVersion: '?([0-9]{1,4})", text, re.MULTILINE)
    return int(match[1]) if match else 9
