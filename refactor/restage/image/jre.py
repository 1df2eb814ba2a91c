"""The Java runtime beside a JDK, or beside Maven on a JDK: same vendor, major and release, looked up in the table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.image.base import BaseImage
from restage.image.tags import DEBIAN_SUITES, UBUNTU_SUITES
from restage.image.twins import row_of, same_release

WITH_JRE = frozenset({"eclipse-temurin", "openjdk"})
"""JDKs that have a variant with the runtime alone at the same JAVA_HOME (that of amazoncorretto lies elsewhere)."""
_VENDORS = {"eclipse-temurin": "eclipse-temurin", "openjdk": "openjdk", "jdk": "openjdk"}
_JDK_OF_MAVEN = re.compile(r"(?:[\w.]+-)?(eclipse-temurin|openjdk|jdk)-(\d+)((?:-[a-z0-9.]+)*)")
_SYSTEM_WORD = re.compile(r"alpine.*|slim")


def jre_tag(base: BaseImage) -> tuple[str, str] | None:
    """(image, tag) of the runtime beside `base`; None: the table has none on the same release.

    That of a JDK is published as long as the base is. Maven's images name vendor and major in their tag and follow
    the JDK's releases late: beside them the release is named where the JRE's plain tag is on another one. A tag of
    Maven without a vendor has had several, so it has no sibling.
    """
    tag = base.reference.tag or "latest"
    if base.family in WITH_JRE:
        found = next((other for other in _beside_jdk(tag) if same_release(base, other)), None)
        return (base.reference.name, found) if found else None
    told = _JDK_OF_MAVEN.fullmatch(tag)
    if told is None:
        return None
    image = _VENDORS[told[1]]
    tags = _beside_maven(told[2], told[3], base)
    found = next((other for other in tags if _stands_beside(base, image, other)), None)
    return (image, found) if found else None


def _beside_jdk(tag: str) -> Iterator[str]:
    """Tags of a JRE, in the order of words that its vendor may write: `17-jre-jammy`, `8-jre-slim`."""
    words = tag.split("-")
    if "jdk" in words:
        yield "-".join("jre" if word == "jdk" else word for word in words)
        return
    systems = [number for number, word in enumerate(words) if _names_system(word)]
    if systems:
        at = systems[0]
        yield "-".join((*words[:at], "jre", *words[at:]))
    yield f"{tag}-jre"


def _names_system(word: str) -> bool:
    return word in DEBIAN_SUITES or word in UBUNTU_SUITES or _SYSTEM_WORD.fullmatch(word) is not None


def _beside_maven(major: str, system: str, base: BaseImage) -> Iterator[str]:
    yield f"{major}-jre{system}"
    named = f"alpine-{base.release}" if base.distro == "alpine" else base.release
    yield f"{major}-jre{system.replace('-alpine', '')}-{named}"


def _stands_beside(base: BaseImage, image: str, tag: str) -> bool:
    """The tag is on the release of `base`, and is published if that is."""
    row = row_of(image, tag)
    return row is not None and row.release == base.system and (row.last is None or not base.published)
