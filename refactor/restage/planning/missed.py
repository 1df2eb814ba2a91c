"""Files that the rewritten image lacked, in places of which nobody knew that the build writes there."""

from __future__ import annotations

from restage.api.region import Region
from restage.image.facilities import Facility, known_files
from restage.planning.sorted import Sorted
from restage.planning.sorting import TOO_WIDE
from restage.record import replace


def with_missed(sorted_: Sorted, missed: tuple[str, ...]) -> Sorted:
    """Each of them copied by itself, as the last step that builds left it; data of the system comes by its package."""
    known = (*sorted_.regions, *sorted_.narrowed, *sorted_.removed, *sorted_.brought, *sorted_.gone)
    system = [Region(path) for facility in Facility for path in known_files(facility)]
    alone = tuple(
        place
        for place in map(Region, dict.fromkeys(missed))
        if place not in TOO_WIDE
        and not any(other.overlaps(place) for other in known)
        and not any(held.covers(place) for held in system)
    )
    if sorted_.cut < 0 or not alone:
        return sorted_
    writers = {**sorted_.last_writer, **dict.fromkeys(alone, sorted_.cut)}
    return replace(sorted_, regions=(*sorted_.regions, *alone), last_writer=writers)
