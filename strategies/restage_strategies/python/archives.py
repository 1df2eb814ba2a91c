"""Projects of the context that are installed, also by archives that the file built from them before (`dist/*.whl`)."""

from __future__ import annotations

import posixpath
import re

from restage.api import State, region
from restage.api.tree import Changed
from restage_strategies.python.project import read_project
from restage_strategies.python.requirements import Wanted

_BUILDS = re.compile(
    r"(?:poetry|flit|hatch|uv|pdm|hatchling) build\b.*|pip3? wheel \..*"
    r"|(?:\S*/)?python[\d.]* (?:-m build\b|setup\.py\b.*\b(?:sdist|bdist_wheel)\b).*"
)
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


def built_project(archive: str, state: State) -> str | None:
    """The directory of the project that an archive was built from; None: another one, or nobody can tell."""
    folder = posixpath.dirname(state.path(archive).path)
    if state.tree.entries(folder):
        return None
    built = any(
        isinstance(event, Changed) and event.target.covers(region(folder)) and _BUILDS.fullmatch(event.by)
        for event in state.tree.events
    )
    for place in (posixpath.dirname(folder), state.directory) if built else ():
        if any(state.tree.is_file(posixpath.join(place, name)) for name in _MANIFESTS):
            return place
    return None


def is_archive(path: str) -> bool:
    """Whether a path names an archive to install, and no directory."""
    return path.endswith((".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".egg"))


def data_folders_below(wanted: Wanted, state: State) -> list[str]:
    """Directories below the prefix for data files of what is installed from the context; an editable one leaves them."""
    links = [project.link for project in wanted.projects if project.link not in wanted.editable]
    places = (built_project(link, state) if is_archive(link) else link for link in links)
    return [folder for place in places if place for folder in read_project(place, state).data]
