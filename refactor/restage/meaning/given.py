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
        found.extend(_of_consumer(consumer, entrypoint, scope))
    return tuple(given for given in found if given.words)


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


def _of_consumer(consumer: Consumer, entrypoint: tuple[str, ...], scope: Scope) -> Iterator[Given]:
    where = f"{consumer.file}:{consumer.line}" if consumer.line else consumer.file
    own = next((c for c in consumer.commands if c.role is ConsumerRole.ENTRYPOINT), None)
    front = _consumer_words(own, scope) if own else entrypoint
    for command in consumer.commands:
        match command.role:
            case ConsumerRole.COMMAND:
                yield Given(Role.CONSUMER, where, (*front, *_consumer_words(command, scope)))
            case ConsumerRole.ENTRYPOINT if not any(
                c.role is ConsumerRole.COMMAND for c in consumer.commands
            ):
                yield Given(Role.CONSUMER, where, (*front, *(scope.command or ())))
            case ConsumerRole.HEALTHCHECK:
                yield Given(Role.HEALTHCHECK, where, _consumer_words(command, scope))
            case _:
                pass


def _consumer_words(command: Words | ShellText, scope: Scope) -> tuple[str, ...]:
    match command:
        case Words(words=words):
            return words
        case ShellText(text=text):
            return ("/bin/sh", "-c", text)
