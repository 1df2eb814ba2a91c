"""Images that add programs to an official one (uv's own): which one a tag is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from restage.image.base_config import version_key
from restage.image.reference import ImageReference, parse_reference
from restage.record import Record

_OF_VERSION = re.compile(r"(?:(\d+\.\d+(?:\.\d+)?)-)?(.+)")


class Derivation(Record):
    """The official image that a tag adds programs to.

    `exact`: in the very state in which it stands under that name now, or under the name of its last patch
    release; an image that a version of its programs pins holds an older one. `moves`: the tag is still
    published, and made again from `parent` whenever that changes. `env` and `cmd` are what it sets itself.
    """

    parent: ImageReference
    exact: bool
    moves: bool
    env: Mapping[str, str] = field(hash=False)
    cmd: tuple[str, ...]
    programs: tuple[str, ...]
    """The paths of what it adds."""


def derivation(known: Mapping[str, Any], tag: str | None) -> Derivation | None:
    """What the data file `known` says of a tag (`python3.12-trixie-slim`, `0.8.3-alpine`)."""
    found = _OF_VERSION.fullmatch(tag or "latest")
    rows = known["derived"].get(found.group(2), ()) if found else ()
    version = found.group(1) if found else None
    row = next((row for row in rows if _covers(row, version)), None)
    if row is None:
        return None
    ended = "below" in row
    exact = version is None and (not ended or "last_of" in row)
    parent = parse_reference(row["last_of"] if exact and ended else row["of"])
    newest = version_key(version)
    env = {
        name: about["value"]
        for name, about in known["env"].items()
        if newest >= version_key(about["from"], fill=0)
    }
    if parent is None:
        return None
    programs = tuple(known["programs"].split())
    return Derivation(parent, exact, version is None and not ended, env, tuple(known["cmd"]), programs)


def _covers(row: Mapping[str, str], version: str | None) -> bool:
    """Whether the row is of that version of the programs; a tag without one is the newest row's."""
    if version is None:
        return True
    begins = version_key(row["from"], fill=0) <= version_key(version)
    return begins and ("below" not in row or version_key(version) < version_key(row["below"], fill=0))
