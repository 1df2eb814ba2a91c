"""The commands that the container runs, followed through scripts and wrappers to a fixed point."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from restage.api.case import Case
from restage.api.command import Command
from restage.api.need import Need, PathNeed, ProgramNeed
from restage.api.scripts import commands_of, commands_of_file
from restage.api.site import NotServed, ServedSite
from restage.api.start import Resolution, Role, Start, ToolchainAtStart
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.image.base import BaseImage
from restage.meaning.by_hand import looks_around
from restage.meaning.effects import SHELLS
from restage.meaning.given import Given
from restage.meaning.handing import as_user, handed_over, on_signal
from restage.meaning.lasting import state_after
from restage.meaning.programs import engine_resolution, script_run_by, wrapper_needs
from restage.meaning.toolchains import generator_at_start
from restage.record import replace
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
    trail = _Trail(case, strategies, given.words, given.role is Role.BY_HAND)
    trail.follow(command, state, 0)
    needs = tuple(dict.fromkeys(trail.needs))
    if trail.by_hand:
        needs = tuple(replace(need, why=f"{given.where}: {need.why}") for need in needs)
    return Start(
        given.role,
        given.where,
        command,
        tuple(trail.reached),
        needs,
        tuple(dict.fromkeys(trail.unknown)),
        trail.toolchain,
        trail.site,
        tuple(trail.ends),
        trail.by_hand and all(looks_around(one, state) for one in trail.reached),
    )


def _execs_its_arguments(state: State) -> bool:
    return isinstance(state.base, BaseImage) and state.base.entrypoint_execs_command


_TAKEN = re.compile(
    r"(?:^|[;&)])[ \t]*(?:local[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)="
    r"(?:(\([ \t]*\"\$@\"[ \t]*\))|\"?\$[@*]\"?)[ \t]*(?=[;#&]|$)",
    re.MULTILINE,
)
"""An assignment of all arguments: `cmd="$@"`, `local all=$*`, `LEFT=("$@")`."""
_SHIFT = re.compile(r"^[ \t]*shift(?:[ \t]+1)?[ \t]*(?:#.*)?$", re.MULTILINE)
_ARGUMENTS = ("$@", "$*", "${@}", "${*}")


@dataclass
class _Trail:
    """What following one start has come to so far."""

    case: Case
    strategies: tuple[Strategy, ...]
    arguments: tuple[str, ...]
    """What `"$@"` stands for in the entrypoint script."""
    by_hand: bool
    """People run it, and may do so for tests: what it calls has to be there, and the image is no tool for development."""
    lists: Mapping[str, int] = field(default_factory=dict)
    """Words of the script for what took them all (`$cmd` after `cmd="$@"`), and how many were shifted away before."""
    reached: list[Command] = field(default_factory=list)
    followed: set[tuple[str, Command]] = field(default_factory=set)
    """Commands with the directory that they ran in: `cd api && npm start` is another start than the `npm start` of it."""
    needs: list[Need] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    toolchain: ToolchainAtStart | None = None
    site: ServedSite | NotServed | None = None
    ends: list[Command] = field(default_factory=list)

    def follow(self, command: Command, state: State, depth: int) -> None:
        """Follows one command and what it runs in turn; each command once in a directory."""
        if depth > _DEPTH or not command.words or (state.directory, command) in self.followed:
            return
        match unwrap(list(command.words)):
            case Inline() as inline:
                self._follow_text(inline, state, depth)
                return
            case Plain(words=words, assignments=assignments, wrappers=wrappers):
                self.needs.extend(wrapper_needs(wrappers))
                known = command.known[len(command.words) - len(words) :]
                environment = (*command.environment, *assignments)
                command = replace(command, words=tuple(words), known=known, environment=environment)
        if command.words and (state.directory, command) not in self.followed:
            self.followed.add((state.directory, command))
            self.reached += [] if command in self.reached else [command]
            self._resolve(command, state, depth)

    def _follow_text(self, inline: Inline, state: State, depth: int) -> None:
        text = inline.script_text
        self.needs.extend(wrapper_needs(inline.wrappers))
        self._follow_all(commands_of(text, state), f"`{text[:60]}`", state, depth)

    def _resolve(self, command: Command, state: State, depth: int) -> None:
        switched = as_user(command.words) or on_signal(command.words)
        if switched is not None:
            self._follow_text(switched, state, depth)
            return
        script = script_run_by(command, state)
        if script is not None:
            self._follow_script(*script, command, state, depth)
            return
        asked = (strategy.resolve(command, state, self.case) for strategy in self.strategies)
        resolution = next((found for found in asked if found is not None), None)
        resolution = resolution or self._with_what_follows(engine_resolution(command, state), command, state)
        self.needs.extend(resolution.needs)
        self.site = self.site or resolution.site
        if not resolution.runs:
            self.ends.append(command)
        if resolution.toolchain is not None and (command.conditional or self.by_hand):
            self.needs.append(ProgramNeed(command.words[0], f"`{command}` may be run"))
        if not command.conditional:
            self.toolchain = self.toolchain or resolution.toolchain or generator_at_start(command)
        if resolution.anything:
            self.unknown.append(resolution.anything)
        for inner in resolution.runs:
            self.follow(inner, state, depth + 1)

    def _with_what_follows(self, resolution: Resolution, command: Command, state: State) -> Resolution:
        """Of a program that nobody knows: with the command that its arguments hold, if somebody knows that."""
        if resolution.runs or resolution.toolchain is not None:
            return resolution
        parts = (part for part in handed_over(command, state) if self._is_known(part, state))
        inner = next(parts, None)
        return resolution if inner is None else replace(resolution, runs=(inner,))

    def _is_known(self, command: Command, state: State) -> bool:
        return (
            command.name in SHELLS
            or script_run_by(command, state) is not None
            or any(one.resolve(command, state, self.case) is not None for one in self.strategies)
        )

    def _follow_script(self, path: str, text: str, command: Command, state: State, depth: int) -> None:
        self.needs.append(PathNeed(path, f"`{command}` runs it"))
        self.needs.extend(_interpreter(text, path))
        before = self.arguments, self.lists
        self.arguments = command.arguments[1:] if command.name in SHELLS else command.arguments
        self.lists = _lists(text)
        commands = commands_of_file(_placed(text, path), state)
        own = None if commands is None else tuple(map(_without_itself, commands))
        self._follow_all(own, path, state, depth)
        self.arguments, self.lists = before

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
        if command.words[-1:] and command.words[-1] in self.lists:
            own, shifted = self.arguments, self.lists[command.words[-1]]
            given = own[own.index("--") + 1 :] if "--" in own else own[shifted:]
            front = tuple(word for word in command.words[:-1] if word != "exec")
            given = (" ".join(given),) if front[-1:] == ("-c",) else given
            return Command((*front, *given), raw=str(command))
        position = next((n for n, word in enumerate(command.words) if word in _ARGUMENTS), None)
        if position is not None:
            front = tuple(word for word in command.words[:position] if word != "exec")
            in_one = "*" in command.words[position] and front[-1:] == ("-c",)
            given = (" ".join(self.arguments),) if in_one else self.arguments
            command = Command((*front, *given, *command.words[position + 1 :]), raw=str(command))
        if command.words[:2] == ("set", "--"):
            command = replace(command, words=command.words[2:], known=command.known[2:])
        return command


def _lists(text: str) -> dict[str, int]:
    """The words of a script by which it runs all its arguments, each with the number of those it has shifted away."""
    found: dict[str, int] = {}
    for taken in _TAKEN.finditer(text):
        name, is_list = taken[1], taken[2]
        shifted = len(_SHIFT.findall(text, 0, taken.start()))
        words = (f"${{{name}[@]}}",) if is_list else (f"${name}", f"${{{name}}}")
        found |= dict.fromkeys(words, shifted)
    return found


_OWN_PLACE = re.compile(
    r"(?:\$\(|`)dirname (?:-- )?\"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?\})\"?(?:\)|`)"
)
_GONE_TO = re.compile(r"\$\(cd (?:-P )?(?:-- )?\"?(/[\w./-]{0,200})\"? && pwd(?: -P)?\)")


def _placed(text: str, path: str) -> str:
    """The script with the directory that it lies in, where it asks for it: `$(dirname "$0")`."""
    told = _OWN_PLACE.sub(lambda _: posixpath.dirname(path), text)
    return _GONE_TO.sub(lambda found: posixpath.normpath(found[1]), told)


def _without_itself(command: Command) -> Command:
    """Of `timeout 15 $0 --child` the program alone: what the script runs is followed already."""
    if "$0" not in command.words[1:]:
        return command
    return replace(command, words=command.words[:1], known=command.known[:1])


def _interpreter(text: str, path: str) -> Iterator[Need]:
    """The program that a script's first line names."""
    first = text.partition("\n")[0]
    words = first[2:].split() if first.startswith("#!") else []
    if words and words[0].endswith("/env"):
        words = words[1:]
    if words:
        yield ProgramNeed(words[0], f"{path} starts with {first.strip()}")
