"""Where Maven keeps what it downloads, and what it reads beyond the project."""

from __future__ import annotations

import posixpath

from restage.api import Command, Region, State, region
from restage_strategies.maven.commands import Invocation


def repository(invocation: Invocation, command: Command, state: State) -> Region:
    """The local repository: as a property says, else below the home directory (maven.apache.org/settings.html)."""
    told = invocation.definitions.get("maven.repo.local") or _in_options(command, state)
    return state.path(told) if told else home(command, state).below("repository")


def home(command: Command, state: State) -> Region:
    """Maven's directory of the user."""
    return region(command.variable("HOME") or state.home, ".m2")


def _in_options(command: Command, state: State) -> str | None:
    text = command.variable("MAVEN_OPTS") or state.variable("MAVEN_OPTS")
    found = [word for word in text.split() if word.startswith("-Dmaven.repo.local=")]
    return found[-1].partition("=")[2] if found else None


def downloads(invocation: Invocation, command: Command, state: State) -> tuple[Region, ...]:
    """The local repository and the Mavens that the wrapper fetched."""
    below = home(command, state)
    own = tuple(below.below(name) for name in ("wrapper", "build-cache", "copy_reference_file.log"))
    return (repository(invocation, command, state), *own)


def settings_files(invocation: Invocation, command: Command, state: State) -> tuple[Region, ...]:
    """Settings outside the project that a run may read."""
    told = [state.path(value) for name in ("-s", "-gs", "-t") if (value := invocation.value(name))]
    below = home(command, state)
    names = ("settings.xml", "settings-security.xml", "toolchains.xml")
    return (*told, *(below.below(name) for name in names), Region("/usr/share/maven"), Region("/etc/ssl"))


def wrapper_files(directory: str, state: State) -> tuple[Region, ...]:
    """`.mvn` of the directory and those above, and the wrapper beside it, as far as they are there."""
    found: list[Region] = []
    here = directory
    while True:
        for name in (".mvn", "mvnw", "mvnw.cmd"):
            path = posixpath.join(here, name)
            if state.tree.is_file(path) or state.tree.is_directory(path):
                found.append(Region(path))
        if here in ("/", ""):
            return tuple(found)
        here = posixpath.dirname(here)
