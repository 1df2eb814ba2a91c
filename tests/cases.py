"""The corpus: cases as data, read from `corpus/<ecosystem>/<case>/case.toml`."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from restage.api.option import Chosen
from restage.catalog import chosen, strategies
from restage.engine import Outcome, Request, refactor
from restage.verify.probes import HttpProbe, Probe, TcpProbe
from restage.verify.runs import Trial

CORPUS = Path(__file__).parent.parent / "corpus"

Expected = Literal["rewritten", "reordered", "refused", "unchanged"]
"""`reordered`: COPY stands in a better order, and the code says why nothing is split."""


@dataclass(frozen=True)
class Case:
    """One case. Paths are relative to its `before` folder."""

    folder: Path
    lesson: str
    twin: str | None
    native: bool
    options: Chosen
    dockerfile: Path
    context: Path
    outcome: Expected
    rung: str | None
    code: str | None
    trial: Trial
    exit: int | None
    tags: Mapping[str, str]
    builds: bool
    why: str | None
    lacks: tuple[str, ...]
    """Paths that the published images have, and those that answer for them in the lab have not."""

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def after(self) -> Path:
        return self.folder / "after" / "Dockerfile"

    @property
    def report(self) -> Path:
        return self.folder / "report.txt"


class BadCase(Exception):
    """A case.toml that says something that no test reads."""


def read_case(folder: Path) -> Case:
    """Reads one case.

    Raises:
        BadCase: it is not of the form that is known here.
    """
    try:
        return _case(folder, tomllib.loads((folder / "case.toml").read_text("utf-8")))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadCase(f"{folder / 'case.toml'}: {error!r}") from error


def _case(folder: Path, table: dict[str, Any]) -> Case:
    expect, run, lab = (table.pop(name, {}) for name in ("expect", "run", "lab"))
    dockerfile = Path(table.pop("dockerfile", "Dockerfile"))
    case = Case(
        folder=folder,
        lesson=table.pop("lesson"),
        twin=table.pop("twin", None),
        native=table.pop("native", False),
        options=chosen(table.pop("options", ()), strategies()),
        dockerfile=dockerfile,
        context=Path(table.pop("context", dockerfile.parent)),
        outcome=expect.pop("outcome"),
        rung=expect.pop("rung", None),
        code=expect.pop("code", None),
        exit=run.pop("exit", None),
        trial=_trial(run),
        tags=lab.pop("tags", {}),
        builds=lab.pop("builds", True),
        why=lab.pop("why", None),
        lacks=tuple(lab.pop("lacks", ())),
    )
    unread = [*table, *expect, *run, *lab]
    if unread:
        raise BadCase(f"{folder / 'case.toml'}: nothing reads {', '.join(unread)}")
    if (case.outcome == "rewritten") != (case.rung is not None) or (case.rung is None) != (
        case.code is not None
    ):
        raise BadCase(f"{folder / 'case.toml'}: a rewrite has a rung, anything else a code")
    if case.builds == (case.why is not None):
        raise BadCase(f"{folder / 'case.toml'}: `builds = false` has a `why`, and nothing else has")
    return case


def _trial(run: dict[str, Any]) -> Trial:
    probes: tuple[Probe, ...] = (
        *(HttpProbe(entry["port"], entry.get("path", "/")) for entry in run.pop("http", ())),
        *(TcpProbe(entry["port"], entry.get("sends", "?\n")) for entry in run.pop("tcp", ())),
    )
    return Trial(
        arguments=tuple(run.pop("arguments", ())),
        environment=run.pop("environment", {}),
        options=tuple(run.pop("options", ())),
        probes=probes,
        seconds=run.pop("seconds", 60 if probes else 20),
    )


def all_cases() -> tuple[Case, ...]:
    return tuple(read_case(file.parent) for file in sorted(CORPUS.glob("*/*/case.toml")))


def copied(case: Case, to: Path) -> Path:
    """A copy of the project to work in; one whose Dockerfile lies deeper is marked as a repository."""
    work = to / "project"
    shutil.copytree(case.before, work, symlinks=True)
    if case.dockerfile.parent != Path():
        (work / ".git").mkdir()
    return work


def refactored(case: Case) -> Outcome:
    """What restage makes of the case; the working directory is its project, as the paths are shown."""
    data = (case.before / case.dockerfile).read_bytes()
    request = Request(case.dockerfile, data, options=case.options)
    return refactor(request, strategies())
