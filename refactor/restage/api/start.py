"""The commands that a container runs, and what following them led to."""

from __future__ import annotations

from enum import StrEnum

from restage.api.command import Command
from restage.api.need import Need
from restage.api.site import NotServed, ServedSite
from restage.record import Record


class Role(StrEnum):
    """Who gives the command."""

    START = "start"
    """ENTRYPOINT with CMD."""
    HEALTHCHECK = "healthcheck"
    CONSUMER = "consumer"
    """A compose file, workflow or manifest of the repository."""
    BY_HAND = "by hand"
    """People, or tools that they call: a document, Makefile or script has it run in a container of the image."""


class ToolchainAtStart(Record):
    """The start needs what the build needs: splitting would break it."""

    why: str
    help: str


class Resolution(Record):
    """What a command comes to when the container runs it."""

    runs: tuple[Command, ...] = ()
    """Commands that it starts in turn, followed to a fixed point."""
    needs: tuple[Need, ...] = ()
    toolchain: ToolchainAtStart | None = None
    complete: bool = True
    """False: it may start programs that are not listed."""
    anything: str | None = None
    """Why it may call any program that the image has (an unknown program); nothing that the base provides is dropped then."""
    site: ServedSite | NotServed | None = None
    """The site that it serves, said only where the user asked for another server than its own."""


class Start(Record):
    """One start, followed as far as it can be known."""

    role: Role
    where: str
    """`CMD`, or the consumer's file and line."""
    command: Command
    reached: tuple[Command, ...]
    """Every command that was reached, the first included."""
    needs: tuple[Need, ...]
    unknown: tuple[str, ...]
    """Why some of it could not be followed."""
    toolchain: ToolchainAtStart | None
    site: ServedSite | NotServed | None = None
    """The site that it serves, where the user asked for another server."""
    ends: tuple[Command, ...] = ()
    """Of the commands that were reached, those that start no other."""
    looks: bool = False
    """People look around with it: it starts nothing of the application."""
