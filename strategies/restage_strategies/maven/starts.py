"""What a container's command comes to when it is `java`, a tool of the JDK, or Maven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import (
    Case,
    Command,
    FromContext,
    Made,
    Need,
    PathNeed,
    ProgramNeed,
    Resolution,
    State,
    ToolchainAtStart,
    VariableNeed,
)
from restage.api.tree import Changed
from restage_strategies.maven.commands import COMPILERS, as_maven, read_maven
from restage_strategies.maven.java_command import OPTIONS, Run, read_java
from restage_strategies.maven.libraries import libraries_of
from restage_strategies.maven.sources import Survey

_HELP = "build in a RUN (`mvn package`) and start what it made (`java -jar target/app.jar`); then restage can split the file"
_BUILD_VARIABLES = ("MAVEN_HOME", "MAVEN_CONFIG")
_JAVA = frozenset({"java"})
_ARCHIVES = (".jar", ".war", ".ear", ".zip")
_SEPARATORS = re.compile(r"[=,:;\s]+")


def resolve_start(command: Command, state: State, case: Case) -> Resolution | None:
    """What the command comes to; None: nothing of Java."""
    peeled = as_maven(command)
    if peeled is not None:
        said = " ".join((command.words[0], *read_maven(peeled).goals))
        why = f"the start `{said}` needs Maven, a JDK and the sources"
        return Resolution(toolchain=ToolchainAtStart(why, _HELP))
    if command.name in COMPILERS or command.name == "jshell":
        why = f"the start `{command}` needs the JDK: {command.name} is not in a JRE"
        return Resolution(
            toolchain=ToolchainAtStart(why, "compile in a RUN and start `java` with the classes")
        )
    return _started(command, state, case) if command.name in _JAVA else None


def _started(command: Command, state: State, case: Case) -> Resolution:
    run = read_java(command)
    if run.is_source:
        why = f"the start `{command}` compiles {run.target} when the container starts"
        return Resolution(
            toolchain=ToolchainAtStart(why, "compile it with javac in a RUN and start the class")
        )
    program = ProgramNeed(command.words[0], f"`{command}` runs it")
    files = run.files or (() if run.is_jar else class_path(command, state))
    paths = tuple(need for path in files for need in path_needs(path, command, state))
    prebuilt = _foreign(run, state)
    if prebuilt is not None:
        needs = (program, *paths, *_named(command, state))
        return Resolution((), needs, anything=prebuilt, complete=False)
    survey = Survey(case.context)
    named = (*_agents(state), *_named(command, state), *_of_sources(survey, case, state))
    return Resolution((), (program, *paths, *named))


def class_path(command: Command, state: State) -> tuple[str, ...]:
    """Where classes are looked for without an option: as CLASSPATH says, else in the working directory."""
    told = command.variable("CLASSPATH") or state.variable("CLASSPATH")
    return tuple(entry for entry in told.split(":") if entry) or (state.directory,)


def path_needs(path: str, command: Command, state: State) -> tuple[Need, ...]:
    """The file, or the directory of a pattern or of what only running can name."""
    wild = min((at for sign in "*?[$" if (at := path.find(sign)) >= 0), default=-1)
    if wild >= 0:
        path = path[:wild].rpartition("/")[0]
    if not path or path == "." or not _is_ours(state.path(path).path, state):
        return ()
    return (PathNeed(state.path(path).path, f"`{command}` runs it"),)


def _is_ours(path: str, state: State) -> bool:
    """Whether the file makes or brings the path: nothing is needed of a directory that is only named."""
    return isinstance(state.tree.origin(path), FromContext | Made)


def _foreign(run: Run, state: State) -> str | None:
    """Why what runs isn't the project's: a jar that was built elsewhere may call anything."""
    if not run.known:
        return "options in a file of arguments may start anything"
    for path in run.files if run.is_jar else ():
        place = state.path(path).path
        origin = state.tree.origin(place)
        if isinstance(origin, FromContext) and path == run.target:
            return f"{path} is a jar of the build context that may call anything"
        if isinstance(origin, Made) and origin.by.split()[:1] in (["curl"], ["wget"]) and path == run.target:
            return f"{path} was fetched, and it may call anything"
    return None


def _agents(state: State) -> tuple[Need, ...]:
    """Agents that variables name."""
    found: list[Need] = []
    for name in OPTIONS:
        for word in state.variable(name).split():
            if word.startswith("-javaagent:"):
                path = word.partition(":")[2].partition("=")[0]
                if _is_ours(state.path(path).path, state):
                    found.append(PathNeed(state.path(path).path, f"{name} names it"))
    return tuple(found)


def _named(command: Command, state: State) -> Iterator[Need]:
    """Files of the project that options, arguments and variables name, and archives that a build made."""
    said = [(word, f"`{command}`") for word in command.arguments]
    said += [(value, f"ENV {name}") for name, value in state.environment.items() if value]
    for text, where in said:
        for part in _SEPARATORS.split(text):
            if "*" in part and part.endswith(_ARCHIVES):
                yield from path_needs(part, command, state)
                continue
            path = state.path(part).path if part.strip("./") and {".", "/"} & {*part} else None
            if path and (
                state.tree.is_file(path) or state.tree.is_directory(path) or _is_archive(path, state)
            ):
                yield PathNeed(path, f"{where} names it")


def _is_archive(path: str, state: State) -> bool:
    """Whether it is a file that a command made, and called as what servers take up (`java -jar runner.jar target/app.war`)."""
    exact = any(event.target.path == path for event in state.tree.events if isinstance(event, Changed))
    return exact and path.endswith(_ARCHIVES)


def _of_sources(survey: Survey, case: Case, state: State) -> tuple[Need, ...]:
    named = tuple(ProgramNeed(call.program, f"{call.where} calls it") for call in survey.calls)
    brought = tuple(
        ProgramNeed(program, f"{library} calls it")
        for library, programs in libraries_of(case, state).called.items()
        for program in programs
    )
    variables = tuple(
        VariableNeed(name, f"{path} reads it")
        for text, path in survey.strings
        for name in _BUILD_VARIABLES
        if text == name
    )
    return (*named, *brought, *variables)
