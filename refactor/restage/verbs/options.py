"""Options of building and trying, the same wherever images are built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from restage.config import Building

Command = TypeVar("Command", bound=Callable[..., Any])


_PASSED = ("build-arg", "secret", "ssh", "platform", "builder", "add-host", "cache-from", "build-context")
"""Options that go to the builder as they are."""


def building_options(command: Command) -> Command:
    """Adds the options; `building` makes a record of them."""
    for name in reversed(_PASSED):
        text = "Of the builder, passed on (may be given more than once)."
        command = click.option(f"--{name}", multiple=True, metavar="VALUE", help=text)(command)
    given = (
        click.option(
            "--engine",
            type=click.Choice(["docker", "buildx", "podman", "buildah"]),
            help="What builds and runs (default: what is there).",
        ),
        click.option("--network", default="default", metavar="NAME", help="Network of the builds."),
        click.option(
            "--smoke",
            multiple=True,
            metavar="TRIAL",
            help="How to try the image: http://localhost:PORT/PATH, or a command in place of CMD.",
        ),
        click.option(
            "--target", default="", metavar="STAGE", help="The stage that is built (default: the last)."
        ),
        click.option("--quick", is_flag=True, help="Measure no build times."),
    )
    for option in reversed(given):
        command = option(command)
    return command


def building(given: dict[str, Any]) -> Building:
    """What the options say; takes those it knows out of `given`."""
    passed = tuple(f"--{name}={value}" for name in _PASSED for value in given.pop(name.replace("-", "_"), ()))
    return Building(
        engine=given.pop("engine") or "",
        options=passed,
        network=given.pop("network"),
        smoke=tuple(given.pop("smoke")),
        quick=given.pop("quick"),
        target=given.pop("target"),
    )
