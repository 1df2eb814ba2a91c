"""What a decision on the runtime stage's base looks at."""

from __future__ import annotations

from restage.api.need import Need
from restage.api.product import Product
from restage.api.reduction import Reduction
from restage.meaning.walk import Walk
from restage.record import Record


class Circumstances(Record):
    """What a decision on the base looks at."""

    walk: Walk
    first: int
    """Position of the first step that runs in the runtime stage or the builder, after a shared stage."""
    cut: int
    raw: str
    """The base as the author wrote it."""
    products: tuple[Product, ...]
    """Products that go along."""
    reductions: tuple[Reduction, ...]
    needs: tuple[Need, ...]
    repeated: frozenset[int]
    """Identities of the actions that run in the runtime stage."""
    mounted: tuple[str, ...]
    """Paths where something is mounted that outlives the container."""
