"""What a command of Maven or the JDK made that outlives it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import Case, Command, Effect, Product, ProductKind, Region, State
from restage_strategies.maven.artifacts import artifacts_of, written_beside
from restage_strategies.maven.commands import COMPILERS, Invocation, as_maven, read_maven
from restage_strategies.maven.effects import targets
from restage_strategies.maven.java_command import read_java
from restage_strategies.maven.places import repository
from restage_strategies.maven.project import Reactor, reactor_of

NAME = "maven"
_MOST_ARTIFACTS = 12
_ARCHIVES = (".jar", ".war", ".ear", ".rar", ".hpi")


class Archive(Product):
    """What a build makes to be run: an archive, or a directory."""

    @property
    def is_file(self) -> bool:
        """Whether it is called as archives are."""
        return self.region.path.endswith(_ARCHIVES)


def products_of(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    """The products of one command."""
    peeled = as_maven(command)
    if peeled is not None:
        yield from _of_maven(peeled, effect, state)
    elif command.name in COMPILERS:
        for place in effect.writes:
            yield Product(place, ProductKind.ARTIFACT, f"class files in {place}", NAME)
    elif command.name in ("jar", "jlink", "java", "keytool"):
        runs_nothing = command.name == "java" and read_java(command).target is None
        for place in () if runs_nothing else effect.writes:
            yield Archive(place, ProductKind.ARTIFACT, f"what `{command.name}` made in {place}", NAME)


def _of_maven(command: Command, effect: Effect, state: State) -> Iterator[Product]:
    invocation = read_maven(command)
    for place in effect.caches:
        if place == repository(invocation, command, state):
            yield Product(place, ProductKind.CACHE, "Maven's local repository", NAME)
        elif place.path.endswith("/wrapper") and command.name == "mvnw":
            yield Product(place, ProductKind.CACHE, "the Maven that the wrapper fetched", NAME)
    if not effect.writes:
        return
    reactor = reactor_of(invocation, state)
    yield from _dependencies(invocation, reactor, state)
    made = [artifact.region for project in reactor.projects for artifact in artifacts_of(project)]
    if not invocation.packages:
        for place in targets(reactor)[:_MOST_ARTIFACTS] or effect.writes[:1]:
            yield Product(place, ProductKind.ARTIFACT, f"what Maven made in {place}", NAME)
        return
    if not made or len(made) > _MOST_ARTIFACTS:
        yield Product(Region(reactor.root), ProductKind.ARTIFACT, "what Maven packaged", NAME)
        return
    for place in dict.fromkeys(made):
        name = posixpath.relpath(place.path, state.directory) if place.path != "/" else "/"
        yield Archive(place, ProductKind.ARTIFACT, name if not name.startswith("..") else place.path, NAME)


def _dependencies(invocation: Invocation, reactor: Reactor, state: State) -> Iterator[Product]:
    """Where the jars of dependencies are copied to, and what plugins write beside the artifact."""
    places = [place for project in reactor.projects for place in written_beside(project)]
    if {"dependency:copy-dependencies", "dependency:copy"} & {*invocation.plugin_goals}:
        told = invocation.definitions.get("outputDirectory")
        folders = [state.path(told)] if told else [place.below("dependency") for place in targets(reactor)]
        places += folders
    file = invocation.definitions.get("mdep.outputFile")
    for place in dict.fromkeys((*places, *((state.path(file),) if file else ()))):
        yield Product(place, ProductKind.DEPENDENCIES, f"what plugins put in {place}", NAME)
