"""The reduction sibling-base: the runtime image that stands beside the build image, and what it takes to move there."""

from __future__ import annotations

from dataclasses import field

from restage.api.product import Product
from restage.api.reduction import Reduction, ReductionKind
from restage.image.base import BaseImage, UnknownBase
from restage.image.minimal import MinimalImage
from restage.image.sibling_texts import builder_text, sibling_text
from restage.image.siblings import NoSibling, Sibling, siblings
from restage.meaning.needs import gathered
from restage.planning.arrangement import Applied
from restage.planning.bringing import brought
from restage.planning.circumstances import Circumstances
from restage.planning.judge import Courage, told_claims, why_not_held
from restage.planning.moving import Move
from restage.planning.packages import PackagePlan, toolchain_needed
from restage.record import Record


class BasePlan(Record):
    """The image of the runtime stage, and what is added to it."""

    base: BaseImage | UnknownBase
    image: str | None = None
    """How FROM names the sibling; None: the base stays."""
    builder_image: str | None = None
    """How the builder's FROM names the base beside a sibling; None: as it is."""
    first: dict[str, str] = field(default_factory=dict)
    """Packages to install before anything else runs, with the reason."""
    packages: dict[str, str] = field(default_factory=dict)
    """Packages to install beyond those of the file, with the reason."""
    files: dict[str, str] = field(default_factory=dict)
    """Files to bring over from the builder, with the reason."""
    sibling: Sibling | None = None
    applied: Applied | None = None
    minimal: MinimalImage | None = None
    """The image without programs that stands in for the sibling."""


def plan_base(
    base: BaseImage | UnknownBase,
    about: Circumstances,
    packages: PackagePlan,
    why_not: str | None,
    courage: Courage,
) -> BasePlan:
    """The sibling if everything that goes along stands it, else the base as it is with the reason."""
    if isinstance(base, UnknownBase):
        return BasePlan(base, applied=Applied("sibling-base", base.reference.text, False, why_not=base.why))
    found = siblings(base)
    if isinstance(found, NoSibling):
        return BasePlan(base, applied=Applied("sibling-base", base.reference.text, False, why_not=found.why))
    plans = [_moved(base, one, about, packages, why_not, courage) for one in found]
    return next((plan for plan in plans if plan.sibling), plans[-1])


def _moved(
    base: BaseImage,
    found: Sibling,
    about: Circumstances,
    packages: PackagePlan,
    why_not: str | None,
    courage: Courage,
) -> BasePlan:
    """On this sibling, or on the base with the reason."""
    offers = [reduction for reduction in about.reductions if reduction.kind is ReductionKind.SIBLING_BASE]
    claims = tuple(claim for offer in offers for claim in offer.claims)
    told = told_claims(claims)

    def declined(why: str) -> BasePlan:
        return BasePlan(base, applied=Applied("sibling-base", found.reference_text, False, told, why))

    reason = why_not or _silent(about.products, offers) or why_not_held(claims, courage)
    if reason:
        return declined(reason)
    text = sibling_text(about.raw, base, found)
    if text is None:
        return declined(f"the variables of {about.raw} can't write its name")
    if not offers:
        return declined("no strategy knows what it would lose")
    needs = gathered((*about.needs, *(need for offer in offers for need in offer.needs)))
    along = toolchain_needed(needs, base) or brought(Move(base, found, about, packages, needs))
    if isinstance(along, str):
        return declined(along)
    applied = Applied("sibling-base", found.reference_text, True, told)
    builder = builder_text(about.raw, base, found)
    return BasePlan(found.base, text, builder, along.first, along.packages, along.files, found, applied)


def _silent(products: tuple[Product, ...], offers: list[Reduction]) -> str | None:
    """Which product nobody says would stand the sibling."""
    offered = [offer.product for offer in offers]
    return next((f"{p.what} may need the whole base" for p in products if p not in offered), None)
