"""The base with its release named, where the name of a package carries that."""

from __future__ import annotations

from restage.image.base import BaseImage, base_image
from restage.image.os_packages import carries_release, runtime_packages
from restage.image.reference import parse_reference
from restage.image.sibling_texts import release_named_text
from restage.planning.packages import PackagePlan
from restage.planning.situation import Situation


def pinned(situation: Situation, packages: PackagePlan) -> tuple[str, BaseImage] | None:
    """How FROM names the base with its release, and that base; None where no added package's name carries one (HANDBOOK 1.1)."""
    base = situation.base
    if not isinstance(base, BaseImage) or not base.floats:
        return None
    moving = {
        library
        for name in packages.dropped
        if carries_release(name, base) and (row := runtime_packages(name, base))
        for library in row.packages
    }
    text = release_named_text(situation.stage.origin.image, base) if moving & packages.added.keys() else None
    reference = parse_reference(text) if text and "$" not in text else None
    named = base_image(reference) if reference else None
    return (text, named) if text and isinstance(named, BaseImage) else None
