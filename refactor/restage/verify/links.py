"""What each file of an image needs to start: libraries, loaders, interpreters, the targets of links."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator

from restage.verify.excuses import Explained, goes_with_packages, why_left
from restage.verify.failures import (
    Failure,
    InterpreterMissing,
    LibraryMissing,
    LinkDangling,
    ProgramMissing,
    VersionMissing,
)
from restage.verify.filesystem import EMPTY, FileSystem, Kind
from restage.verify.images import ImageConfig
from restage.verify.installed import packages
from restage.verify.loader import Loader

_SELDOM_STARTED = (
    "/node_modules/",
    "/site-packages/",
    "/dist-packages/",
    "/gems/",
    "/vendor/",
    "/usr/share/",
    "/usr/lib/",
)
"""Below these lie scripts that nobody starts by name, for systems and purposes of all kinds."""


class Side:
    """One of the two images, with what finds its libraries and programs."""

    def __init__(self, files: FileSystem, config: ImageConfig, base: FileSystem = EMPTY) -> None:
        self.files, self.config, self.base = files, config, base
        self.loader = Loader(files, config.environment)

    def is_own(self, path: str) -> bool:
        """Whether the Dockerfile brought the file, and not its base."""
        entry, other = self.files.entries.get(path), self.base.entries.get(path)
        return entry is not None and (other is None or other.digest != entry.digest)


def compare_links(before: Side, after: Side, planned: tuple[Explained, ...] = ()) -> tuple[Failure, ...]:
    """What was found from a file in the original and is not found from the same file now.

    `planned` are places that the plan leaves out.
    """
    return (
        *_libraries(before, after),
        *_interpreters(before, after),
        *_dangling(before, after.files, planned),
        *_programs(before, after),
    )


def _libraries(before: Side, after: Side) -> Iterator[Failure]:
    missing: dict[str, list[str]] = defaultdict(list)
    versions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, elf in after.files.elves.items():
        if path not in before.files.elves or not before.is_own(path):
            continue  # what a base can't load by itself, that base's makers answer for
        for soname in elf.needed:
            if after.loader.library(soname, elf, path):
                continue
            if before.loader.library(soname, elf, path):
                missing[soname].append(path)
        for soname, version in elf.versions:
            if _lacks(after, soname, version, path) and not _lacks(before, soname, version, path):
                versions[soname, version].append(path)
    for soname, paths in sorted(missing.items()):
        yield LibraryMissing(soname, min(paths), len(paths) - 1)
    for (soname, version), paths in sorted(versions.items()):
        yield VersionMissing(soname, version, min(paths), len(paths) - 1)


def _lacks(side: Side, soname: str, version: str, path: str) -> bool:
    """Whether the library is there and has not that version; one without any versions takes all."""
    elf = side.files.elves[path]
    found = side.loader.library(soname, elf, path)
    provided = side.files.elves[found].provides if found else frozenset()
    return bool(provided) and version not in provided


def _interpreters(before: Side, after: Side) -> Iterator[Failure]:
    missing: dict[str, list[str]] = defaultdict(list)
    owned = packages(after.files).of
    for path, elf in after.files.elves.items():
        loader = elf.interpreter
        if (
            loader
            and before.is_own(path)
            and before.files.resolve(loader)
            and not after.files.resolve(loader)
        ):
            missing[loader].append(path)
    for path, content in after.files.texts.items():
        if path in owned or not before.is_own(path) or not content.startswith(b"#!"):
            continue
        if any(place in path for place in _SELDOM_STARTED) or not after.files.entries[path].mode & 0o111:
            continue
        program = interpreter_of(content)
        if program and before.loader.program(program) and not after.loader.program(program):
            missing[program].append(path)
    for program, paths in sorted(missing.items()):
        yield InterpreterMissing(program, min(paths), len(paths) - 1)


def interpreter_of(content: bytes) -> str:
    """The program that the first line of a script names; behind `env`, the one that env looks for. Empty: none."""
    if not content.startswith(b"#!"):
        return ""
    words = content[2:256].partition(b"\n")[0].decode("utf-8", "replace").split()
    if words and posixpath.basename(words[0]) == "env":
        named = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return named[0] if named else words[0]
    return words[0] if words else ""


def _dangling(side: Side, after: FileSystem, planned: tuple[Explained, ...]) -> Iterator[Failure]:
    """Links that the Dockerfile brought; where those of another base lead is that base's affair."""
    before = side.files
    owned = packages(after).of
    for path, entry in after.entries.items():
        if entry.kind is not Kind.LINK or path in owned or why_left(path) or not side.is_own(path):
            continue
        if before.resolve(path) and not after.resolve(path):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.target))
            if not goes_with_packages(path, target, planned):
                yield LinkDangling(path, target)


def _programs(before: Side, after: Side) -> Iterator[Failure]:
    seen: set[str] = set()
    for where, program in named_programs(before):
        had = before.loader.program(program, before.config.directory)
        if had and program not in seen and not after.loader.program(program, after.config.directory):
            seen.add(program)
            yield ProgramMissing(program, where)


def named_programs(side: Side) -> Iterator[tuple[str, str]]:
    """(where, program) of all that the start and the health check name, and the shell scripts that they start."""
    import json

    config = side.config
    health = json.loads(config.healthcheck).get("Test", []) if config.healthcheck else []
    start = (*config.entrypoint, *config.command)
    if health[:1] == ["CMD-SHELL"]:
        yield from _of_text("HEALTHCHECK", " ".join(health[1:]))
    elif health[:1] == ["CMD"]:
        yield from _of_words("HEALTHCHECK", health[1:], side)
    yield from _of_words("ENTRYPOINT" if config.entrypoint else "CMD", start, side)
    if config.entrypoint:
        yield from _of_words("CMD", config.command, side)


def _of_words(where: str, words: Iterable[str], side: Side) -> Iterator[tuple[str, str]]:
    given = [*words]
    if not given:
        return
    yield where, given[0]
    if (
        posixpath.basename(given[0]) in ("sh", "bash", "dash", "ash")
        and len(given) > 2
        and given[1].startswith("-")
    ):
        yield from _of_text(where, given[2])
    for word in given[:3]:
        script = side.loader.program(word, side.config.directory)
        content = side.files.texts.get(script or "", b"")
        if script and posixpath.basename(interpreter_of(content)) in ("sh", "bash", "dash", "ash"):
            yield from _of_text(script, content.decode("utf-8", "replace"))


def _of_text(where: str, text: str) -> Iterator[tuple[str, str]]:
    from restage.shell.commands import Plain, unwrap
    from restage.shell.script import parse

    for command in parse(text).commands():
        words = [value if known else "" for value, known in (word.text({}) for word in command.words)]
        inner = unwrap(words)
        for program in (words[:1], inner.words[:1] if isinstance(inner, Plain) else []):
            if program and len(program[0]) > 1:
                yield where, program[0]
