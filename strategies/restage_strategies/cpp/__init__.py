"""C and C++: what a compiler, make, CMake or Meson builds in the project's folder, and what it needs when it runs."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Case, Command, Detection, Effect, Product, Reduction, Resolution, Start, State

_FAMILIES = frozenset({"debian", "ubuntu", "alpine", "gcc"})


class CppStrategy:
    """What C and C++ teach: where a build writes, which libraries a program may link to, what its sources call."""

    name = "cpp"

    def detect(self, case: Case) -> Detection | None:
        """A compiler, or a tool that drives one, in a stage where no other ecosystem is at work."""
        if not _may_be_c(case):
            return None
        from restage_strategies.cpp.stage import builds_of

        return Detection("", tuple(f"RUN {command}" for command in builds_of(case)[:2]))

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """The effect of compilers, of make, CMake, Ninja and Meson, where they write the project's folder alone."""
        if not _may_be_c(case):
            return None
        from restage_strategies.cpp.effects import effect_of

        return effect_of(command, state, case)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """A program that the stage compiled, or a start that needs the compiler."""
        if not _may_be_c(case):
            return None
        from restage_strategies.cpp.starts import resolve_start

        return resolve_start(command, state, case)

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """What was compiled."""
        from restage_strategies.cpp.product import products_of

        return products_of(command, effect, state)

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """A runtime stage without compilers and headers."""
        from restage_strategies.cpp.reductions import reductions_of

        return reductions_of(product, starts, state, case)


def _may_be_c(case: Case) -> bool:
    """Whether it is a stage of C; on most bases that is told without a look at any command."""
    if case.base.family not in _FAMILIES:
        return False
    from restage_strategies.cpp.stage import is_c_stage

    return is_c_stage(case)


STRATEGY = CppStrategy()
