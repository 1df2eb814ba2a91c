"""The commands that the container runs, followed through scripts and wrappers to a fixed point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from restage.api.case import Case
from restage.api.command import Command
from restage.api.need import Need, PathNeed, ProgramNeed
from restage.api.scripts import commands_of, commands_of_file
from restage.api.start import Start, ToolchainAtStart
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.image.base import BaseImage
from restage.meaning.effects import SHELLS
from restage.meaning.given import Given
from restage.meaning.lasting import state_after
from restage.meaning.programs import engine_resolution, script_run_by, wrapper_needs
from restage.shell.commands import Inline, Plain, unwrap

_DEPTH = 12


@dataclass
class _Trail:
    """What following one start has come to so far."""

    reached: list[Command] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    toolchain: ToolchainAtStart | None = None


def follow(
    given: Given, state: State, case: Case, strategies: tuple[Strategy, ...], base_entrypoint: tuple[str, ...]
) -> Start:
    """Follows one start to what it runs, through scripts, wrappers and the strategies."""
    words = given.words
    if base_entrypoint and words[: len(base_entrypoint)] == base_entrypoint and _execs_its_arguments(state):
        words = words[len(base_entrypoint) :]
    command = Command(words, raw=" ".join(words))
    trail = _Trail()
    _follow(command, given.words, state, case, strategies, trail, 0)
    return Start(
        given.role,
        given.where,
        command,
        tuple(trail.reached),
        tuple(dict.fromkeys(trail.needs)),
        tuple(dict.fromkeys(trail.unknown)),
        trail.toolchain,
    )


def _execs_its_arguments(state: State) -> bool:
    return isinstance(state.base, BaseImage) and state.base.entrypoint_execs_command


def _follow(
    command: Command,
    arguments: tuple[str, ...],
    state: State,
    case: Case,
    strategies: tuple[Strategy, ...],
    trail: _Trail,
    depth: int,
) -> None:
    if depth > _DEPTH or not command.words or command in trail.reached:
        return
    match unwrap(list(command.words)):
        case Inline(script_text=text, wrappers=wrappers):
            trail.needs.extend(wrapper_needs(wrappers))
            _follow_all(
                commands_of(text, state), f"`{text[:60]}`", arguments, state, case, strategies, trail, depth
            )
            return
        case Plain(words=words, assignments=assignments, wrappers=wrappers):
            trail.needs.extend(wrapper_needs(wrappers))
            skipped = len(command.words) - len(words)
            command = replace(
                command,
                words=tuple(words),
                known=command.known[skipped:],
                environment=(*command.environment, *assignments),
            )
    if not command.words or command in trail.reached:
        return
    trail.reached.append(command)
    _resolve(command, arguments, state, case, strategies, trail, depth)


def _resolve(
    command: Command,
    arguments: tuple[str, ...],
    state: State,
    case: Case,
    strategies: tuple[Strategy, ...],
    trail: _Trail,
    depth: int,
) -> None:
    script = script_run_by(command, state)
    if script is not None:
        path, text = script
        trail.needs.append(PathNeed(path, f"`{command}` runs it"))
        _interpreter(text, path, trail)
        inner = commands_of_file(text, state)
        _follow_all(
            inner,
            path,
            command.arguments if command.name not in SHELLS else command.arguments[1:],
            state,
            case,
            strategies,
            trail,
            depth,
        )
        return
    resolution = next(
        (found for strategy in strategies if (found := strategy.resolve(command, state, case)) is not None),
        None,
    )
    if resolution is None:
        resolution = engine_resolution(command, state)
    trail.needs.extend(resolution.needs)
    if resolution.toolchain is not None and command.conditional:
        trail.needs.append(ProgramNeed(command.words[0], f"`{command}` may be run"))
    else:
        trail.toolchain = trail.toolchain or resolution.toolchain
    if resolution.anything:
        trail.unknown.append(resolution.anything)
    for inner_command in resolution.runs:
        _follow(inner_command, arguments, state, case, strategies, trail, depth + 1)


def _follow_all(
    commands: Iterable[Command] | None,
    what: str,
    arguments: tuple[str, ...],
    state: State,
    case: Case,
    strategies: tuple[Strategy, ...],
    trail: _Trail,
    depth: int,
) -> None:
    if commands is None:
        trail.unknown.append(f"{what} is not plain shell")
        return
    for command in commands:
        if any(word in ("$@", "$*", "${@}", "${*}") for word in command.words):
            given = tuple(word for word in command.words if word not in ("exec",))
            position = next(n for n, word in enumerate(given) if word in ("$@", "$*", "${@}", "${*}"))
            command = Command((*given[:position], *arguments, *given[position + 1 :]), raw=str(command))
        if command.words[:2] == ("set", "--"):  # `set -- gosu app "$@"`: what a later `exec "$@"` runs
            command = replace(command, words=command.words[2:], known=command.known[2:])
        changed = state_after(command, state)
        if changed is not None:
            state = changed
            continue
        _follow(command, arguments, state, case, strategies, trail, depth + 1)


def _interpreter(text: str, path: str, trail: _Trail) -> None:
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        words = first[2:].split()
        program = (
            words[1] if words and words[0].endswith("/env") and len(words) > 1 else words[0] if words else ""
        )
        if program:
            trail.needs.append(ProgramNeed(program, f"{path} starts with {first.strip()}"))
