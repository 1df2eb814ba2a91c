"""A half-made Python image, for the tests of the Python strategy."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from restage.api import (
    BaseImage,
    Case,
    Command,
    Context,
    Effect,
    ProductKind,
    Reduction,
    ReductionKind,
    Resolution,
    State,
    Tree,
    region,
)
from restage.api.tree import Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.python import STRATEGY

OFFICIAL = ("/usr/local/bin", "/usr/local/lib/python3.12/site-packages")


class Image:
    """A finished or half-made image: files of a context at /app, on a base."""

    def __init__(
        self,
        root: Path,
        files: Mapping[str, str] | None = None,
        base: str = "python:3.12",
        directory: str = "/app",
        user: str = "root",
        packages: tuple[str, ...] = (),
        commands: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        for name, text in (files or {}).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        reference = parse_reference(base)
        assert reference is not None
        known = base_image(reference)
        variables: dict[str, str | None] = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        if isinstance(known, BaseImage):
            variables |= known.config.env
        context = Context(root)
        tree = Tree(context).then(Placed(region(directory), ""))
        self.state = State(
            directory, user, {**variables, **(environment or {})}, known, tree, frozenset(packages)
        )
        self.case = Case(context, known, tuple(words(text) for text in commands))

    def effect(self, text: str) -> Effect | None:
        return STRATEGY.effect(words(text), self.state, self.case)

    def known_effect(self, text: str) -> Effect:
        effect = self.effect(text)
        assert effect is not None, text
        assert effect.opaque is None, effect.opaque
        return effect

    def resolve(self, text: str) -> Resolution | None:
        return STRATEGY.resolve(words(text), self.state, self.case)

    def offer(self, text: str, kind: ReductionKind) -> Reduction | None:
        """The offer of one kind for the first thing that the command leaves in the image."""
        command = words(text)
        effect = self.known_effect(text)
        made = [
            p
            for p in STRATEGY.products(command, effect, self.state, self.case)
            if p.kind is not ProductKind.CACHE
        ]
        offers = STRATEGY.reductions(made[0], (), self.state, self.case)
        return next((offer for offer in offers if offer.kind is kind), None)

    def sibling(self, text: str) -> Reduction:
        offer = self.offer(text, ReductionKind.SIBLING_BASE)
        assert offer is not None
        return offer


def words(text: str) -> Command:
    return Command(tuple(shlex.split(text)), raw=text)


def paths(regions: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(sorted(str(place) for place in regions))
