"""Every stage of a file walked through, those that others descend from first."""

from __future__ import annotations

from restage.api.case import Case
from restage.api.command import Command
from restage.api.observation import Observation
from restage.api.option import Chosen
from restage.api.scripts import expanded, simple_commands
from restage.api.strategy import Strategy
from restage.build.bases import base_of
from restage.build.scope import Scope, scopes
from restage.build.stages import Build, Stage
from restage.dockerfile.instructions import ExecForm, Run, ShellForm
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.walk import Walk, script_of, starting_state, walk_stage
from restage.project.context import Context
from restage.record import Record, replace


class Understood(Record):
    """One stage with what it means."""

    stage: Stage
    base: BaseImage | UnknownBase
    """The image at the root of the stages that it descends from."""
    case: Case
    walk: Walk


def understand(
    build: Build,
    context: Context,
    observations: tuple[Observation, ...],
    strategies: tuple[Strategy, ...],
    options: Chosen = (),
    values: tuple[str, ...] = (),
) -> tuple[Understood, ...]:
    """Walks through all stages.

    Raises:
        ExpansionError: BuildKit refuses a word.
    """
    done: list[Understood] = []
    for stage in build.stages:
        parent = None if stage.parent is None else done[stage.parent]
        base = parent.base if parent else base_of(stage)
        steps = scopes(build, stage, base_of(stage))
        inherited = parent.case.commands if parent else ()
        commands = (*inherited, *commands_of_stage(stage, steps))
        case = Case(context, base, commands, observations, options, values)
        state = starting_state(base, steps[0], case)
        if parent:
            state = replace(state, tree=parent.walk.final.tree, packages=parent.walk.final.packages)
        walk = walk_stage(build, stage.steps, steps, state, case, strategies)
        done.append(Understood(stage, base, case, walk))
    return tuple(done)


def commands_of_stage(stage: Stage, stage_scopes: tuple[Scope, ...]) -> tuple[Command, ...]:
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
