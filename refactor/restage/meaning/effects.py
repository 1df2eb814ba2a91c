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
from restage.meaning.making import making_effect
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
    known = replace(known, effect=_reading_what_it_names(known.effect, command, state))
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
        effect = fetch_effect(command, state) or making_effect(command, state)
    else:
        effect = (
            file_effect(command, state)
            or user_effect(command, state)
            or fetch_effect(command, state)
            or making_effect(command, state)
            or adds_repository(command)
            or dpkg_effect(command, state)
        )
    return Known(effect or unknown(f"what `{command.name}` does is not known"))


def _reading_what_it_names(effect: Effect, command: Command, state: State) -> Effect:
    """The effect of a command that builds, with the files of the context elsewhere that its words name.

    `xcaddy build --with example.org/module=/module`, `cmake -S /src`: of most tools only what is around them is known.
    """
    if effect.repeatable or effect.opaque:
        return effect
    words = [part for word in command.arguments for part in (word, word.rpartition("=")[2])]
    places = [state.path(word) for word in dict.fromkeys(words) if word.startswith(("/", "../"))]
    named = tuple(
        place
        for place in places
        if (state.tree.is_file(place.path) or state.tree.is_directory(place.path))
        and not any(read.covers(place) or place.covers(read) for read in effect.reads)
    )
    return replace(effect, reads=effect.reads + named) if named else effect
