"""What a container that failed says it misses: names in its output that the original image has and the new one lacks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from restage.api.observation import MissingFile, MissingLibrary, MissingProgram, Observation
from restage.verify.filesystem import FileSystem
from restage.verify.runs import Seen

_QUOTED = re.compile(r"['\"`‘“]([^'\"`’”\s]{1,200})['\"`’”]")
_PATH = re.compile(r"(?<![\w./-])(?:\.{0,2}/)?[\w@.+-]+(?:/[\w@.+-]+)+|(?<![\w.-])/[\w@.+-]+")
_SONAME = re.compile(r"\blib[\w.+-]+?\.so(?:\.\d+)*")
_NOT_FOUND = re.compile(r"([\w@.+-]+): (?:command )?not found")
_PROGRAMS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_MOST_NAMES = 200
"""Names of one output that are looked up."""


def named_as_missing(
    seen_before: Seen, seen_after: Seen, before: FileSystem, after: FileSystem, directory: str
) -> Iterator[Observation]:
    """Observations for what only the new container's output names, and only the original image has."""
    said = {*_lines(seen_before)}
    new = "\n".join(line for line in _lines(seen_after) if line not in said)
    names = dict.fromkeys(
        name.rstrip(".:,")
        for pattern in (_QUOTED, _PATH, _SONAME, _NOT_FOUND)
        for name in pattern.findall(new)
    )
    for name in islice(names, _MOST_NAMES):
        found = _missing(name, before, after, directory)
        if found is not None:
            yield found


def _lines(seen: Seen) -> list[str]:
    return f"{seen.output}\n{seen.errors}".splitlines()


def _missing(name: str, before: FileSystem, after: FileSystem, directory: str) -> Observation | None:
    if _SONAME.fullmatch(name):
        return None if _has_library(name, after) or not _has_library(name, before) else MissingLibrary(name)
    for path in _places(name, before, directory):
        if before.resolve(path) and not after.resolve(path):
            return MissingFile(path)
    if "/" not in name and _has_program(name, before) and not _has_program(name, after):
        return MissingProgram(name)
    return None


def _places(name: str, before: FileSystem, directory: str) -> Iterator[str]:
    """Where a file or a module of this name may lie."""
    yield posixpath.normpath(posixpath.join(directory, name))
    here = directory
    while not name.startswith(("/", ".")):
        yield posixpath.join(here, "node_modules", name)
        if here == "/":
            break
        here = posixpath.dirname(here)
    if re.fullmatch(r"\w+(\.\w+)*", name):
        for folder in (path for path in before.entries if path.endswith("/site-packages")):
            yield f"{folder}/{name.replace('.', '/')}"
            yield f"{folder}/{name.replace('.', '/')}.py"


def _has_library(soname: str, files: FileSystem) -> bool:
    return any(posixpath.basename(path) == soname for path in files.entries)


def _has_program(name: str, files: FileSystem) -> bool:
    return any(files.resolve(f"{place}/{name}") for place in _PROGRAMS)
