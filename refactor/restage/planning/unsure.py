"""What only a command makes that may not run: where it did not, a COPY of it from the builder fails."""

from __future__ import annotations

import re

from restage.api.product import Product, ProductKind
from restage.api.region import Region
from restage.api.tree import FromContext, Placed
from restage.meaning.actions import Action
from restage.meaning.walk import Step, Walk
from restage.planning.beside import Unsortable

_OF_EVERY_BASE = frozenset(
    Region(path)
    for path in "/home /opt /root /srv /tmp /usr/local/bin /usr/local/lib /usr/local/share /var/cache".split()
)


def find_unsure(
    walk: Walk, actions: list[tuple[Step, Action]], build: frozenset[int], regions: tuple[Region, ...]
) -> Unsortable | None:
    """The first step whose command may not run, and makes a place that is copied and that nothing else surely makes."""
    there = {p.region for _, a in actions for p in a.known.products if _is_there_by_itself(p)}
    for place in regions:
        if place in _OF_EVERY_BASE or place in there or _is_laid(place, walk):
            continue
        touching = [(step, a) for step, a in actions if _touches(a, place)]
        perhaps = [(step, a) for step, a in touching if _may_not_run(step, a) and id(a) in build]
        # Two of them are the branches of one condition, of which one runs.
        if len(perhaps) == 1 and len(touching) == 1:
            step, action = perhaps[0]
            return Unsortable(step.position, f"`{action.command}` may not run, and then {place} is not there")
    return None


def _is_there_by_itself(product: Product) -> bool:
    """A tool goes along only where the container needs it; a language that lies in /usr has its folder of packages."""
    of_language = product.kind is ProductKind.DEPENDENCIES and Region("/usr").covers(product.region)
    return product.kind is ProductKind.TOOL or of_language


_LOOP = re.compile(r"\b(?:for|while|until)\b")


def _may_not_run(step: Step, action: Action) -> bool:
    """Whether a condition decides; what a loop does is done at least once."""
    return action.command.conditional and _LOOP.search(step.instruction.text) is None


def _touches(action: Action, place: Region) -> bool:
    effect = action.effect
    return any(place.overlaps(touched) for touched in (*effect.writes, *effect.reads))


def _is_laid(place: Region, walk: Walk) -> bool:
    """Whether a WORKDIR or a COPY makes it."""
    tree = walk.final.tree
    made = [Region(scope.directory) for scope in walk.scopes if scope.directory]
    made += [event.target for event in tree.events if isinstance(event, Placed)]
    return any(map(place.covers, made)) or isinstance(tree.origin(place.path), FromContext)
