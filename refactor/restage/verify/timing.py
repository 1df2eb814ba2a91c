"""How long the builds of two Dockerfiles take: without cache, and again after a file changed."""

from __future__ import annotations

import shutil
import time
import uuid
from dataclasses import replace
from pathlib import Path

from restage.output.progress import Progress
from restage.record import Record
from restage.verify.images import BuildFailed, Image, Recipe, build
from restage.verify.original import read_file, touchable
from restage.verify.workspace import Workspace


class Times(Record):
    """Seconds of builds of one Dockerfile; None where there was nothing to measure."""

    cold: float | None = None
    source: float | None = None
    """After a change of one source file."""
    manifest: float | None = None
    """After a change of the file that names the dependencies."""


class Timed(Record):
    """The builds of both, and what was changed in between."""

    before: Times
    after: Times
    source: str | None = None
    manifest: str | None = None


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


def timings(work: Workspace, before: Recipe, after: Recipe, progress: Progress) -> Timed:
    """Builds both from the ground up, and again after a source and after a manifest changed.

    What is built here is compared with nothing: a build without cache may take a newer version of something than one
    whose layers were there, and what that changes is no fault of the rewrite.
    """
    took = _from_scratch(work, "before", before, progress)
    took_after = _from_scratch(work, "after", after, progress)
    build = read_file(before.dockerfile)
    source, manifest = touchable(build, before.context, before.dockerfile) if build else (None, None)
    by_source = _rebuilt(work, (before, after), source, progress)
    by_manifest = _rebuilt(work, (before, after), manifest, progress)
    return Timed(
        Times(took, by_source[0], by_manifest[0]),
        Times(took_after, by_source[1], by_manifest[1]),
        source,
        manifest,
    )


def _from_scratch(work: Workspace, side: str, recipe: Recipe, progress: Progress) -> float | None:
    progress.begin(f"{side}: build without cache")
    made, took = timed(work, cold(recipe), work.name(f"{side}-cold"), progress)
    progress.end("failed" if isinstance(made, BuildFailed) else "built")
    return None if isinstance(made, BuildFailed) else took


def _rebuilt(
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
