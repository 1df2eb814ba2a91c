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
from restage.shell.script import SimpleCommand, parse

Run = Callable[[Command, State], tuple[list[Action], State]]
"""What a command comes to in a state, and the state after it."""


def followed(command: Command, statement: int, state: State, run: Run) -> list[Action] | None:
    """The commands of the recipe, each line in a shell of its own; None: it is not told what all of them change."""
    recipe = recipe_of(command, state)
    if recipe is None:
        return None
    found = [Action(statement, None, command, Known(Effect(reads=recipe.reads)), recipe.state)]
    try:
        for line in recipe.lines:
            for text in line.asked:
                found += _asked(_of_line(text, changed_by(found, recipe.state), run))
            found += _of_line(line.text, changed_by(found, recipe.state), run)
    except Unplain:
        return None
    return found


def _of_line(text: str, state: State, run: Run) -> list[Action]:
    script = parse(text)
    if script.opaque is not None:
        raise Unplain(script.opaque)

    def run_simple(simple: SimpleCommand, at: State) -> tuple[list[Action], State]:
        return run(filled(expanded(simple, variables_of(at))), at)

    actions = in_order(script, state, run_simple)
    for action in actions:
        if action.effect.opaque or any(map(_is_untold, action.effect.writes)):
            raise Unplain(f"what `{action.command}` does")
    return actions


def _is_untold(place: Region) -> bool:
    """Whether only running tells the place: `mkdir -p $$(dirname $(OUT))`."""
    return place == EVERYWHERE or bool({*"$`"} & {*place.path})


def _asked(actions: list[Action]) -> list[Action]:
    """What runs for its output alone: of what it may change besides, nobody thinks."""
    for action in actions:
        if action.effect.changes:
            raise Unplain(f"`{action.command}` runs to read the Makefile, and changes files")
    return actions
