"""RUN --mount: what is there while a command runs and not in the image."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from restage.api.region import Region
from restage.api.state import State
from restage.api.tree import Placed
from restage.dockerfile.instructions import Run
from restage.meaning.actions import Action


def mount_targets(run: Run, state: State) -> tuple[Region, ...]:
    """Directories of a RUN that are mounted: what is written there is not in the image."""
    kinds = ("cache", "bind", "tmpfs", "secret", "ssh")
    return tuple(
        state.path(target)
        for mount in run.mounts
        if mount.type in kinds
        and (
            target := mount.attributes.get("target")
            or mount.attributes.get("dst")
            or mount.attributes.get("destination")
        )
    )


def with_mounts(state: State, run: Run) -> State:
    """Files of the context that are bind-mounted are there while the command runs."""
    placed = [
        Placed(state.path(target), source)
        for mount in run.mounts
        if mount.type == "bind"
        and not mount.attributes.get("from")
        and (target := mount.attributes.get("target") or mount.attributes.get("dst") or ".")
        and (
            source := posixpath.normpath(
                mount.attributes.get("source") or mount.attributes.get("src") or "."
            ).lstrip("/")
        )
        is not None
    ]
    return replace(
        state, tree=state.tree.then(*(replace(p, source="" if p.source == "." else p.source) for p in placed))
    )


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
        deletes=kept(action.effect.deletes),
        caches=kept(action.effect.caches),
    )
    products = tuple(
        product
        for product in action.known.products
        if not any(target.covers(product.region) for target in mounted)
    )
    return replace(action, known=replace(action.known, effect=effect, products=products))
