"""The commands that the container runs, followed through scripts and wrappers to a fixed point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def follow(
    given: Given, state: State, case: Case, strategies: tuple[Strategy, ...], base_entrypoint: tuple[str, ...]
) -> Start:
    """Follows one start to what it runs, through scripts, wrappers and the strategies."""
    words = given.words
    if base_entrypoint and words[: len(base_entrypoint)] == base_entrypoint and _execs_its_arguments(state):
        words = words[len(base_entrypoint) :]
    command = Command(words, raw=" ".join(words))
    trail = _Trail(case, strategies, given.words)
    trail.follow(command, state, 0)
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


_ARGUMENTS = ("$@", "$*", "${@}", "${*}")


@dataclass
class _Trail:
    """What following one start has come to so far."""

    case: Case
    strategies: tuple[Strategy, ...]
    arguments: tuple[str, ...]
    """What `"$@"` stands for in the entrypoint script."""
    reached: list[Command] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    toolchain: ToolchainAtStart | None = None

    def follow(self, command: Command, state: State, depth: int) -> None:
        """Follows one command and what it runs in turn; each command once."""
        if depth > _DEPTH or not command.words or command in self.reached:
            return
        match unwrap(list(command.words)):
            case Inline(script_text=text, wrappers=wrappers):
                self.needs.extend(wrapper_needs(wrappers))
                self._follow_all(commands_of(text, state), f"`{text[:60]}`", state, depth)
                return
            case Plain(words=words, assignments=assignments, wrappers=wrappers):
                self.needs.extend(wrapper_needs(wrappers))
                known = command.known[len(command.words) - len(words) :]
                environment = (*command.environment, *assignments)
                command = replace(command, words=tuple(words), known=known, environment=environment)
        if command.words and command not in self.reached:
            self.reached.append(command)
            self._resolve(command, state, depth)

    def _resolve(self, command: Command, state: State, depth: int) -> None:
        script = script_run_by(command, state)
        if script is not None:
            self._follow_script(*script, command, state, depth)
            return
        asked = (strategy.resolve(command, state, self.case) for strategy in self.strategies)
        resolution = next((found for found in asked if found is not None), None)
        resolution = resolution or engine_resolution(command, state)
        self.needs.extend(resolution.needs)
        if resolution.toolchain is not None and command.conditional:
            self.needs.append(ProgramNeed(command.words[0], f"`{command}` may be run"))
        else:
            self.toolchain = self.toolchain or resolution.toolchain
        if resolution.anything:
            self.unknown.append(resolution.anything)
        for inner in resolution.runs:
            self.follow(inner, state, depth + 1)

    def _follow_script(self, path: str, text: str, command: Command, state: State, depth: int) -> None:
        self.needs.append(PathNeed(path, f"`{command}` runs it"))
        self.needs.extend(_interpreter(text, path))
        before = self.arguments
        self.arguments = command.arguments[1:] if command.name in SHELLS else command.arguments
        self._follow_all(commands_of_file(text, state), path, state, depth)
        self.arguments = before

    def _follow_all(self, commands: Iterable[Command] | None, what: str, state: State, depth: int) -> None:
        if commands is None:
            self.unknown.append(f"{what} is not plain shell")
            return
        for command in commands:
            command = self._with_arguments(command)
            changed = state_after(command, state)
            if changed is not None:
                state = changed
            else:
                self.follow(command, state, depth + 1)

    def _with_arguments(self, command: Command) -> Command:
        """The command with what `"$@"` stands for; of `set -- gosu app "$@"`, what a later `exec "$@"` runs."""
        position = next((n for n, word in enumerate(command.words) if word in _ARGUMENTS), None)
        if position is not None:
            front = tuple(word for word in command.words[:position] if word != "exec")
            command = Command((*front, *self.arguments, *command.words[position + 1 :]), raw=str(command))
        if command.words[:2] == ("set", "--"):
            command = replace(command, words=command.words[2:], known=command.known[2:])
        return command


def _interpreter(text: str, path: str) -> Iterator[Need]:
    """The program that a script's first line names."""
    first = text.partition("\n")[0]
    words = first[2:].split() if first.startswith("#!") else []
    if words and words[0].endswith("/env"):
        words = words[1:]
    if words:
        yield ProgramNeed(words[0], f"{path} starts with {first.strip()}")
