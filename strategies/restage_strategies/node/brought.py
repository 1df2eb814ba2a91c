"""node and npm, which every image of Node.js has: a copy of their directories would bring them a second time, 110 MB."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import (
    Basis,
    Claim,
    ClaimKind,
    Evidence,
    Product,
    ProductKind,
    Reduction,
    ReductionKind,
    Region,
    region,
)
from restage.api.tree import Changed
from restage_strategies.node.named import installed_globally
from restage_strategies.node.site import Site

_OWN = {"node": region("/usr/local/bin/node"), "npm": region("/usr/local/lib/node_modules/npm")}
_AMONG_OTHERS = frozenset({ProductKind.DEPENDENCIES, ProductKind.TOOL, ProductKind.DATA})
_REPLACING = {"node": frozenset({"n", "node"}), "npm": frozenset({"npm"})}
"""Global packages that put others in their place."""


def base_offers(product: Product, site: Site) -> Iterator[Reduction]:
    """The base's own node and npm need not be copied where commands wrote beside them."""
    if site.state.base.family != "node" or product.kind not in _AMONG_OTHERS:
        return
    goes = tuple(place for name, place in _OWN.items() if _lies_beside(place, site) and _stays(name, site))
    if not goes:
        return
    searched = "every image of Node.js has them there, and no command of the file changes them"
    claim = Claim(ClaimKind.NODE_SIBLING, "the base's own node", Evidence(Basis.RULE, searched))
    yield Reduction(ReductionKind.BROUGHT_BY_BASE, product, (claim,), goes=goes)


def _lies_beside(place: Region, site: Site) -> bool:
    """Whether a command may have written anywhere in the directory."""
    return any(
        isinstance(event, Changed) and event.target.covers(place) and event.target != place
        for event in site.state.tree.events
    )


def _stays(name: str, site: Site) -> bool:
    """Whether nothing put another one in its place."""
    called = {command.name for command in site.case.commands}
    replaced = not _REPLACING[name].isdisjoint(installed_globally(site.case)) or "n" in called
    return not replaced and not any(_OWN[name].covers(event.target) for event in site.state.tree.events)
