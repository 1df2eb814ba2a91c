"""The laws for a plan that puts another web server in the place of the original's."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.tree import Made
from restage.build.contract import RuntimeContract, contract, differences, is_root
from restage.planning.situation import Served, Situation
from restage.record import replace

_SERVERS_OWN = (
    "entrypoint",
    "command",
    "directory",
    "stopsignal",
    "shell",
    "environment",
    "exposed",
    "user",
)
"""What another web server brings by itself: ports on top of the author's, and root as root."""


def broken_by_server(situation: Situation, served: Served, new: RuntimeContract) -> Iterator[tuple[str, str]]:
    """Each law that does not hold for the new image, and what breaks it."""
    old = contract(situation.walk.scopes[-1])
    yield from (("L5", f"not announced: {found}") for found in differences(served.contract, new, frozenset()))
    same = replace(new, **{name: getattr(old, name) for name in _SERVERS_OWN})
    yield from (("L5", found) for found in differences(old, same, frozenset()))
    if not old.exposed <= new.exposed:
        yield "L5", "a port is not exposed any more"
    if not is_root(old.user):
        yield "L5", f"{old.user} became root"
    tree = situation.walk.final.tree
    if not isinstance(tree.origin(served.root.path), Made) and not tree.is_directory(served.root.path):
        yield "L6", f"{served.root} is not in the builder"
