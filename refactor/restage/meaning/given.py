"""The commands that somebody gives the container: the file itself, and whoever uses the image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api.need import PathNeed
from restage.api.start import Role
from restage.api.state import State
from restage.build.scope import Scope
from restage.build.stages import Build
from restage.dockerfile.instructions import ExecForm, Healthcheck, Instruction, ShellForm
from restage.project.consumers import Consumer, ShellText, Words
from restage.project.consumers import Role as ConsumerRole
from restage.record import Record


class Given(Record):
    """A command that somebody gives the container."""

    role: Role
    where: str
    words: tuple[str, ...]
    directory: str | None = None
    """The working directory, where whoever gives it names one."""


def given_commands(
    build: Build, steps: tuple[Instruction, ...], scope: Scope, consumers: tuple[Consumer, ...]
) -> tuple[Given, ...]:
    """ENTRYPOINT with CMD, the health check, and what consumers say."""
    entrypoint, command = scope.entrypoint or (), scope.command or ()
    found = [
        Given(
            Role.START,
            "ENTRYPOINT and CMD" if entrypoint and command else "ENTRYPOINT" if entrypoint else "CMD",
            (*entrypoint, *command),
        )
    ]
    checks = [step for step in steps if isinstance(step, Healthcheck)]
    if checks and checks[-1].command is not None:
        found.append(
            Given(
                Role.HEALTHCHECK, f"HEALTHCHECK in line {checks[-1].line}", _words(checks[-1].command, scope)
            )
        )
    for consumer in consumers:
        found.extend(_of_consumer(consumer, scope))
    return tuple(given for given in found if given.words and not _is_untold(given))


def _is_untold(given: Given) -> bool:
    """Whether a document leaves a place for any command (`docker exec web <command>`): that says nothing of one."""
    return given.role is Role.BY_HAND and given.words[0].startswith(("$", "{{", "["))


def named_paths(consumers: tuple[Consumer, ...], state: State) -> Iterator[PathNeed]:
    """Files and directories of the image that consumers name in the values of variables (`CONTENT: docs`)."""
    for consumer in consumers:
        for value in consumer.values:
            for part in re.split(r"[:;,\s]+", value):
                path = state.path(part).path if part and "$" not in part else ""
                if path and path != "/" and (state.tree.is_file(path) or state.tree.is_directory(path)):
                    yield PathNeed(path, f"{consumer.place} names it in a variable")


def _words(form: ShellForm | ExecForm, scope: Scope) -> tuple[str, ...]:
    match form:
        case ShellForm(text):
            return (*scope.shell, text)
        case ExecForm(words):
            return words


def _of_consumer(consumer: Consumer, scope: Scope) -> Iterator[Given]:
    role = Role.BY_HAND if consumer.is_by_hand else Role.CONSUMER
    told = [(command.role, _consumer_words(command, scope)) for command in consumer.commands]
    own = next((words for kind, words in told if kind is ConsumerRole.ENTRYPOINT), None)
    front = scope.entrypoint or () if own is None else own
    has_command = any(kind is ConsumerRole.COMMAND for kind, _ in told)
    if consumer.directory and own is None and not has_command and not consumer.is_by_hand:
        yield Given(role, consumer.place, (*front, *(scope.command or ())), consumer.directory)
    for kind, words in told:
        match kind:
            case ConsumerRole.COMMAND:
                yield Given(role, consumer.place, (*front, *words), consumer.directory)
            case ConsumerRole.ENTRYPOINT:
                if not has_command:  # the image's CMD is not for another's entrypoint
                    yield Given(role, consumer.place, words, consumer.directory)
            case ConsumerRole.BESIDE:
                yield Given(role, consumer.place, words, consumer.directory)
            case ConsumerRole.HEALTHCHECK:
                yield Given(Role.HEALTHCHECK, consumer.place, words, consumer.directory)


def _consumer_words(command: Words | ShellText, scope: Scope) -> tuple[str, ...]:
    match command:
        case Words(words=words):
            return words
        case ShellText(text=text):
            return ("/bin/sh", "-c", text)
