"""Empty directories that a file makes among temporary files: there for the container, and repeated as such."""

from __future__ import annotations

from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.packages import SCRATCH
from restage.meaning.walk import Step


def empty_places(actions: list[tuple[Step, Action]], build: frozenset[int]) -> tuple[Region, ...]:
    """Directories below those of temporary files that are made, never deleted, and of no use to the build.

    A package that is installed later may need one too (`/usr/share/man/man1`, which small images lack).
    """
    return tuple(
        place
        for number, (_, action) in enumerate(actions)
        if id(action) not in build and _makes_directories(action)
        for place in action.effect.writes
        if place not in SCRATCH and any(scratch.covers(place) for scratch in SCRATCH)
        if not any(_ends(place, later, id(later) in build) for _, later in actions[number + 1 :])
    )


def _makes_directories(action: Action) -> bool:
    directories = {"-d", "--directory"} & set(action.command.arguments)
    return action.command.name == "mkdir" or (action.command.name == "install" and bool(directories))


def _ends(place: Region, later: Action, builds: bool) -> bool:
    """Whether a later command deletes the directory, or is the build that works in it."""
    effect = later.effect
    touched = (*effect.reads, *effect.changes, *effect.caches, Region(later.state.directory))
    return any(gone.covers(place) for gone in effect.deletes) or (
        builds and any(place.covers(one) or one == place for one in touched)
    )
