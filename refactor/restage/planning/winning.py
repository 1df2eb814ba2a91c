"""Whether a split is worth a second stage."""

from __future__ import annotations

from restage.api.product import Product, ProductKind
from restage.meaning.walk import Walk
from restage.planning.base import BasePlan
from restage.planning.packages import PackagePlan
from restage.planning.sorted import Sorted


def nothing_won(base: BasePlan, packages: PackagePlan) -> str:
    """Why a second stage would leave nothing behind: what keeps the base, and what keeps the packages."""
    reasons = [
        f"{'the base stays' if found is base.applied else f'{found.subject} stay'}: {found.why_not}"
        for found in (base.applied, packages.applied)
        if found is not None and not found.applied and found.why_not
    ]
    return "; ".join(["no build tools, larger base or caches would stay behind", *reasons])


def wins(walk: Walk, sorted_: Sorted, packages: PackagePlan, base: BasePlan) -> bool:
    """Whether something real stays behind."""
    if base.image is not None or packages.wins or sorted_.gone or any(prune.pays for prune in sorted_.prunes):
        return True
    return any(
        _remains(product, walk)
        for product in sorted_.products
        if product.kind in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
    )


def _remains(product: Product, walk: Walk) -> bool:
    """Whether the product is still in the image at the end."""
    there = False
    for _, action in walk.actions:
        there = there or product in action.known.products
        if any(gone.covers(product.region) for gone in action.effect.deletes):
            there = False
    return there
