"""Whether a start comes to a file that a build made: by its path, by its name, or to a copy of it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from restage.api.case import Case
from restage.api.command import Command
from restage.api.need import PathNeed
from restage.api.region import Region, join
from restage.api.start import Start
from restage.api.state import State
from restage.api.tree import Made

_MOVERS = frozenset({"mv", "cp", "ln", "install", "chmod", "chown", "upx", "strip", "setcap", "find"})
"""Commands that make a file of another one: elsewhere, or changed in its place."""


def program_paths(command: Command, state: State) -> tuple[str, ...]:
    """Where the program of a command is looked for; none where only running tells its name."""
    if not command.words or not command.is_known(0):
        return ()
    word = command.words[0]
    if "/" in word:
        return (state.path(word).path,)
    return tuple(join(directory, word) for directory in state.search_path)


def moved_names(made: Made, case: Case) -> frozenset[str]:
    """Names of the files that a command like `mv` or `chmod` took, where such a one made the file.

    Its variables are expanded too: `cp target/$PROFILE/$NAME /usr/bin`.
    """
    words = made.by.split()
    if not words or words[0] not in _MOVERS:
        return frozenset()
    expanded = (word for command in case.commands if command.raw == made.by for word in command.arguments)
    return frozenset(posixpath.basename(word) for word in (*words[1:], *expanded))


def is_reached(place: Region, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a start comes to the program, to one in the directory, or to a copy of it under another name."""
    name = posixpath.basename(place.path)
    return any(
        any(isinstance(need, PathNeed) and place.covers(Region(need.path)) for need in start.needs)
        or any(_comes_to(name, command, state, case) for command in start.reached)
        for start in starts
    )


def may_run(
    place: Region,
    starts: tuple[Start, ...],
    state: State,
    case: Case,
    origin_of: Callable[[str, State, Case], object],
) -> bool:
    """Whether the program may run: a start comes to it, or none is seen to come to another of its kind.

    `origin_of` tells what the strategy knows of the program at a path, or None. What starts the one in question
    may be a supervisor's configuration, or a program of another language.
    """
    if is_reached(place, starts, state, case):
        return True
    paths = {need.path for start in starts for need in start.needs if isinstance(need, PathNeed)}
    return all(origin_of(path, state, case) is None for path in paths)


def _comes_to(name: str, command: Command, state: State, case: Case) -> bool:
    if command.name == name:
        return True
    origins = (state.tree.origin(path) for path in program_paths(command, state))
    return any(name in moved_names(made, case) for made in origins if isinstance(made, Made))
