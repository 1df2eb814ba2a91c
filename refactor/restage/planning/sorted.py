"""The commands of a stage, sorted: which build, what they leave behind where, and what of that goes along."""

from __future__ import annotations

from dataclasses import field

from restage.api.product import Product
from restage.api.reduction import Prune
from restage.api.region import Region
from restage.meaning.actions import Action
from restage.record import Record


class Sorted(Record):
    """The commands from `first` to `cut`, sorted."""

    first: int
    """Position of the first step that isn't in a shared stage."""
    cut: int
    """Position of the last step that builds; -1 where none does."""
    build: frozenset[int]
    """Identities (`id`) of the actions that build."""
    regions: tuple[Region, ...]
    """What has to be copied from the builder."""
    last_writer: dict[Region, int] = field(default_factory=dict)
    """Position of the step that wrote each of `regions` last."""
    products: tuple[Product, ...] = ()
    caches: tuple[Region, ...] = ()
    gone: tuple[Region, ...] = ()
    """Regions of tools that only the build needs."""
    prunes: tuple[Prune, ...] = ()
    """Commands that take something out of the builder at its end."""
    removed: tuple[Region, ...] = ()
    """What leaves the builder at its end by `rm`: sources of compiled code."""
    brought: tuple[Region, ...] = ()
    """What leaves the builder at its end because the runtime stage's base has it by itself."""
    narrowed: tuple[Region, ...] = ()
    """Directories of which only the artifact and its data are copied."""
    grounds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The evidence for what leaves or stays alone, by the command or the path."""
    passing: tuple[Region, ...] = ()
    """Temporary files that the runtime stage makes and uses itself."""
    undone: frozenset[int] = frozenset()
    """Identities of actions that write what the build deletes again, and of what deletes only that."""

    def builds(self, action: Action) -> bool:
        """Whether the action builds."""
        return id(action) in self.build

    def is_copied(self, region: Region) -> bool:
        """Whether a copied region covers it."""
        return any(copied.covers(region) for copied in self.regions)

    def is_settled(self, region: Region) -> bool:
        """Whether nothing else brings it to the runtime stage: it is copied, or all that is wanted around it is."""
        return any(place.covers(region) for place in (*self.regions, *self.narrowed))
