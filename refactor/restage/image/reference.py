"""Image references as the distribution project defines them: parsed, normalised, written beside."""

from __future__ import annotations

import re
from functools import lru_cache

from restage.record import Record

_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"

_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/")
_MIRRORS_OF_OFFICIAL = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/")
_ARCHITECTURES = frozenset(
    {"amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}
) | {"winamd64"}
_LONGEST_NAME = 255


class ImageReference(Record):
    """A reference such as `docker.io/library/python:3.12`, split and normalised.

    `prefix` is what stands before the name as written (`docker.io/library/`, `arm64v8/`, or nothing). `name`
    is the normalised name: short for images of Docker Hub, with its host for all others. `official` says that
    it is one of Docker's official images, also below `architecture`, the repository prefix of one platform.
    """

    text: str
    prefix: str
    name: str
    tag: str | None
    digest: str | None
    official: bool
    architecture: str | None


@lru_cache(maxsize=256)  # a few images are the base of most files
def parse_reference(text: str) -> ImageReference | None:
    """The reference that `text` writes, or None if it isn't a valid one.

    Grammar and normalisation follow distribution/reference: a first component with a dot, a colon or an upper
    case letter, or `localhost`, is a host.
    """
    named, at, digest = text.partition("@")
    if at and not re.fullmatch(_DIGEST, digest):
        return None
    path, colon, tag = named.rpartition(":")
    if not colon or "/" in tag:
        path, colon, tag = named, "", ""
    if (colon and not _TAG.fullmatch(tag)) or not _is_name(path):
        return None
    prefix, name, official, architecture = _normalise(path)
    return ImageReference(
        text=text,
        prefix=prefix,
        name=name,
        tag=tag or None,
        digest=digest or None,
        official=official,
        architecture=architecture,
    )


def with_name_tag(reference: ImageReference, name: str, tag: str) -> str:
    """The text of another image beside `reference`: same host, mirror and platform prefix, no digest."""
    return f"{reference.prefix}{name}:{tag}"


def _is_name(path: str) -> bool:
    if len(path) > _LONGEST_NAME:
        return False
    first, slash, rest = path.partition("/")
    if slash and _is_host(first):
        return bool(re.fullmatch(_DOMAIN, first) and _PATH.fullmatch(rest))
    return bool(_PATH.fullmatch(path))


def _is_host(component: str) -> bool:
    return component == "localhost" or "." in component or ":" in component or component != component.lower()


def _normalise(path: str) -> tuple[str, str, bool, str | None]:
    """(prefix, name, official, architecture) of a valid name."""
    for mirror in _MIRRORS_OF_OFFICIAL:
        if path.startswith(mirror) and "/" not in path[len(mirror) :]:
            return mirror, path[len(mirror) :], True, None
    prefix = next((host for host in _HUB if path.startswith(host)), "")
    name = path[len(prefix) :]
    if not prefix and _is_host(name.partition("/")[0]) and "/" in name:
        return "", name, False, None
    space, slash, image = name.rpartition("/")
    if not slash or space == "library":
        return prefix + space + slash, image, True, None
    if space in _ARCHITECTURES:
        return prefix + space + slash, image, True, space
    return prefix, name, False, None
