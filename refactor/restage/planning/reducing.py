"""The reductions on what is copied: what leaves the builder before that, and what of a directory goes along."""

from __future__ import annotations

from restage.api.need import Need, PathNeed
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region, outermost
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied
from restage.planning.artifact_only import only_artifacts
from restage.planning.emptied import lost_before
from restage.planning.judge import Courage, why_not_held
from restage.planning.missed import with_missed
from restage.planning.offers import Offers, Reduced, against, on_grounds, outcome_of
from restage.planning.sorted import Sorted
from restage.record import replace


def reduce_copies(walk: Walk, sorted_: Sorted, offers: Offers) -> Reduced:
    """Applies each reduction whose claims hold: toolchains, dev dependencies, sources, then the artifact alone."""
    done: list[Applied] = []
    for reduction in offers.reductions:
        match reduction.kind:
            case ReductionKind.BUILD_TOOLS if reduction.goes:
                sorted_ = _without_toolchain(sorted_, reduction, offers.courage)
            case ReductionKind.DEV_DEPENDENCIES if reduction.prune:
                why_not = against(reduction, sorted_, offers) or _in_shared_stage(reduction, walk, sorted_)
                why_not = why_not or lost_before(reduction.prune, reduction.product, walk)
                done.append(outcome_of(reduction, reduction.prune.what, why_not))
                if why_not is None and reduction.prune not in sorted_.prunes:
                    sorted_ = replace(sorted_, prunes=(*sorted_.prunes, reduction.prune))
                    sorted_ = on_grounds(sorted_, reduction, (reduction.prune.command,))
            case ReductionKind.COMPILE_ONLY:
                why_not = against(reduction, sorted_, offers) or _needed(reduction.goes, offers.needs)
                done.append(outcome_of(reduction, ", ".join(map(str, reduction.goes)), why_not))
                if why_not is None:
                    sorted_ = replace(sorted_, removed=outermost((*sorted_.removed, *reduction.goes)))
                    sorted_ = on_grounds(sorted_, reduction, map(str, reduction.goes))
            case ReductionKind.BROUGHT_BY_BASE:
                why_not = against(reduction, sorted_, offers) or _changed(reduction, offers)
                done.append(outcome_of(reduction, ", ".join(map(str, reduction.goes)), why_not))
                if why_not is None:
                    sorted_ = replace(sorted_, brought=outermost((*sorted_.brought, *reduction.goes)))
                    sorted_ = on_grounds(sorted_, reduction, map(str, reduction.goes))
            case _:
                pass
    found = only_artifacts(sorted_, offers)
    kept = with_missed(_without_needless(found.sorted, offers), offers.missed)
    return Reduced(kept, (*done, *found.applied))


def _without_needless(sorted_: Sorted, offers: Offers) -> Sorted:
    """Nothing is taken out of a place of which nothing is copied."""
    pruned = {
        reduction.prune
        for reduction in offers.reductions
        if reduction.prune
        and any(
            any(kept.overlaps(place) for kept in sorted_.regions)
            and not any(gone.covers(place) for gone in sorted_.removed)
            for place in reduction.prune.places or (reduction.product.region,)
        )
    }
    return replace(
        sorted_,
        prunes=tuple(prune for prune in sorted_.prunes if prune in pruned),
        removed=tuple(place for place in sorted_.removed if sorted_.is_copied(place)),
    )


def _without_toolchain(sorted_: Sorted, reduction: Reduction, courage: Courage) -> Sorted:
    """Regions of an unpacked toolchain stay behind in the builder."""
    if why_not_held(reduction.claims, courage):
        return sorted_
    gone = (*sorted_.gone, *reduction.goes)
    regions = tuple(place for place in sorted_.regions if place not in gone)
    caches = outermost((*sorted_.caches, *reduction.goes))
    return replace(sorted_, regions=regions, gone=gone, caches=caches)


def _in_shared_stage(reduction: Reduction, walk: Walk, sorted_: Sorted) -> str | None:
    made = [step for step, action in walk.actions if reduction.product in action.known.products]
    if not made or made[0].position < sorted_.first:
        return f"{reduction.product.what} is in the stage that both share"
    return None


def _needed(goes: tuple[Region, ...], needs: tuple[Need, ...]) -> str | None:
    """Why something of what would go has to stay."""
    for need in needs:
        if isinstance(need, PathNeed) and any(place.covers(Region(need.path)) for place in goes):
            return f"{need.path} is needed: {need.why}"
    return None


def _changed(reduction: Reduction, offers: Offers) -> str | None:
    """Which product may have changed what the base brings: each of its ecosystem that lies there has to offer the same."""
    same = [other.product for other in offers.reductions if other.kind is reduction.kind]
    own = (product for product in offers.products if product.strategy == reduction.product.strategy)
    around = (p for p in own if any(p.region.overlaps(place) for place in reduction.goes))
    return next((f"{product.what} may change it" for product in around if product not in same), None)
