"""What a container's command comes to when it is a Go program, or Go itself."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import (
    Case,
    Command,
    Made,
    Need,
    PathNeed,
    Resolution,
    State,
    ToolchainAtStart,
    program_paths,
)
from restage_strategies.go.drivers import VENDORING, as_go, is_go_stage
from restage_strategies.go.programs import Origin, origin_of
from restage_strategies.go.rows import tool_named

_HELP = (
    "build the program in a RUN (`go build -o app .`) and start what it made; then restage can split the file"
)


def resolve_start(command: Command, state: State, case: Case) -> Resolution | None:
    """What the command comes to; None: not a Go program."""
    toolchain = _toolchain(command, case)
    if toolchain is not None:
        return Resolution(toolchain=toolchain)
    for path in program_paths(command, state):
        origin = origin_of(path, state, case)
        if origin is not None:
            return _program(path, command, origin, state)
        if _is_released(path, command, state, case):
            return Resolution((), (PathNeed(path, f"`{command}` runs it"),))
    return None


def _is_released(path: str, command: Command, state: State, case: Case) -> bool:
    """Whether it is a known tool of which the file fetches a release: one that is built from sources is known the same way."""
    tool = tool_named(command.name)
    if tool is None or tool.role != "run" or not isinstance(state.tree.origin(path), Made):
        return False
    return any(
        f"{repository}/releases/" in word
        for each in case.commands
        for word in each.words
        for repository in tool.repositories
    )


def _toolchain(command: Command, case: Case) -> ToolchainAtStart | None:
    go = as_go(command)
    verb = " ".join(command.words[:2])
    if go is not None or command.name == "gofmt":
        why = f"the start `{verb}` needs the Go toolchain"
        return ToolchainAtStart(f"{why}: it compiles when the container starts", _HELP)
    if command.name == "nodemon" and any(word == "go" or word.startswith("go ") for word in command.words):
        return ToolchainAtStart("nodemon runs `go` again on every change", _HELP)
    tool = tool_named(command.name)
    if tool is None and command.name not in VENDORING:
        return None
    if not is_go_stage(case) or tool is None or tool.role == "run":
        return None
    what = {
        "reload": "it compiles the program again on every change",
        "debug": "the debugger compiles or reads the sources",
    }.get(tool.role, "it is a build tool that works on the sources")
    return ToolchainAtStart(f"the start `{verb}` needs the Go toolchain: {what}", _HELP)


def _scripts(origin: Origin, state: State) -> Iterator[Command]:
    """What the program calls that is a file of the project, or is given one: `exec.Command("sh", "scripts/backup.sh")`."""
    for words in origin.survey.calls.lines:
        parts = (part for word in words for part in word.split())
        if any(state.tree.is_file(state.path(part).path) for part in parts):
            yield Command(words, conditional=True, raw=" ".join(words))


def _program(path: str, command: Command, origin: Origin, state: State) -> Resolution:
    here = PathNeed(path, f"`{command}` runs it")
    survey = origin.survey
    why = survey.toolchain
    if why is not None:
        return Resolution((), (here,), ToolchainAtStart(why, "keep the image as it is: it is a compiler too"))
    needs: tuple[Need, ...] = (here, *survey.needs())
    runs = tuple(_scripts(origin, state))
    if survey.calls.from_arguments:
        place = survey.calls.from_arguments[0]
        return Resolution(
            runs, needs, anything=f"{place} calls the program that an argument names", complete=False
        )
    return Resolution(runs, needs, complete=bool(survey.closure.files) or origin.tool is not None)
