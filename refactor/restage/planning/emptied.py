"""Whether what a prune takes from a cache is still there at the end of the build."""

from __future__ import annotations

from restage.api.product import Product
from restage.api.reduction import Prune
from restage.dockerfile.instructions import Run
from restage.meaning.mounts import mount_targets
from restage.meaning.walk import Walk


def lost_before(prune: Prune, product: Product, walk: Walk) -> str | None:
    """Which cache is gone since the product was made: it was mounted, or a command has deleted it."""
    made = False
    for step, action in walk.actions:
        run, gone = step.instruction, action.effect.deletes
        if product in action.known.products:
            made = True
            gone = (*gone, *(mount_targets(run, step.state) if isinstance(run, Run) else ()))
        for place in prune.wants if made else ():
            if any(place.overlaps(other) for other in gone):
                return f"the build has nothing in {place} any more, which `{prune.command}` reads"
    return None
