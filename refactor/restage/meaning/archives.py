"""Archives: where a command unpacks one, and which it makes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from restage.api.command import Command
from restage.api.effect import Effect
from restage.api.region import Region
from restage.api.state import State

_CREATES = re.compile(r"-?[A-Za-z]*c[A-Za-z]*")


def archiving(command: Command, state: State) -> Effect | None:
    """The effect of a command that makes an archive of files: `tar czf /srv/site.tgz dist`; None: it does not."""
    words = command.arguments
    if command.name == "zip":
        told = next((word for word in words if not word.startswith("-")), "")
        named = told if not told or "." in posixpath.basename(told) else f"{told}.zip"
    elif _creates(words):
        named = _named(words)
    else:
        return None
    directory = next((after for word, after in pairwise(words) if word in ("-C", "--directory")), ".")
    writes = (state.path(named),) if named and named != "-" else ()
    return Effect(reads=(state.path(directory),), writes=writes)


def _creates(words: tuple[str, ...]) -> bool:
    """Whether tar is told to: the first word may hold its letters without a dash."""
    return "--create" in words or any(
        _CREATES.fullmatch(word) is not None
        for number, word in enumerate(words)
        if not word.startswith("--") and (number == 0 or word.startswith("-"))
    )


def _named(words: tuple[str, ...]) -> str:
    joined = next((word.partition("=")[2] for word in words if word.startswith("--file=")), "")
    pairs = enumerate(pairwise(words))
    return joined or next((after for at, (word, after) in pairs if _takes_file(word, at)), "-")


def _takes_file(word: str, position: int) -> bool:
    """Whether the archive is the next word: after `-f`, or after letters that end with it."""
    return word == "--file" or (
        word.endswith("f")
        and re.fullmatch(r"-?[A-Za-z]+", word) is not None
        and (word[0] == "-" or not position)
    )


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
    return Effect(
        reads=archives,
        writes=(state.path(directory or "."),),
        programs=tuple(_unpackers(arguments)) if command.name == "tar" else (),
        repeatable=bool(archives),
    )


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
