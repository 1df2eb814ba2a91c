"""Which part knows a command of a RUN."""

from __future__ import annotations

from restage.api import Case, Command, Effect, State, replace, unknown
from restage_strategies.python.bootstraps import bootstrap_effect, reads_program
from restage_strategies.python.installed import console_scripts, direct_names, installed_program, own_script
from restage_strategies.python.invocation import is_pip, is_python
from restage_strategies.python.locks import managed
from restage_strategies.python.managers import MANAGERS, inside, with_sync
from restage_strategies.python.own_code import run_free_code, run_module
from restage_strategies.python.pip import pip_effect
from restage_strategies.python.python_effects import python_effect
from restage_strategies.python.tools import tool_effect
from restage_strategies.python.wrapping import unwrapped


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
    if command.name in MANAGERS and (inner := unwrapped(command, state)) is not None:
        return _run_by(command, inside(command, inner, state), state, case)
    known = tool_effect(command, state)
    if known is not None:
        return known
    if own_script(command, state):
        return python_effect(
            replace(command, words=("python3", *command.words), known=(True, *command.known)), state
        )
    script = console_scripts(state).get(command.name)
    if script is not None:
        return run_module(script.partition(":")[0], state, command.name)
    if installed_program(command.name, direct_names(case)):
        return run_free_code(command.name, state)
    return None


def _run_by(command: Command, inner: Command, state: State, case: Case) -> Effect:
    """The effect of what `poetry run` and its like start: a known command, or a program of the environment."""
    if not inner.is_known(0) or not inner.name:
        return unknown(f"what `{command}` runs is known only when it runs")
    effect = effect_of(inner, state, case)
    if effect is None:
        locked = (requirement.name for requirement in managed(command.name, state).wanted)
        own = inner.name in console_scripts(state) or installed_program(inner.name, frozenset(locked))
        effect = run_free_code(str(inner), state) if own else None
    return with_sync(command, effect or unknown(f"what `{inner}` does is not known"), state)
