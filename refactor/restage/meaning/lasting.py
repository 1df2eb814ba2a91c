"""Commands that change what later commands of the same shell see."""

from __future__ import annotations

import posixpath
import re

from restage.api.command import Command
from restage.api.state import State
from restage.record import replace


def state_after(command: Command, state: State) -> State | None:
    """The state after `cd`, `export`, a bare assignment or an activated environment; None: another command."""
    match command.words:
        case () if command.environment:
            return _with(state, dict(command.environment))
        case ("cd", *targets):
            plain = [_told(text, state) for text in targets if text != "--"]
            # A place that only running tells keeps its name, below the directory where it is named.
            directory = state.path(plain[0]).path if plain else state.home
            return replace(state, directory=directory, wandered=bool(plain) and _wanders(plain[0], state))
        case ("export", *pairs):
            return _with(
                state, {name: value for name, sign, value in (pair.partition("=") for pair in pairs) if sign}
            )
        case ("." | "source", path, *_) if path.endswith("/activate"):
            home = posixpath.dirname(posixpath.dirname(state.path(path).path))
            return _with(state, {"VIRTUAL_ENV": home, "PATH": f"{home}/bin:{state.variable('PATH')}"})
        case _:
            return None


_BEGINS = re.compile(r"\$(?:\{(\w+)\}|(\w+))(?=/|$)")


def _told(target: str, state: State) -> str:
    """A target of `cd` with the value of the variable that it begins with, where an earlier command set it."""
    named = _BEGINS.match(target)
    value = state.variable(named[1] or named[2]) if named else ""
    return value + target[named.end() :] if named and value.startswith("/") else target


def _wanders(target: str, state: State) -> bool:
    """Whether a target of `cd` may be anywhere; an ARG without a value is taken for a name, not for a path."""
    named = _BEGINS.match(target)
    if named and state.environment.get(named[1] or named[2], "") is None:
        return state.wandered
    return target.startswith(("$", "`")) or (state.wandered and not target.startswith(("/", "~")))


def _with(state: State, variables: dict[str, str]) -> State:
    return replace(state, environment={**state.environment, **variables})
