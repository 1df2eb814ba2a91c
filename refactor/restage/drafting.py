"""What one build of a file comes to: its COPY instructions in order, what starts in it, and the split that was decided on."""

from __future__ import annotations

from restage.api.observation import Observation
from restage.api.option import Chosen
from restage.api.start import Start
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.build.stages import Build
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.given import Given, given_commands, named_paths
from restage.meaning.stage_walks import Understood, understand
from restage.meaning.starts import follow
from restage.planning.arrangement import Arrangement, Refusal, Unchanged
from restage.planning.deciding import decided
from restage.planning.judge import Courage
from restage.planning.parting import kept_whole
from restage.planning.situation import Planned, Situation
from restage.project.consumer import Consumer
from restage.project.context import Context
from restage.record import Record, replace
from restage.reordering import arrangement_in_order, build_in_order, composed, copies_before_run


class Circumstance(Record):
    """What all builds of a file have in common."""

    context: Context
    uses: tuple[Consumer, ...]
    strategies: tuple[Strategy, ...]
    observations: tuple[Observation, ...]
    options: Chosen
    courage: Courage


class Draft(Record):
    """One build with what was decided for it, before anything is written."""

    build: Build
    order: Arrangement | None
    """The file with its COPY instructions in order; None where they are."""
    situation: Situation
    """Of the build in order."""
    planned: Planned | Refusal | Unchanged


def drafted(build: Build, about: Circumstance) -> Draft:
    """Both rewrites of a file, planned for one set of build arguments.

    Raises:
        ExpansionError: BuildKit refuses a word.
    """
    ordered = _in_order(build, about)
    situation = _situation(ordered.build, ordered.stages[-1], about)
    return Draft(build, ordered.plan, situation, decided(situation, about.courage))


class _Ordered(Record):
    """The file with its COPY instructions in order, understood; no plan where they are."""

    build: Build
    stages: tuple[Understood, ...]
    plan: Arrangement | None


_MOST_ROUNDS = 4
"""How often the order is looked at: what moves may make room for more (law L7)."""


def _in_order(build: Build, about: Circumstance) -> _Ordered:
    values = tuple(value for use in about.uses for value in use.values)
    seen = about.observations, about.strategies, about.options, values
    found = _Ordered(build, understand(build, about.context, *seen), None)
    for _ in range(_MOST_ROUNDS if not _on_windows(found.stages) else 0):
        better = arrangement_in_order(found.build, found.stages)
        if better is None:
            break
        plan = composed(build, found.plan, better) if found.plan else better
        ordered = build_in_order(build, plan)
        found = _Ordered(ordered, understand(ordered, about.context, *seen), plan)
    return found


def _on_windows(stages: tuple[Understood, ...]) -> bool:
    return any(isinstance(found.base, UnknownBase) and found.base.windows for found in stages)


def _situation(build: Build, found: Understood, about: Circumstance) -> Situation:
    """The stage that `docker build` makes, with what starts in it; of a file with stages no start is followed."""
    taken = frozenset(name for use in about.uses if (name := use.target))
    base, case, walk = found.base, found.case, found.walk
    starts: tuple[Start, ...] = ()
    if len(build.stages) == 1:
        inherited = base.config.entrypoint if isinstance(base, BaseImage) else ()
        given = given_commands(build, found.stage.steps, walk.scopes[-1], about.uses)
        starts = tuple(
            follow(command, _where(command, walk.final), case, about.strategies, inherited)
            for command in given
        )
    named = tuple(named_paths(about.uses, walk.final))
    return Situation(
        build,
        found.stage,
        base,
        walk,
        starts,
        case,
        about.strategies,
        taken,
        named,
        mounted=tuple(path for use in about.uses for path in use.volumes),
        workplace=next((use.place for use in about.uses if use.kind == "workplace"), None),
    )


def _where(command: Given, state: State) -> State:
    """The image as the command finds it, in the working directory that it is given."""
    if command.directory is None or "$" in command.directory:
        return state
    return replace(state, directory=state.path(command.directory).path)


def settled(build: Build, plan: Arrangement, situation: Situation) -> Arrangement:
    """The split with its COPY instructions in order too: fewer commands are in their way in its last stage.

    In the builder a RUN can be parted that had to be one layer of the image.
    """
    if not copies_before_run(build, plan) and not any(map(kept_whole, situation.walk.steps)):
        return plan
    ordered = build_in_order(build, plan)
    case = situation.case
    stages = understand(
        ordered, case.context, case.observations, situation.strategies, case.options, case.values
    )
    better = arrangement_in_order(ordered, stages)
    return composed(build, plan, better) if better else plan
