"""What the strategies offer to leave behind, what stands against it, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from restage.api.need import Need
from restage.api.product import Product
from restage.api.reduction import Reduction, ReductionKind
from restage.api.region import Region
from restage.planning.arrangement import Applied
from restage.planning.judge import Courage, ground, told_claims, why_not_held
from restage.planning.sorted import Sorted
from restage.record import Record, replace


class Reduced(Record):
    """What is copied after the reductions, and what became of each."""

    sorted: Sorted
    applied: tuple[Applied, ...]


class Offers(Record):
    """What the strategies offer for the products that go along, and what the plan knows against it."""

    products: tuple[Product, ...]
    reductions: tuple[Reduction, ...]
    needs: tuple[Need, ...]
    why_not: str | None
    """Why nothing may be dropped: a start that could not be followed."""
    courage: Courage
    withdrawn: dict[str, str] = field(default_factory=dict)
    """Kinds of reductions that running the image has refuted, with what failed."""
    missed: tuple[str, ...] = ()
    """Paths that the rewritten image lacked when it ran."""
    observed: tuple[Need, ...] = ()
    """What running the images has shown to be needed, in one way or another."""


def on_grounds(sorted_: Sorted, reduction: Reduction, what: Iterable[str]) -> Sorted:
    """The sorted commands with the evidence for what the reduction takes out or leaves alone."""
    evidence = tuple(map(ground, reduction.claims))
    return replace(sorted_, grounds={**sorted_.grounds, **dict.fromkeys(what, evidence)})


def against(reduction: Reduction, sorted_: Sorted, offers: Offers) -> str | None:
    """Why the reduction is not applied; None: nothing stands against it that holds for every kind."""
    failing = why_not_held(reduction.claims, offers.courage)
    if failing is not None:
        return failing
    if reduction.kind.value in offers.withdrawn:
        return offers.withdrawn[reduction.kind.value]
    inside = [path for path in offers.missed if reduction.product.region.covers(Region(path))]
    if inside and reduction.kind is ReductionKind.DEV_DEPENDENCIES:
        return f"{inside[0]} is needed: running the images showed it"
    if offers.why_not is not None:
        return offers.why_not
    if not sorted_.is_copied(reduction.product.region):
        return f"{reduction.product.what} is not copied from the builder"
    return None


def outcome_of(reduction: Reduction, subject: str, why_not: str | None) -> Applied:
    """What a report says of the reduction; `why_not` is None where it was applied."""
    return Applied(reduction.kind.value, subject, why_not is None, told_claims(reduction.claims), why_not)
