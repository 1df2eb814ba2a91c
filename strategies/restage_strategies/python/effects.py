"""Which part knows a command of a RUN."""

from __future__ import annotations

from dataclasses import replace

from restage.api import Case, Command, Effect, State, unknown
from restage_strategies.python.bootstraps import bootstrap_effect, reads_program
from restage_strategies.python.installed import console_scripts, direct_names, installed_program, own_script
from restage_strategies.python.invocation import is_pip, is_python
from restage_strategies.python.own_code import run_free_code
from restage_strategies.python.pip import pip_effect
from restage_strategies.python.python_effects import python_effect
from restage_strategies.python.tools import tool_effect


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a command of this ecosystem; None: another's."""
    if not command.name:
        return None
    if is_pip(command):
        if not command.is_known(1):
            return unknown(f"what {command.name} does is known only when it runs")
        return pip_effect(command.words[0], command.arguments, command, state)
    if reads_program(command):
        return bootstrap_effect(command, state, case)
    if is_python(command):
        return python_effect(command, state)
    known = tool_effect(command, state)
    if known is not None:
        return known
    if own_script(command, state):
        return python_effect(
            replace(command, words=("python3", *command.words), known=(True, *command.known)), state
        )
    if command.name in console_scripts(state) or installed_program(command.name, direct_names(case)):
        return run_free_code(command.name, state)
    return None
