"""Rust: packages and workspaces, from `cargo build` to the program that a container starts."""

from __future__ import annotations

from collections.abc import Iterable

from restage.api import Case, Command, Detection, Effect, Product, Reduction, Resolution, Start, State


class RustStrategy:
    """What Rust teaches: which files a build leaves, what a program links to and calls."""

    name = "rust"

    def detect(self, case: Case) -> Detection | None:
        """A manifest in the build context together with Rust at work in the stage, or cargo's commands alone."""
        from restage_strategies.rust.settings import is_rust_stage

        if not is_rust_stage(case):
            return None
        found = ["Cargo.toml"] if case.context.kind("Cargo.toml") is not None else []
        deeper = [] if found else [*case.context.glob("*/Cargo.toml"), *case.context.glob("*/*/Cargo.toml")]
        root = deeper[0].rpartition("/")[0] if deeper else ""
        commands = [str(c) for c in case.commands if c.name in ("cargo", "rustup", "rustc")]
        return Detection(root, (*found, *deeper[:1], *(f"RUN {text}" for text in commands[:2])))

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """The effect of `cargo`, of rustup and of helpers beside them."""
        from restage_strategies.rust.commands import effect_of

        return effect_of(command, state, case)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """A program that cargo built, or a start that needs cargo."""
        from restage_strategies.rust.starts import resolve_start

        return resolve_start(command, state, case)

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """Programs, intermediate output, caches and toolchains."""
        from restage_strategies.rust.product import products_of

        return products_of(command, effect, state, case)

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """A smaller base and fewer packages around a program; no toolchain, no sources."""
        from restage_strategies.rust.reductions import reductions_of

        return reductions_of(product, starts, state, case)


STRATEGY = RustStrategy()
