"""Archives that a command makes: `tar czf`, `zip`."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from restage.api.command import Command
from restage.api.effect import Effect
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
