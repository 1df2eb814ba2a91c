"""Installs that run again as they are or not at all: in a here-document, in `sh -c`, in a script of the project."""

from __future__ import annotations

from collections.abc import Collection

from restage.meaning.actions import Action
from restage.meaning.packages import PackageAction
from restage.meaning.walk import Step, Walk
from restage.planning.sorted import Sorted
from restage.planning.sorting import is_scratch


def installed_whole(walk: Walk, sorted_: Sorted, dropped: Collection[str]) -> frozenset[str]:
    """Names of packages that come again beside something that the runtime stage needs, although it needs none of them."""
    found: frozenset[str] = frozenset()
    wholes = [whole for step in walk.steps[sorted_.first : sorted_.cut + 1] for whole in _wholes(step)]
    while True:
        left = set(dropped) - found
        again = [whole for whole in wholes if _comes_again(whole, sorted_, left)]
        names = frozenset(name for whole in again for action in whole for name in _names(action))
        if names <= found:
            return found
        found |= names


def _wholes(step: Step) -> list[tuple[Action, ...]]:
    """The commands of each statement of which no single word can be taken out."""
    statements = {
        a.statement for a in step.actions if _names(a) and (step.script is None or a.simple is None)
    }
    return [tuple(a for a in step.actions if a.statement == number) for number in sorted(statements)]


def _names(action: Action) -> tuple[str, ...]:
    known = action.known.packages
    return known.names if known is not None and known.action is PackageAction.INSTALL else ()


def _comes_again(whole: tuple[Action, ...], sorted_: Sorted, left: Collection[str]) -> bool:
    if any(sorted_.builds(action) for action in whole):
        return False
    return any(
        action.effect.users
        or any(name not in left for name in _names(action))
        or (
            action.known.packages is None
            and any(not (sorted_.is_settled(p) or is_scratch(p)) for p in action.effect.writes)
        )
        for action in whole
    )
