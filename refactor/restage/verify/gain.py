"""What the rewrite wins: bytes, layers, packages, and the time of builds after a change."""

from __future__ import annotations

import shutil
import time
import uuid
from dataclasses import replace
from pathlib import Path

from restage.output.progress import Progress
from restage.record import Record
from restage.verify.filesystem import FileSystem
from restage.verify.images import BuildFailed, Image, Recipe, build
from restage.verify.installed import build_tools, packages
from restage.verify.layers import Layer, layers
from restage.verify.workspace import Workspace


class Weight(Record):
    """One image: bytes, and what is in it."""

    size: int
    compressed: int
    """About what a registry stores: all files, compressed with zlib."""
    layers: tuple[Layer, ...]
    packages: int
    tools: tuple[str, ...]


class Times(Record):
    """Seconds of builds of one Dockerfile; None where there was nothing to measure."""

    cold: float | None = None
    source: float | None = None
    """After a change of one source file."""
    manifest: float | None = None
    """After a change of the file that names the dependencies."""


def weigh(work: Workspace, image: Image, files: FileSystem) -> Weight:
    """What an image weighs."""
    return Weight(
        image.size,
        files.compressed,
        layers(work.engine, image.name),
        len(packages(files).names),
        build_tools(files),
    )


def timed(
    work: Workspace, recipe: Recipe, name: str, progress: Progress
) -> tuple[Image | BuildFailed, float]:
    """Builds, and says how long it took."""
    began = time.monotonic()
    made = build(work.engine, recipe, name, progress.hear)
    return made, time.monotonic() - began


def cold(recipe: Recipe) -> Recipe:
    """The same, without anything of the build cache."""
    return replace(recipe, options=(*recipe.options, "--no-cache"))


def rebuilt(
    work: Workspace, recipes: tuple[Recipe, Recipe], change: str | None, progress: Progress
) -> tuple[float | None, float | None]:
    """Seconds that the two builds take after a line end was added to a file; in a copy of the build context."""
    if change is None:
        return None, None
    folder = work.folder / "context"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(recipes[0].context, folder, symlinks=True, ignore_dangling_symlinks=True)
    seconds: list[float | None] = []
    _touched(folder / change)
    for side, recipe in zip(("before", "after"), recipes, strict=True):
        progress.begin(f"{side}: build after a change of {change}")
        made, took = timed(work, replace(recipe, context=folder), work.name(f"{side}-again"), progress)
        progress.end("failed" if isinstance(made, BuildFailed) else "built")
        seconds.append(None if isinstance(made, BuildFailed) else took)
    shutil.rmtree(folder, ignore_errors=True)
    return seconds[0], seconds[1]


def _touched(file: Path) -> None:
    """Adds blank lines, in a pattern that no build has seen: one that was built before would come from the cache."""
    pattern = f"{uuid.uuid4().int % 2**24:024b}"
    with file.open("ab") as stream:
        stream.write(b"\n" + pattern.replace("0", "\n").replace("1", " \n").encode())
