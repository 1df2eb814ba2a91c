"""A planned output is verified before it is written: the file as it is against the file as it would be."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from restage.config import BadConfig, Building
from restage.engine import Outcome, Rewritten
from restage.output.progress import progress
from restage.output.summary import plain_lines
from restage.record import Record
from restage.verify.asking import Asked, engine_for, task_for
from restage.verify.engines import EngineTrouble, engine_name
from restage.verify.report import holds, summarised
from restage.verify.verification import verify


class Proof(Record):
    """Whether a rewrite holds, and what is said of it."""

    holds: bool
    lines: tuple[str, ...]


def proven(outcome: Outcome, building: Building, quiet: bool) -> Proof:
    """Builds and runs the original and its rewrite; nothing is written to the project.

    Raises:
        Interrupted: the process was asked to end.
    """
    assert isinstance(outcome.result, Rewritten)
    with tempfile.TemporaryDirectory(prefix="restage-") as folder:
        before = _placed(outcome, outcome.request.data, Path(folder) / "before")
        after = _placed(outcome, outcome.result.data, Path(folder) / "after")
        context = outcome.context or outcome.request.path.parent
        asked = Asked(before, after, context, building, outcome.result, outcome.request.path.parent)
        try:
            engine, task = engine_for(building), task_for(asked)
            with progress(quiet) as heard:
                verdict = verify(engine, task, heard)
        except (EngineTrouble, BadConfig, ValueError) as error:
            return Proof(False, (f"{outcome.request.path}: not verified: {error}",))
    title = f"{outcome.request.path}: verified with {engine_name(engine)}"
    return Proof(holds(verdict), tuple(plain_lines(summarised(verdict, title))))


def _placed(outcome: Outcome, data: bytes, folder: Path) -> Path:
    """The file in a directory of its own: the build context stays as it is, and so does what is ignored of it."""
    folder.mkdir()
    file = folder / (outcome.request.path.name or "Dockerfile")
    file.write_bytes(data)
    ignores = outcome.request.path.with_name(f"{file.name}.dockerignore")
    if ignores.is_file():
        shutil.copy(ignores, folder)
    return file
