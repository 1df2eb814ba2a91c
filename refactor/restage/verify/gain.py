"""What the rewrite wins: bytes, layers and packages."""

from __future__ import annotations

from restage.record import Record
from restage.verify.filesystem import FileSystem
from restage.verify.images import Image
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


def weigh(work: Workspace, image: Image, files: FileSystem) -> Weight:
    """What an image weighs."""
    return Weight(
        image.size,
        files.compressed,
        layers(work.engine, image.name),
        len(packages(files).names),
        build_tools(files),
    )
