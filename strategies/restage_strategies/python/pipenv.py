"""What pipenv does when a RUN calls it."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from typing import Any

from restage.api import NOTHING, Command, Effect, Region, State, read_toml, region, unknown
from restage_strategies.python.inputs import build_reads, nearest, present, settings_of_pip
from restage_strategies.python.interpreter import active_environment, find_interpreter
from restage_strategies.python.manifest import table
from restage_strategies.python.operands import operands

_TRUE = ("1", "true", "yes", "on")
_VALUED = frozenset(
    "-r --requirements -e --editable -i --index --extra-pip-args --python --pypi-mirror --categories -c".split()
)
_FIXED = {"--deploy", "--ignore-pipfile", "--skip-lock"}


def pipenv_effect(command: Command, state: State) -> Effect:
    """The effect of `pipenv …`, but for what it starts (`pipenv run`)."""
    words = pipenv_words(command)
    match words[0] if words else "":
        case "install" | "sync" | "update" | "upgrade":
            return _install(command, words, state)
        case "lock":
            writes = (
                _output(command, state)
                if "-r" in command.arguments
                else (beside_pipfile("Pipfile.lock", state),)
            )
            return Effect(reads=_reads(state), writes=writes, caches=_caches(state))
        case "requirements" | "check" | "graph" | "verify":
            return Effect(reads=_reads(state))
        case "uninstall" | "clean":
            places = pipenv_place(command, state)
            return Effect(reads=_reads(state), writes=(*places, *_pair(state)))
        case "" | "help":
            return Effect(writes=pipenv_place(command, state)) if "--python" in command.arguments else NOTHING
        case _:
            return unknown("pipenv runs what only the project's settings tell")


def pipenv_words(command: Command) -> list[str]:
    """The words of a pipenv command that are neither options nor their values."""
    return operands(command, _VALUED)


def _install(command: Command, words: list[str], state: State) -> Effect:
    places = pipenv_place(command, state)
    if not places:
        return unknown("where pipenv installs to is not known")
    writes = places if keeps_lock(command, words, state) else (*places, *_pair(state)[len(words) == 1 :])
    given = [
        value
        for name, value in zip(command.arguments, command.arguments[1:], strict=False)
        if name in ("-r", "--requirements")
    ]
    reads = _reads(state) or (state.path(),)
    reads = (*reads, *(state.path(name) for name in given), *settings_of_pip(state))
    return Effect(
        reads=tuple(dict.fromkeys(reads)), writes=tuple(dict.fromkeys(writes)), caches=_caches(state)
    )


def keeps_lock(command: Command, words: list[str], state: State) -> bool:
    """Whether Pipfile and Pipfile.lock stay as they are: `sync`, `--deploy`, or a lock that holds."""
    if words[0] == "sync" or _FIXED & set(command.arguments) or state.variable("PIPENV_IGNORE_PIPFILE"):
        return True
    if words[0] != "install" or len(words) > 1 or {"-r", "--requirements", "-e"} & set(command.arguments):
        return False
    try:
        lock = json.loads(state.tree.text(beside_pipfile("Pipfile.lock", state).path) or "{}")
    except (ValueError, RecursionError):
        return False
    pipfile = read_toml(state.tree.text(_pipfile(state).path) or "")
    return pipfile is not None and table(lock, "_meta", "hash").get("sha256") == hash_of(pipfile)


def hash_of(pipfile: dict[str, Any]) -> str:
    """The hash that Pipfile.lock keeps of its Pipfile (plette's `Pipfile.get_hash`)."""
    data: dict[str, Any] = {
        "_meta": {"sources": pipfile.get("source", []), "requires": pipfile.get("requires", {})},
        "default": pipfile.get("packages", {}),
        "develop": pipfile.get("dev-packages", {}),
    }
    known = ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv")
    data |= {name: value for name, value in pipfile.items() if name not in known}
    return hashlib.sha256(
        json.dumps(data, sort_keys=True, separators=(",", ":"), default=str).encode()
    ).hexdigest()


def scripts_of(state: State) -> dict[str, Any]:
    """The commands that the Pipfile gives names for `pipenv run`."""
    return table(read_toml(state.tree.text(_pipfile(state).path)), "scripts")


def _pipfile(state: State) -> Region:
    """PIPENV_PIPFILE, else the nearest Pipfile upwards (pipenv looks three directories up)."""
    if given := state.variable("PIPENV_PIPFILE"):
        return state.path(given)
    return region(nearest(state, "Pipfile") or state.directory, "Pipfile")


def beside_pipfile(name: str, state: State) -> Region:
    """A file in the directory of the Pipfile."""
    return region(posixpath.dirname(_pipfile(state).path), name)


def _pair(state: State) -> tuple[Region, ...]:
    return (_pipfile(state), beside_pipfile("Pipfile.lock", state))


def _reads(state: State) -> tuple[Region, ...]:
    """Pipfile, its lock and `.env`; what local paths lead to; requirements.txt where there is no Pipfile yet."""
    names = (
        _pipfile(state).path,
        beside_pipfile("Pipfile.lock", state).path,
        beside_pipfile(".env", state).path,
    )
    found = list(present(state, *names))
    if not state.tree.is_file(_pipfile(state).path):
        return (*found, *present(state, "requirements.txt", "setup.py", "setup.cfg", "pyproject.toml"))
    for path in _local_paths(state):
        found += build_reads(path, state) if state.tree.is_directory(path) else [region(path)]
    return tuple(found)


def _local_paths(state: State) -> list[str]:
    texts = [state.tree.text(place.path) or "" for place in _pair(state)]
    named = re.findall(r"\"?(?:path|file)\"?\s*[=:]\s*\"([^\"]+)\"", "\n".join(texts))
    folder = posixpath.dirname(_pipfile(state).path)
    return [
        region(folder, name.removeprefix("file://")).path
        for name in dict.fromkeys(named)
        if not re.match(r"https?:", name)
    ]


def _output(command: Command, state: State) -> tuple[Region, ...]:
    return tuple(state.path(name) for name in command.outputs)


def _caches(state: State) -> tuple[Region, ...]:
    own = state.variable("PIPENV_CACHE_DIR") or "~/.cache/pipenv"
    if state.variable("PIP_NO_CACHE_DIR"):
        return (state.path(own),)
    return (state.path(own), state.path(state.variable("PIP_CACHE_DIR") or "~/.cache/pip"))


def pipenv_place(command: Command, state: State) -> tuple[Region, ...]:
    """Where pipenv installs to; empty where that can't be known."""
    if "--system" in command.arguments or state.variable("PIPENV_SYSTEM").lower() in _TRUE:
        interpreter = find_interpreter("python", state)
        return interpreter.installs if interpreter else ()
    if (active := active_environment(state)) and not state.variable("PIPENV_IGNORE_VIRTUALENVS"):
        return (active,)
    inside = command.variable("PIPENV_VENV_IN_PROJECT") or state.variable("PIPENV_VENV_IN_PROJECT")
    if inside.lower() in _TRUE:
        return (beside_pipfile(".venv", state),)
    return (state.path(state.variable("WORKON_HOME") or "~/.local/share/virtualenvs"),)
