"""The contract between the engine and an ecosystem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from restage.api.case import Case
from restage.api.command import Command
from restage.api.detection import Detection
from restage.api.effect import Effect
from restage.api.product import Product
from restage.api.reduction import Reduction
from restage.api.start import Resolution, Start
from restage.api.state import State


class Strategy(Protocol):
    """What one ecosystem knows. It speaks of commands, files and products, never of Dockerfile text.

    It may have `options`, a tuple of `Option`: what users may ask of it beyond what it does by itself.
    `Case.option` tells what was chosen.
    """

    name: str
    """Also the name of its corpus folder."""

    def detect(self, case: Case) -> Detection | None:
        """Whether the project belongs to this ecosystem, and why."""

    def effect(self, command: Command, state: State, case: Case) -> Effect | None:
        """What a command of a RUN does; None: not this strategy's command."""

    def resolve(self, command: Command, state: State, case: Case) -> Resolution | None:
        """What a command comes to when the container starts it; None: not this strategy's command.

        `state` is that of the finished image, `state.tree` holds its files.
        """

    def products(self, command: Command, effect: Effect, state: State, case: Case) -> Iterable[Product]:
        """What the command made, for commands whose effect this strategy gave."""

    def reductions(
        self, product: Product, starts: tuple[Start, ...], state: State, case: Case
    ) -> Iterable[Reduction]:
        """What may be left out around a product that goes to the runtime stage; `state` is that of the finished image.

        A product for which no `SIBLING_BASE` (`BUILD_TOOLS`) is offered keeps the base (the packages) as it is.
        """
