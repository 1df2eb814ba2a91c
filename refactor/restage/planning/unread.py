"""Settings of Git that the build alone reads: a runtime stage without Git needs no `git config`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from restage.image.base import BaseImage
from restage.meaning.actions import Action
from restage.meaning.walk import Walk
from restage.planning.arrangement import Unchanged
from restage.planning.situation import Split
from restage.record import replace

_SYSTEM = "/etc/gitconfig"


def planned_without(walk: Walk, plan: Callable[[frozenset[int]], Split | Unchanged]) -> Split | Unchanged:
    """The plan that leaves such settings in the builder, given the identities of the commands; else the one that keeps them."""
    settings = _settings_of_git(walk)
    found = plan(settings)
    if not settings:
        return found
    if isinstance(found, Split) and _is_without_git(found, walk):
        places = (place for _, a in walk.actions if id(a) in settings for place in a.effect.writes)
        return replace(found, sorted=replace(found.sorted, gone=(*found.sorted.gone, *places)))
    return plan(frozenset())


def _settings_of_git(walk: Walk) -> frozenset[int]:
    """Identities of the commands that set something for all repositories (`git config --global`).

    None where the file installs Git and nothing of the build calls it: then it is there for the container.
    """
    settings = frozenset(id(action) for _, action in walk.actions if _sets(action))
    others = (action for _, action in walk.actions if id(action) not in settings)
    calls = any("git" in (action.command.name, *action.effect.programs) for action in others)
    return settings if calls or "git" not in walk.final.packages else frozenset()


def _sets(action: Action) -> bool:
    effect = action.effect
    return (
        action.command.name == "git"
        and "config" in action.command.arguments
        and effect.repeatable
        and bool(effect.writes)
        and all(
            place.path == _SYSTEM or posixpath.basename(place.path) == ".gitconfig" for place in effect.writes
        )
    )


def _is_without_git(split: Split, walk: Walk) -> bool:
    """Whether the runtime stage surely has no Git."""
    base = split.base.base
    own = base.kindred_packages if isinstance(base, BaseImage) else None
    if own is None:
        return False
    installed = (walk.final.packages - split.packages.dropped.keys()) | split.packages.added.keys()
    return not any(
        name == "git" or name.startswith("git-")
        for name in (*own, *installed, *split.base.first, *split.base.packages)
    )
