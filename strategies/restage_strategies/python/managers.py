"""What poetry, pipenv, pdm and uv do when a RUN calls them, and what they run."""

from __future__ import annotations

from collections.abc import Callable

from restage.api import Command, Effect, Region, State, ToolchainAtStart, replace
from restage_strategies.python.pdm import pdm_effect, pdm_place
from restage_strategies.python.pipenv import pipenv_effect, pipenv_place
from restage_strategies.python.poetry import poetry_effect, poetry_place
from restage_strategies.python.uv import builds_again, place_of, sync_effect, syncs, uv_effect

MANAGERS: dict[str, Callable[[Command, State], Effect]] = {
    "poetry": poetry_effect,
    "pipenv": pipenv_effect,
    "uv": uv_effect,
    "pdm": pdm_effect,
}
_DIRECTORIES = {
    "poetry": ("-C", "--directory", "-P", "--project"),
    "uv": ("--directory", "--project"),
    "pdm": ("-p", "--project"),
}


def manager_effect(command: Command, state: State) -> Effect:
    """The effect of a manager's command, in the directory that its options name."""
    return MANAGERS[command.name](*relocated(command, state))


def relocated(command: Command, state: State) -> tuple[Command, State]:
    """The command without the option that names another directory, and the state in that one."""
    names, kept, place = _DIRECTORIES.get(command.name, ()), list[str](), None
    waiting = list(command.words)
    while waiting:
        word = waiting.pop(0)
        option, equals, value = word.partition("=")
        if option in names and (equals or waiting):
            place = value if equals else waiting.pop(0)
        elif word in ("run", "--"):
            kept += [word, *waiting]
            break
        else:
            kept.append(word)
    if place is None:
        return command, state
    return replace(command, words=tuple(kept), known=()), replace(state, directory=state.path(place).path)


def environment_of(command: Command, state: State) -> tuple[Region, ...]:
    """Where the manager of a command keeps what it installs; empty where that can't be known."""
    command, state = relocated(command, state)
    match command.name:
        case "poetry":
            return poetry_place(command, state) or ()
        case "pipenv":
            return pipenv_place(command, state)
        case "pdm":
            return pdm_place(command, state)[:1]
        case _:
            return (place_of(command, state),)


def inside(command: Command, inner: Command, state: State) -> Command:
    """What a manager runs (`poetry run pip …`), with Python's own programs taken from the manager's environment."""
    places = environment_of(command, state)
    own = inner.name.startswith(("pip", "python"))
    if len(places) != 1 or not own or "/" in inner.words[0]:
        return inner
    return replace(inner, words=(str(places[0].below("bin", inner.words[0])), *inner.arguments))


def with_sync(command: Command, effect: Effect, state: State) -> Effect:
    """The effect of what a manager runs; `uv run` brings the environment up to date before."""
    if command.name != "uv" or effect.opaque or not syncs(command, state):
        return effect
    before = sync_effect(*relocated(command, state))
    return replace(
        before,
        reads=tuple(dict.fromkeys((*before.reads, *effect.reads))),
        writes=tuple(dict.fromkeys((*before.writes, *effect.writes))),
        deletes=effect.deletes,
        caches=tuple(dict.fromkeys((*before.caches, *effect.caches))),
        claims=tuple(dict.fromkeys((*before.claims, *effect.claims))),
    )


def built_at_start(command: Command, state: State) -> ToolchainAtStart | None:
    """Why a start may build: `uv run` looks whether projects are as they were built, and a copy never is."""
    command, state = relocated(command, state)
    project = builds_again(state) if command.name == "uv" and syncs(command, state) else None
    if project is None:
        return None
    return ToolchainAtStart(
        f"the start `{command}` may build {project} again: uv looks at the change time of its files, which a copy changes",
        "start with `uv run --no-sync`, or with the program in the environment's `bin`; then restage can split the file",
    )
