"""What COPY and ADD put where, as BuildKit's dispatchCopy does."""

from __future__ import annotations

import posixpath
import re

from restage.api.command import Command
from restage.api.region import Region, region
from restage.api.state import State
from restage.api.tree import Changed, FromContext, Gone, Placed
from restage.build.scope import Scope
from restage.build.stages import Build, expand_known
from restage.dockerfile.document import Heredoc
from restage.dockerfile.instructions import Add, Copy
from restage.dockerfile.words import ExpansionError
from restage.project.context import Kind

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst")


def placements(
    instruction: Copy | Add, scope: Scope, state: State, build: Build
) -> tuple[tuple[Placed, ...], str | None]:
    """What lands where; the second part says why it cannot be known, if so."""
    try:
        *named, place_named = (
            expand_known(word, scope.variables_in(word, build.document.escape), build.document.escape)
            for word in (*instruction.sources, instruction.dest)
        )
    except ExpansionError as error:
        return (), str(error)
    target = place_named if place_named is not None else _by_name(instruction.dest)
    if target is None or any(word is None for word in named):
        return (), "a path depends on a variable that only the build knows"
    sources = [word or "" for word in named]
    place = state.path(target)
    into = (
        target.endswith("/")
        or target in (".", "..")
        or len(sources) + len(instruction.heredocs) > 1
        or _is_directory(place, state)
    )
    if isinstance(instruction, Copy) and instruction.from_:
        return tuple(_from_elsewhere(source, place, into) for source in sources), None
    placed: list[Placed] = []
    for source in sources:
        if "://" in source or source.startswith("git@"):
            placed.append(Placed(place.below(posixpath.basename(source)) if into else place, ELSEWHERE))
            continue
        unpacked = isinstance(instruction, Add) and source.endswith(_ARCHIVES)
        placed.extend(
            _from_context(path, place, into, unpacked, state) for path in state.tree.context.files(source)
        )
    for doc in instruction.heredocs:
        placed.append(Placed(place.below(doc.name) if into else place, ELSEWHERE, _written(doc)))
    return tuple(placed), None


def _written(doc: Heredoc) -> str | None:
    """What the file of a heredoc says; None where the build puts the values of variables in."""
    if doc.expand and any(sign in doc.content for sign in "$\\"):
        return None
    return _LEADING_TABS.sub("", doc.content) if doc.chomp else doc.content


_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)


ELSEWHERE = "\0elsewhere"
"""Source of a placement that does not come from the context; no path of a context has this name."""


def _by_name(text: str) -> str | None:
    """A target that only an unknown base's variable tells keeps that as its name, as `build.scope` has it."""
    return f"/{text}" if text.startswith("$") else None


_EVERYWHERE_THERE = frozenset(
    """
    / /bin /etc /home /lib /media /mnt /opt /root /run /sbin /srv /tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin
    /usr/local/lib /usr/local/share /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/tmp
    """.split()
)
"""Directories that the images of every distribution have: a file copied to one of them goes into it."""


def _is_directory(place: Region, state: State) -> bool:
    if (
        place.path in _EVERYWHERE_THERE
        or place.path == state.directory
        or state.tree.is_directory(place.path)
    ):
        return True
    return any(
        not isinstance(event, Gone) and place.covers(event.target) and event.target != place
        for event in state.tree.events
    ) or any(
        isinstance(event, Changed) and event.target == place and event.by.startswith("mkdir ")
        for event in state.tree.events
    )


def _from_elsewhere(source: str, place: Region, into: bool) -> Placed:
    name = posixpath.basename(source.rstrip("/"))
    looks_like_file = "." in name or "bin/" in source or name in ("uv", "uvx")
    return Placed(place.below(name) if into and name and looks_like_file else place, ELSEWHERE)


def _from_context(path: str, place: Region, into: bool, unpacked: bool, state: State) -> Placed:
    if unpacked:
        return Placed(place, ELSEWHERE)
    directory = state.tree.context.kind(path) is Kind.DIRECTORY
    return Placed(place if directory or not into else place.below(posixpath.basename(path)), path)


def context_source(placed: Placed) -> FromContext | None:
    """The file or directory of the context that was placed, or None where it came from elsewhere."""
    return None if placed.source == ELSEWHERE else FromContext(placed.source)


def file_put_again(command: Command, place: Region, state: State) -> Placed | None:
    """The file of the context that a plain `cp`, `mv`, `install` or `ln` puts in another place as it is."""
    operands = [word for word in command.arguments if not word.startswith("-")]
    if command.name not in ("cp", "mv", "install", "ln") or len(operands) != 2 or not command.all_known:
        return None
    symbolic = command.name == "ln" and any("s" in word for word in command.arguments if word[:1] == "-")
    source = region(posixpath.dirname(place.path), operands[0]) if symbolic else state.path(operands[0])
    origin = state.tree.origin(source.path)
    if not isinstance(origin, FromContext) or not state.tree.is_file(source.path):
        return None
    return Placed(place, origin.path)
