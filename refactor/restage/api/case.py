"""All that a strategy may look at."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.observation import Observation
from restage.api.option import Chosen
from restage.image.base import BaseImage, UnknownBase
from restage.project.context import Context
from restage.record import Record


class Case(Record):
    """One stage to be split, the build context around it, and what running it has shown."""

    context: Context
    base: BaseImage | UnknownBase
    commands: tuple[Command, ...]
    """Every command of the stage's RUN instructions, in order."""
    observations: tuple[Observation, ...] = ()
    options: Chosen = ()
    values: tuple[str, ...] = ()
    """Of variables that compose files and manifests give the container."""

    def option(self, name: str) -> str:
        """What the user chose for an option; empty: nothing."""
        return next((value for each, value in self.options if each == name), "")
