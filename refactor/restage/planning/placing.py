"""Where in the runtime stage a repeated step or a copy stands."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.effect import NOTHING
from restage.api.region import Region
from restage.dockerfile.instructions import (
    Add,
    Copy,
    User,
    Workdir,
)
from restage.meaning.effects import changes_system
from restage.meaning.files import SETTLING
from restage.meaning.walk import Step
from restage.planning.arrangement import Line, New, Reason
from restage.planning.drafting import Drafting


def place_of(step: Step, draft: Drafting) -> int:
    """Where a repeated step stands: `ldconfig` and the like after everything that is copied, still as the same user.

    Only where the step does nothing else that a later one could need.
    """
    repeated = [
        action
        for action in step.actions
        if not draft.sorted.builds(action)
        and (changes_system(action.command.name) or action.effect != NOTHING)
    ]
    settles = bool(repeated) and all(action.command.name in SETTLING for action in repeated)
    switches = any(
        isinstance(s.instruction, User) for s in draft.walk.steps[step.position : draft.sorted.cut + 1]
    )
    return step.position if not settles or switches else draft.sorted.cut


def settled_again(draft: Drafting) -> Iterator[tuple[int, int, Line]]:
    """`ldconfig` once more, where it stands beside other things and what it looks at is copied after it."""
    sorted_ = draft.sorted
    for step in draft.walk.steps[sorted_.first : sorted_.cut + 1]:
        if not any(sorted_.builds(action) for action in step.actions) or place_of(step, draft) == sorted_.cut:
            continue
        late = any(place_of_copy(place, draft) > step.position for place in sorted_.regions)
        for action in step.actions:
            if late and action.command.name in SETTLING and not sorted_.builds(action):
                reason = Reason("it looks at what is copied above")
                yield sorted_.cut, 6, New(f"RUN {action.command}", reason)


def place_of_copy(place: Region, draft: Drafting) -> int:
    """Dependencies come before the files of the context, so that a change of these leaves them cached."""
    sorted_ = draft.sorted
    copies = [
        step
        for step in draft.walk.steps[sorted_.first : sorted_.cut + 1]
        if isinstance(step.instruction, Copy | Add)
    ]
    if any(target.target.overlaps(place) for step in copies for target in step.placed):
        return sorted_.last_writer.get(place, sorted_.cut)
    repeated = [
        step.position
        for step in copies
        if not all(sorted_.is_settled(target.target) for target in step.placed)
    ]
    return max(_made_around(place, draft), min([*repeated, sorted_.last_writer.get(place, sorted_.cut)]))


def _made_around(place: Region, draft: Drafting) -> int:
    """Position behind the last step that makes a directory around the place for its owner: WORKDIR, or a user's home."""
    sorted_ = draft.sorted
    last = sorted_.last_writer.get(place, sorted_.cut)
    found = [0]
    for step in draft.walk.steps[sorted_.first : last + 1]:
        made = [
            written
            for action in step.actions
            if action.effect.users and not sorted_.builds(action)
            for written in action.effect.writes
        ]
        if isinstance(step.instruction, Workdir):
            made.append(Region(draft.walk.scopes[step.position + 1].directory or "/"))
        if any(directory.covers(place) and directory.path != "/" for directory in made):
            found.append(step.position + 1)
    return max(found)
