"""A Node.js project in an image, for tests of what the strategy says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from restage.api import Case, Command, Context, Effect, Product, Resolution, State, Tree, commands_of, region
from restage.api.tree import Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.node import STRATEGY

EXPRESS = {"name": "app", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^4.0.0"}}


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
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    context = Context(folder)
    reference = parse_reference("node:18")
    assert reference is not None
    tree = Tree(context, (Placed(region(directory), ""),))
    known: dict[str, str | None] = {"PATH": "/usr/local/bin:/usr/bin:/bin", **environment}
    return Project(context, State(directory, user, known, base_image(reference), tree))


def paths(effect: Effect) -> set[str]:
    return {place.path for place in effect.writes}
