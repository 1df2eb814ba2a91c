"""What Maven and the programs of a JDK read and write (maven.apache.org, the JDK's tool specifications)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    EVERYWHERE,
    NOTHING,
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Effect,
    Evidence,
    Region,
    State,
    outermost,
    region,
    replace,
    unknown,
)
from restage_strategies.maven.artifacts import artifacts_of
from restage_strategies.maven.commands import Invocation, as_maven, read_maven
from restage_strategies.maven.jdk import jdk_effect
from restage_strategies.maven.libraries import libraries_of
from restage_strategies.maven.places import downloads, settings_files, wrapper_files
from restage_strategies.maven.prefetch import resolution
from restage_strategies.maven.project import Reactor, reactor_of

_FETCHING = frozenset(
    """
    dependency:go-offline dependency:resolve dependency:resolve-plugins dependency:resolve-sources dependency:sources
    dependency:get dependency:tree dependency:list dependency:analyze-only dependency:purge-local-repository
    go-offline:resolve-dependencies de.qaware:resolve-dependencies dependency:list-repositories
    help:effective-pom help:evaluate help:effective-settings help:active-profiles versions:display-dependency-updates
    """.split()
)
_COMPOSE = ("docker-compose*.y*ml", "compose*.y*ml")
_STARTS_MAVEN = re.compile(r"^[ \t]*(?:command|entrypoint):.*\bmvnw?\b", re.MULTILINE)
_OUTSIDE = re.compile(r"[>}](/?\.\./[^<>${}\s]{1,200}|/[^<>${}\s]{1,200})<")
"""A path above or beside a project, as the text of an element; what stands before it is the project's directory."""
_INFORMS = frozenset({"-v", "--version", "-h", "--help"})


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a command of Maven or the JDK; None: neither."""
    peeled = as_maven(command)
    if peeled is None:
        return jdk_effect(command, state, case)
    invocation = read_maven(peeled)
    if not invocation.goals and (not invocation.flags or _INFORMS & {name for name, _ in invocation.flags}):
        return replace(NOTHING, caches=downloads(invocation, peeled, state))
    if invocation.goals and all(goal.startswith("$") for goal in invocation.goals):
        return unknown("what Maven is told to do, only running tells")
    if any(goal.startswith("exec:") for goal in invocation.plugin_goals) and "playwright" in str(command):
        return unknown("Playwright installs browsers, and packages for them")
    return _kept_repository(_of_goals(invocation, peeled, state), case, state)


def _of_goals(invocation: Invocation, command: Command, state: State) -> Effect:
    reactor = reactor_of(invocation, state)
    caches = downloads(invocation, command, state)
    called = set(invocation.plugin_goals)
    reads = (*wrapper_files(reactor.root, state), *settings_files(invocation, command, state))
    if not invocation.builds and called and called <= _FETCHING:
        return Effect(reads=(*manifests(reactor), *reads), caches=caches)
    fetched = (*manifests(reactor), *reads)
    prefetch = resolution(invocation, command, state, reactor, fetched, caches[0]) if caches else None
    # By their own names too: a wrapper that was made executable has to stay what it was.
    reads = (*outermost((*_sources(reactor, state), *_named_outside(reactor, state))), *reads)
    if not invocation.builds and called == {"install:install-file"}:
        return Effect(reads=(*reads, *_named_files(invocation, state)), caches=caches)
    if not invocation.builds and not called and invocation.cleans:
        return Effect(reads=reads, deletes=targets(reactor), caches=caches)
    writes = _written(invocation, reactor, state)
    claim = Claim(
        ClaimKind.BOUNDED_WRITES,
        str(command),
        Evidence(Basis.SEARCH, f"Maven's plugins write below {reactor.root} and into the local repository"),
    )
    return Effect(reads=reads, writes=writes, caches=caches, prefetch=prefetch, claims=(claim,))


def manifests(reactor: Reactor) -> tuple[Region, ...]:
    """What resolving dependencies reads of the project: its poms, or all of it where they don't tell."""
    local = any(
        "file:" in url or "${" in url
        for project in reactor.projects
        for part in project.parts
        for url in part.repositories
    )
    if not reactor.complete or local:
        return (Region(reactor.root),)
    given = (
        project.value(each.system_path)
        for project in reactor.projects
        for each in project.dependencies
        if each.system_path
    )
    return tuple(Region(path) for path in (*reactor.files, *(path for path in given if path)))


def targets(reactor: Reactor) -> tuple[Region, ...]:
    """The build directories of all projects."""
    return tuple(Region(project.target) for project in reactor.projects if project.target)


def _sources(reactor: Reactor, state: State) -> tuple[Region, ...]:
    """The directories of the projects and of their parents."""
    places = [reactor.root, *(posixpath.dirname(path) for path in reactor.files)]
    return tuple(Region(path) for path in places)


def _named_outside(reactor: Reactor, state: State) -> Iterator[Region]:
    """What poms name outside of their projects: `<directory>/schemas</directory>`, `${basedir}/../proto`."""
    for file in reactor.files:
        for path in dict.fromkeys(_OUTSIDE.findall(state.tree.text(file) or "")):
            place = region(
                posixpath.dirname(file), path.removeprefix("/") if path.startswith("/..") else path
            )
            if state.tree.is_file(place.path) or state.tree.is_directory(place.path):
                yield place


def _named_files(invocation: Invocation, state: State) -> tuple[Region, ...]:
    told = (invocation.definitions.get(name) for name in ("file", "pomFile", "sources"))
    return tuple(state.path(path) for path in told if path)


def _written(invocation: Invocation, reactor: Reactor, state: State) -> tuple[Region, ...]:
    """The project's directory and what is known to be made in it; in `/` only the latter."""
    made = [artifact.region for project in reactor.projects for artifact in artifacts_of(project)]
    told = invocation.definitions.get("outputDirectory") or invocation.definitions.get("mdep.outputFile")
    if told:
        made.append(state.path(told))
    root = Region(reactor.root)
    if root == EVERYWHERE:
        return outermost((*targets(reactor), *made)) or (EVERYWHERE,)
    exact = made if invocation.packages else []
    outside = [place for place in targets(reactor) if not root.covers(place)]
    return tuple(dict.fromkeys((root, *outside, *exact, *([state.path(told)] if told else []))))


def _kept_repository(effect: Effect, case: Case, state: State) -> Effect:
    """Where something may be run out of the local repository, it is no cache."""
    if not uses_repository(case, state):
        return effect
    return replace(effect, writes=(*effect.writes, *effect.caches[:1]), caches=effect.caches[1:])


def uses_repository(case: Case, state: State) -> bool:
    """Whether jars in the local repository are run, or a compose file starts Maven in the container."""
    called = (read_maven(peeled).plugin_goals for c in case.commands if (peeled := as_maven(c)) is not None)
    if (
        any("dependency:build-classpath" in goals for goals in called)
        or libraries_of(case, state).in_repository
    ):
        return True
    variables = ((name, value or "") for name, value in state.environment.items())
    if any(".m2/repository" in value for name, value in variables if name != "MAVEN_OPTS"):
        return True
    composed = (case.context.text(name) or "" for pattern in _COMPOSE for name in case.context.glob(pattern))
    return any(_STARTS_MAVEN.search(text) for text in composed)
