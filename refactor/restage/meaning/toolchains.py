"""Starts that need what the build needs, whatever the ecosystem: the refusals of HANDBOOK 0.1 that no strategy claims."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.start import ToolchainAtStart

_BUILDERS = {
    "make": "make runs the project's recipes",
    "mvn": "Maven builds the project",
    "mvnw": "Maven builds the project",
    "gradle": "Gradle builds the project",
    "gradlew": "Gradle builds the project",
    "sbt": "sbt builds the project",
    "mix": "Mix is Elixir's build tool",
    "stack": "Stack builds the project",
    "cabal": "Cabal builds the project",
    "bazel": "Bazel builds the project",
    "cmake": "CMake builds the project",
    "docker-compose": "it drives an engine",
}
WRAPPERS = frozenset({"mvnw", "gradlew"})
"""Scripts of a project that fetch a build tool and hand over to it: to be known by name, not read."""
_WITH_VERB = {
    "cargo": ("run", "watch", "test", "build", "install", "bench"),
    "dotnet": ("run", "watch", "test", "ef", "build", "script"),
    "swift": ("run", "build", "test"),
    "dart": ("run", "compile"),
    "elixir": ("-S",),
}


_GENERATORS = {
    "hugo": frozenset(("", "server", "serve", "build")),
    "zola": frozenset(("serve", "build")),
    "mdbook": frozenset(("serve", "watch", "build")),
    "jekyll": frozenset(("serve", "server", "s", "build", "b")),
    "trunk": frozenset(("serve", "watch", "build")),
}
"""Generators of sites by the verbs that build one, whoever installed them."""


def generator_at_start(command: Command) -> ToolchainAtStart | None:
    """Why a start that generates a site needs what that takes: themes, and programs that the generator calls."""
    verb = next((word for word in command.arguments if not word.startswith("-")), "")
    if verb not in _GENERATORS.get(command.name, ()) or {"--version", "--help", "-h"} & set(
        command.arguments
    ):
        return None
    return ToolchainAtStart(
        f"the start `{command}` builds the site each time the container starts",
        f"run `{command.name}` in a RUN and serve what it made",
    )


def toolchain_at_start(command: Command) -> ToolchainAtStart | None:
    """Why a start needs the toolchain, or None."""
    why = _BUILDERS.get(command.name)
    verbs = _WITH_VERB.get(command.name, ())
    verb = next((word for word in command.arguments if word in verbs), None)
    if why is None and verb is not None:
        why = f"`{command.name} {verb}` builds or needs the sources"
    if why is None:
        return None
    return ToolchainAtStart(
        f"the start `{command}` needs the toolchain: {why}",
        "build in a RUN and start what it made; then restage can split the file",
    )
