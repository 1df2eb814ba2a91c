"""Several effects as one."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import NOTHING, Effect, Region, outermost, replace


def merged(effects: Iterable[Effect]) -> Effect:
    """The effect of several commands, one after the other: what is deleted and then written anew isn't deleted."""
    found = [effect for effect in effects if effect != NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return Effect(
        reads=outermost(tuple(place for effect in found for place in effect.reads)),
        writes=outermost(tuple(place for effect in found for place in effect.writes)),
        bounds=_bounds(found),
        deletes=outermost(_deleted(found)),
        caches=outermost(tuple(place for effect in found for place in effect.caches)),
        packages=_names(effect.packages for effect in found),
        removes=_names(effect.removes for effect in found),
        users=_names(effect.users for effect in found),
        programs=_names(effect.programs for effect in found),
        repeatable=all(effect.repeatable for effect in found),
        claims=tuple(dict.fromkeys(claim for effect in found for claim in effect.claims)),
        opaque=next((effect.opaque for effect in found if effect.opaque), None),
    )


def _deleted(effects: list[Effect]) -> tuple[Region, ...]:
    gone: list[Region] = []
    for effect in effects:
        gone = [place for place in gone if not any(written.overlaps(place) for written in effect.writes)]
        gone.extend(effect.deletes)
    return tuple(gone)


def _bounds(effects: list[Effect]) -> tuple[Region, ...]:
    """Places that each of the effects names, where at least one names them more closely than by what it writes."""
    if not any(effect.bounds for effect in effects):
        return ()
    return outermost(tuple(place for e in effects for place in replace(e, deletes=()).may_change))


def _names(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))
