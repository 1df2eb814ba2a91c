"""One file through it all: bytes → document → meaning → plan → edits → bytes, checked before anything is written."""

from __future__ import annotations

from contextlib import suppress
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
from restage.drafting import Circumstance, Draft, drafted, settled
from restage.lower import Edit, applied, lower
from restage.other_builds import other_builds
from restage.planning.arrangement import Applied, Arrangement, Refusal, Unchanged
from restage.planning.judge import Courage
from restage.planning.refusing import MULTI_STAGE
from restage.planning.situation import Planned, Served, Split
from restage.project.consumers import Consumers
from restage.project.context import Context
from restage.project.discovery import NoContext, find_context
from restage.project.repositories import Repositories
from restage.record import Record
from restage.reordering import composed


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
    uses = consumers.of(request.path)
    about = Circumstance(context, uses, strategies, request.observations, request.options, request.courage)
    draft = drafted(build, about)
    result = _for_all_builds(draft, about, request.data)
    case, starts = draft.situation.case, draft.situation.starts
    detected = tuple(strategy.name for strategy in strategies if strategy.detect(case) is not None)
    return Outcome(request, result, context.root, how, detected, starts, context.reads)


def _for_all_builds(draft: Draft, about: Circumstance, data: bytes) -> Result:
    """What is right too for the other values that the repository builds the file with; less, where they differ."""
    result = _written(draft, draft.planned, data)
    others = other_builds(draft.build, about.uses) if isinstance(result, Rewritten) else ()
    if isinstance(others, Refusal):
        return others
    for other in others:
        if not isinstance(result, Rewritten):
            break
        with suppress(ExpansionError):  # BuildKit refuses that build, before and after
            result = _for_both(result, draft, drafted(other.build, about), other.refusal, data)
    return result


def _for_both(result: Rewritten, draft: Draft, other: Draft, refusal: Refusal, data: bytes) -> Result:
    """The whole rewrite where both builds come to the same bytes; else the order alone, if they agree on that."""
    is_split = isinstance(result.split, Planned)
    if is_split and _same(result, _written(other, other.planned, data)):
        return result
    ordered = _written(draft, refusal, data) if is_split else result
    return ordered if _same(ordered, _written(other, refusal, data)) else refusal


def _same(one: Result, other: Result) -> bool:
    return isinstance(one, Rewritten) and isinstance(other, Rewritten) and one.data == other.data


def _written(draft: Draft, planned: Planned | Refusal | Unchanged, data: bytes) -> Result:
    """The file after both rewrites, checked; or what was decided, where there is nothing to write."""
    build, situation, order = draft.build, draft.situation, draft.order
    split = planned.arrangement if isinstance(planned, Planned) else None
    plan = composed(build, order, split) if order and split else split or order
    if plan is None:
        assert not isinstance(planned, Planned)
        return planned
    plan = settled(build, plan, situation) if split else plan
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
