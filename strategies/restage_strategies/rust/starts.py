"""What a container's command comes to when it is a Rust program, or cargo itself."""

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
from restage_strategies.rust.invocation import as_cargo
from restage_strategies.rust.programs import Origin, origin_of
from restage_strategies.rust.rows import Tool, needs_of_tool, tool_named
from restage_strategies.rust.settings import is_rust_stage

_HELP = (
    "build the program in a RUN (`cargo build --release`) and start what it made (`./target/release/NAME`); "
    "then restage can split the file"
)
_ALWAYS = frozenset({"rustc", "rustup", "cross", "rustdoc", "rustfmt"})


def resolve_start(command: Command, state: State, case: Case) -> Resolution | None:
    """What the command comes to; None: not a Rust program."""
    toolchain = _toolchain(command, case)
    if toolchain is not None:
        return Resolution(toolchain=toolchain)
    for path in program_paths(command, state):
        origin = origin_of(path, state, case)
        if origin is not None:
            return _program(path, command, origin, state)
        tool = _installed(path, state)
        if tool is not None:
            here = PathNeed(path, f"`{command}` runs it")
            return Resolution((), (here, *needs_of_tool(tool)))
    return None


def _installed(path: str, state: State) -> Tool | None:
    """A known tool that `cargo install` put there."""
    made = state.tree.origin(path)
    tool = tool_named(path.rpartition("/")[2])
    if tool is None or tool.role != "run" or not isinstance(made, Made):
        return None
    return tool if {"install", "binstall"} & {*made.by.split()} and tool.crate in made.by else None


def _toolchain(command: Command, case: Case) -> ToolchainAtStart | None:
    verb = " ".join(command.words[:2])
    why = f"the start `{verb}` needs the Rust toolchain"
    if as_cargo(command) is not None:
        return ToolchainAtStart(
            f"{why}: cargo builds or works on the sources when the container starts", _HELP
        )
    if not is_rust_stage(case):
        return None
    tool = tool_named(command.name)
    if command.name in _ALWAYS or (tool is not None and tool.role in ("build", "toolchain")):
        return ToolchainAtStart(f"{why}: it works on the sources", _HELP)
    watches = command.name in ("watchexec", "entr", "nodemon", "systemfd")
    if watches and any(word == "cargo" or word.startswith("cargo ") for word in command.words):
        return ToolchainAtStart(f"{command.name} runs cargo again on every change", _HELP)
    return None


def _scripts(origin: Origin, state: State) -> Iterator[Command]:
    """What the program calls that is a file of the project, or is given one: `Command::new("sh").arg("scripts/backup.sh")`."""
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
        told = f"{place} calls the program that an argument names"
        return Resolution(runs, needs, anything=told, complete=False)
    return Resolution(runs, needs, complete=bool(survey.sources))
