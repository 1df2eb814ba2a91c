"""Places whose name only running tells (`/opt/app-$VERSION.jar`, a loop's `$file`): what of it is certain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from restage.api.region import EVERYWHERE, Region
from restage.image.base import UnknownBase
from restage.meaning.actions import Action
from restage.meaning.walk import Step

_SIGNS = ("$", "`")


def certain_part(place: Region, action: Action, step: Step) -> Region:
    """The directory in front of the first part that only running tells; the place itself where there is none.

    A name that begins with such a part may be absolute, so it may be anywhere; what `mktemp` made is temporary.
    """
    steps = place.path.split("/")
    first = next((at for at, name in enumerate(steps) if any(sign in name for sign in _SIGNS)), len(steps))
    directory = Region(action.state.directory)
    wandered = action.state.wandered and directory.covers(place)
    if is_of_base(place, step) or (first == len(steps) and not wandered):
        return place
    around = Region("/".join(steps[:first]) or "/")
    begins = "".join(steps[first:]).startswith(_SIGNS) and around in (directory, EVERYWHERE)
    if not (wandered or begins):
        return around
    return Region("/tmp") if "mktemp" in place.path else EVERYWHERE


def is_of_base(place: Region, step: Step) -> bool:
    """Whether a variable of a base that isn't known begins the path, no command of the RUN sets it, and all else is told."""
    named = re.fullmatch(r"/\$(?:\{(\w+)\}|(\w+))(?:/[^$`]*)?", place.path)
    name = (named[1] or named[2]) if named else None
    if name is None or not isinstance(step.state.base, UnknownBase) or name in step.state.environment:
        return False
    return re.search(rf"(?<![\w${{]){name}(?!\w)", step.instruction.text) is None


def reads_untold(actions: Iterable[Action], step: Step) -> bool:
    """Whether one of the commands reads a place that may be any, as far as can be said without the base."""
    return any(
        place.path.startswith("/$") or (place != EVERYWHERE == certain_part(place, action, step))
        for action in actions
        for place in action.effect.reads
    )
