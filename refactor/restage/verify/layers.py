"""What an image weighs: its layers, each with the instruction that made it."""

from __future__ import annotations

import json

from restage.record import Record
from restage.verify.engines import Buildah, Engine, Podman, tell


class Layer(Record):
    """One layer, `size` in bytes."""

    made_by: str
    size: int


def layers(engine: Engine, image: str) -> tuple[Layer, ...]:
    """The layers of an image that hold anything, the oldest first; empty where the engine tells none."""
    if isinstance(engine, Podman | Buildah):
        said = tell(engine, "history", "--no-trunc", "--human=false", "--format", "json", image)
        rows = json.loads(said.output or "[]") if said.code == 0 else []
        found = [
            Layer(_short(row.get("CreatedBy", "")), int(row.get("size", row.get("Size", 0)))) for row in rows
        ]
    else:
        said = tell(engine, "history", "--no-trunc", "--human=false", "--format", "{{json .}}", image)
        rows = [json.loads(line) for line in said.output.splitlines()] if said.code == 0 else []
        found = [Layer(_short(row["CreatedBy"]), int(row["Size"])) for row in rows]
    return tuple(layer for layer in reversed(found) if layer.size)


def _short(made_by: str) -> str:
    text = made_by.removeprefix("/bin/sh -c #(nop) ").removesuffix(" # buildkit").strip()
    return " ".join(text.split())[:120]
