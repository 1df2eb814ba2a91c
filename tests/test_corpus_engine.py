"""Every rewrite of the corpus that this machine can build is the same program.

Both are built with a real engine and held against each other: contract, answers and output of every case. Of each
ecosystem and of each rung one case, and every case that begins on a small base, goes through all that `--verify` does, files
and links too. Elsewhere an original is a gigabyte to read: `pytest --whole` reads each of them, in an hour.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from cases import Case, all_cases, copied, refactored
from machine import alone_with
from restage.build.bases import base_of
from restage.build.stages import read_build
from restage.config import Building
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.engine import Rewritten
from restage.image.base import BaseImage
from restage.output.progress import Quiet
from restage.planning.situation import Served, Split
from restage.verify.compare import told
from restage.verify.engines import Engine
from restage.verify.exporting import Memory
from restage.verify.failures import sentence
from restage.verify.images import inspect, is_there, lent
from restage.verify.probes import HttpProbe
from restage.verify.proof import Compared, NotBuilt, prove
from restage.verify.rewriting import planned_task
from restage.verify.runs import Seen
from restage.verify.verification import Task, Verdict, Verified, verify

pytestmark = pytest.mark.engine

BUILDABLE = [case for case in all_cases() if case.builds and case.outcome in ("rewritten", "reordered")]


_SMALL = ("slim", "alpine", "debian", "ubuntu", "nginx")


def begins_small(case: Case) -> bool:
    """Whether the base of its final stage is small to read."""
    document = read((case.before / case.dockerfile).read_bytes())
    base = read_build(document, instructions(document)).final.base or ""
    return any(word in base for word in _SMALL)


WHOLE = frozenset(
    {
        **{case.folder.parent.name: case.name for case in reversed(BUILDABLE)},
        **{case.rung or case.outcome: case.name for case in reversed(BUILDABLE)},
    }.values()
) | {case.name for case in BUILDABLE if begins_small(case)}
"""The first case of each ecosystem, and of each rung, and those that begin small."""


def named(cases: Iterable[Case]) -> list[ParameterSet]:
    return [pytest.param(case, id=case.name) for case in cases]


BUILDING = Building(network="host", quick=True)


@pytest.fixture(scope="module")
def memory() -> Memory:
    return Memory()


def set_by_stand_in(engine: Engine, dockerfile: bytes) -> frozenset[str]:
    """Variables of the image that answers for the base here, but not of the published one."""
    document = read(dockerfile)
    stage = read_build(document, instructions(document)).final
    base = base_of(stage)
    if not isinstance(base, BaseImage) or stage.base is None or not is_there(engine, stage.base):
        return frozenset()
    return frozenset({*inspect(engine, stage.base).config.environment} - {*base.config.env})


def excused(task: Task, case: Case, engine: Engine, result: Rewritten) -> Task:
    """Where the base changes, a stand-in may lose what only it sets, and lack what the published image has."""
    task = replace(task, promise=replace(task.promise, allowed=case.lacks))
    changes = isinstance(result.split, Served) or (
        isinstance(result.split, Split) and result.split.base.sibling is not None
    )
    if not changes:
        return task
    more = set_by_stand_in(engine, task.before.dockerfile.read_bytes())
    return replace(task, announced=replace(task.announced, variables=task.announced.variables | more))


def assert_starts(case: Case, seen: Seen) -> None:
    said = f"{seen.output}\n{seen.errors}"
    if case.exit is not None:
        assert seen.exit == case.exit, said
    elif case.trial.probes:
        assert len(seen.answers) == len(case.trial.probes), f"the original does not answer: {said}"
    else:
        assert seen.exit in (None, 0), said
    for answer in seen.answers:
        assert not (isinstance(answer.probe, HttpProbe) and answer.head >= "HTTP 5"), answer


@contextmanager
def at_work(case: Case, engine: Engine, folder: Path) -> Iterator[Task]:
    """What is to be verified of a case, in a copy of it."""
    work = copied(case, folder)
    with chdir(work):
        outcome = refactored(case)
        assert isinstance(outcome.result, Rewritten)
        shutil.rmtree(work / ".git", ignore_errors=True)
        with alone_with(case.tags), lent(engine, case.tags), planned_task(outcome, BUILDING) as planned:
            yield replace(excused(planned, case, engine, outcome.result), trials=(case.trial,))


@pytest.mark.parametrize("case", named(BUILDABLE))
def test_the_image_is_the_same_program(
    case: Case, engine: Engine, memory: Memory, whole: bool, tmp_path: Path
) -> None:
    with at_work(case, engine, tmp_path) as task:
        if whole or case.name in WHOLE:
            assert_verified(case, verify(engine, task, Quiet(), memory))
        else:
            assert_proven(case, prove(engine, task.before, task.after, case.trial, task.announced))


def assert_verified(case: Case, verdict: Verdict) -> None:
    assert isinstance(verdict, Verified), verdict
    assert_starts(case, verdict.tried[0].before)
    assert [sentence(failure) for failure in verdict.failures] == []
    assert_smaller(case, verdict.gain.before.size, verdict.gain.after.size)


def assert_proven(case: Case, proof: Compared | NotBuilt) -> None:
    assert not isinstance(proof, NotBuilt), proof
    assert_starts(case, proof.seen_before)
    assert [told(difference) for difference in proof.differences] == []
    assert_smaller(case, proof.before.size, proof.after.size)


def assert_smaller(case: Case, before: int, after: int) -> None:
    if case.outcome == "rewritten":  # COPY in another order is one layer more, and a few bytes
        assert after <= before
