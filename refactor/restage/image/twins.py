"""Other tags of an image, looked up in the table: the one that names the release, the one with `slim`."""

from __future__ import annotations

from functools import lru_cache

from restage.image.base import BaseImage
from restage.image.reference import with_name_tag
from restage.image.shards import shard
from restage.image.tags import TagParts, TagRow, find_row, read_tag

SLIM_AFTER_SUITE = frozenset({"node", "debian"})


def with_release_named(base: BaseImage) -> str | None:
    """The reference of `base` with its release named (`golang:1.24` → `golang:1.24-trixie`).

    None: the table has no such tag on the same release, published as long as the base's.
    """
    tag = release_tag(base)
    return with_name_tag(base.reference, base.reference.name, tag) if tag else None


def release_tag(base: BaseImage) -> str | None:
    """The tag of `with_release_named`."""
    parts = read_tag(base.reference.tag)
    tag = ordered(base.family, parts.version, release_word(base), parts.slim)
    return tag if same_release(base, tag) else None


def slim_tag(base: BaseImage) -> str | None:
    """The tag of the slim twin in the same style, if it is on the same release and published as long."""
    parts: TagParts = read_tag(base.reference.tag)
    tag = ordered(base.family, parts.version, parts.suite, slim=True)
    return tag if same_release(base, tag) else None


def release_word(base: BaseImage) -> str:
    """The word of a tag that names the release of `base`: `bookworm`, `alpine3.20`."""
    return f"alpine{base.release}" if base.distro == "alpine" else base.release


def ordered(family: str, version: str, release: str | None, slim: bool) -> str:
    """A tag in the family's own order: `3.12-slim-bookworm` for python, `20-bookworm-slim` for node."""
    words = ["slim" if slim else "", release or ""]
    if family in SLIM_AFTER_SUITE:
        words.reverse()
    return "-".join(word for word in [version, *words] if word)


def same_release(base: BaseImage, tag: str) -> bool:
    """This tag of the same image is on the release of `base`, and published just as `base` is."""
    row = row_of(base.reference.name, tag)
    return row is not None and row.release == base.system and (row.last is None) == base.published


@lru_cache(maxsize=256)
def row_of(name: str, tag: str) -> TagRow | None:
    """The table's row of any image."""
    known = shard(f"images/{name}")
    return find_row(known, tag) if known else None
