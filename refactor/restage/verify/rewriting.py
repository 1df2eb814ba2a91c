"""A planned output is verified before it is written: the file as it is against the file as it would be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from restage.config import BadConfig, Building
from restage.engine import Outcome, Rewritten
from restage.output.progress import Progress, progress
from restage.output.summary import Summary
from restage.output.terminal import safe
from restage.record import Record
from restage.verify.asking import Asked, engine_for, task_for
from restage.verify.engines import Engine, EngineTrouble, engine_name, fresh_name
from restage.verify.exporting import Memory
from restage.verify.loop import Plan, settle
from restage.verify.report import holds, summarised, verdict_data
from restage.verify.verification import Task, Verdict, Verified, measured, verify


class Proof(Record):
    """The plan that was settled on, whether it holds, and what is said of it."""

    outcome: Outcome
    holds: bool
    lines: tuple[str, ...]
    """What is to be said beyond the verdict."""
    data: dict[str, Any]
    """For the JSON report."""
    summary: Summary | None = None
    """The verdict; None: there is none."""


def proven(plan: Plan, building: Building, quiet: bool, memory: Memory) -> Proof:
    """Builds and runs the original and its rewrite, turn by turn; nothing is written to the project.

    Raises:
        Interrupted: the process was asked to end.
    """
    first = plan(())
    path = first.request.path
    try:
        engine = engine_for(building)
        with progress(quiet) as heard:
            short = replace(building, quick=True)
            settled = settle(plan, lambda outcome: _verified(engine, outcome, short, heard, memory))
            verdict = settled.verdict
            if isinstance(verdict, Verified) and holds(verdict) and not building.quick:
                with planned_task(settled.outcome, building) as task:
                    verdict = measured(engine, task, verdict, heard)
    except (EngineTrouble, BadConfig, ValueError, OSError) as error:
        said = (safe(f"{path}: not verified: {error}"),)
        return Proof(first, False, said, {"outcome": "failed", "holds": False, "why": str(error)})
    learnt = {"engine": engine_name(engine), "learnt": [*settled.learnt]}
    told = tuple(f"  {safe(sentence)}" for sentence in settled.learnt)
    if verdict is None:
        return Proof(settled.outcome, True, told, {"outcome": "withdrawn", "holds": True, **learnt})
    summary = summarised(verdict, f"{path}: verified with {engine_name(engine)}")
    return Proof(settled.outcome, holds(verdict), told, {**verdict_data(verdict), **learnt}, summary)


def _verified(
    engine: Engine, outcome: Outcome, building: Building, heard: Progress, memory: Memory
) -> Verdict:
    """One plan against the original."""
    with planned_task(outcome, building) as task:
        return verify(engine, task, heard, memory)


@contextmanager
def planned_task(outcome: Outcome, building: Building) -> Iterator[Task]:
    """What is to be verified of a plan that rewrites the file; both versions are there as long."""
    assert isinstance(outcome.result, Rewritten)
    with tempfile.TemporaryDirectory(prefix=f"{fresh_name()}.") as folder:
        before = placed(outcome, outcome.request.data, Path(folder) / "before")
        after = placed(outcome, outcome.result.data, Path(folder) / "after")
        context = outcome.context or outcome.request.path.parent
        yield task_for(Asked(before, after, context, building, outcome.result, outcome.request.path.parent))


def placed(outcome: Outcome, data: bytes, folder: Path) -> Path:
    """The file in a directory of its own: the build context stays as it is, and so does what is ignored of it."""
    folder.mkdir()
    file = folder / (outcome.request.path.name or "Dockerfile")
    file.write_bytes(data)
    ignores = outcome.request.path.with_name(f"{file.name}.dockerignore")
    if ignores.is_file():
        shutil.copy(ignores, folder)
    return file
