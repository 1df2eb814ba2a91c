"""What a Dockerfile says, read with dockerfile-parse alone: a second opinion on the laws, without our own reader."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field
from io import BytesIO

from dockerfile_parse import DockerfileParser


@dataclass(frozen=True)
class Line:
    """One instruction, white space folded."""

    keyword: str
    value: str


def lines(data: bytes) -> tuple[Line, ...]:
    """All instructions. Does not know heredocs."""
    found = DockerfileParser(fileobj=BytesIO(_plain(data))).structure
    return tuple(
        Line(entry["instruction"].upper(), folded(entry["value"]))
        for entry in found
        if entry["instruction"] != "COMMENT"
    )


def _plain(data: bytes) -> bytes:
    """Without what dockerfile-parse does not know: marks, and blank lines inside of an instruction."""
    inside, kept = False, []
    for line in data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"):
        text = line.strip()
        if not inside or (text and not text.startswith(b"#")):
            kept.append(line)
            inside = text.endswith(b"\\") and not text.startswith(b"#")
    return b"\n".join(kept)


def folded(text: str) -> str:
    return " ".join(text.split())


@dataclass
class Image:
    """The configuration of a stage as its own instructions give it, values as they are written."""

    base: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    """The last CMD, ENTRYPOINT, USER, HEALTHCHECK, STOPSIGNAL, SHELL and MAINTAINER."""
    several: dict[str, set[str]] = field(default_factory=dict)
    """All of EXPOSE, VOLUME, LABEL and ONBUILD."""
    directory: str = "?"
    """The question mark stands for the base's."""
    brought: list[tuple[str, str]] = field(default_factory=list)
    """Source and target of each COPY from another stage."""
    copied: list[str] = field(default_factory=list)
    """Each COPY and ADD from the context."""
    runs: list[str] = field(default_factory=list)


LAST = frozenset("CMD ENTRYPOINT USER HEALTHCHECK STOPSIGNAL SHELL MAINTAINER".split())
ALL = frozenset("EXPOSE VOLUME LABEL ONBUILD".split())


def final_image(found: tuple[Line, ...]) -> Image:
    """The last stage, with what it inherits from stages of this file."""
    stages: dict[str, Image] = {}
    image = Image()
    for line in found:
        if line.keyword == "FROM":
            name, _, alias = line.value.partition(" ")
            parent = stages.get(name.lower())
            image = _child(parent) if parent else Image(base=name)
            stages[alias.partition(" ")[2].lower() or str(len(stages))] = image
        else:
            _add(image, line)
    return image


def _child(parent: Image) -> Image:
    return Image(
        parent.base,
        dict(parent.environment),
        dict(parent.single),
        {key: set(values) for key, values in parent.several.items()},
        parent.directory,
        list(parent.brought),
        list(parent.copied),
        list(parent.runs),
    )


def _add(image: Image, line: Line) -> None:
    if line.keyword in LAST:
        image.single[line.keyword] = line.value
        if line.keyword == "ENTRYPOINT" and "CMD" not in image.single:
            image.single["CMD"] = ""
    elif line.keyword in ALL:
        image.several.setdefault(line.keyword, set()).add(line.value)
    elif line.keyword == "ENV":
        image.environment[line.value.partition("=")[0]] = line.value
    elif line.keyword == "WORKDIR":
        image.directory = posixpath.normpath(posixpath.join(image.directory, line.value))
    elif line.keyword in ("COPY", "ADD"):
        _copy(image, line.value)
    elif line.keyword == "RUN":
        image.runs.append(line.value)


def _copy(image: Image, value: str) -> None:
    words = json.loads(value) if value.startswith("[") else value.split()
    flags = [word for word in words if word.startswith("--")]
    *sources, target = [word for word in words if not word.startswith("--")]
    if any(flag.startswith("--from=") for flag in flags):
        place = posixpath.normpath(posixpath.join(image.directory, target))
        image.brought.extend((source, place) for source in sources)
    else:
        image.copied.append(value)


def holds(image: Image, path: str) -> bool:
    """Whether a file that the build has made or copied may be there: brought at its own path, or copied as before."""
    return any(_covers(source, path) and source.rstrip("/") == target for source, target in image.brought)


def _covers(folder: str, path: str) -> bool:
    folder = folder.rstrip("/")
    return path == folder or path.startswith(f"{folder}/")
