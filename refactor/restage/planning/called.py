"""Which programs the RUN instructions call, and which of them the runtime stage calls again."""

from __future__ import annotations

from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.walk import Walk
from restage.planning.sorted import Sorted


def called(walk: Walk) -> frozenset[str]:
    """Programs that any command of the file is, or calls."""
    return frozenset(
        name for _, action in walk.actions for name in (action.command.name, *action.effect.programs)
    )


_REPOSITORY_TOOLS = frozenset(
    "apt-transport-https ca-certificates curl gnupg gnupg2 software-properties-common wget".split()
)
"""Packages that bring what apt needs to reach further repositories: certificates and keys."""


def run_again(walk: Walk, sorted_: Sorted) -> frozenset[str]:
    """Programs that the runtime stage runs while it is built, and tools that make package repositories work there."""
    adds_repository = any(
        REPOSITORY_PLACES[0].covers(place) for _, action in walk.actions for place in action.effect.writes
    ) or any(REPOSITORY_PLACES[0].covers(placed.target) for step in walk.steps for placed in step.placed)
    return (_REPOSITORY_TOOLS if adds_repository else frozenset()) | frozenset(
        program
        for step, action in walk.actions
        if step.position >= sorted_.first and not sorted_.builds(action) and action.known.packages is None
        if id(action) not in sorted_.undone
        if not (action.known.products and all(p.region in sorted_.gone for p in action.known.products))
        for program in (action.command.name, *action.effect.programs)
    )
