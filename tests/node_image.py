"""A Node.js project in an image, for tests of what the strategy says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from projects import SEARCH_PATH, look_up, write_files
from restage.api import (
    Case,
    Command,
    Context,
    Effect,
    Product,
    ProductKind,
    Reduction,
    ReductionKind,
    Region,
    Resolution,
    State,
    Tree,
    commands_of,
    region,
)
from restage.api.tree import Changed, Placed
from restage_strategies.node import STRATEGY

EXPRESS = {"name": "app", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^4.0.0"}}

LOCKED = {"package.json": EXPRESS, "package-lock.json": "{}", "server.js": "", "src/a.ts": ""}


@dataclass(frozen=True)
class Project:
    """A build context that lies in /app of an image."""

    context: Context
    state: State

    def commands(self, text: str, state: State | None = None) -> tuple[Command, ...]:
        found = commands_of(text, state or self.state)
        assert found is not None
        return found

    def case(self, *texts: str) -> Case:
        return Case(self.context, self.state.base, tuple(c for text in texts for c in self.commands(text)))

    def effect(self, text: str, *others: str) -> Effect:
        """The effect of the last command of a text; `others` are further RUN lines of the file."""
        command = self.commands(text)[-1]
        found = STRATEGY.effect(command, self.state, self.case(text, *others))
        assert found is not None, f"{text} is not known"
        return found

    def products(self, text: str) -> tuple[Product, ...]:
        command = self.commands(text)[-1]
        effect = self.effect(text)
        return tuple(STRATEGY.products(command, effect, self.state, self.case(text)))

    def resolve(self, text: str, *others: str) -> Resolution:
        found = STRATEGY.resolve(self.commands(text)[0], self.state, self.case(*others))
        assert found is not None, f"{text} is not known"
        return found

    def follow(self, text: str, *others: str) -> tuple[Resolution, ...]:
        """Everything that a start comes to, `sh -c` unwrapped as the engine does."""
        found = [self.resolve(text, *others)]
        for run in found[0].runs:
            inner = run.words[2].split("\n")[-1] if run.words[:2] == ("sh", "-c") else None
            for command in self.commands(inner) if inner is not None else (run,):
                if STRATEGY.resolve(command, self.state, self.case(*others)) is not None:
                    found.extend(self.follow(str(command), *others))
        return tuple(found)


def make(
    folder: Path, files: dict[str, object], directory: str = "/app", user: str = "root", **environment: str
) -> Project:
    context = Context(write_files(folder, files))
    tree = Tree(context, (Placed(region(directory), ""),))
    known: dict[str, str | None] = {"PATH": SEARCH_PATH, **environment}
    return Project(context, State(directory, user, known, look_up("node:18"), tree))


def install(folder: Path, files: dict[str, object], text: str = "npm ci", **environment: str) -> Effect:
    """What an install does in a small project with a lock, and with these files besides."""
    return make(folder, {**LOCKED, **files}, **environment).effect(text)


def with_scripts(**scripts: str) -> dict[str, object]:
    """A manifest with these scripts."""
    return {**EXPRESS, "scripts": {**scripts, "start": "node server.js"}}


def names(places: tuple[Region, ...]) -> set[str]:
    """Places by their path in the project."""
    return {place.path.removeprefix("/app/") for place in places}


def paths(effect: Effect) -> set[str]:
    return {place.path for place in effect.writes}


def reductions(
    own: Project, place: str = "/app/node_modules", **changes: object
) -> dict[ReductionKind, Reduction]:
    """What is offered, by kind, where `npm ci` made a directory."""
    product = Product(region(place), ProductKind.DEPENDENCIES, "what npm installed", "node")
    state = State(
        **{**own.state.__dict__, "tree": own.state.tree.then(Changed(region(place), "npm ci")), **changes}
    )
    return {found.kind: found for found in STRATEGY.reductions(product, (), state, own.case())}
