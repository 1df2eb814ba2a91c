"""Files of the larger base that commands of the runtime stage need: without them `sed -i`, `chmod` and `cp` fail."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import pairwise

from restage.api.region import Region
from restage.api.tree import Unknown
from restage.image.base import BaseImage
from restage.image.owned_files import owners
from restage.meaning.actions import Action
from restage.shell.commands import options

_LEFT_OUT = tuple(Region(path) for path in ("/usr/share/doc", "/usr/share/info", "/usr/share/man"))
"""What dpkg leaves out of every package in the slim images of Debian."""
_WITH_PERL = frozenset({"--remove-home", "--remove-all-files", "--backup"})


def packages_touched(action: Action, base: BaseImage) -> Iterator[str]:
    """Packages of the base that the command names, or of which it needs a file that nothing else in the Dockerfile made."""
    if action.command.name == "deluser" and _WITH_PERL & set(action.command.arguments):
        yield "perl"
    if action.command.name == "apt-mark":
        yield from (word for word in action.command.arguments[1:] if not word.startswith("-"))
    yield from owners((path for path in _needed(action) if _is_of_base(path, action)), base)


def reads_left_out(action: Action) -> str | None:
    """A file of the base's documentation that the command reads, which slim images leave out; or None."""
    read = (place for place in action.effect.reads if any(out.covers(place) for out in _LEFT_OUT))
    return next((place.path for place in read if _is_of_base(place.path, action)), None)


def _needed(action: Action) -> Iterator[str]:
    """Paths that have to be there for the command to succeed."""
    effect, command = action.effect, action.command
    yield from (place.path for place in effect.reads)
    match command.name:
        case "rm" | "unlink":
            flags = {flag for flag, _ in options(command.arguments, frozenset()).flags}
            yield from (place.path for place in effect.deletes if flags.isdisjoint({"-f", "--force"}))
        case "update-alternatives":
            yield from _alternatives(command.arguments)
        case "setcap" | "setfacl" | "dpkg-statoverride":
            yield from (word for word in command.arguments if word.startswith("/"))
        case "mkdir" | "install":
            pass
        case _:
            yield from (posixpath.dirname(place.path) for place in effect.writes)


def _alternatives(arguments: tuple[str, ...]) -> Iterator[str]:
    """The files that alternatives are: all paths but that of the link, which comes first."""
    links = {word for before, word in pairwise(arguments) if before in ("--install", "--slave")}
    yield from (word for word in arguments if word.startswith("/") and word not in links)


def _is_of_base(path: str, action: Action) -> bool:
    return isinstance(action.state.tree.origin(path), Unknown)
