"""Which commands of a RUN are Rust's, and what they do."""

from __future__ import annotations

from restage.api import Case, Command, Effect, State
from restage_strategies.rust.effects import cargo_effect
from restage_strategies.rust.invocation import as_cargo, read_invocation
from restage_strategies.rust.settings import Settings
from restage_strategies.rust.tools import tool_effect


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a command, or None where it isn't Rust's."""
    cargo = as_cargo(command)
    if cargo is None:
        return tool_effect(command, state, case)
    return cargo_effect(read_invocation(cargo), Settings(cargo, state, case))
