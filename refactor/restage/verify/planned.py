"""What a plan announces: variables of a tool that is gone, and paths that stay in the builder."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.product import ProductKind
from restage.api.region import Region
from restage.engine import Rewritten
from restage.planning.situation import Served, Split
from restage.verify.compare import Announced
from restage.verify.excuses import Explained

_STAYS = {
    ProductKind.CACHE: "caches and temporary files",
    ProductKind.INTERMEDIATE: "intermediate output of the build",
    ProductKind.DEV_DEPENDENCIES: "dependencies of the build",
    ProductKind.TOOL: "build tools",
}


def announced(plan: Rewritten) -> Announced:
    """What the image's configuration may lose."""
    if isinstance(plan.split, Served):
        return _of_server(plan.split)
    if not isinstance(plan.split, Split):
        return Announced()
    sibling = plan.split.base.sibling
    if sibling is None:
        return Announced()
    minimal = plan.split.base.minimal
    return Announced(
        frozenset(sibling.lost_env),
        frozenset(sibling.lost_path_entries),
        frozenset(sibling.varying_env),
        frozenset(minimal.environment if minimal else ()),
        sibling.entrypoints,
    )


def _of_server(served: Served) -> Announced:
    """Of another web server: variables that only the old image sets, or only the new one."""
    return Announced(
        frozenset(served.lost),
        frozenset(served.lost_path_entries),
        added=frozenset(served.base.config.env),
        server=served.base.reference.name,
    )


def explained(plan: Rewritten) -> tuple[Explained, ...]:
    """Places whose loss the plan stands for."""
    match plan.split:
        case Split() as split:
            return tuple(_explained(split))
        case Served(root=root):
            return (Explained("/", "another image serves the site", (root.path,)),)
        case _:
            return ()


def moved(plan: Rewritten) -> tuple[tuple[str, str], ...]:
    """Directories that the plan puts elsewhere."""
    return ((plan.split.root.path, plan.split.place),) if isinstance(plan.split, Served) else ()


def _dependencies(split: Split) -> tuple[Region, ...]:
    products = split.sorted.products
    return tuple(product.region for product in products if product.kind is ProductKind.DEPENDENCIES)


def _explained(split: Split) -> Iterator[Explained]:
    for product in split.sorted.products:
        if why := _STAYS.get(product.kind):
            yield Explained(product.region.path, why)
    for region in split.sorted.caches:
        yield Explained(region.path, "caches and temporary files")
    for region in split.sorted.gone:
        yield Explained(region.path, "build tools")
    for region in split.sorted.removed:
        yield Explained(region.path, "what only the build reads")
    for region in split.sorted.narrowed:
        kept = tuple(copied.path for copied in split.sorted.regions)
        yield Explained(region.path, "all but the artifact and its data", kept)
    for prune in split.sorted.prunes:
        yield from (Explained(place.path, prune.what) for place in prune.places or _dependencies(split))
    if split.base.sibling:
        yield from (Explained(path, "build tools of the base") for path in split.base.sibling.lost_paths)
