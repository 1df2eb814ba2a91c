"""Keys and settings of the build that it deletes again: nothing of them belongs in the runtime stage."""

from __future__ import annotations

from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.files import keeps_content
from restage.meaning.packages import fetches_packages
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.walk import Step, Walk

Actions = list[tuple[Step, Action]]
_SETTINGS_OF_MANAGERS = (Region("/etc"), *REPOSITORY_PLACES)
"""Where package managers look for repositories, keys, passwords and settings of their own."""


def find_undone(walk: Walk, actions: Actions, build: frozenset[int]) -> frozenset[int]:
    """Identities of commands that only write what is deleted later, and of those that delete no more than that.

    Neither goes without the other: without the write a plain `rm` fails, without the `rm` a key stays in the image.
    """
    undone = {
        id(action)
        for number, (_, action) in enumerate(actions)
        if _only_writes(action) and id(action) not in build and _is_deleted(action, actions[number + 1 :])
    }
    while True:
        gone = {
            id(action)
            for number, (step, action) in enumerate(actions)
            if id(action) not in build
            and _deletes_only(action, actions[:number], undone | build)
            and not _holds_copies(action, step, walk)
        }
        needed = {
            id(action)
            for number, (_, action) in enumerate(actions)
            if id(action) in undone and not _goes(action, actions[number + 1 :], undone, build, gone)
        }
        if not needed:
            return frozenset(undone | gone) if undone else frozenset()
        undone -= needed


def _only_writes(action: Action) -> bool:
    effect = action.effect
    return bool(effect.writes) and not (effect.packages or effect.removes or effect.users or effect.deletes)


def _is_deleted(action: Action, later: Actions) -> bool:
    return all(_deleter(place, later) is not None for place in action.effect.writes)


def _deleter(place: Region, later: Actions) -> int | None:
    """Position among the later commands of the first that surely deletes the place."""
    found = (
        number
        for number, (_, other) in enumerate(later)
        if not other.command.conditional and any(gone.covers(place) for gone in other.effect.deletes)
    )
    return next(found, None)


def _goes(action: Action, later: Actions, undone: set[int], build: frozenset[int], gone: set[int]) -> bool:
    """Whether no command that the runtime stage repeats uses what was written, the deleting one included."""
    for place in action.effect.writes:
        end = _deleter(place, later)
        if end is None or (id(later[end][1]) not in build | gone):
            return False
        for _, other in later[:end]:
            if id(other) in build or id(other) in undone:
                continue
            if other.known.strategy is not None or any(place.overlaps(read) for read in other.effect.reads):
                return False
            if fetches_packages(other.known.packages) and any(
                one.covers(place) for one in _SETTINGS_OF_MANAGERS
            ):
                return False
    return True


def _deletes_only(action: Action, earlier: Actions, without: set[int]) -> bool:
    """Whether all that the command deletes was written by commands that the runtime stage does without."""
    effect = action.effect
    if not effect.deletes or effect.writes:
        return False
    for place in effect.deletes:
        writers = [other for _, other in earlier if _puts_there(other, place)]
        changed = any(
            any(place.overlaps(read) for read in other.effect.reads) and not keeps_content(other.command)
            for other in writers
        )
        if not writers or changed or any(id(other) not in without for other in writers):
            return False
    return True


def _puts_there(action: Action, place: Region) -> bool:
    """Whether the command writes what lies there; a directory that is made around it is empty."""
    made = action.command.name == "mkdir"
    return any(
        place.overlaps(written) and not (made and written != place and written.covers(place))
        for written in action.effect.writes
    )


def _holds_copies(action: Action, own: Step, walk: Walk) -> bool:
    """Whether a COPY put something where the command deletes."""
    return any(
        gone.overlaps(placed.target)
        for step in walk.steps
        if step.position < own.position
        for placed in step.placed
        for gone in action.effect.deletes
    )
