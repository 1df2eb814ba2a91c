"""One fold over the steps of a stage: state and tree, then the effect of each command, then the next state."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.case import Case
from restage.api.command import Command
from restage.api.region import EVERYWHERE
from restage.api.scripts import expanded, variables_of
from restage.api.state import State
from restage.api.strategy import Strategy
from restage.api.tree import Changed, Gone, Placed, Tree
from restage.build.scope import Scope
from restage.build.stages import Build
from restage.dockerfile.instructions import Add, Copy, ExecForm, Instruction, Run, ShellForm
from restage.image.base import BaseImage, UnknownBase
from restage.meaning.actions import Action, actions_of, changed_by, piped
from restage.meaning.copies import context_source, placements
from restage.meaning.effects import SHELLS
from restage.meaning.mounts import remembered, with_mounts, without_mounts
from restage.record import Record, replace
from restage.shell.script import Script, parse


class Step(Record):
    """One instruction of the stage with what it means."""

    position: int
    """Among the steps of the stage, 0 is the first after FROM."""
    instruction: Instruction
    scope: Scope
    """Before the step."""
    state: State
    """Before the step."""
    actions: tuple[Action, ...] = ()
    script: Script | None = None
    """The shell text of a RUN, where it was understood."""
    placed: tuple[Placed, ...] = ()
    """What a COPY or ADD puts where."""
    opaque: str | None = None
    """Why nothing is known of the step."""


class Walk(Record):
    """A whole stage, step by step."""

    steps: tuple[Step, ...]
    final: State
    scopes: tuple[Scope, ...]

    @property
    def actions(self) -> Iterator[tuple[Step, Action]]:
        """Every command of the stage with its step, in order."""
        return ((step, action) for step in self.steps for action in step.actions)

    def step_of(self, instruction: int) -> Step:
        """The step of the instruction with this index in the file. Raises StopIteration if there is none."""
        return next(step for step in self.steps if step.instruction.index == instruction)


def walk_stage(
    build: Build,
    steps: tuple[Instruction, ...],
    scopes: tuple[Scope, ...],
    start: State,
    case: Case,
    strategies: tuple[Strategy, ...],
) -> Walk:
    """Follows the steps of one stage. `scopes` has one more entry than there are steps."""
    state = start
    done: list[Step] = []
    for position, instruction in enumerate(steps):
        if position == 0 or scopes[position] is not scopes[position - 1]:
            state = _seen_by(state, scopes[position])
        step = _step(position, instruction, scopes[position], state, build, case, strategies)
        done.append(step)
        state = _after(step, state)
    return Walk(tuple(done), _seen_by(state, scopes[-1]), scopes)


def _seen_by(state: State, scope: Scope) -> State:
    user = (scope.user or "root").partition(":")[0]
    return replace(state, directory=scope.directory or "/", user=user, environment=scope.variables)


def _step(
    position: int,
    instruction: Instruction,
    scope: Scope,
    state: State,
    build: Build,
    case: Case,
    strategies: tuple[Strategy, ...],
) -> Step:
    step = Step(position, instruction, scope, state)
    if scope.directory is None and isinstance(instruction, Copy | Add | Run):
        return replace(step, opaque="a build argument without a default tells the working directory")
    match instruction:
        case Copy() | Add():
            placed, opaque = placements(instruction, scope, state, build)
            return replace(step, placed=placed, opaque=opaque)
        case Run(command=ExecForm(words)):
            command = Command(words, raw=" ".join(words))
            return replace(step, actions=tuple(actions_of(command, None, 0, state, case, strategies, 0)[0]))
        case Run(command=ShellForm(text)):
            return _run(step, instruction, text, case, strategies)
        case _:
            return step


def _run(step: Step, run: Run, text: str, case: Case, strategies: tuple[Strategy, ...]) -> Step:
    shell = step.scope.shell
    if not shell or posixpath.basename(shell[0]) not in SHELLS:
        return replace(step, opaque=f"SHELL {' '.join(shell)} is not a POSIX shell")
    script = script_of(run, text)
    if script.opaque is not None:
        return replace(step, opaque=script.opaque)
    actions = list(_script_actions(script, with_mounts(step.state, run), case, strategies))
    opaque = next((action.effect.opaque for action in actions if action.effect.opaque), None)
    seen = tuple(without_mounts(action, run) for action in actions)
    if run.heredocs and run.script_heredoc is None:  # the input of a command goes with it, in one piece
        return replace(step, actions=tuple(replace(action, statement=0) for action in seen), opaque=opaque)
    return replace(step, actions=seen, script=script, opaque=opaque)


def _script_actions(
    script: Script, start: State, case: Case, strategies: tuple[Strategy, ...]
) -> Iterator[Action]:
    """The commands of a script in order; what a subshell changes of the state ends with it."""
    states: dict[tuple[int, ...], State] = {(): start}
    for number, statement in enumerate(script.statements):
        for simple in statement.commands:
            state = next(states[scope] for scope in _around(simple.scope) if scope in states)
            for inner in simple.nested:
                command = expanded(inner, variables_of(state))
                yield from actions_of(command, inner, number, state, case, strategies, 0)[0]
            command = expanded(simple, variables_of(state))
            found, states[simple.scope] = actions_of(command, simple, number, state, case, strategies, 0)
            done = piped(found, statement.commands, simple)
            yield from done
            states = {scope: changed_by(done, each) for scope, each in states.items()}


def _around(scope: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The subshell and those around it, innermost first."""
    return (scope[:depth] for depth in range(len(scope), -1, -1))


def script_of(run: Run, text: str) -> Script:
    """The script of a RUN; a lone heredoc is the script itself when no other program reads it."""
    if not run.heredocs:
        return parse(text)
    if run.is_heredoc_script:
        return parse(run.heredocs[0].content)
    return parse(text + "\n" + "".join(f"{doc.content}{doc.name}\n" for doc in run.heredocs))


def _after(step: Step, state: State) -> State:
    """The state after a step."""
    events: list[Placed | Changed | Gone] = [
        placed
        if context_source(placed)
        else Changed(placed.target, "COPY or ADD from elsewhere", placed.text)
        for placed in step.placed
    ]
    if step.opaque is not None:
        events.append(Changed(EVERYWHERE, step.opaque))
    # Mounted files come before all others: they hide nothing of what is in the image.
    mounted = remembered(step.state, step.instruction) if isinstance(step.instruction, Run) else ()
    if mounted:
        state = replace(state, tree=Tree(state.tree.context, (*mounted, *state.tree.events)))
    if events:
        state = replace(state, tree=state.tree.then(*events))
    return changed_by(step.actions, state)


def starting_state(base: BaseImage | UnknownBase, scope: Scope, case: Case) -> State:
    """The state right after FROM."""
    return State(
        scope.directory or "/",
        (scope.user or "root").partition(":")[0],
        scope.variables,
        base,
        Tree(case.context),
    )
