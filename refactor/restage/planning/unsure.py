"""What only a command makes that may not run: where it did not, a COPY of it from the builder fails."""

from __future__ import annotations

from restage.api.product import Product, ProductKind
from restage.api.region import Region
from restage.api.tree import FromContext, Placed
from restage.meaning.actions import Action
from restage.meaning.walk import Step, Walk
from restage.planning.beside import Unsortable
from restage.shell.branches import Branch, one_surely_runs

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
        makers = [(step, a) for step, a in actions if _writes(a, place)]
        perhaps = [(step, a) for step, a in makers if a.command.branches and id(a) in build]
        ends = [(step, a) for step, a in actions if _ends(a)]
        if perhaps and not _is_made([*makers, *ends]):
            step, action = perhaps[0]
            return Unsortable(step.position, f"`{action.command}` may not run, and then {place} is not there")
    return None


def _is_made(makers: list[tuple[Step, Action]]) -> bool:
    """Whether one of them runs in any case: by itself, or in each branch of a condition."""
    ways: dict[int, list[tuple[Branch, ...]]] = {}
    for step, action in makers:
        ways.setdefault(step.position, []).append(action.command.branches)
    return any(map(one_surely_runs, ways.values()))


def _is_there_by_itself(product: Product) -> bool:
    """A tool goes along only where the container needs it; a language that lies in /usr has its folder of packages."""
    of_language = product.kind is ProductKind.DEPENDENCIES and Region("/usr").covers(product.region)
    return product.kind is ProductKind.TOOL or of_language


def _writes(action: Action, place: Region) -> bool:
    return any(place.overlaps(written) for written in action.effect.writes)


def _ends(action: Action) -> bool:
    """Whether the build ends there: `else echo "no lockfile" && exit 1` leaves no image behind."""
    return action.command.name == "exit" and action.command.arguments not in ((), ("0",))


def _is_laid(place: Region, walk: Walk) -> bool:
    """Whether a WORKDIR or a COPY makes it."""
    tree = walk.final.tree
    made = [Region(scope.directory) for scope in walk.scopes if scope.directory]
    made += [event.target for event in tree.events if isinstance(event, Placed)]
    return any(map(place.covers, made)) or isinstance(tree.origin(place.path), FromContext)
