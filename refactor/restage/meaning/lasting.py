"""Commands that change what later commands of the same shell see."""

from __future__ import annotations

import posixpath

from restage.api.command import Command
from restage.api.state import State
from restage.record import replace


def state_after(command: Command, state: State) -> State | None:
    """The state after `cd`, `export`, a bare assignment or an activated environment; None: another command."""
    match command.words:
        case () if command.environment:
            return _with(state, dict(command.environment))
        case ("cd", *targets):
            plain = [text for text in targets if text != "--"]
            # A place that only running tells is taken to be below the directory where it is named.
            return replace(state, directory=state.path(plain[0]).path if plain else state.home)
        case ("export", *pairs):
            return _with(
                state, {name: value for name, sign, value in (pair.partition("=") for pair in pairs) if sign}
            )
        case ("." | "source", path, *_) if path.endswith("/activate"):
            home = posixpath.dirname(posixpath.dirname(state.path(path).path))
            return _with(state, {"VIRTUAL_ENV": home, "PATH": f"{home}/bin:{state.variable('PATH')}"})
        case _:
            return None


def _with(state: State, variables: dict[str, str]) -> State:
    return replace(state, environment={**state.environment, **variables})
