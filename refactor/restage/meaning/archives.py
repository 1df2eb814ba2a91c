"""Archivers, and what well-known archives hold: where nothing says it, an archive may hold anything."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api.command import Command
from restage.api.effect import Effect
from restage.api.region import Region
from restage.api.state import State
from restage.meaning.globs import is_pattern

_MEMBERS = (
    (r"geckodriver-v[\d.]+-linux[\w-]*\.tar\.gz", "geckodriver"),
    (r"chromedriver_linux64[\w.]*\.zip", "chromedriver"),
    (r"chromedriver-linux64\.zip", "chromedriver-linux64"),
    (r"chrome-linux64\.zip", "chrome-linux64"),
    (r"chrome-headless-shell-linux64\.zip", "chrome-headless-shell-linux64"),
    (r"awscliv2[\w.]*\.zip|awscli-exe-linux-\w+(?:-[\d.]+)?\.zip", "aws"),
    (r"(terraform|packer|vault|consul|nomad|boundary)_[\d.]+(?:-\w+)?_linux_\w+\.zip", r"\1"),
)
"""Names of archives, whole, and what every release of them has at its top, but for licences (as published, 2026-08)."""


STANDARD_DIRECTORIES = frozenset(
    """
    /bin /sbin /etc /lib /opt /srv /tmp /usr /usr/bin /usr/sbin /usr/lib /usr/local /usr/local/bin
    /usr/local/sbin /usr/local/lib /usr/local/share /usr/share /var /root /home /var/www /
    """.split()
)
"""Directories that every Linux image has."""


def members_there(target: Region, archives: Iterable[str]) -> tuple[str, ...]:
    """What the one known archive among these words puts into a directory of the system; none: not known, or another place."""
    known = [found for name in archives if (found := _members_of(name))]
    return known[0] if len(known) == 1 and target.path in STANDARD_DIRECTORIES else ()


def _members_of(archive: str) -> tuple[str, ...]:
    """The files and folders at the top of an archive with this name, path or address."""
    name = posixpath.basename(archive.partition("?")[0])
    found = ((re.fullmatch(pattern, name), members) for pattern, members in _MEMBERS)
    return next((tuple(match.expand(members).split()) for match, members in found if match), ())


def unpacking(command: Command, state: State) -> Effect:
    """The effect of an archiver: reads the archive, writes where it is told to unpack; makes an archive otherwise."""
    arguments = command.arguments
    texts = [text for text in arguments if not text.startswith("-")]
    directory = next(
        (arguments[i + 1] for i, text in enumerate(arguments[:-1]) if text in ("-C", "--directory", "-d")),
        None,
    )
    directory = directory or next(
        (text.partition("=")[2] for text in arguments if text.startswith("--directory=")), None
    )
    archives = tuple(
        state.path(text) for text in texts if "." in posixpath.basename(text) and text != directory
    )
    if command.name in ("gzip", "xz", "gunzip", "bunzip2", "unxz"):
        return Effect(
            reads=archives,
            writes=tuple(Region(posixpath.dirname(a.path) or "/") for a in archives),
            repeatable=True,
        )
    strips = any(text.startswith("--strip") for text in arguments)
    target = state.path(directory or ".")
    members = () if strips else _wanted(command, texts, directory) or members_there(target, texts)
    return Effect(
        reads=archives,
        writes=tuple(map(target.below, members)) or (target,),
        programs=tuple(_unpackers(arguments)) if command.name == "tar" else (),
        repeatable=bool(archives),
    )


def _wanted(command: Command, texts: list[str], directory: str | None) -> tuple[str, ...]:
    """What `unzip ARCHIVE MEMBER… -d DIRECTORY` takes out of the archive; none: all of it."""
    if command.name != "unzip" or {"-j", "-x"} & set(command.arguments) or not command.all_known:
        return ()
    named = [text for text in texts if text != directory][1:]
    return () if any(is_pattern(text) for text in named) else tuple(named)


_UNPACKERS = {
    "xz": (".xz", ".txz", ".lzma"),
    "bzip2": (".bz2", ".tbz", ".tbz2"),
    "zstd": (".zst", ".tzst"),
}


def _unpackers(arguments: tuple[str, ...]) -> Iterator[str]:
    """The programs that tar calls, told by the name of the archive."""
    for program, endings in _UNPACKERS.items():
        if any(text.endswith(endings) for text in arguments):
            yield program
