"""RUN --mount: what is there while a command runs and not in the image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.product import ProductKind
from restage.api.region import Region
from restage.api.state import State
from restage.api.tree import Gone, Placed
from restage.dockerfile.instructions import Mount, Run
from restage.meaning.actions import Action
from restage.record import replace


def mount_targets(run: Run, state: State) -> tuple[Region, ...]:
    """Directories of a RUN that are mounted: what is written there is not in the image."""
    kinds = ("cache", "bind", "tmpfs", "secret", "ssh")
    targets = (_target(mount) for mount in run.mounts if mount.type in kinds)
    return tuple(state.path(target) for target in targets if target)


def _target(mount: Mount) -> str | None:
    """Where it is mounted, by the names that BuildKit's `parseMount` knows; None where that is left to the type."""
    names = (mount.attributes.get(name) for name in ("target", "dst", "destination"))
    return next(filter(None, names), None)


def with_mounts(state: State, run: Run) -> State:
    """Files of the context that are bind-mounted are there while the command runs."""
    return replace(state, tree=state.tree.then(*_mounted(state, run)))


def remembered(state: State, run: Run) -> tuple[Placed | Gone, ...]:
    """What was bind-mounted and is gone, as sources are that a later command deleted: what made the image."""
    return tuple(event for placed in _mounted(state, run) for event in (placed, Gone(placed.target)))


def _mounted(state: State, run: Run) -> Iterator[Placed]:
    for mount in run.mounts:
        if mount.type == "bind" and not mount.attributes.get("from"):
            target = _target(mount) or "."
            told = mount.attributes.get("source") or mount.attributes.get("src") or "."
            source = posixpath.normpath(told).lstrip("/")
            yield Placed(state.path(target), "" if source == "." else source)


def _reads_cache(action: Action, run: Run) -> bool:
    """Whether the command takes something out of a cache that is mounted."""
    mounts = tuple(mount for mount in run.mounts if mount.type == "cache")
    caches = mount_targets(replace(run, mounts=mounts), action.state)
    return any(cache.covers(place) for cache in caches for place in action.effect.reads)


def without_mounts(action: Action, run: Run) -> Action:
    """The action without what it reads and writes in mounted directories."""
    mounted = mount_targets(run, action.state)
    if not mounted:
        return action

    def kept(places: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(place for place in places if not any(target.covers(place) for target in mounted))

    effect = replace(
        action.effect,
        reads=kept(action.effect.reads),
        writes=kept(action.effect.writes),
        bounds=kept(action.effect.bounds),
        deletes=kept(action.effect.deletes),
        caches=kept(action.effect.caches),
        leaves=kept(action.effect.leaves),
        # What a build left in a cache is in no image: no other stage finds it there again.
        repeatable=action.effect.repeatable and not _reads_cache(action, run),
    )
    products = tuple(
        product
        for product in action.known.products
        if product.kind not in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
        or not any(target.covers(product.region) for target in mounted)
    )
    return replace(action, known=replace(action.known, effect=effect, products=products))
