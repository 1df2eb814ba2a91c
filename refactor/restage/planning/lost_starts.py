"""Files that delete what they built: nothing in them shows what the container starts."""

from __future__ import annotations

from collections import defaultdict

from restage.api.claim import ClaimKind
from restage.api.need import ProgramNeed
from restage.api.region import EVERYWHERE, Region
from restage.api.start import Role, Start
from restage.api.state import State
from restage.api.tree import Changed, Made
from restage.image.base import BaseImage
from restage.image.os_packages import programs
from restage.image.programs import base_programs
from restage.meaning.effects import SHELLS
from restage.meaning.programs import places_of
from restage.meaning.walk import Walk
from restage.planning.arrangement import Refusal
from restage.planning.situation import Situation


def of_lost_start(situation: Situation) -> Refusal | None:
    """A RUN that builds, and deletes the directory that the container starts in, for a start that names none of its files.

    What the rest of the image is for can't be told then: any of it may be what the author meant to start.
    """
    state = situation.walk.final
    builders = _builders_of_deleted(Region(state.directory), situation.walk)
    if not builders:
        return None
    for start in situation.starts:
        if start.role is Role.START and _is_lost(start, state, builders):
            ran = f"`{start.reached[-1]}`"
            why = f"{state.directory} is deleted with what was built, and nothing shows where {ran} would be"
            help_text = "keep what was built, or put it on PATH, and start it from there"
            return Refusal("no-start", situation.stage.origin.line, why, help_text)
    return None


def _builders_of_deleted(here: Region, walk: Walk) -> frozenset[str]:
    """The commands of the RUN that deletes the directory, where that RUN built something; none where it stays."""
    found: frozenset[str] = frozenset()
    built: dict[int, set[str]] = defaultdict(set)
    for step, action in walk.actions:
        touched = (*action.effect.writes, *action.effect.deletes)
        if any(place.overlaps(here) for place in touched):
            gone = any(place.covers(here) and place != EVERYWHERE for place in action.effect.deletes)
            found = frozenset(built[step.position]) if gone else frozenset()
        makes = action.known.products or any(
            one.kind is ClaimKind.BOUNDED_WRITES for one in action.effect.claims
        )
        if makes and any(here.covers(place) for place in action.effect.writes):
            built[step.position].add(str(action.command))
    return found


def _is_lost(start: Start, state: State, builders: frozenset[str]) -> bool:
    """Whether each program that the start names is nobody's: not the base's, and made by no command by its name."""
    named = {need.program for need in start.needs if isinstance(need, ProgramNeed)} - SHELLS
    if not named or not all(isinstance(need, ProgramNeed) for need in start.needs):
        return False
    made = {event.target.path for event in state.tree.events if isinstance(event, Changed)}
    places = {path for name in named for path in places_of(name, state)}
    by = {origin.by for path in places if isinstance(origin := state.tree.origin(path), Made)}
    return not (named & _programs_of_system(state) or made & places or by & builders)


def _programs_of_system(state: State) -> frozenset[str]:
    """Programs of the base and of the packages that the file installs, which often have the package's name."""
    if not isinstance(state.base, BaseImage):
        return state.packages
    brought = (name for one in state.packages for name in programs(one, state.base.package_manager))
    return (base_programs(state.base) or frozenset()) | state.packages | frozenset(brought)
