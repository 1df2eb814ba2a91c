"""The stages of a Dockerfile and the images that they start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from restage.dockerfile.document import Document
from restage.dockerfile.instructions import Arg, From, Instruction
from restage.dockerfile.words import ExpansionError, expand, variables
from restage.record import Record

PLATFORM_ARGUMENTS = (
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
)
"""ARGs that BuildKit sets by itself; which value they have, only the build knows."""


class Stage(Record):
    """One FROM and what follows it."""

    position: int
    origin: From
    steps: tuple[Instruction, ...]
    base: str | None
    """The image that FROM names, ARGs expanded; None where an ARG without a default is in it."""
    parent: int | None
    """Position of the earlier stage that it descends from, if FROM names one."""

    @property
    def name(self) -> str | None:
        """The name after AS, as written."""
        return self.origin.name


class Build(Record):
    """A whole Dockerfile, stage by stage."""

    document: Document
    instructions: tuple[Instruction, ...]
    arguments: Mapping[str, str | None]
    """ARGs before the first FROM, with their defaults; None without one."""
    stages: tuple[Stage, ...]
    given: Mapping[str, str | None] = field(default_factory=dict)
    """Values that the build is called with (`--build-arg`), which go before all defaults; None for one not known."""

    @property
    def final(self) -> Stage:
        """The stage that `docker build` makes."""
        return self.stages[-1]


def expand_known(word: str, environment: Mapping[str, str | None], escape: str) -> str | None:
    """BuildKit's expansion of a word; None where it reads a variable whose value cannot be known.

    Raises:
        ExpansionError: BuildKit refuses the word.
    """
    if "$" not in word and escape not in word and "'" not in word and '"' not in word:
        return word
    if any(name in environment and environment[name] is None for name in variables(word, escape)):
        return None
    return expand(word, {name: value for name, value in environment.items() if value is not None}, escape)


def global_arguments(
    instructions: tuple[Instruction, ...], escape: str, given: Mapping[str, str | None]
) -> dict[str, str | None]:
    """ARGs before the first FROM, each as it was given, or expanded with those before it."""
    known: dict[str, str | None] = dict.fromkeys(PLATFORM_ARGUMENTS)
    for instruction in instructions:
        if isinstance(instruction, From):
            break
        if isinstance(instruction, Arg):
            for name, default in instruction.pairs:
                own = None if default is None else _expanded(default, known, escape)
                known[name] = given.get(name, own)
    return known


def _expanded(word: str, environment: Mapping[str, str | None], escape: str) -> str | None:
    try:
        return expand_known(word, environment, escape)
    except ExpansionError:
        return None


def read_build(
    document: Document, instructions: tuple[Instruction, ...], given: Mapping[str, str | None] | None = None
) -> Build:
    """Groups instructions into stages; ARG and stage names are resolved as BuildKit's dockerfile2llb does."""
    given = given or {}
    arguments = global_arguments(instructions, document.escape, given)
    starts = [number for number, instruction in enumerate(instructions) if isinstance(instruction, From)]
    stages: list[Stage] = []
    names: dict[str, int] = {}
    for position, start in enumerate(starts):
        origin = instructions[start]
        assert isinstance(origin, From)
        end = starts[position + 1] if position + 1 < len(starts) else len(instructions)
        base = _expanded(origin.image, arguments, document.escape)
        parent = names.get(base.lower()) if base else None
        stages.append(Stage(position, origin, instructions[start + 1 : end], base or None, parent))
        if origin.name:
            names[origin.name.lower()] = position
    return Build(document, instructions, arguments, tuple(stages), given)
