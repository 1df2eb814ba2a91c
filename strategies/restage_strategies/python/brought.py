"""pip, which every image of Python has: a copy of its folder would bring it a second time, some 14 MB."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Basis, Claim, ClaimKind, Evidence, Reduction, ReductionKind, State
from restage_strategies.python.distributions import Installed
from restage_strategies.python.interpreter import find_interpreter


def base_offers(product: Installed, state: State) -> Iterator[Reduction]:
    """The base's own pip need not be copied, where the install left it as it is.

    An install changes pip only if something asks for it. Where a distribution that no list names did, the container
    keeps the pip of its base, which matters only to what runs pip.
    """
    interpreter = find_interpreter("python", state)
    if (
        interpreter is None
        or not (interpreter.own and product.own)
        or product.region != interpreter.libraries
    ):
        return
    if interpreter.libraries == interpreter.prefix or product.unread or not product.wanted:
        return
    if any(requirement.name in ("", "pip") for requirement in product.wanted):
        return
    kind = ClaimKind.PYTHON_LOCKED_ROWS if product.locked else ClaimKind.PYTHON_DIRECT_ROWS
    number = len(product.wanted)
    what = "locked distribution" if product.locked else "direct requirement"
    evidence = Evidence(
        Basis.RULE if product.locked else Basis.SEARCH,
        f"{number} {what}{'' if number == 1 else 's'} of {product.asked_in}, for pip",
        found=("none asks for it",),
    )
    goes = (interpreter.libraries.below("pip"),)
    claim = Claim(kind, "the base's own pip", evidence)
    yield Reduction(ReductionKind.BROUGHT_BY_BASE, product, (claim,), goes=goes)
