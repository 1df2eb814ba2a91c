"""What holds at each step of a stage: the image configuration so far, and the ARGs in scope."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from restage.build.bases import base_of
from restage.build.stages import Build, Stage, expand_known
from restage.dockerfile.instructions import (
    Arg,
    Cmd,
    Entrypoint,
    Env,
    ExecForm,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Shell,
    ShellForm,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from restage.dockerfile.words import ExpansionError, expand_words, variables
from restage.image.base import BaseImage, UnknownBase
from restage.record import Record, replace

DEFAULT_SHELL = ("/bin/sh", "-c")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What BuildKit gives a base image without PATH (util/system)."""


class Scope(Record):
    """Image configuration and ARGs before a step (or, last, of the finished stage)."""

    environment: Mapping[str, str | None]
    """ENV, the base's included, in order; None where a value cannot be known."""
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    """ARGs in scope. ENV of the same name hides them."""
    is_complete: bool = True
    """False: the base may set variables that are not listed."""
    directory: str | None = "/"
    """Working directory; None where it cannot be known."""
    directory_text: str = "/"
    """The working directory as the author wrote it: variables not expanded."""
    user: str | None = None
    shell: tuple[str, ...] = DEFAULT_SHELL
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    command_is_inherited: bool = False
    exposed: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    healthcheck: str | None = None
    stopsignal: str | None = None
    onbuild: tuple[str, ...] = ()
    maintainer: str | None = None

    @cached_property
    def variables(self) -> dict[str, str | None]:
        """What an instruction or a RUN sees: ENV over ARG."""
        return {**self.arguments, **self.environment}

    def variables_in(self, word: str, escape: str) -> dict[str, str | None]:
        """The same, with None for each variable of the word that an unknown base may set."""
        known = self.variables
        if self.is_complete or "$" not in word:
            return known
        return {**dict.fromkeys(variables(word, escape)), **known}


def base_scope(base: BaseImage | UnknownBase) -> Scope:
    """The scope that a base image begins a stage with."""
    match base:
        case BaseImage(config=config):
            return Scope(
                environment={"PATH": DEFAULT_PATH, **config.env},
                directory=config.workdir,
                directory_text=config.workdir,
                user=config.user,
                entrypoint=config.entrypoint or None,
                command=config.cmd or None,
                command_is_inherited=True,
                exposed=tuple(config.exposed),
                volumes=tuple(config.volumes),
                stopsignal=config.stopsignal,
            )
        case UnknownBase():
            return Scope(environment={"PATH": DEFAULT_PATH}, is_complete=False)


def scopes(build: Build, stage: Stage, base: BaseImage | UnknownBase) -> tuple[Scope, ...]:
    """The scope before each step, and after the last: one more than there are steps.

    Raises:
        ExpansionError: BuildKit refuses a word.
    """
    scope = base_scope(base)
    if stage.parent is not None:
        parent = build.stages[stage.parent]
        scope = replace(scopes(build, parent, base_of(parent))[-1], command_is_inherited=True)
    found = [scope]
    for instruction in stage.steps:
        scope = after(scope, instruction, build)
        found.append(scope)
    return tuple(found)


def command_words(form: ShellForm | ExecForm, shell: tuple[str, ...]) -> tuple[str, ...]:
    """The words that the container runs: the shell form goes through the stage's SHELL."""
    match form:
        case ShellForm(text):
            return (*shell, text)
        case ExecForm(words):
            return words


def after(scope: Scope, instruction: Instruction, build: Build) -> Scope:
    """The scope after one instruction, as BuildKit's dispatch functions change the image configuration."""
    escape = build.document.escape

    def known(word: str) -> str | None:
        return expand_known(word, scope.variables_in(word, escape), escape)

    match instruction:
        case Env(pairs=pairs):
            return replace(
                scope,
                environment={
                    **scope.environment,
                    **{known(name) or name: known(value) for name, value in pairs},
                },
            )
        case Arg(pairs=arguments):
            return _with_arguments(scope, arguments, build)
        case Workdir(path=path):
            return _in_directory(scope, path, known(path))
        case User(name=name):
            return replace(scope, user=known(name) or name)
        case Shell(words=words):
            return replace(scope, shell=words)
        case Entrypoint(command=form):
            inherited = scope.command_is_inherited
            return replace(
                scope,
                entrypoint=command_words(form, scope.shell),
                command=None if inherited else scope.command,
            )
        case Cmd(command=form):
            return replace(scope, command=command_words(form, scope.shell), command_is_inherited=False)
        case Expose(ports=ports):
            return replace(scope, exposed=_added(scope.exposed, _words(ports, scope, escape)))
        case Volume(paths=paths):
            return replace(scope, volumes=_added(scope.volumes, tuple(known(path) or path for path in paths)))
        case Label(pairs=pairs):
            return replace(
                scope,
                labels={**scope.labels, **{known(n) or n: known(v) or v if v else "" for n, v in pairs}},
            )
        case Healthcheck():
            return replace(scope, healthcheck=" ".join(instruction.text.split()[1:]))
        case Stopsignal(signal=signal):
            return replace(scope, stopsignal=known(signal) or signal)
        case Onbuild():
            return replace(scope, onbuild=(*scope.onbuild, instruction.body))
        case Maintainer(name=name):
            return replace(scope, maintainer=name)
        case _:
            return scope


def _with_arguments(scope: Scope, pairs: tuple[tuple[str, str | None], ...], build: Build) -> Scope:
    arguments = dict(scope.arguments)
    for name, default in pairs:
        if name in build.given:
            arguments[name] = build.given[name]
        elif default is not None:
            arguments[name] = expand_known(default, {**arguments, **scope.environment}, build.document.escape)
        else:
            arguments[name] = build.arguments.get(name)
    return replace(scope, arguments=arguments)


def _in_directory(scope: Scope, text: str, path: str | None) -> Scope:
    """A directory that only an unknown base's variable tells keeps that as its name: `/${APP_ROOT}`.

    Below another directory the variable may be absolute or relative: then it cannot be known.
    """
    if scope.directory is None and not (path or "").startswith("/"):
        return replace(scope, directory=None, directory_text=text)
    if path is None and text.startswith("$") and scope.directory != "/":
        return replace(scope, directory=None, directory_text=text)
    path = "/" + text if path is None and text.startswith("$") else text if path is None else path
    joined = posixpath.normpath(posixpath.join(scope.directory or "/", path))
    written = text if text.startswith(("/", "$")) else posixpath.join(scope.directory_text, text)
    return replace(scope, directory="/" + joined.lstrip("/"), directory_text=written)


def _words(texts: tuple[str, ...], scope: Scope, escape: str) -> tuple[str, ...]:
    values = {name: value for name, value in scope.variables.items() if value is not None}
    found: list[str] = []
    for text in texts:
        try:
            found.extend(expand_words(text, values, escape))
        except ExpansionError:
            found.append(text)
    return tuple(found)


def _added(known: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return known + tuple(item for item in new if item not in known)
