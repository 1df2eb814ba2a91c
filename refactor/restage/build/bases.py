"""Which image a stage starts from, as far as it is known."""

from __future__ import annotations

from restage.build.stages import Stage
from restage.image.base import BaseImage, UnknownBase, base_image
from restage.image.reference import ImageReference, parse_reference


def base_of(stage: Stage) -> BaseImage | UnknownBase:
    """The image of a stage's FROM; unknown where a build argument without a default names it."""
    text = stage.base if stage.base is not None else stage.origin.image
    reference = parse_reference(text) if stage.base is not None else None
    if reference is None:
        return UnknownBase(
            ImageReference(text, "", text, None, None, False, None),
            f"{text} names no image without a build argument",
        )
    return base_image(reference)
