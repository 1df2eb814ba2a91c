"""Data of images that add programs to official ones: which official image each of their tags is made from."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

Json = dict[str, Any]


def files(source: Json) -> dict[str, Json]:
    """The data file of each image name."""
    return {f"images/{name}.json": _content(kind, source) for name, kind in sorted(source["images"].items())}


def _content(kind: str, source: Json) -> Json:
    of = source["kinds"][kind]
    rows: dict[str, list[Json]] = defaultdict(list)
    for row in of["rows"]:
        for tag, version in _expanded(row["tags"]):
            about = {key: value.replace("{}", version) for key, value in row.items() if key != "tags"}
            rows[tag].append(about)
    return {
        "source": source["source"],
        "as_of": source["as_of"],
        "family": kind,
        "programs": of["programs"],
        "cmd": of["cmd"],
        "env": of["env"],
        "derived": dict(rows),
    }


def _expanded(tags: str) -> list[tuple[str, str]]:
    """Each tag of `python3.{10,11}-alpine other`, with what stands in for its braces."""
    found = list[tuple[str, str]]()
    for tag in tags.split():
        versions = re.search(r"\{(.*)\}", tag)
        for version in versions.group(1).split(",") if versions else [""]:
            found.append((tag.replace(versions.group(0), version) if versions else tag, version))
    return found
