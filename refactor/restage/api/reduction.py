"""What can be left out of the runtime stage, and what that rests on."""

from __future__ import annotations

from enum import StrEnum

from restage.api.claim import Claim
from restage.api.need import Need
from restage.api.product import Product
from restage.api.region import Region
from restage.record import Record


class ReductionKind(StrEnum):
    """Every way of leaving something out."""

    BUILD_TOOLS = "build-tools"
    """Compilers, headers and fetch tools: packages of the build, or an unpacked toolchain."""
    SIBLING_BASE = "sibling-base"
    """The base's build variant, for its runtime sibling."""


class Reduction(Record):
    """A strategy's offer for one product: it stands the reduction if the claims hold and the needs are met."""

    kind: ReductionKind
    product: Product
    claims: tuple[Claim, ...]
    needs: tuple[Need, ...] = ()
    """What has to be in the runtime stage once it is applied; the engine brings it or drops the reduction."""
    goes: tuple[Region, ...] = ()
    """Regions that stay behind in the builder (a toolchain unpacked by hand)."""
