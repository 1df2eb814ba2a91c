"""Finds the strategies, every direct submodule of `restage_strategies` with a STRATEGY, and what they let users choose."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from restage.api.option import Chosen, Option
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


class BadOption(Exception):
    """A choice that no strategy offers; the message says which there are."""


def offered(known: Iterable[Strategy]) -> Mapping[str, Option]:
    """What the strategies let users choose, by name; of two that offer the same the first one tells."""
    options: Iterable[Option] = (option for one in known for option in getattr(one, "options", ()))
    found: dict[str, Option] = {}
    for option in options:
        found.setdefault(option.name, option)
    return found


def chosen(texts: Iterable[str], known: Iterable[Strategy]) -> Chosen:
    """The choices that `NAME=VALUE` texts make; the last one of a name counts.

    Raises:
        BadOption: a name or a value is not offered.
    """
    options = offered(known)
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in options or value not in options[name].values:
            there = ", ".join(line for option in options.values() for line in _choices(option))
            raise BadOption(f"there is no {text!r}; there is {there or 'nothing to choose'}")
        found[name] = value
    return tuple(sorted(found.items()))


def _choices(option: Option) -> Iterable[str]:
    return (f"{option.name}={value}" for value in option.values)
