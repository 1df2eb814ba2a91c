"""How what a Maven build fetches can be fetched before it: resolving reads poms alone."""

from __future__ import annotations

import shlex

from restage.api import Command, Prefetch, Region, State
from restage_strategies.maven.commands import Invocation
from restage_strategies.maven.project import Reactor

_KEPT = frozenset({"-f", "-s", "-gs", "-P"})
"""Options that say what is resolved, and from where."""


def resolution(
    invocation: Invocation,
    command: Command,
    state: State,
    reactor: Reactor,
    reads: tuple[Region, ...],
    repository: Region,
) -> Prefetch | None:
    """`dependency:go-offline` for a build of one project that is known from its poms; None where it could not help.

    It does not find everything, and fails where a plugin can't be resolved that the build never runs
    (maven-dependency-plugin, issues 959 and 1186): then the build fetches what is missing, as it did before.
    """
    flags = {name for name, _ in invocation.flags}
    if not invocation.builds or not invocation.known or flags & {"-o", "--offline"}:
        return None
    if not reactor.complete or len(reactor.projects) != 1 or Region(reactor.root) in reads:
        return None
    if any(name == "maven.repo.local" for name in invocation.definitions):
        return None
    options = [word for name, value in invocation.flags if name in _KEPT for word in (name, value)]
    if any(word not in command.raw for word in (*options[1::2], command.words[0])):
        return None  # a variable told it (`-P $PROFILE`), and --build-arg may tell another
    front = "sh " if command.name == "mvnw" and "/" in command.words[0] else ""
    words = " ".join(
        shlex.quote(word) for word in (command.words[0], "-B", *options, "dependency:go-offline")
    )
    return Prefetch(f"{front}{words} || true", state.directory, reads, repository)
