"""What installs read of the build context: manifests to the file, projects that are built as a whole."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import Region, State, Unknown, region
from restage_strategies.python.project import MANIFESTS, Project, read_project

# Build back ends and their plugins that ask version control for the version; it looks at all of the work tree.
_VERSIONED = re.compile(
    r"setuptools[_-]scm|use_scm_version|hatch[_-]vcs|versioneer|\bpbr\b|poetry-dynamic-versioning|dunamai|flit[_-]scm"
    r"|versioningit|setuptools[_-]git|vcs[_-]versioning|vcs-version|versioneer-518|version_from_git|\bgit\b.*\bdescribe\b"
    r"|source\s*=\s*[\"'](?:scm|vcs|code|env)[\"']|\bgitpython\b|mercurial"
)
_OUTSIDE = re.compile(r"\.\./|['\"]\.\.['\"]|\.parent\b|os\.pardir|dirname\(\s*(?:os\.path\.)?dirname")


def present(state: State, *names: str) -> tuple[Region, ...]:
    """Those of the named files that the image has, as far as it can be known."""
    places = (state.path(name) for name in names)
    return tuple(place for place in places if not isinstance(state.tree.origin(place.path), Unknown))


def upwards(state: State, *names: str) -> tuple[Region, ...]:
    """The named files of the working directory and of every directory above it."""
    folder, found = state.directory, list[Region]()
    while True:
        found += present(state, *(posixpath.join(folder, name) for name in names))
        if folder == "/":
            return tuple(found)
        folder = posixpath.dirname(folder)


def nearest(state: State, name: str) -> str | None:
    """The directory with a file of the context, looking upwards from the working directory."""
    folder = state.directory
    while not state.tree.is_file(posixpath.join(folder, name)):
        if folder == "/":
            return None
        folder = posixpath.dirname(folder)
    return folder


def build_reads(directory: str, state: State) -> tuple[Region, ...]:
    """What building the project of a directory may read: all of it, and of its neighbours what it names."""
    found: dict[Region, None] = {}
    _add_build(directory, state, found)
    return tuple(found)


def _add_build(directory: str, state: State, found: dict[Region, None]) -> None:
    place = region(directory)
    if place in found:
        return
    found[place] = None
    project = read_project(directory, state)
    found |= dict.fromkeys(_around(directory, state))
    for path in project.paths:
        if state.tree.is_file(path):
            found[region(path)] = None
        elif state.tree.is_directory(path):
            _add_build(path, state, found)


def _around(directory: str, state: State) -> Iterator[Region]:
    text = "\n".join(state.tree.text(posixpath.join(directory, name)) or "" for name in MANIFESTS)
    if _VERSIONED.search(text):
        yield work_tree(directory, state)
    if _OUTSIDE.search(text):
        # The build looks at what lies beside the project.
        yield region(posixpath.dirname(directory))


def work_tree(directory: str, state: State) -> Region:
    """The directory with the `.git` that describes the project; the project where the image has none."""
    folder = directory
    while not state.tree.is_directory(posixpath.join(folder, ".git")):
        if folder == "/":
            return region(directory)
        folder = posixpath.dirname(folder)
    return region(folder)


def path_reads(project: Project, state: State) -> tuple[Region, ...]:
    """What the path dependencies of a project read when they are built."""
    found: dict[Region, None] = {}
    for path in project.paths:
        if state.tree.is_file(path):
            found[region(path)] = None
        elif state.tree.is_directory(path):
            _add_build(path, state, found)
    return tuple(found)


def settings_of_pip(state: State) -> tuple[Region, ...]:
    """pip's configuration files that the image has (`Configuration` of its documentation), and credentials."""
    named = [state.variable(name) for name in ("PIP_CONFIG_FILE", "PIP_CERT", "NETRC", "PIP_CLIENT_CERT")]
    environment = state.variable("VIRTUAL_ENV")
    usual = ["/etc/pip.conf", "~/.config/pip/pip.conf", "~/.pip/pip.conf", "~/.netrc"]
    places = [name for name in named if name] + usual + ([f"{environment}/pip.conf"] if environment else [])
    return tuple(state.path(place) for place in places if state.tree.is_file(state.path(place).path))


def named_places(arguments: Iterable[str], state: State) -> tuple[Region, ...]:
    """Files and directories of the context that words of a command name, alone or as the value of an option."""
    words = (word.partition("=")[2] if word.startswith("-") else word for word in arguments)
    places = (state.path(word) for word in words if word and not word.startswith("-"))
    return tuple(
        place for place in places if state.tree.is_file(place.path) or state.tree.is_directory(place.path)
    )
