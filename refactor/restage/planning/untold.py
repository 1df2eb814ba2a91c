"""Places whose name only running tells (`/opt/app-$VERSION.jar`, a loop's `$file`): what of it is certain."""

from __future__ import annotations

import posixpath

from restage.api.region import EVERYWHERE, Region
from restage.image.base import UnknownBase
from restage.meaning.actions import Action

_SIGNS = ("$", "`")


def certain_part(place: Region, action: Action) -> Region:
    """The directory in front of the first part that only running tells; the place itself where there is none.

    A name that begins with such a part may be absolute, so it may be anywhere; what `mktemp` made is temporary.
    """
    steps = place.path.split("/")
    first = next((at for at, step in enumerate(steps) if any(sign in step for sign in _SIGNS)), None)
    if first is None or _is_of_base(steps, action):
        return place
    around = Region("/".join(steps[:first]) or "/")
    if not steps[first].startswith(_SIGNS) or around not in (Region(action.state.directory), EVERYWHERE):
        return around
    return Region("/tmp") if "mktemp" in posixpath.join(*steps[first:]) else EVERYWHERE


def _is_of_base(steps: list[str], action: Action) -> bool:
    """Whether a variable of a base that isn't known begins the path, and nothing else in it is untold."""
    own = steps[1].startswith("$") and not steps[1].startswith("$(")
    rest = "".join(steps[2:])
    return own and isinstance(action.state.base, UnknownBase) and not any(sign in rest for sign in _SIGNS)
