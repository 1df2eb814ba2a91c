"""Base images that files ask for, and what answers for those that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from practising.records import Original, Trouble
from restage.dockerfile.instructions import Copy, From, Run, instructions
from restage.dockerfile.reader import read
from restage.verify.engines import Engine
from restage.verify.images import is_there


def images_named(dockerfile: bytes) -> tuple[list[str], list[str]]:
    """The images that a file starts from, and those that it copies from or mounts; none that a variable names."""
    stages: set[str] = set()
    bases: list[str] = []
    others: list[str] = []

    def add(names: list[str], name: str | None) -> None:
        if (
            name
            and name.lower() not in stages
            and name != "scratch"
            and not name.isdigit()
            and "$" not in name
        ):
            names.append(name if ":" in name else f"{name}:latest")

    for instruction in instructions(read(dockerfile)):
        if isinstance(instruction, From):
            add(bases, instruction.image)
            stages.add((instruction.name or "").lower())
        elif isinstance(instruction, Copy):
            add(others, instruction.from_)
        elif isinstance(instruction, Run):
            for mount in instruction.mounts:
                add(others, mount.attributes.get("from"))
    return bases, others


def stand_in(name: str, tags: Iterable[tuple[str, str]]) -> str:
    """What may answer for a base that is missing: as the record says, or the sibling of what it says."""
    for new, old in tags:
        if name == new:
            return old
        if name == f"{new}-slim":
            return old if old.endswith("-slim") else f"{old}-slim"
    if release := re.fullmatch(r"debian:(?:jessie|stretch|buster|[89]|10)(-slim)?", name):
        return f"debian:bookworm{release[1] or ''}"
    raise Trouble(f"no stand-in for the base {name}")


def borrowed(engine: Engine, original: Original, files: Iterable[bytes]) -> dict[str, str]:
    """The names that have to be lent so that every base of these files answers."""
    wanted = [name for data in files for names in images_named(data) for name in names]
    missing = [name for name in dict.fromkeys(wanted) if not is_there(engine, name)]
    return {name: stand_in(name, original.tags) for name in missing} | dict(original.tags)
