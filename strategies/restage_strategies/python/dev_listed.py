"""Development groups of pipenv and pdm, whose locks list what each group needs to the last."""

from __future__ import annotations

import json
from typing import Any

from restage.api import Command, Region, State
from restage_strategies.python.dev_groups import (
    DevGroups,
    among_installers,
    are_dev,
    by_name,
    groups_left,
    is_shared,
    read_lock,
)
from restage_strategies.python.manifest import (
    groups_of,
    is_package,
    packages_of,
    read_pyproject,
    table,
    texts,
)
from restage_strategies.python.names import normalised
from restage_strategies.python.pipenv import beside_pipfile, keeps_lock, pipenv_words
from restage_strategies.python.project import read_project

_OF_PIPENV = frozenset("--dev -d --system --deploy --ignore-pipfile --verbose -v --clear".split())
_OF_PDM = frozenset(
    "--frozen-lockfile --check --no-self --no-editable -v --verbose -q --quiet -x --fail-fast".split()
)
_PLAIN_OF_PDM = frozenset("PDM_CHECK_UPDATE PDM_NO_SELF PDM_CACHE_DIR PDM_NON_INTERACTIVE".split())


def of_pipenv(command: Command, place: Region, state: State) -> DevGroups | None:
    """`pipenv install|sync --dev`: pip takes out by name what the lock has for development alone.

    `pipenv uninstall --all-dev` won't do: it rewrites Pipfile and lock, and takes what both sections share.
    """
    words = pipenv_words(command)
    options = {word for word in command.arguments if word.startswith("-")}
    lock = _pipenv_lock(state)
    if words not in (["install"], ["sync"]) or not {"--dev", "-d"} & options or options - _OF_PIPENV:
        return None
    if lock is None or not keeps_lock(command, words, state):
        return None
    kept = frozenset(map(normalised, lock["default"]))
    only = frozenset(map(normalised, lock["develop"])) - kept
    if is_shared(place):
        return among_installers(only, kept, command, state)
    return by_name(("pipenv", "run", "pip"), only, kept, command, state)


def _pipenv_lock(state: State) -> dict[str, Any] | None:
    """Pipfile.lock, if it has the two common sections and no other."""
    try:
        lock = json.loads(state.tree.text(beside_pipfile("Pipfile.lock", state).path) or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(lock, dict) or lock.keys() != {"_meta", "default", "develop"}:
        return None
    sections = (lock["default"], lock["develop"])
    return lock if all(isinstance(section, dict) for section in sections) else None


def of_pdm(command: Command, place: Region, state: State) -> DevGroups | None:
    """`pdm install|sync` of a project that isn't built: pdm itself keeps what the lock has for the default group."""
    words = [word for word in command.arguments if not word.startswith("-")]
    options = {word for word in command.arguments if word.startswith("-")}
    content = read_pyproject(state.directory, state)
    lock = read_lock("pdm.lock", state.directory, state)
    given = {name for name in state.environment if name.startswith("PDM_")}
    if words not in (["install"], ["sync"]) or options - _OF_PDM or given - _PLAIN_OF_PDM or lock is None:
        return None
    if place != state.path(".venv") or table(content, "tool", "pdm", "options"):
        return None
    if not are_dev(groups_of(content)) or _is_built(options, given, content, state):
        return None
    divided = _by_groups(lock)
    if divided is None:
        return None
    told = ("pdm", "sync", "--prod", "--no-self", "--only-keep", "--skip=:all")
    return groups_left(told, state, *divided, command)


def _is_built(options: set[str], given: set[str], content: dict[str, Any], state: State) -> bool:
    """Whether pdm would take the project out, or build it or a local one again."""
    itself = is_package(content, "pdm") and "--no-self" not in options and "PDM_NO_SELF" not in given
    return itself or bool(read_project(state.directory, state).paths)


def _by_groups(lock: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]] | None:
    """The names that only development has, and those of the default group; None where the lock doesn't tell."""
    kept, every = set[str](), set[str]()
    for package in packages_of(lock):
        groups = texts(package.get("groups"))
        name = package.get("name")
        if not groups or not isinstance(name, str):
            return None
        every.add(normalised(name))
        if "default" in groups:
            kept.add(normalised(name))
    return frozenset(every - kept), frozenset(kept)
