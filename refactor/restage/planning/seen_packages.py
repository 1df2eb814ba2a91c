"""Packages that were seen in use, and that came to the image only along with one that stays in the builder."""

from __future__ import annotations

from dataclasses import replace

from restage.api.need import Need, PackageNeed
from restage.image.base import BaseImage
from restage.meaning.walk import Walk
from restage.planning.packages import PackagePlan


def with_seen(
    plan: PackagePlan, observed: tuple[Need, ...], base: BaseImage | None, walk: Walk
) -> PackagePlan:
    """The plan with them installed by name; what the base has by itself, or a line of the file installs, is there."""
    own = base.packages if base else None
    if not plan.dropped or own is None:
        return plan
    there = own | plan.added.keys() | (walk.final.packages - plan.dropped.keys())
    came = {
        need.apt: need.why for need in observed if isinstance(need, PackageNeed) and need.apt not in there
    }
    return replace(plan, added={**plan.added, **came})
