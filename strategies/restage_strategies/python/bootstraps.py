"""Installers that a RUN fetches and pipes into the interpreter: `curl … | python3 -`."""

from __future__ import annotations

from restage.api import NOTHING, Case, Command, Effect, State, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.invocation import Mode, is_python, read_invocation
from restage_strategies.python.own_code import run_code
from restage_strategies.python.pip import pip_effect

_FETCH = ("curl", "wget")


def reads_program(command: Command) -> bool:
    """Whether the command is an interpreter that reads its program from its input."""
    return is_python(command) and read_invocation(command).mode in (Mode.INPUT, Mode.NOTHING)


def bootstrap_effect(command: Command, state: State, case: Case) -> Effect:
    """What the program writes that is sent to an interpreter: known for the installers of pip and Poetry."""
    if command.document is not None:
        return run_code(command.document, state)
    before = _before(command, case)
    if before is not None and before.name in ("echo", "printf") and all(before.known):
        return run_code(" ".join(word for word in before.arguments if word not in ("-e", "-n")), state)
    address = _fetched(before)
    if before is None and not command.inputs and read_invocation(command).mode is Mode.NOTHING:
        return NOTHING
    if address is not None and "get-pip" in address:
        return pip_effect(command.words[0], ("install", "pip"), command, state)
    places = _poetry_places(address or "", command, state)
    if not places:
        return unknown(f"{command.words[0]} runs a program from its standard input")
    claim = bounded_writes("Poetry's installer", "the folders that its documentation names")
    return Effect(writes=tuple(state.path(place) for place in places), claims=(claim,))


def _before(command: Command, case: Case) -> Command | None:
    """The command before; the shell's pipe itself is not told, but an interpreter without a program reads from one."""
    position = next((n for n, other in enumerate(case.commands) if other == command), 0)
    return case.commands[position - 1] if position else None


def _fetched(before: Command | None) -> str | None:
    """What the command before fetches."""
    if before is None or before.name not in _FETCH:
        return None
    return next((word for word in before.arguments if "/" in word and not word.startswith("-")), "")


def _poetry_places(address: str, command: Command, state: State) -> tuple[str, ...]:
    """`Installation` of Poetry's documentation; its first installer (`get-poetry.py`) had a folder of its own."""
    home = command.variable("POETRY_HOME") or state.variable("POETRY_HOME")
    if "install.python-poetry.org" in address or "install-poetry.py" in address:
        return (home,) if home else ("~/.local/share/pypoetry", "~/.local/bin")
    return (home or "~/.poetry",) if "get-poetry.py" in address else ()
