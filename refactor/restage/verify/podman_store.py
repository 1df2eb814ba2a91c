"""The configuration of an image as podman stores it: its own `inspect` leaves out SHELL and ONBUILD."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from restage.verify.engines import Buildah, Engine, Podman, tell


def stored_config(engine: Engine, image: str) -> Mapping[str, Any]:
    """What podman stores of an image by its id; empty where another keeps it, or the store is on another machine.

    containers/storage keeps each blob of an image beside it, under `=` and the name in base64.
    """
    place = _images(engine) if isinstance(engine, Podman | Buildah) else None
    if place is None:
        return {}
    digest = f"sha256:{image.removeprefix('sha256:')}"
    file = place / digest.removeprefix("sha256:") / f"={b64encode(digest.encode()).decode()}"
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    config = found.get("config") if isinstance(found, dict) else None
    return config if isinstance(config, dict) else {}


@cache
def _images(engine: Engine) -> Path | None:
    said = tell(engine, "info", "--format", "json")
    try:
        store = json.loads(said.output)["store"]
        return Path(store["graphRoot"]) / f"{store['graphDriverName']}-images"
    except (ValueError, KeyError, TypeError):
        return None
