"""A project on disk, and a stage of a Dockerfile that it lies in, for tests of what strategies say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from restage.api import (
    BaseImage,
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
    Role,
    Start,
    State,
    Strategy,
    Tree,
    UnknownBase,
    commands_of,
)
from restage.api.tree import Changed, Gone, Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference

SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"

NODE_PROJECT = {
    "package.json": {"name": "app", "version": "1.0.0"},
    "package-lock.json": {"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"}}},
    "server.js": "require('http').createServer().listen(80)\n",
    ".dockerignore": "node_modules\n",
}
"""A server of Node.js without a dependency."""


def write_files(folder: Path, files: Mapping[str, object]) -> Path:
    """The files below a folder: texts and bytes as they are, anything else as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case bytes():
                path.write_bytes(content)
            case str():
                path.write_text(content, encoding="utf-8", newline="")
            case _:
                path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def look_up(base: str) -> BaseImage | UnknownBase:
    """What is known of a base image."""
    reference = parse_reference(base)
    assert reference is not None
    return base_image(reference)


def known_base(base: str) -> BaseImage:
    found = look_up(base)
    assert isinstance(found, BaseImage), found
    return found


def command_of(*words: str) -> Command:
    return Command(words, raw=" ".join(words))


def started_by(command: Command, resolution: Resolution | None = None) -> tuple[Start, ...]:
    """The start of a container whose CMD this is."""
    needs = resolution.needs if resolution else ()
    return (Start(Role.START, "CMD", command, (command,), needs, (), None),)


def state_in(
    root: Path,
    files: Mapping[str, object],
    base: str,
    directory: str = "/app",
    packages: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    user: str = "root",
) -> State:
    """The state of a stage on this base after `COPY . DIRECTORY` of these files."""
    known = look_up(base)
    variables = {"PATH": SEARCH_PATH, **(known.config.env if isinstance(known, BaseImage) else {})}
    tree = Tree(Context(write_files(root, files))).then(Placed(Region(directory), ""))
    return State(directory, user, {**variables, **(environment or {})}, known, tree, frozenset(packages))


class Stage:
    """A stage with a project in it: `COPY . DIRECTORY`, then RUN commands. Each ecosystem has its own."""

    strategy: ClassVar[Strategy]
    usual_base: ClassVar[str]

    def __init__(
        self,
        root: Path,
        files: Mapping[str, object],
        base: str = "",
        directory: str = "/app",
        packages: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.state = state_in(root, files, base or self.usual_base, directory, packages, environment)
        self.case = Case(self.state.tree.context, self.state.base, ())

    def commands(self, text: str) -> tuple[Command, ...]:
        found = commands_of(text, self.state)
        assert found is not None
        return found

    def effect(self, text: str, beside: str = "true") -> Effect | None:
        """The effect of the last command of a text; `beside` is another RUN line of the file."""
        commands = self.commands(text)
        self.case = replace(self.case, commands=(*self.commands(beside), *commands))
        return self.strategy.effect(commands[-1], self.state, self.case)

    def run(self, text: str) -> list[Product]:
        """Run commands one after the other; what they made."""
        commands = self.commands(text)
        self.case = replace(self.case, commands=(*self.case.commands, *commands))
        return [made for command in commands for made in self._made_by(command)]

    def _made_by(self, command: Command) -> list[Product]:
        if command.words[:1] == ("cd",):
            self.state = replace(self.state, directory=self.state.path(command.words[1]).path)
            return []
        effect = self.strategy.effect(command, self.state, self.case)
        if effect is None:
            self._happened(*_done_by_others(command, self.state))
            return []
        made = [*self.strategy.products(command, effect, self.state, self.case)]
        self._happened(*(Changed(place, str(command)) for place in effect.writes))
        return made

    def _happened(self, *events: Changed | Gone) -> None:
        self.state = replace(self.state, tree=self.state.tree.then(*events))

    def resolve(self, *words: str) -> Resolution | None:
        return self.strategy.resolve(command_of(*words), self.state, self.case)

    def starts(self, *words: str) -> tuple[Start, ...]:
        return started_by(command_of(*words), self.resolve(*words))

    def offers_for(self, made: list[Product], *start: str) -> list[Reduction]:
        """What is offered for some products, where this is the start."""
        starts = self.starts(*start)
        return [each for one in made for each in self.strategy.reductions(one, starts, self.state, self.case)]

    def offers(self, text: str, *start: str) -> dict[ReductionKind, Reduction]:
        """What is offered for the last artifact that the commands make."""
        artifacts = [made for made in self.run(text) if made.kind is ProductKind.ARTIFACT]
        return {each.kind: each for each in self.offers_for(artifacts[-1:], *start)}


def _done_by_others(command: Command, state: State) -> tuple[Changed | Gone, ...]:
    """A command that the strategy leaves to others changes what it names last; `mv` takes it from elsewhere."""
    *_, target = command.words
    changed = Changed(state.path(target), str(command))
    return (changed, Gone(state.path(command.words[-2]))) if command.name == "mv" else (changed,)


def paths(regions: tuple[Region, ...]) -> set[str]:
    return {place.path for place in regions}


def written(effect: Effect | None) -> set[str]:
    """What a command changes, where that is known."""
    assert effect is not None and effect.opaque is None
    return paths(effect.writes)
