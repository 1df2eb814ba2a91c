"""One file through it all: bytes → document → meaning → plan → edits → bytes, checked before anything is written."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from restage.api.observation import Observation
from restage.api.option import Chosen
from restage.api.start import Start
from restage.api.strategy import Strategy
from restage.build.sources import context_sources
from restage.build.stages import Build, read_build
from restage.check import check_served, check_split, check_stages, check_written
from restage.dockerfile.document import Document, ReadError
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.dockerfile.second_reader import agree
from restage.dockerfile.words import ExpansionError
from restage.image.base import BaseImage, UnknownBase
from restage.lower import Edit, applied, lower
from restage.meaning.given import given_commands, named_paths
from restage.meaning.stage_walks import Understood, understand
from restage.meaning.starts import follow
from restage.planning.arrangement import Applied, Arrangement, Refusal, Unchanged
from restage.planning.deciding import decided
from restage.planning.judge import Courage
from restage.planning.parting import kept_whole
from restage.planning.refusing import MULTI_STAGE
from restage.planning.situation import Planned, Served, Situation, Split
from restage.project.consumer import Consumer
from restage.project.consumers import Consumers
from restage.project.context import Context
from restage.project.discovery import NoContext, find_context
from restage.project.repositories import Repositories
from restage.record import Record
from restage.reordering import arrangement_in_order, build_in_order, composed, copies_before_run


class Request(Record):
    """One file to be refactored."""

    path: Path
    """Where it is, or for standard input where it would be."""
    data: bytes
    context: Path | None = None
    """The build context, if it was given."""
    courage: Courage = Courage.PLAIN
    observations: tuple[Observation, ...] = ()
    options: Chosen = ()


class Rewritten(Record):
    """The file was split, or its COPY instructions are in a better order, or both."""

    split: Planned | Refusal | Unchanged
    """The split, or why there is none."""
    reordered: bool
    plan: Arrangement
    edits: tuple[Edit, ...]
    data: bytes
    document: Document

    @property
    def rung(self) -> str | None:
        """How far the split went; None without one."""
        return self.split.rung if isinstance(self.split, Planned) else None

    @property
    def applied(self) -> tuple[Applied, ...]:
        """The reductions that the split considered."""
        return self.split.applied if isinstance(self.split, Planned) else ()


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
    request: Request, strategies: tuple[Strategy, ...], repositories: Repositories | None = None
) -> Outcome:
    """Plans and checks the rewrites of one file; nothing is written. `repositories` keeps what was read of each.

    Raises:
        BrokenLaw: a planned output does not hold what it must (a bug of ours).
    """
    document = read(request.data)
    try:
        build = read_build(document, instructions(document))
        sources = context_sources(build)
        consumers = (repositories or Repositories()).of(request.path)
        found = find_context(request.path, sources, request.context, consumers)
        if isinstance(found, NoContext):
            return Outcome(request, _without_context(build, found))
        return _with_context(request, build, found.context(request.path), found.how, consumers, strategies)
    except ReadError as error:
        return Outcome(request, Unreadable(error.line, error.message, error.help))
    except ExpansionError as error:
        return Outcome(
            request, Unreadable(1, str(error), "correct the variable; docker build refuses it too")
        )


def _without_context(build: Build, found: NoContext) -> Refusal | Unchanged:
    if len(build.stages) > 1:
        return MULTI_STAGE
    return Refusal("no-context", build.final.origin.line, found.message, found.help)


def _with_context(
    request: Request,
    build: Build,
    context: Context,
    how: str,
    consumers: Consumers,
    strategies: tuple[Strategy, ...],
) -> Outcome:
    if context.dockerignore.problem:
        problem = f".dockerignore: {context.dockerignore.problem}"
        refused = Refusal(
            "bad-dockerignore", 1, problem, "correct .dockerignore; docker build refuses it too"
        )
        return Outcome(request, refused, context.root, how)
    ordered = _in_order(build, context, request, strategies)
    order = ordered.plan
    situation = _situation(ordered.build, ordered.stages[-1], consumers.of(request.path), strategies)
    planned = decided(situation, request.courage)
    result = _written(build, situation, order, planned, request.data)
    case = situation.case
    detected = tuple(strategy.name for strategy in strategies if strategy.detect(case) is not None)
    return Outcome(request, result, context.root, how, detected, situation.starts, context.reads)


class _Ordered(Record):
    """The file with its COPY instructions in order, understood; no plan where they are."""

    build: Build
    stages: tuple[Understood, ...]
    plan: Arrangement | None


_MOST_ROUNDS = 4
"""How often the order is looked at: what moves may make room for more (law L7)."""


def _in_order(build: Build, context: Context, request: Request, strategies: tuple[Strategy, ...]) -> _Ordered:
    seen = request.observations, strategies, request.options
    found = _Ordered(build, understand(build, context, *seen), None)
    for _ in range(_MOST_ROUNDS if not _on_windows(found.stages) else 0):
        better = arrangement_in_order(found.build, found.stages)
        if better is None:
            break
        plan = composed(build, found.plan, better) if found.plan else better
        ordered = build_in_order(build, plan)
        found = _Ordered(ordered, understand(ordered, context, *seen), plan)
    return found


def _on_windows(stages: tuple[Understood, ...]) -> bool:
    return any(isinstance(found.base, UnknownBase) and found.base.windows for found in stages)


def _situation(
    build: Build, found: Understood, uses: tuple[Consumer, ...], strategies: tuple[Strategy, ...]
) -> Situation:
    """The stage that `docker build` makes, with what starts in it; of a file with stages no start is followed."""
    taken = frozenset(name for use in uses if (name := use.target))
    base, case, walk = found.base, found.case, found.walk
    starts: tuple[Start, ...] = ()
    if len(build.stages) == 1:
        inherited = base.config.entrypoint if isinstance(base, BaseImage) else ()
        given = given_commands(build, found.stage.steps, walk.scopes[-1], uses)
        starts = tuple(follow(command, walk.final, case, strategies, inherited) for command in given)
    named = tuple(named_paths(uses, walk.final))
    return Situation(build, found.stage, base, walk, starts, case, strategies, taken, named)


def _written(
    build: Build,
    situation: Situation,
    order: Arrangement | None,
    planned: Planned | Refusal | Unchanged,
    data: bytes,
) -> Result:
    """The file after both rewrites, checked; or what was decided, where there is nothing to write."""
    split = planned.arrangement if isinstance(planned, Planned) else None
    plan = composed(build, order, split) if order and split else split or order
    if plan is None:
        assert not isinstance(planned, Planned)
        return planned
    plan = _settled(build, plan, situation) if split else plan
    doubt = agree(data, build.instructions)
    if doubt is not None:
        read_so = f"two independent readers disagree here: {doubt.ours}, or {doubt.theirs}"
        return Refusal("readers-disagree", doubt.line, read_so, "write the instruction in a plainer way")
    edits = lower(build.document, build.instructions, plan)
    output = applied(build.document.text, edits).encode("utf-8", "surrogateescape")
    after = check_written(build, plan, output)
    match planned:
        case Split():
            check_split(situation, planned, after)
        case Served():
            check_served(situation, planned, after)
        case _:
            check_stages(build, after)
    return Rewritten(planned, order is not None, plan, edits, output, build.document)


def _settled(build: Build, plan: Arrangement, situation: Situation) -> Arrangement:
    """The split with its COPY instructions in order too: fewer commands are in their way in its last stage.

    In the builder a RUN can be parted that had to be one layer of the image.
    """
    if not copies_before_run(build, plan) and not any(map(kept_whole, situation.walk.steps)):
        return plan
    ordered = build_in_order(build, plan)
    case = situation.case
    stages = understand(ordered, case.context, case.observations, situation.strategies, case.options)
    better = arrangement_in_order(ordered, stages)
    return composed(build, plan, better) if better else plan
