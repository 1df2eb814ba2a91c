"""What the commands of a C or C++ project make that outlives them."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Command, Effect, Product, ProductKind, State
from restage_strategies.cpp.invocation import compiled_by
from restage_strategies.cpp.placed import project_of
from restage_strategies.cpp.stage import is_compiler

NAME = "cpp"


class Compiled(Product):
    """A program or a library, or a folder in which a recipe makes them."""

    project: str
    """The directory that holds the sources, as far as it is known."""


def products_of(command: Command, effect: Effect, state: State) -> Iterator[Compiled]:
    """The programs that a compiler names, or all that a recipe builds."""
    if effect.opaque:
        return
    if is_compiler(command):
        project = project_of(state.directory, state.tree)
        for place in compiled_by(command, state) or ():
            name = place.path.rpartition("/")[2]
            yield Compiled(
                place, ProductKind.ARTIFACT, f"what {command.name} made of {project}: {name}", NAME, project
            )
        return
    for place in effect.writes:
        yield Compiled(place, ProductKind.ARTIFACT, f"what {command.name} built in {place}", NAME, place.path)
