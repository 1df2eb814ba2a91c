"""What poetry, pipenv, pdm and uv do when a RUN calls them, as far as it is certain."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from restage.api import NOTHING, Command, Effect, Region, State, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.interpreter import environment_at, find_interpreter, is_environment
from restage_strategies.python.pip import pip_effect

_TRUE = ("1", "true", "yes", "on")


def _poetry(command: Command, state: State) -> Effect:
    words = tuple(word for word in command.arguments if not word.startswith("-"))
    match words[0] if words else "":
        case "" | "show" | "check" | "version" | "about" | "env" | "source" | "debug" | "search" | "list":
            return NOTHING
        case "config":
            local = "--local" in command.arguments
            return Effect(
                writes=(state.path("poetry.toml" if local else "~/.config/pypoetry"),), repeatable=not local
            )
        case "lock" | "export" | "build" | "init" | "new":
            return Effect(
                reads=(state.path(),), writes=(state.path(),), caches=(state.path("~/.cache/pypoetry"),)
            )
        case "cache":
            return Effect(deletes=(state.path("~/.cache/pypoetry/cache"),))
        case "install" | "add" | "update" | "sync" | "remove":
            return _poetry_install(command, words[0], state)
        case "self" | "plugin":
            return unknown("poetry changes itself")
        case _:
            return unknown(f"poetry {words[0]} runs what only the project's settings tell")


def _poetry_install(command: Command, action: str, state: State) -> Effect:
    place = _poetry_place(command, state)
    if place is None:
        return unknown("where poetry makes its environment is not known")
    own = "--no-root" not in command.arguments and "--no-directory" not in command.arguments
    manifests = (state.path("pyproject.toml"), state.path("poetry.lock"), state.path("poetry.toml"))
    changed = (state.path(),) if action != "install" else ()
    return Effect(
        reads=(state.path(),) if own else manifests,
        writes=(*place, *changed),
        caches=tuple(state.path("~/.cache/pypoetry", name) for name in ("cache", "artifacts")),
        claims=(bounded_writes("the project's build"),) if own else (),
    )


def _poetry_place(command: Command, state: State) -> tuple[Region, ...] | None:
    if active := _active(state):
        return (active,)
    given = {**_poetry_settings(state), **state.environment, **dict(command.environment)}
    create = (given.get("POETRY_VIRTUALENVS_CREATE") or "").lower()
    if create in ("false", "0", "no"):
        interpreter = find_interpreter("python", state)
        return interpreter.installs if interpreter else None
    if (given.get("POETRY_VIRTUALENVS_IN_PROJECT") or "").lower() in _TRUE:
        return (state.path(".venv"),)
    home = given.get("POETRY_CACHE_DIR") or "~/.cache/pypoetry"
    return (state.path(given.get("POETRY_VIRTUALENVS_PATH") or f"{home}/virtualenvs"),)


def _poetry_settings(state: State) -> dict[str, str | None]:
    """What poetry.toml says of environments, as the variables that would say it."""
    try:
        table = tomllib.loads(state.tree.text(state.path("poetry.toml").path) or "").get("virtualenvs", {})
    except tomllib.TOMLDecodeError:
        return {}
    names = {"create": "POETRY_VIRTUALENVS_CREATE", "in-project": "POETRY_VIRTUALENVS_IN_PROJECT"}
    return {variable: str(table[key]) for key, variable in names.items() if key in table}


def _active(state: State) -> Region | None:
    if named := state.variable("VIRTUAL_ENV"):
        return state.path(named)
    for directory in state.search_path:
        if is_environment(directory, state):
            return state.path(directory, "..")
    return None


def _pipenv(command: Command, state: State) -> Effect:
    arguments = command.arguments
    caches = (state.path("~/.cache/pipenv"), state.path("~/.cache/pip"))
    reads = (state.path("Pipfile"), state.path("Pipfile.lock"))
    match next((word for word in arguments if not word.startswith("-")), ""):
        case "install" | "sync" | "update":
            places = _pipenv_place(arguments, state)
            return (
                Effect(reads=(state.path(),), writes=places, caches=caches)
                if places
                else unknown("where pipenv installs to is not known")
            )
        case "lock":
            return Effect(reads=reads, writes=(state.path("Pipfile.lock"),), caches=caches)
        case "requirements" | "check" | "graph" | "" | "verify":
            return Effect(reads=reads)
        case _:
            return unknown("pipenv runs what only the project's settings tell")


def _pipenv_place(arguments: tuple[str, ...], state: State) -> tuple[Region, ...]:
    if "--system" in arguments:
        interpreter = find_interpreter("python", state)
        return interpreter.installs if interpreter else ()
    if active := _active(state):
        return (active,)
    if state.variable("PIPENV_VENV_IN_PROJECT").lower() in _TRUE:
        return (state.path(".venv"),)
    return (state.path(state.variable("WORKON_HOME") or "~/.local/share/virtualenvs"),)


def _uv(command: Command, state: State) -> Effect:
    words = [word for word in command.arguments if not word.startswith("-")]
    caches = _uv_cache(command, state)
    match words[:2]:
        case ["pip", "install" | "sync"]:
            return _uv_pip(command, state)
        case ["pip", *_] | ["cache", *_] | ["version" | "tree" | "help", *_] | []:
            return Effect(deletes=caches) if words[:1] == ["cache"] else NOTHING
        case ["venv", *_]:
            return Effect(writes=(state.path(words[1] if len(words) > 1 else ".venv"),), caches=caches)
        case ["sync", *_]:
            return _uv_sync(command, state)
        case ["lock" | "export" | "build" | "add", *_]:
            return Effect(reads=(state.path(),), writes=(state.path(),), caches=caches)
        case ["python", "install"]:
            place = state.variable("UV_PYTHON_INSTALL_DIR") or "~/.local/share/uv/python"
            return Effect(writes=(state.path(place),), caches=caches)
        case _:
            return unknown(f"uv {' '.join(words[:2])} runs what only the project's settings tell")


def _uv_pip(command: Command, state: State) -> Effect:
    """`uv pip install`: into the active environment, `.venv`, or with --system the interpreter of PATH."""
    arguments = command.arguments
    system = "--system" in arguments or state.variable("UV_SYSTEM_PYTHON").lower() in _TRUE
    program = "python" if system else str((_active(state) or state.path(".venv")).below("bin", "python"))
    words = tuple(word for word in arguments[arguments.index("pip") + 1 :] if word != "--system")
    installed = ("install", *(("-r", *words[1:]) if words[:1] == ("sync",) else words[1:]), "--no-cache-dir")
    effect = pip_effect(program, installed, command, state)
    return (
        effect
        if effect.opaque
        else Effect(
            reads=effect.reads, writes=effect.writes, caches=_uv_cache(command, state), claims=effect.claims
        )
    )


def _uv_sync(command: Command, state: State) -> Effect:
    place = state.path(state.variable("UV_PROJECT_ENVIRONMENT") or ".venv")
    if "--active" in command.arguments and (active := _active(state)):
        place = active
    return Effect(
        reads=(state.path(),),
        writes=(place, *_managed_python(state)),
        caches=_uv_cache(command, state),
        claims=(bounded_writes("the project's build"),),
    )


def _managed_python(state: State) -> tuple[Region, ...]:
    """uv downloads a Python of its own where the one that the project pins is not there."""
    wanted = (state.tree.text(state.path(".python-version").path) or "").strip()
    have = environment_at(state.path(".venv"), state).version
    if (
        not wanted
        or (have and wanted.startswith(have))
        or state.variable("UV_PYTHON_DOWNLOADS") in ("0", "never")
    ):
        return ()
    return (state.path(state.variable("UV_PYTHON_INSTALL_DIR") or "~/.local/share/uv"),)


def _uv_cache(command: Command, state: State) -> tuple[Region, ...]:
    given = {**state.environment, **dict(command.environment)}
    if {"--no-cache", "--no-cache-dir", "-n"} & set(command.arguments) or (
        given.get("UV_NO_CACHE") or ""
    ).lower() in _TRUE:
        return ()
    return (state.path(given.get("UV_CACHE_DIR") or "~/.cache/uv"),)


def _pdm(command: Command, state: State) -> Effect:
    match next((word for word in command.arguments if not word.startswith("-")), ""):
        case "config" | "use" | "info" | "list" | "show" | "":
            return Effect(writes=(state.path("~/.config/pdm"),))
        case "install" | "sync" | "update" | "lock" | "export" | "build":
            return Effect(
                reads=(state.path(),),
                writes=(state.path(),),
                caches=(state.path("~/.cache/pdm"),),
                claims=(bounded_writes("the project's build"),),
            )
        case _:
            return unknown("pdm runs what only the project's settings tell")


MANAGERS: dict[str, Callable[[Command, State], Effect]] = {
    "poetry": _poetry,
    "pipenv": _pipenv,
    "uv": _uv,
    "pdm": _pdm,
}
