"""What stands behind an install now would cover what it made, if the build context had that too one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restage.api.product import Product, ProductKind
from restage.api.tree import Tree
from restage.meaning.copies import context_source
from restage.meaning.walk import Step


def uncovered(copy: Step, passed: Iterable[Step]) -> tuple[str, ...]:
    """What a COPY that now stands behind these steps would lay over what they installed; a sentence for each.

    Today the build context has no such directory, or the COPY would have stayed; nothing but `.dockerignore` keeps it so.
    """
    own = Tree(copy.state.tree.context, copy.placed)
    made = (product for step in passed for action in step.actions for product in action.known.products)
    paths = dict.fromkeys(path for product in made for path in _open_to(copy, product, own))
    return tuple(
        f"{path} is not in the build context: .dockerignore should list it, so that it never is"
        for path in paths
    )


def _open_to(copy: Step, product: Product, own: Tree) -> Iterator[str]:
    """The path in the context whose content the COPY would lay over the product."""
    if product.kind is not ProductKind.DEPENDENCIES:
        return
    for placed in copy.placed:
        source = context_source(placed)
        if source is None or placed.target == product.region or not placed.target.covers(product.region):
            continue
        inside = product.region.path[len(placed.target.path) :].strip("/")
        path = f"{source.path}/{inside}".lstrip("/")
        if not own.context.dockerignore.excludes(path):
            yield path
