"""The original in all its forms: built, read file by file, its base alone, and built once more."""

from __future__ import annotations

from restage.output.progress import Progress
from restage.verify.exporting import Memory, export
from restage.verify.filesystem import EMPTY, FileSystem
from restage.verify.images import BuildFailed, Image, Recipe
from restage.verify.original import base_recipe, read_file
from restage.verify.timing import cold, timed
from restage.verify.workspace import Workspace


class Builds:
    """Builds of one workspace, and what was noticed on the way."""

    def __init__(self, work: Workspace, before: Recipe, progress: Progress, memory: Memory) -> None:
        self.work, self.before, self.progress, self.memory = work, before, progress, memory
        self.notes: list[str] = []
        self._twin: Image | None = None

    def built(self, side: str, recipe: Recipe) -> Image | BuildFailed:
        """Builds; what fails is tried once more, as registries and mirrors have bad moments."""
        self.progress.begin(f"{side}: build {recipe.dockerfile.name}")
        name = self.work.name(side)
        made, _ = timed(self.work, recipe, name, self.progress)
        if isinstance(made, BuildFailed):
            made, _ = timed(self.work, recipe, name, self.progress)
            if isinstance(made, Image):
                self.notes.append(f"{side}: the first build failed and the second did not: it is flaky")
        self.progress.end("failed" if isinstance(made, BuildFailed) else f"{made.size / 1e6:.0f} MB")
        return made

    def exported(self, side: str, image: Image) -> FileSystem:
        """The files of an image."""
        self.progress.begin(f"{side}: read all files")
        files = export(self.work.engine, image.name, self.memory)
        self.progress.end(f"{len(files.entries)} paths")
        return files

    def original(self, image: Image) -> FileSystem:
        """The files of the original, read once for all turns."""
        known = self.memory.original
        if known is None or known[0] != image.id:
            known = self.memory.original = (image.id, self.exported("before", image))
        return known[1]

    def base(self) -> FileSystem:
        """The files of the image that the original begins with; none where it begins with nothing."""
        build = read_file(self.before.dockerfile)
        recipe = base_recipe(self.before, build, self.work.folder) if build else None
        if recipe is None:
            return EMPTY
        asked = (recipe.dockerfile.read_bytes(), recipe.options, *sorted(recipe.arguments.items()))
        known = self.memory.bases
        if asked not in known and (found := self._read_base(recipe)):
            known[asked] = found
        return known.get(asked, EMPTY)

    def _read_base(self, recipe: Recipe) -> FileSystem | None:
        self.progress.begin("base of the original")
        made, _ = timed(self.work, recipe, self.work.name("base"), self.progress)
        self.progress.end("failed" if isinstance(made, BuildFailed) else "there")
        if isinstance(made, BuildFailed):
            self.notes.append(
                "the base image can't be read by itself: all of its files count as the original's own"
            )
            return None
        known = self.memory.images
        if made.id not in known:
            known[made.id] = self.exported("base of the original", made)
        return known[made.id]

    def twin(self) -> Image | None:
        """The original once more, without the build cache."""
        if self._twin is None:
            self.progress.begin("before: build once more, to see what varies")
            made, _ = timed(self.work, cold(self.before), self.work.name("twin"), self.progress)
            self.progress.end("failed" if isinstance(made, BuildFailed) else "built")
            self._twin = made if isinstance(made, Image) else None
        return self._twin
