"""Which steps are worth being cached."""

from __future__ import annotations

from restage.api.product import ProductKind
from restage.meaning.actions import Action
from restage.meaning.packages import PackageAction
from restage.meaning.walk import Step

_FETCHING = frozenset({"curl", "wget", "git"})


def is_costly(step: Step) -> bool:
    """Whether a step is worth being cached: it installs packages or dependencies, or fetches something."""
    return any(map(is_costly_action, step.actions))


def is_costly_action(action: Action) -> bool:
    """Whether the command installs packages or dependencies, or fetches something."""
    known = action.known
    return bool(
        known.effect.packages
        or known.effect.caches
        or action.command.name in _FETCHING
        or (known.packages is not None and known.packages.action is PackageAction.INSTALL)
        or any(p.kind in (ProductKind.DEPENDENCIES, ProductKind.TOOL) for p in known.products)
    )
