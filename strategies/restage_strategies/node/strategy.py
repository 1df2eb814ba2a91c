"""The Node.js strategy: npm, yarn and pnpm projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from restage.api import (
    Case,
    Command,
    Detection,
    Effect,
    Option,
    Product,
    Reduction,
    Resolution,
    Start,
    State,
)

_MANAGERS = frozenset({"npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "corepack", "node"})


class NodeStrategy:
    """Knows npm, yarn 1 and pnpm projects, with what the commands of their scripts do; yarn berry and bun carefully.

    The parts are imported when they are used: most files are not Node's.
    """

    name = "node"
    options = (
        Option(
            "site-server",
            ("own", "nginx"),
            "what serves a site that the file builds: the server that it starts, or nginx with the project's own conf",
        ),
    )

    def detect(self, case: Case) -> Detection | None:
        """A package.json in the context, or commands of a package manager."""
        found = ["package.json"] if case.context.read("package.json") is not None else []
        found.extend(f"RUN {command}" for command in case.commands if command.name in _MANAGERS)
        return Detection("", tuple(found)) if found else None

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """What npm, yarn, pnpm and the programs of npm packages do in a RUN."""
        from restage_strategies.node.effects import effect_of

        return effect_of(command, state, case)

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """What starting npm, node or a program of an npm package comes to."""
        from restage_strategies.node.starts import resolve

        found = resolve(command, state, case)
        if found is None or case.option("site-server") != "nginx":
            return found
        from restage_strategies.node.built_site import site_of

        return replace(found, site=site_of(command, state, case))

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """node_modules, build output, global tools, and caches that are left in the image."""
        from restage_strategies.node.products import products_of

        return tuple(products_of(command, effect, state, case))

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """Whether a product allows the slim sibling and the packages of the build to go."""
        from restage_strategies.node.reductions import reductions_of

        return tuple(reductions_of(product, starts, state, case))
