"""How FROM names a sibling and its builder, in the terms in which the author wrote the base."""

from __future__ import annotations

from restage.image.base import BaseImage
from restage.image.expressions import carried, split_expression, with_word, word_of
from restage.image.siblings import Sibling
from restage.image.twins import release_tag, release_word


def sibling_text(raw: str, base: BaseImage, sibling: Sibling) -> str | None:
    """The sibling's reference for the runtime stage in the terms of `raw`, the base's as written.

    `base` is what `raw` expands to; its variables stay (`python:${V}` → `python:${V}-slim`). None: no
    expression writes the sibling, or none writes the builder that it needs.
    """
    if "$" not in raw:
        return sibling.reference_text
    split = split_expression(raw)
    if split is None:
        return None
    name, tag = split
    old, new = base.reference, sibling.base.reference
    if base.derivation is not None and new.name != old.name:
        return None
    if old.name == "maven":
        told = tag.rpartition("-eclipse-temurin-")[2] or tag.rpartition("jdk-")[2]
        return None if "$" in f"{name}{told}" else new.text
    if new.name == old.name:
        was, now = old.tag or "", new.tag or ""
        in_place = with_word(tag, was, now, ("jdk", "jre")) or carried(tag, was, now)
        return None if in_place is None else f"{name}:{in_place}"
    if name != old.name and not name.endswith((f"/{old.name}", f"}}{old.name}")):
        return None
    kept = f"{name[: -len(old.name)]}{new.name}"
    variable = _release_variable(tag, base)
    if variable is not None:
        return f"{kept}:{(new.tag or '').replace(base.release, variable)}"
    return None if builder_text(raw, base, sibling) is None else f"{kept}:{new.tag}"


def builder_text(raw: str, base: BaseImage, sibling: Sibling) -> str | None:
    """The builder's reference in the terms of `raw`; None: it would have to name its release and can't.

    Beside a sibling that names the release the builder names it too if it floats, and if a variable is in its
    tag, whatever that expands to today. Where a variable is the release, both take it from there.
    """
    if "$" not in raw:
        return sibling.builder_reference_text or raw
    split = split_expression(raw)
    if split is None:
        return None
    other = sibling.base.reference.name != base.reference.name
    if base.family == "maven":
        return raw
    if other and _release_variable(split[1], base) is not None:
        return raw
    if not (other and "$" in split[1]) and sibling.builder_reference_text is None:
        return raw
    return release_named_text(raw, base)


def _release_variable(tag: str, base: BaseImage) -> str | None:
    """The variable that is the release in a tag as written: `${A}` of `1.22-alpine${A}`, `${OS}` of `${V}-${OS}`."""
    word = release_word(base)
    part = word_of(tag, base.reference.tag or "", word) or ""
    prefix = word.removesuffix(base.release)
    variable = part.removeprefix(prefix)
    return variable if part.startswith(prefix) and "$" in variable else None


def release_named_text(raw: str, base: BaseImage) -> str | None:
    """`raw`, which expands to `base`, with the release named literally; None: not possible.

    For a stage that gets a package whose name carries the release: builder and runtime both name it.
    """
    split = split_expression(raw)
    if split is None:
        return None
    name, tag = split
    if base.named_release and "$" not in tag:
        return raw
    pinned = release_tag(base)
    if pinned is None:
        return None
    old = base.reference.tag or ""
    if pinned == old:
        return raw if release_word(base) in tag.split("-") else None
    changed = carried(tag, old, pinned)
    return None if changed is None else f"{name}:{changed}"
