"""Which programs the RUN instructions call, and which of them the runtime stage calls again."""

from __future__ import annotations

from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.effects import changes_system
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.walk import Walk
from restage.planning.sorted import Sorted


def called(walk: Walk) -> frozenset[str]:
    """Programs that any command of the file is, or calls."""
    return frozenset(
        name for _, action in walk.actions for name in (action.command.name, *action.effect.programs)
    )


def repeated(walk: Walk, sorted_: Sorted) -> frozenset[int]:
    """Identities of the commands that run in the runtime stage: those that change it, and what stands in their statements."""
    free = [
        (step.position, action)
        for step, action in walk.actions
        if step.position >= sorted_.first and not sorted_.builds(action) and id(action) not in sorted_.undone
    ]
    statements = {(position, action.statement) for position, action in free if _lasts(action, sorted_)}
    return frozenset(id(action) for position, action in free if (position, action.statement) in statements)


def _lasts(action: Action, sorted_: Sorted) -> bool:
    """Whether a command changes what isn't copied: one that looks around, clears up, or makes copied files is not run again."""
    effect = action.effect
    written = any(not sorted_.is_settled(place) for place in effect.writes)
    deleted = any(not _is_cleared(place, sorted_) for place in effect.deletes)
    changes = written or deleted or effect.users or effect.packages or effect.removes
    return bool(changes) or changes_system(action.command.name)


def _is_cleared(place: Region, sorted_: Sorted) -> bool:
    """Whether the runtime stage has nothing there that could be deleted: caches of the build, and what is copied."""
    return place in sorted_.caches or sorted_.is_settled(place)


_REPOSITORY_TOOLS = frozenset(
    "apt-transport-https ca-certificates curl gnupg gnupg2 software-properties-common wget".split()
)
"""Packages that bring what apt needs to reach further repositories: certificates and keys."""


def run_again(walk: Walk, sorted_: Sorted) -> frozenset[str]:
    """Programs that the runtime stage runs while it is built, and tools that make package repositories work there."""
    adds_repository = any(
        REPOSITORY_PLACES[0].covers(place) for _, action in walk.actions for place in action.effect.writes
    ) or any(REPOSITORY_PLACES[0].covers(placed.target) for step in walk.steps for placed in step.placed)
    again = repeated(walk, sorted_)
    return (_REPOSITORY_TOOLS if adds_repository else frozenset()) | frozenset(
        program
        for step, action in walk.actions
        if (id(action) in again or step.position > sorted_.cut) and action.known.packages is None
        if not (action.known.products and all(p.region in sorted_.gone for p in action.known.products))
        for program in (action.command.name, *action.effect.programs)
    )
