"""Finds the strategies: every direct submodule of `restage_strategies` with a STRATEGY."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from restage.api.strategy import Strategy


@cache
def strategies() -> tuple[Strategy, ...]:
    """The strategies that ship with restage, by name. Nothing registers them: the folder is the catalogue."""
    import restage_strategies

    names = sorted(module.name for module in pkgutil.iter_modules(restage_strategies.__path__))
    found = [
        importlib.import_module(f"restage_strategies.{name}").STRATEGY
        for name in names
        if not name.startswith("_")
    ]
    return tuple(found)
