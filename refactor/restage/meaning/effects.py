"""Which effect a command has: the strategies are asked first, then the engine."""

from __future__ import annotations

import posixpath

from restage.api.case import Case
from restage.api.command import Command
from restage.api.effect import NOTHING, Effect, unknown
from restage.api.product import Product
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.meaning.fetch import fetch_effect
from restage.meaning.files import SYSTEM_SETTINGS, file_effect
from restage.meaning.packages import PackageStep, dpkg_effect, package_effect, package_step
from restage.meaning.repositories import adds_repository
from restage.meaning.users import ACCOUNT_CHANGES, user_effect
from restage.record import Record, replace

SHELLS = frozenset({"sh", "bash", "dash", "ash"})

_SYSTEM_PROGRAMS = frozenset("/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin".split())
"""Where the programs of the tables lie: `./aws/install` is none of them."""
_ASKS_VERSION = ({"--version"}, {"-version"})


def changes_system(name: str) -> bool:
    """Whether a command of this name changes the system where no path tells it (libraries, locales, accounts)."""
    return name in SYSTEM_SETTINGS or name in ACCOUNT_CHANGES


class Known(Record):
    """A command's effect, who gave it, and what it made."""

    effect: Effect
    strategy: str | None = None
    packages: PackageStep | None = None
    products: tuple[Product, ...] = ()


def effect_of(command: Command, state: State, case: Case, strategies: tuple[Strategy, ...]) -> Known:
    """The effect of one command in a RUN, redirections included."""
    known = _asked(command, state, case, strategies)
    written = tuple(state.path(text) for text in command.outputs)
    read = tuple(state.path(text) for text in command.inputs)
    if not written and not read:
        return known
    return replace(
        known,
        effect=replace(known.effect, writes=known.effect.writes + written, reads=known.effect.reads + read),
    )


def _asked(command: Command, state: State, case: Case, strategies: tuple[Strategy, ...]) -> Known:
    if not command.words:
        return Known(NOTHING)
    if not command.name:
        return Known(unknown(f"which program `{command.words[0]}` is, only running tells"))
    for strategy in strategies:
        effect = strategy.effect(command, state, case)
        if effect is not None:
            return Known(effect, strategy.name, None, tuple(strategy.products(command, effect, state, case)))
    packages = package_step(command)
    if packages is not None:
        return Known(package_effect(packages, state), None, packages)
    if set(command.arguments) in _ASKS_VERSION:
        return Known(NOTHING)
    if "/" in command.words[0] and posixpath.dirname(command.words[0]) not in _SYSTEM_PROGRAMS:
        return Known(fetch_effect(command, state) or unknown(f"what `{command.name}` does is not known"))
    effect = (
        file_effect(command, state)
        or user_effect(command, state)
        or fetch_effect(command, state)
        or adds_repository(command)
        or dpkg_effect(command, state)
    )
    return Known(effect or unknown(f"what `{command.name}` does is not known"))
