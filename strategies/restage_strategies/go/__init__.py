"""Go: modules and GOPATH, from `go build` to the program that a container starts."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Case, Command, Detection, Effect, Product, Reduction, Resolution, Start, State
from restage_strategies.go.drivers import VENDORING, as_go, is_go_stage

_MANIFESTS = ("go.mod", "go.work", "Gopkg.toml", "glide.yaml", "Godeps/Godeps.json", "vendor/vendor.json")


class GoStrategy:
    """What Go teaches: which files a build writes, what a binary links to and calls."""

    name = "go"

    def detect(self, case: Case) -> Detection | None:
        """A manifest in the build context together with Go at work in the stage, or Go commands alone."""
        context = case.context
        commands = [str(c) for c in case.commands if as_go(c) is not None or c.name in VENDORING]
        if not commands and not is_go_stage(case):
            return None
        found = [name for name in _MANIFESTS if context.kind(name) is not None]
        deeper = [] if found else [*context.glob("*/go.mod"), *context.glob("*/*/go.mod")]
        root = deeper[0].rpartition("/")[0] if deeper else ""
        if not commands and not (found or deeper):
            return None
        return Detection(root, (*found, *deeper[:1], *(f"RUN {text}" for text in commands[:2])))

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """The effect of `go`, of programs in front of it and helpers beside it, and of unpacking a toolchain."""
        from restage_strategies.go.commands import effect_of

        return effect_of(command, state, case)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """A program that a Go build made, or a start that needs Go."""
        from restage_strategies.go.starts import resolve_start

        return resolve_start(command, state, case)

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """Binaries, tools, caches, vendored sources and unpacked toolchains."""
        from restage_strategies.go.product import products_of

        return products_of(command, effect, state, case)

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """A smaller base and fewer packages around a binary; no toolchain."""
        from restage_strategies.go.reductions import reductions_of

        return reductions_of(product, starts, state, case)


STRATEGY = GoStrategy()
