"""Whether a start comes to a file that a build made: by its path, by its name, or to a copy of it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from restage.api.case import Case
from restage.api.command import Command
from restage.api.need import PathNeed
from restage.api.region import Region, join, region
from restage.api.start import Start
from restage.api.state import State
from restage.api.tree import Made
from restage.shell.commands import options

_MOVERS = frozenset({"mv", "cp", "ln", "install", "chmod", "chown", "upx", "strip", "setcap", "find"})
"""Commands that make a file of another one: elsewhere, or changed in its place."""
_COPIERS = frozenset({"mv", "cp", "install"})
_PATTERN = frozenset("*?[{")


def program_paths(command: Command, state: State) -> tuple[str, ...]:
    """Where the program of a command is looked for; none where only running tells its name."""
    if not command.words or not command.is_known(0):
        return ()
    word = command.words[0]
    if "/" in word:
        return (state.path(word).path,)
    return tuple(join(directory, word) for directory in state.search_path)


def moved_names(path: str, made: Made, case: Case) -> frozenset[str]:
    """Names of the files that a command like `mv` or `chmod` took to make the file at this path.

    Of several files each keeps its own name.
    """
    words = made.by.split()
    names = taken_names(made, case)
    is_one_of_many = words[:1] in [[name] for name in _COPIERS] and len(_sources(words[1:])) > 1
    return names & {posixpath.basename(path)} if is_one_of_many else names


def taken_names(made: Made, case: Case) -> frozenset[str]:
    """Names of all that the command took which made a file, where it is one like `mv` or `chmod`.

    Its variables are expanded too: `cp target/$PROFILE/$NAME /usr/bin`.
    """
    words = made.by.split()
    if not words or words[0] not in _MOVERS:
        return frozenset()
    expanded = (
        word for command in case.everything_run if command.raw == made.by for word in command.arguments
    )
    return frozenset(posixpath.basename(word) for word in (*words[1:], *expanded))


def copied_from(path: str, state: State, case: Case) -> str | None:
    """The file that a `cp`, `mv` or `install` put at this path, as far as the command names it."""
    made = state.tree.origin(path)
    if not isinstance(made, Made) or made.by.split()[:1] not in [[name] for name in _COPIERS]:
        return None
    own = ((command, state.directory) for command in case.commands)
    within = ((one.command, one.directory) for one in case.followed)
    name = posixpath.basename(path)
    for command, directory in (*own, *within):
        if str(command) == made.by and command.all_known:
            sources = _sources(command.arguments)
            named = [one for one in sources if len(sources) == 1 or posixpath.basename(one) == name]
            folder, _, last = named[0].rpartition("/") if len(named) == 1 else ("", "", "")
            if last and not _PATTERN & {*folder}:
                return region(directory, folder, name if _PATTERN & {*last} else last).path
    return None


def _sources(arguments: Sequence[str]) -> tuple[str, ...]:
    """What such a command takes."""
    parsed = options(arguments, frozenset({"-t", "--target-directory", "-m", "--mode", "-o", "-g", "-S"}))
    return parsed.operands if parsed.has("-t", "--target-directory") else parsed.operands[:-1]


def is_reached(place: Region, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a start comes to the program, to one in the directory, or to a copy of it under another name."""
    name = posixpath.basename(place.path)
    return any(
        any(isinstance(need, PathNeed) and _is_of(need.path, place, state, case) for need in start.needs)
        or any(_comes_to(name, command, state, case) for command in start.reached)
        for start in starts
    )


def _is_of(path: str, place: Region, state: State, case: Case) -> bool:
    source = copied_from(path, state, case)
    return place.covers(Region(path)) or (source is not None and place.covers(Region(source)))


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
    origins = ((path, state.tree.origin(path)) for path in program_paths(command, state))
    return any(name in moved_names(path, made, case) for path, made in origins if isinstance(made, Made))
