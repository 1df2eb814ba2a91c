"""What pdm does when a RUN calls it."""

from __future__ import annotations

import posixpath

from restage.api import NOTHING, Command, Effect, Region, State, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.inputs import build_reads, path_reads, present, settings_of_pip
from restage_strategies.python.interpreter import active_environment, find_interpreter
from restage_strategies.python.manifest import is_package, read_pyproject, table
from restage_strategies.python.project import read_project

_MANIFESTS = ("pyproject.toml", "pdm.lock", "pdm.toml", ".pdm.toml", ".pdm-python", ".python-version")
_NOT_ITSELF = {"--no-self", "--no-root"}


def pdm_effect(command: Command, state: State) -> Effect:
    """The effect of `pdm …`, but for what it starts (`pdm run`)."""
    caches = (state.path(state.variable("PDM_CACHE_DIR") or "~/.cache/pdm"),)
    words = [word for word in command.arguments if not word.startswith("-")]
    match words[0] if words else "":
        case "config":
            return Effect(writes=_settings_file(command, words, state))
        case "info" | "list" | "show" | "" | "help" | "search" | "outdated" | "plugin" | "self":
            return NOTHING if words[:1] not in (["plugin"], ["self"]) else unknown("pdm changes itself")
        case "use" | "venv":
            return Effect(reads=present(state, *_MANIFESTS), writes=(state.path(),), caches=caches)
        case "install" | "sync" | "update" | "add" | "remove":
            return _install(command, words[0], caches, state)
        case "lock":
            reads = (*present(state, *_MANIFESTS), *_paths(state))
            return Effect(reads=reads, writes=(state.path("pdm.lock"),), caches=caches)
        case "export":
            return Effect(reads=present(state, *_MANIFESTS), writes=_output(command, state), caches=caches)
        case "build" | "init":
            return Effect(reads=(state.path(),), writes=(state.path(),), caches=caches)
        case "cache":
            return Effect(deletes=caches)
        case _:
            return unknown("pdm runs what only the project's settings tell")


def _settings_file(command: Command, words: list[str], state: State) -> tuple[Region, ...]:
    """What `pdm config` changes; empty where it only shows something."""
    if len(words) < 3 and not {"-d", "--delete"} & set(command.arguments):
        return ()
    if {"-l", "--local"} & set(command.arguments):
        return (state.path("pdm.toml"),)
    home = state.variable("XDG_CONFIG_HOME") or "~/.config"
    return (state.path(state.variable("PDM_CONFIG_FILE") or f"{home}/pdm"),)


def _install(command: Command, action: str, caches: tuple[Region, ...], state: State) -> Effect:
    own = installs_itself(command, state)
    places = pdm_place(command, state)
    reads: tuple[Region, ...] = (state.path(),)
    if state.tree.is_file(state.path("pyproject.toml").path):
        reads = (*present(state, *_MANIFESTS), *_paths(state), *settings_of_pip(state))
        reads += build_reads(state.directory, state) if own else ()
    changed = action in ("update", "add", "remove") or not state.tree.is_file(state.path("pdm.lock").path)
    further = (state.path("pyproject.toml"),) if action in ("add", "remove") else ()
    locks = (state.path("pdm.lock"), *further) if changed else ()
    return Effect(
        reads=tuple(dict.fromkeys(reads)),
        writes=tuple(
            dict.fromkeys((*places, *locks, *((state.path(),) if own and _in_place(state) else ())))
        ),
        caches=caches,
        claims=(bounded_writes("the project's build"),) if own else (),
    )


def installs_itself(command: Command, state: State) -> bool:
    """Whether the install builds the project itself."""
    if _NOT_ITSELF & set(command.arguments) or state.variable("PDM_NO_SELF"):
        return False
    return is_package(read_pyproject(state.directory, state), "pdm")


def _in_place(state: State) -> bool:
    """Whether the project's build may leave something beside its sources."""
    content = read_pyproject(state.directory, state)
    backend = str(table(content, "build-system").get("build-backend", "pdm.backend"))
    built = "build" in table(content, "tool", "pdm") or "hooks" in table(content, "tool", "hatch", "build")
    return built or not backend.startswith(("pdm.backend", "hatchling", "flit", "poetry.core"))


def _paths(state: State) -> tuple[Region, ...]:
    return path_reads(read_project(state.directory, state), state)


def pdm_place(command: Command, state: State) -> tuple[Region, ...]:
    """Where pdm installs to: the active environment, or its own below the project; else all of the project."""
    given = {**state.environment, **dict(command.environment)}
    if {"-g", "--global"} & set(command.arguments):
        interpreter = find_interpreter("python", state)
        return interpreter.installs if interpreter else (state.path(),)
    if (active := active_environment(state)) and not given.get("PDM_IGNORE_ACTIVE_VENV"):
        return (active,)
    if "VENV" in " ".join(name for name in given if name.startswith("PDM_")) or _has_settings(state):
        return (state.path(),)
    return (state.path(".venv"),)


def _has_settings(state: State) -> bool:
    return any(
        state.tree.is_file(posixpath.join(state.directory, name)) for name in ("pdm.toml", ".pdm.toml")
    )


def _output(command: Command, state: State) -> tuple[Region, ...]:
    for word, following in zip(command.arguments, (*command.arguments[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        if option in ("-o", "--output"):
            return (state.path(value if equals else following),)
    return ()
