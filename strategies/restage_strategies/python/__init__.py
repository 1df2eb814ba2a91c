"""What Python teaches: pip, virtual environments, Django, the servers, and what distributions load and call."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import (
    Case,
    Command,
    Detection,
    Effect,
    Product,
    Record,
    Reduction,
    Resolution,
    Start,
    State,
    outermost,
    replace,
)


class PythonStrategy(Record):
    """The Python ecosystem. The parts are imported when they are used: most files are not Python's."""

    name: str = "python"

    def detect(self, case: Case) -> Detection | None:
        """Manifests of the context, and installs of the file."""
        from restage_strategies.python.detection import detect_python

        return detect_python(case)

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """What pip, Python and the tools of its world do in a RUN."""
        from restage_strategies.python.earlier import after_earlier
        from restage_strategies.python.effects import effect_of
        from restage_strategies.python.inputs import named_places
        from restage_strategies.python.invocation import is_pip
        from restage_strategies.python.listed import as_listed
        from restage_strategies.python.managers import MANAGERS

        found = effect_of(as_listed(command, state, case), after_earlier(state, command, case), case)
        if found is None or found.opaque:
            return found
        told = is_pip(command) or command.name in MANAGERS
        named = () if told else named_places(command.arguments, state)
        return replace(found, reads=outermost((*found.reads, *named)))

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """Which module, script or server a start comes to, and what the sources call."""
        from restage_strategies.python.starts import resolve_start

        return resolve_start(command, state, case)

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """Distributions, data and caches."""
        from restage_strategies.python.earlier import after_earlier
        from restage_strategies.python.listed import as_listed
        from restage_strategies.python.products import products_of

        return products_of(as_listed(command, state, case), effect, after_earlier(state, command, case))

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """The slim sibling and the build's packages, resting on the rows of what was asked for."""
        from restage_strategies.python.reductions import reductions_of

        return reductions_of(product, starts, state, case)


STRATEGY = PythonStrategy()
