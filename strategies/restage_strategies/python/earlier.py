"""What commands that stand before this one in the file have settled, as far as the state does not say."""

from __future__ import annotations

from restage.api import Case, Command, State, replace
from restage.api.tree import Changed
from restage_strategies.python.invocation import Mode, is_python, read_invocation


def after_earlier(state: State, command: Command, case: Case) -> State:
    """The state with environments that the same RUN has made, with poetry's settings, and the command's own variables."""
    position = next((n for n, other in enumerate(case.commands) if other == command), len(case.commands))
    made: list[Changed] = []
    settings: dict[str, str | None] = {}
    for other in case.commands[:position]:
        made += [Changed(state.path(place), "venv") for place in _environments(other)]
        if other.name == "poetry" and other.arguments[:1] == ("config",):
            settings |= _poetry_setting(other.arguments[1:])
        if _settles_pdm(other):
            settings["PDM_USE_VENV"] = "told"
    own = dict(command.environment)
    if not made and not settings and not own:
        return state
    return replace(state, tree=state.tree.then(*made), environment={**settings, **state.environment, **own})


def _environments(command: Command) -> tuple[str, ...]:
    if is_python(command):
        invocation = read_invocation(command)
        words = (
            invocation.arguments
            if invocation.mode is Mode.MODULE and invocation.target in ("venv", "virtualenv")
            else ()
        )
    elif command.name == "virtualenv" or (command.name == "uv" and command.arguments[:1] == ("venv",)):
        words = command.arguments[command.name == "uv" :] or (".venv",)
    else:
        words = ()
    return tuple(word for word in words if not word.startswith("-") and ("/" in word or "env" in word))


def _poetry_setting(arguments: tuple[str, ...]) -> dict[str, str | None]:
    words = [word for word in arguments if not word.startswith("--")]
    if len(words) != 2 or not words[0].startswith("virtualenvs."):
        return {}
    return {f"POETRY_{words[0].upper().replace('.', '_').replace('-', '_')}": words[1]}


def _settles_pdm(command: Command) -> bool:
    """Whether a command settles where pdm installs to: its configuration, `__pypackages__`, or pdm 1."""
    told = command.name == "pdm" and command.arguments[:1] == ("config",)
    return told or any(
        "__pypackages__" in word or word.startswith(("pdm==1", "pdm<2")) for word in command.words
    )
