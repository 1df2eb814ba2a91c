"""One file through it all: bytes → document → meaning → plan → edits → bytes, checked before anything is written."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from restage.api.case import Case
from restage.api.command import Command
from restage.api.observation import Observation
from restage.api.scripts import expanded, simple_commands
from restage.api.start import Start
from restage.api.strategy import Strategy
from restage.build.bases import base_of
from restage.build.scope import Scope, scopes
from restage.build.stages import Build, Stage, expand_known, read_build
from restage.check import check_split
from restage.dockerfile.document import Document, ReadError
from restage.dockerfile.instructions import Add, Copy, ExecForm, Run, ShellForm, instructions
from restage.dockerfile.reader import read
from restage.dockerfile.second_reader import agree
from restage.dockerfile.words import ExpansionError
from restage.image.base import BaseImage
from restage.lower import Edit, applied, lower
from restage.meaning.given import given_commands
from restage.meaning.starts import follow
from restage.meaning.walk import script_of, starting_state, walk_stage
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.judge import Courage
from restage.planning.situation import Situation, Split
from restage.planning.split import plan_split
from restage.project.consumers import Consumers
from restage.project.context import Context
from restage.project.discovery import NoContext, find_context, repository_root
from restage.record import Record


class Request(Record):
    """One file to be refactored."""

    path: Path
    """Where it is, or for standard input where it would be."""
    data: bytes
    context: Path | None = None
    """The build context, if it was given."""
    courage: Courage = Courage.PLAIN
    observations: tuple[Observation, ...] = ()


class Rewritten(Record):
    """The file was split."""

    split: Split
    edits: tuple[Edit, ...]
    data: bytes
    document: Document


class Unreadable(Record):
    """BuildKit would refuse the file, or it can't be read at all; then `line` is None."""

    line: int | None
    message: str
    help: str


Result = Rewritten | Refusal | Unchanged | Unreadable


class Outcome(Record):
    """What became of one file."""

    request: Request
    result: Result
    context: Path | None = None
    how: str | None = None
    """Why this is the build context."""
    strategies: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    reads: tuple[str, ...] = field(default=(), repr=False)
    """Paths of the context that were looked at."""


def refactor(
    request: Request, strategies: tuple[Strategy, ...], repositories: dict[Path, Consumers] | None = None
) -> Outcome:
    """Plans and checks the rewrites of one file; nothing is written. `repositories` keeps what was read of each.

    Raises:
        BrokenLaw: a planned output does not hold what it must (a bug of ours).
    """
    document = read(request.data)
    try:
        read_instructions = instructions(document)
        build = read_build(document, read_instructions)
        if len(build.stages) > 1:
            return Outcome(request, Unchanged("already-multi-stage", "the file has stages already"))
        base = base_of(build.final)
        stage_scopes = scopes(build, build.final, base)
        sources = _sources(build, build.final, stage_scopes)
    except ReadError as error:
        return Outcome(request, Unreadable(error.line, error.message, error.help))
    except ExpansionError as error:
        return Outcome(
            request, Unreadable(1, str(error), "correct the variable; docker build refuses it too")
        )
    root = repository_root(request.path)
    known = repositories if repositories is not None else {}
    consumers = known.setdefault(root, Consumers(root))
    found = find_context(request.path, sources, request.context, consumers)
    if isinstance(found, NoContext):
        return Outcome(request, Refusal("no-context", build.final.origin.line, found.message, found.help))
    return _with_context(
        request,
        build,
        base,
        stage_scopes,
        Context(found.path, request.path),
        found.how,
        consumers,
        strategies,
    )


def _with_context(
    request: Request,
    build: Build,
    base: object,
    stage_scopes: tuple[Scope, ...],
    context: Context,
    how: str,
    consumers: Consumers,
    strategies: tuple[Strategy, ...],
) -> Outcome:
    from restage.image.base import UnknownBase

    assert isinstance(base, BaseImage | UnknownBase)
    stage = build.final
    if context.dockerignore.problem:
        return Outcome(
            request,
            Refusal(
                "bad-dockerignore",
                1,
                f".dockerignore: {context.dockerignore.problem}",
                "correct .dockerignore; docker build refuses it too",
            ),
            context.root,
            how,
        )
    case = Case(context, base, _commands(stage, stage_scopes), request.observations)
    start_state = starting_state(base, stage_scopes[0], case)
    walk = walk_stage(build, stage.steps, stage_scopes, start_state, case, strategies)
    uses = consumers.of(request.path)
    inherited = base.config.entrypoint if isinstance(base, BaseImage) else ()
    given = given_commands(build, stage.steps, stage_scopes[-1], uses)
    starts = tuple(follow(command, walk.final, case, strategies, inherited) for command in given)
    taken = frozenset(name for use in uses if (name := use.target))
    situation = Situation(build, stage, base, walk, starts, case, strategies, taken)
    detected = tuple(strategy.name for strategy in strategies if strategy.detect(case) is not None)
    planned = plan_split(situation, request.courage)
    result: Result = _written(situation, planned, request.data) if isinstance(planned, Split) else planned
    return Outcome(request, result, context.root, how, detected, starts, context.reads)


def _written(situation: Situation, split: Split, data: bytes) -> Rewritten | Refusal:
    document = situation.build.document
    doubt = agree(data, situation.build.instructions)
    if doubt is not None:
        read_so = f"two independent readers disagree here: {doubt.ours}, or {doubt.theirs}"
        return Refusal("readers-disagree", doubt.line, read_so, "write the instruction in a plainer way")
    edits = lower(document, situation.build.instructions, split.arrangement)
    output = applied(document.text, edits).encode("utf-8", "surrogateescape")
    check_split(situation, split, output)
    return Rewritten(split, edits, output, document)


def _sources(build: Build, stage: Stage, stage_scopes: tuple[Scope, ...]) -> tuple[str, ...]:
    """Sources of COPY and ADD that come from the build context, variables expanded."""
    found: list[str] = []
    for step, scope in zip(stage.steps, stage_scopes, strict=False):
        if not isinstance(step, Copy | Add) or (isinstance(step, Copy) and step.from_):
            continue
        for source in step.sources:
            text = expand_known(
                source, scope.variables_in(source, build.document.escape), build.document.escape
            )
            if text is not None and "://" not in text and not text.startswith("git@"):
                found.append(text)
    return tuple(found)


def _commands(stage: Stage, stage_scopes: tuple[Scope, ...]) -> tuple[Command, ...]:
    """Every command of the RUN instructions, for strategies to detect their ecosystem by."""
    found: list[Command] = []
    for step, scope in zip(stage.steps, stage_scopes, strict=False):
        match step:
            case Run(command=ExecForm(words)):
                found.append(Command(words, raw=" ".join(words)))
            case Run(command=ShellForm(text)):
                simples = simple_commands(script_of(step, text))
                found.extend(expanded(simple, scope.variables) for simple in simples)
            case _:
                pass
    return tuple(command for command in found if command.words)
