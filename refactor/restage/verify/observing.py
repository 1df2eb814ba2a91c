"""A file is planned with what its original shows when it is built and tried (`--probe`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, assert_never

from restage.api.observation import Observation
from restage.config import BadConfig, Building
from restage.engine import Outcome
from restage.output.progress import progress
from restage.output.terminal import safe
from restage.record import Record
from restage.verify.asking import Asked, engine_for, task_for
from restage.verify.engines import Engine, EngineTrouble, fresh_name
from restage.verify.exporting import Memory
from restage.verify.probing import Probed, probe, told
from restage.verify.report import as_data
from restage.verify.rewriting import placed
from restage.verify.verification import Unbuilt


class Observed(Record):
    """What the original showed."""

    observations: tuple[Observation, ...]
    holds: bool
    """Whether it could be built and tried."""
    lines: tuple[str, ...]
    data: dict[str, Any]
    """For the JSON report."""


def observed(outcome: Outcome, building: Building, quiet: bool, memory: Memory) -> Observed:
    """Builds and tries the original of one file; nothing is written to the project.

    Raises:
        Interrupted: the process was asked to end.
    """
    path = safe(str(outcome.request.path))
    try:
        engine = engine_for(building)
        found = _probed(engine, outcome, building, quiet, memory)
    except (EngineTrouble, BadConfig, ValueError, OSError) as error:
        return Observed(
            (), False, (safe(f"{path}: not probed: {error}"),), {"outcome": "failed", "why": str(error)}
        )
    match found:
        case Unbuilt(lines=lines):
            said = (
                f"{path}: not probed: the original does not build",
                *(f"  {safe(line)}" for line in lines),
            )
            return Observed((), False, said, {"outcome": "unbuilt", "lines": [*lines]})
        case Probed():
            notes = tuple(f"  note: {safe(note)}" for note in found.notes)
            said = (safe(f"{path}: {told(found, engine)}"), *notes)
            return Observed(found.observations, True, said, {"outcome": "probed", **_data(found)})
        case _ as never:
            assert_never(never)


def _probed(
    engine: Engine, outcome: Outcome, building: Building, quiet: bool, memory: Memory
) -> Probed | Unbuilt:
    with tempfile.TemporaryDirectory(prefix=f"{fresh_name()}.") as folder, progress(quiet) as heard:
        before = placed(outcome, outcome.request.data, Path(folder) / "before")
        context = outcome.context or outcome.request.path.parent
        asked = Asked(before, before, context, building, beside=outcome.request.path.parent)
        return probe(engine, task_for(asked), heard, memory)


def _data(found: Probed) -> dict[str, Any]:
    seen = [{"kind": type(one).__name__, **as_data(one)} for one in found.observations]
    return {"observations": seen, "notes": [*found.notes]}
