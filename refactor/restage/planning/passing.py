"""Temporary files of the runtime stage itself: what it makes, reads and takes away again, and what stays for the container."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.effects import changes_system
from restage.meaning.packages import SCRATCH
from restage.meaning.walk import Step, Walk

Actions = list[tuple[Step, Action]]


def passing_places(
    walk: Walk, actions: Actions, build: frozenset[int], copied: tuple[Region, ...]
) -> tuple[Region, ...]:
    """Places below those of temporary files that commands of the runtime stage write or read, or that are its own in the end.

    A package may need such a directory, too (`/usr/share/man/man1`, which small images lack). `copied`: what comes
    from the builder.
    """
    found: tuple[Region, ...] = ()
    candidates = [
        one for one in _candidates(walk, actions, build) if not any(c.covers(one[0]) for c in copied)
    ]
    while True:
        more = tuple(
            place
            for place, later, made in candidates
            if place not in found
            and (_is_read(place, later, build, found) or (made and _stays(place, later, build)))
        )
        if not more:
            return found
        found += tuple(dict.fromkeys(more))


def _candidates(
    walk: Walk, actions: Actions, build: frozenset[int]
) -> Iterator[tuple[Region, Actions, bool]]:
    """Each place with the commands behind, and whether a command made it, not a COPY."""
    for step in walk.steps:
        behind = [(other, action) for other, action in actions if other.position > step.position]
        for placed in step.placed:
            if _is_temporary(placed.target):
                yield placed.target, behind, False
    for number, (_, action) in enumerate(actions):
        if id(action) not in build and action.known.strategy is None:
            for place in action.effect.writes:
                if _is_temporary(place):
                    yield place, actions[number + 1 :], True


def _is_temporary(place: Region) -> bool:
    return place not in SCRATCH and any(scratch.covers(place) for scratch in SCRATCH)


def _is_read(place: Region, later: Actions, build: frozenset[int], found: tuple[Region, ...]) -> bool:
    """Whether a command reads it that the runtime stage repeats for something else."""
    lasting = {
        (step.position, action.statement)
        for step, action in later
        if id(action) not in build and _lasts(action, found)
    }
    return any(
        place.overlaps(read)
        for step, action in later
        if (step.position, action.statement) in lasting and place not in action.effect.writes
        for read in action.effect.reads
    )


def _lasts(action: Action, found: tuple[Region, ...]) -> bool:
    effect = action.effect
    written = any(
        not any(scratch.covers(place) for scratch in SCRATCH) or any(one.covers(place) for one in found)
        for place in effect.writes
    )
    return bool(effect.packages or effect.users or written or changes_system(action.command.name))


def _stays(place: Region, later: Actions, build: frozenset[int]) -> bool:
    """Whether it is neither deleted nor of use to the build."""
    for _, action in later:
        effect = action.effect
        if any(gone.covers(place) for gone in effect.deletes):
            return False
        touched = (*effect.reads, *effect.changes, *effect.caches, Region(action.state.directory))
        if id(action) in build and any(place.covers(one) for one in touched):
            return False
    return True
