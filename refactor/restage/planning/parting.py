"""Where a COPY meets a RUN that reads all of it: what of the RUN can be done before."""

from __future__ import annotations

import posixpath
from enum import Enum, auto

from restage.api.effect import Effect, Prefetch
from restage.api.region import Region
from restage.api.tree import Tree
from restage.dockerfile.instructions import Run
from restage.meaning.actions import Action
from restage.meaning.lasting import state_after
from restage.meaning.looking import is_harmless
from restage.meaning.walk import Step
from restage.planning.costly import is_costly_action
from restage.planning.sinking import Blocked, Passed, made_by, past_actions
from restage.record import Record
from restage.shell.narrow import Change, together
from restage.shell.quote import quote


class Fate(Enum):
    """What becomes of a stage's layers."""

    SHIPPED = auto()
    """They are part of the image: what one layer adds and a later one deletes still counts."""
    LEFT_BEHIND = auto()
    """Other stages copy out of it."""


class Parted(Record):
    """A RUN in two: its first commands read only `seen` of the COPY, so the COPY goes between."""

    first: Change
    second: Change
    passed: Passed


class Fetched(Record):
    """A new RUN before the COPY that fetches what the RUN behind it would fetch."""

    text: str
    passed: Passed


def parted(copy: Step, run: Step, fate: Fate) -> Parted | None:
    """The RUN in two, as late as can be; None where it has to stay whole."""
    script = run.script
    if script is None or not isinstance(run.instruction, Run) or run.instruction.heredocs or run.opaque:
        return None
    ends = {max(group) + 1 for group in together(script)} & _joints(run)
    for end in sorted(ends, reverse=True):
        before = [action for action in run.actions if action.statement < end]
        if not any(map(is_costly_action, before)) or _leaves_state(run, end):
            continue
        if fate is Fate.SHIPPED and _is_taken_back(before, run.actions[len(before) :]):
            continue
        found = past_actions(copy, run, before)
        again = any(
            place in found.rewritten
            for action in run.actions
            if isinstance(found, Passed) and action.statement >= end
            for place in action.effect.reads
        )
        if isinstance(found, Passed) and found.seen and not again and not found.altered:
            every = frozenset(range(len(script.statements)))
            head = frozenset(range(end))
            return Parted(Change(drop_statements=every - head), Change(drop_statements=head), found)
    return None


def kept_whole(run: Step) -> bool:
    """Whether a RUN is in one piece only as long as its layers are shipped: it takes back what it brought."""
    if run.script is None:
        return False
    heads = (
        [action for action in run.actions if action.statement < end]
        for end in {max(group) + 1 for group in together(run.script)} & _joints(run)
    )
    return any(
        any(map(is_costly_action, head)) and _is_taken_back(head, run.actions[len(head) :]) for head in heads
    )


_TAKES_BACK = frozenset({"prune", "uninstall"})


def _is_taken_back(before: list[Action], after: tuple[Action, ...]) -> bool:
    """Whether later commands delete what earlier ones brought (compilers, caches): in layers of their own both would stay."""
    brought = [place for action in before for place in (*action.effect.writes, *action.effect.caches)]
    return any(
        action.effect.removes
        or (is_costly_action(action) and _TAKES_BACK & {*action.command.words[1:3]})
        or any(gone.overlaps(place) for gone in action.effect.deletes for place in brought)
        for action in after
    )


def _joints(run: Step) -> set[int]:
    """Indices of statements before which the RUN can end: those that `&&`, `;` or a line end joins."""
    assert run.script is not None
    return {
        number
        for number, statement in enumerate(run.script.statements)
        if number and statement.joiner in ("&&", ";", "\n")
    }


def _leaves_state(run: Step, end: int) -> bool:
    """Whether the commands before leave the shell in another state: a directory, a variable, an option."""
    return any(
        action.statement < end
        and (
            state_after(action.command, action.state) is not None
            or action.command.name
            in ("set", "shopt", "umask", "trap", "source", ".", "alias", "exec", "exit")
            or not action.command.words
        )
        for action in run.actions
    )


def fetched(copy: Step, run: Step, earlier: tuple[Step, ...], fate: Fate) -> Fetched | None:
    """A RUN of its own for what the first building command of the RUN fetches; None where there is none to be had."""
    instruction = run.instruction
    if not isinstance(instruction, Run) or instruction.mounts or instruction.network or run.opaque:
        return None
    prefetch = _first_prefetch(run)
    if prefetch is None or _is_filled(prefetch.fills, earlier):
        return None
    deleted = (place for action in run.actions for place in action.effect.deletes)
    if fate is Fate.SHIPPED and any(place.overlaps(prefetch.fills) for place in deleted):
        return None
    found = past_actions(copy, run, (), Effect(reads=prefetch.reads))
    if isinstance(found, Blocked) or not found.seen:
        return None
    if made_by(copy, prefetch.directory, found.seen, Tree(copy.state.tree.context, copy.placed)):
        return None
    there = posixpath.normpath(prefetch.directory) == posixpath.normpath(run.state.directory)
    return Fetched(f"RUN {'' if there else f'cd {quote(prefetch.directory)} && '}{prefetch.command}", found)


def _first_prefetch(run: Step) -> Prefetch | None:
    for action in run.actions:
        if action.effect.prefetch is not None:
            return action.effect.prefetch
        moves = action.command.name == "cd"
        if (
            not moves
            and not is_harmless(action.command.name)
            and action.command.name not in ("mkdir", "chmod")
        ):
            return None
    return None


def _is_filled(place: Region, earlier: tuple[Step, ...]) -> bool:
    """Whether an earlier step fills the cache already."""
    return any(
        place.overlaps(filled)
        for step in earlier
        for action in step.actions
        for filled in (*action.effect.caches, *action.effect.writes)
    )
