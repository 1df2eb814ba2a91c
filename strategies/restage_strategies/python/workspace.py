"""uv's workspaces: the root above a member, the members below a root, the lock that they share."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from restage.api import Region, State, read_toml, replace
from restage_strategies.python.inputs import present, upwards
from restage_strategies.python.manifest import packages_of, read_pyproject, table, texts
from restage_strategies.python.names import normalised, read_requirement

_SETTINGS = ("uv.toml", ".python-version", ".python-versions")


def root_of(state: State) -> str:
    """The directory of the workspace, or of the project, that the working directory belongs to."""
    folder, own = state.directory, None
    while True:
        content = read_pyproject(folder, state)
        if content and own is None:
            own = folder
        if "workspace" in table(content, "tool", "uv") and (
            folder == own or _is_member(own, folder, content)
        ):
            return folder
        if folder == "/":
            return own or state.directory
        folder = posixpath.dirname(folder)


def _is_member(own: str | None, root: str, content: Mapping[str, Any]) -> bool:
    return own is not None and any(
        fnmatchcase(posixpath.relpath(own, root), pattern)
        for pattern in texts(table(content, "tool", "uv", "workspace").get("members"))
    )


def members(state: State) -> tuple[str, ...]:
    """Directories of the workspace's members that the image has."""
    root = root_of(state)
    patterns = texts(table(read_pyproject(root, state), "tool", "uv", "workspace").get("members"))
    found = [
        folder for pattern in patterns for folder in _expanded(root, pattern.strip("/").split("/"), state)
    ]
    return tuple(dict.fromkeys(f for f in found if state.tree.is_file(posixpath.join(f, "pyproject.toml"))))


def _expanded(folder: str, parts: list[str], state: State) -> list[str]:
    if not parts:
        return [folder]
    names = [name for name in state.tree.entries(folder) if fnmatchcase(name, parts[0])]
    return [found for name in names for found in _expanded(posixpath.join(folder, name), parts[1:], state)]


def resolving_reads(state: State) -> tuple[Region, ...]:
    """What resolving and locking read: manifests of all members, and uv's settings on the way up."""
    at_root = replace(state, directory=root_of(state))
    manifests = [posixpath.join(member, "pyproject.toml") for member in members(state)]
    own = present(state, "pyproject.toml")
    return tuple(
        dict.fromkeys(
            (
                *own,
                *present(at_root, "pyproject.toml", "uv.lock"),
                *present(state, *manifests),
                *upwards(state, *_SETTINGS),
            )
        )
    )


def holds_lock(state: State) -> bool:
    """Whether uv.lock is there and names what the project asks for, so that uv leaves it as it is."""
    at_root = replace(state, directory=root_of(state))
    lock = read_toml(state.tree.text(at_root.path("uv.lock").path)) or {}
    project = table(read_pyproject(at_root.directory, state), "project")
    wanted = {found.name for line in texts(project.get("dependencies")) if (found := read_requirement(line))}
    name = normalised(str(project.get("name", "")))
    told = next((_required(found) for found in packages_of(lock) if found.get("name") == name), set())
    return bool(lock) and wanted == told


def _required(package: dict[str, Any]) -> set[str]:
    """The names that a locked project asks for, its extras left out."""
    entries = table(package, "metadata").get("requires-dist", package.get("dependencies", []))
    found = (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()
    return {str(entry.get("name")) for entry in found if "extra ==" not in str(entry.get("marker", ""))}
