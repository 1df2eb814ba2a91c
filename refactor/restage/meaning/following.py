"""The commands that a run of make comes to, where all that they change is known."""

from __future__ import annotations

from collections.abc import Callable

from restage.api.command import Command
from restage.api.effect import Effect
from restage.api.region import EVERYWHERE, Region
from restage.api.scripts import expanded, variables_of
from restage.api.state import State
from restage.meaning.actions import Action, changed_by, in_order
from restage.meaning.effects import Known
from restage.meaning.recipes import filled, recipe_of
from restage.recipes.plain import Unplain
from restage.record import replace
from restage.shell.script import SimpleCommand, parse

_THERE = frozenset(
    "/bin /etc /opt /usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/share".split()
)
"""Directories that every image has, with the mode that a new one gets."""
Run = Callable[[Command, State], tuple[list[Action], State]]
"""What a command comes to in a state, and the state after it."""


def followed(whole: Action, run: Run) -> list[Action]:
    """The commands of the recipe, each line in a shell of its own.

    Where it is not told what all of them change, the command itself stands for the recipe (`whole`), with those of
    them that are known to change more than it is said to.
    """
    recipe = recipe_of(whole.command, whole.state)
    if recipe is None:
        return [whole]
    reading = Known(Effect(reads=recipe.reads))
    found = [Action(whole.statement, None, whole.command, reading, recipe.state)]
    is_told = True
    for line in recipe.lines:
        for text in (*line.asked, line.text):
            more = [_settled(one) for one in _of_line(text, changed_by(found, recipe.state), run)]
            is_told = is_told and not any(map(_is_untold, more))
            is_told = is_told and (text == line.text or not any(action.effect.changes for action in more))
            found += more
    return found if is_told else [whole, *(action for action in found if _is_beyond(action, whole))]


def _of_line(text: str, state: State, run: Run) -> list[Action]:
    script = parse(text)

    def run_simple(simple: SimpleCommand, at: State) -> tuple[list[Action], State]:
        try:
            return run(filled(expanded(simple, variables_of(at))), at)
        except Unplain as problem:
            return [_unknown(str(problem), at)], at

    return in_order(script, state, run_simple) if script.opaque is None else [_unknown(script.opaque, state)]


def _unknown(why: str, state: State) -> Action:
    """Stands for a command of which nothing is known; it is never handed on."""
    return Action(0, None, Command(()), Known(Effect(opaque=why)), state)


def _settled(action: Action) -> Action:
    """A command without what it changes nothing of: `install -d /usr/bin` finds the directory there."""
    command, effect = action.command, action.effect
    if command.name != "mkdir" and not (command.name == "install" and _makes_directories(command)):
        return action
    writes = tuple(place for place in effect.writes if place.path not in _THERE)
    return replace(action, known=replace(action.known, effect=replace(effect, writes=writes)))


def _makes_directories(command: Command) -> bool:
    return any(word.startswith("-d") or word == "--directory" for word in command.arguments)


def _is_untold(action: Action) -> bool:
    """Whether only running tells what it changes: `mkdir -p $$(dirname $(OUT))`."""
    return bool(action.effect.opaque) or any(map(_is_nowhere, action.effect.writes))


def _is_nowhere(place: Region) -> bool:
    return place == EVERYWHERE or bool({*"$`"} & {*place.path})


def _is_beyond(action: Action, whole: Action) -> bool:
    """Whether a command is known to write where the recipe as a whole is not said to."""
    places = (place for place in action.effect.writes if place != EVERYWHERE)
    within = whole.effect.writes
    return not action.effect.opaque and any(not any(one.covers(p) for one in within) for p in places)
