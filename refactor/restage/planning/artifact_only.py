"""The reduction artifact-only: of a directory that is copied, what was built and the data that it names."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.need import PathNeed
from restage.api.product import Product
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region, outermost
from restage.planning.arrangement import Applied
from restage.planning.offers import Offers, Reduced, against, on_grounds, outcome_of
from restage.planning.sorted import Sorted
from restage.record import replace


def only_artifacts(sorted_: Sorted, offers: Offers) -> Reduced:
    """Of each directory in which every product offers it, only what they keep goes along."""
    done: list[Applied] = []
    for place in sorted_.regions:
        inside = [
            product
            for product in offers.products
            if place.covers(product.region)
            and not any(gone.covers(product.region) for gone in (*sorted_.removed, *sorted_.gone))
        ]
        offered = [next(_artifact_offers(product, offers), None) for product in inside]
        found = [offer for offer in offered if offer is not None]
        if not found:
            continue
        kept = (keep for offer in found for keep in offer.keeps)
        named = outermost(tuple(k for k in kept if not any(gone.covers(k) for gone in sorted_.removed)))
        seen = dict(_seen_in(place, named, offers))
        keeps = outermost((*named, *seen))
        alone = len(found) == len(offered) and not _has_strangers(found, sorted_, offers)
        why_not = next((why for offer in found if (why := against(offer, sorted_, offers))), None)
        why_not = why_not or _not_alone(place, keeps, alone, offers)
        done.extend(outcome_of(offer, f"{offer.product.what} of {place}", why_not) for offer in found)
        if why_not is None:
            sorted_ = _narrowed(sorted_, place, keeps)
            for offer in found:
                sorted_ = on_grounds(sorted_, offer, map(str, offer.keeps))
            grounds = {str(kept): (why,) for kept, why in seen.items()}
            sorted_ = replace(sorted_, grounds={**sorted_.grounds, **grounds})
    return Reduced(sorted_, tuple(done))


def _narrowed(sorted_: Sorted, place: Region, keeps: tuple[Region, ...]) -> Sorted:
    """With these regions copied in the place of the directory around them."""
    regions = tuple(other for other in sorted_.regions if other != place)
    return replace(sorted_, regions=outermost((*regions, *keeps)), narrowed=(*sorted_.narrowed, place))


def _seen_in(place: Region, named: tuple[Region, ...], offers: Offers) -> Iterator[tuple[Region, str]]:
    """What running showed to be needed, and why; of what was opened, all beside it: other requests open other files."""
    for need in offers.observed:
        if not isinstance(need, PathNeed):
            continue
        found = Region(need.path)
        if not place.covers(found) or any(keep.covers(found) for keep in named):
            continue
        first, _, rest = need.path.removeprefix(place.path.rstrip("/") + "/").partition("/")
        beside = rest and need.path not in offers.missed
        yield Region(f"{place.path.rstrip('/')}/{first}") if beside else found, f"{need.path}: {need.why}"


def _has_strangers(found: list[Reduction], sorted_: Sorted, offers: Offers) -> bool:
    """Whether another toolchain's products go along: its program may need files that are nobody's product."""
    own = {offer.product.strategy for offer in found}
    left = (*sorted_.removed, *sorted_.gone)
    return any(
        product.strategy not in own and not any(gone.covers(product.region) for gone in left)
        for product in offers.products
    )


def _artifact_offers(product: Product, offers: Offers) -> Iterator[Reduction]:
    return (
        offer
        for offer in offers.reductions
        if offer.kind is ReductionKind.ARTIFACT_ONLY and offer.product == product
    )


def _not_alone(place: Region, keeps: tuple[Region, ...], all_offer: bool, offers: Offers) -> str | None:
    """Why more of the directory than the artifact goes along."""
    if not all_offer:
        return f"{place} holds more than the artifact"
    if place in keeps:
        return "all of it is named"
    for need in offers.needs:
        wanted = Region(need.path) if isinstance(need, PathNeed) else None
        if wanted is None or wanted == place or not place.covers(wanted):
            continue
        if not any(keep.covers(wanted) or wanted.covers(keep) for keep in keeps):
            return f"{wanted} is needed: {need.why}"
    return None
