"""Distributions that a lock file or a project's manifest names for poetry, pipenv, pdm and uv."""

from __future__ import annotations

import json
import posixpath

from restage.api import Record, State, read_toml
from restage_strategies.python.manifest import table
from restage_strategies.python.names import Requirement, normalised
from restage_strategies.python.project import COMPILES, read_project

_TOML_LOCKS = {"poetry": "poetry.lock", "uv": "uv.lock", "pdm": "pdm.lock"}


class Managed(Record):
    """What a project manager installs. `locked`: the list is complete, dependencies included."""

    wanted: tuple[Requirement, ...]
    unread: tuple[str, ...]
    locked: bool
    asked_in: str


def managed(manager: str, state: State) -> Managed:
    """Every distribution of the lock, groups and extras included; without a lock the direct ones."""
    name = _TOML_LOCKS.get(manager, "Pipfile.lock")
    text = state.tree.text(state.path(name).path)
    names = _locked_names(text, name) if text is not None else None
    if names is not None:
        return Managed(names, _compiled(state), True, name)
    if manager == "pipenv":
        return _pipfile(state)
    project = read_project(state.directory, state)
    every = [*project.named, *(found for extra in project.extras.values() for found in extra)]
    return Managed(tuple(every), tuple(project.unread), False, "pyproject.toml")


def _compiled(state: State) -> tuple[str, ...]:
    """What the project and its path dependencies compile against whatever the image has."""
    project = read_project(state.directory, state)
    folders = [path for path in project.paths if state.tree.is_directory(path)]
    local = [project, *(read_project(path, state) for path in folders)]
    return tuple(why for found in local for why in found.unread if COMPILES in why)


def _locked_names(text: str, name: str) -> tuple[Requirement, ...] | None:
    try:
        content = json.loads(text) if name.endswith("Pipfile.lock") else read_toml(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    if name == "Pipfile.lock":
        groups = [
            group for group in (content.get("default"), content.get("develop")) if isinstance(group, dict)
        ]
        pairs = [
            (key, value.get("version", ""))
            for group in groups
            for key, value in group.items()
            if isinstance(value, dict)
        ]
        return tuple(
            Requirement(normalised(key), specifier=str(version), where=name) for key, version in pairs
        )
    packages = content.get("package")
    if not isinstance(packages, list):
        return None
    return tuple(_of_table(package, name) for package in packages if _is_foreign(package))


def _is_foreign(package: object) -> bool:
    """A package of the index or of an address; the project itself and its members are its own sources."""
    if not isinstance(package, dict) or not isinstance(package.get("name"), str):
        return False
    source = package.get("source")
    local = {"virtual", "editable", "directory"}
    if isinstance(source, dict):
        return not (local & source.keys() or source.get("type") == "directory")
    return "path" not in package


def _of_table(package: dict[str, object], where: str) -> Requirement:
    return Requirement(
        normalised(str(package["name"])), specifier=f"=={package.get('version', '')}", where=where
    )


def _pipfile(state: State) -> Managed:
    text = state.tree.text(posixpath.join(state.directory, "Pipfile"))
    content = read_toml(text) or {}
    names = [key for group in ("packages", "dev-packages") for key in table(content, group)]
    unread = () if content else ("Pipfile",)
    return Managed(
        tuple(Requirement(normalised(key), where="Pipfile") for key in names), unread, False, "Pipfile"
    )
