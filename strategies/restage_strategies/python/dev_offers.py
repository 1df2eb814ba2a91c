"""The offer to take development groups out of the builder, where the manager is there to do it and nothing else is lost."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    Case,
    Command,
    Made,
    Placed,
    Product,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
    region,
)
from restage_strategies.python.dev_groups import DevGroups
from restage_strategies.python.invocation import is_pip
from restage_strategies.python.unused import unused_claim

_TOOLS = frozenset("pip uv poetry pipenv pdm setuptools wheel virtualenv pipx python".split())


def dev_offers(
    product: Product, dev: DevGroups, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """None where the manager is gone by then, or the environment holds what its lock does not tell of."""
    last = max((n for n, command in enumerate(case.commands) if command.words == dev.by), default=None)
    if last is None or not _stays(dev.by[0], state, case):
        return
    if not region(dev.prune.directory).covers(product.region) and dev.user != state.user:
        return
    later = case.commands[last + 1 :]
    if any(command.name == posixpath.basename(dev.by[0]) and _installs(command) for command in later):
        return
    if any(_brings_more(command) for command in case.commands if command.words != dev.by):
        return
    if dev.by[0] == "poetry" and _shares(product.region, case):
        return
    claim = unused_claim(product, dev, starts, state)
    yield Reduction(ReductionKind.DEV_DEPENDENCIES, product, (claim,), prune=dev.prune)


def _shares(environment: Region, case: Case) -> bool:
    """Whether poetry was put into the environment that it keeps: to bring that in line with the lock takes it away."""
    made = any(str(environment) in command.words for command in case.commands)
    own = (
        command
        for command in case.commands
        if "/" not in command.words[0] or _is_inside(command, environment)
    )
    return made and any(_installs(command) and "poetry" in _named(command) for command in own)


def _is_inside(command: Command, environment: Region) -> bool:
    return region(command.words[0]).path.startswith(f"{environment}/")


def _stays(program: str, state: State, case: Case) -> bool:
    """Whether the manager is in the image, and not only mounted while the install ran."""
    name = posixpath.basename(program)
    if any(_removes(command, name) for command in case.commands):
        return False
    if name in re.split(r"[/:-]", state.base.reference.name):
        return True
    if any(_installs(command) and name in _named(command) for command in case.commands):
        return True
    places = (program,) if "/" in program else (posixpath.join(place, name) for place in state.search_path)
    copied = {event.target.path for event in state.tree.events if isinstance(event, Placed)}
    return any(place in copied or isinstance(state.tree.origin(place), Made) for place in places)


def _installs(command: Command) -> bool:
    words = [word for word in command.arguments if not word.startswith("-")]
    return bool({"install", "sync", "add", "update"} & set(words[:2] + words[2:4] * ("pip" in words)))


def _removes(command: Command, name: str) -> bool:
    return "uninstall" in command.arguments and name in command.arguments


def _named(command: Command) -> frozenset[str]:
    """Names of the distributions that an install asks for by word."""
    words = [word for word in command.arguments if not word.startswith("-")]
    after = words[words.index("install") + 1 :] if "install" in words else []
    return frozenset(
        word.split("=")[0].split("[")[0].split("<")[0].split(">")[0].split("~")[0] for word in after
    )


def _brings_more(command: Command) -> bool:
    """Whether an install beside the groups' own brings more than installers: the prune might take it away."""
    pip = is_pip(command) or command.arguments[:2] == ("-m", "pip") or command.name == "uv"
    if command.name in ("poetry", "uv") and command.arguments[:1] in (("sync",), ("install",)):
        return False
    return (pip or command.name == "poetry") and _installs(command) and not _named(command) <= _TOOLS
