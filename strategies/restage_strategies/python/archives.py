"""Archives that the file built from the project itself before it installs them (`dist/*.whl`)."""

from __future__ import annotations

import posixpath
import re

from restage.api import State, region
from restage.api.tree import Changed

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
