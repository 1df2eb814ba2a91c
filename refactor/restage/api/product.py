"""What a command made that outlives it."""

from __future__ import annotations

from enum import StrEnum

from restage.api.region import Region
from restage.record import Record


class ProductKind(StrEnum):
    """What a product is for."""

    APPLICATION = "application"
    DEPENDENCIES = "dependencies"
    DEV_DEPENDENCIES = "dev-dependencies"
    CACHE = "cache"
    INTERMEDIATE = "intermediate"
    ARTIFACT = "artifact"
    DATA = "data"
    TOOL = "tool"


class Product(Record):
    """Something that one command made, at one region."""

    region: Region
    kind: ProductKind
    what: str
    """A phrase for reports: `node_modules`, `the binary main`, `pip's download cache`."""
    strategy: str
    """The strategy that knows it."""

    @property
    def is_file(self) -> bool:
        """Whether the region is surely this one file, and no directory."""
        return False
