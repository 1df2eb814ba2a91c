"""Every rewrite of the corpus that this machine can build does what its original did.

Both are built with a real engine and run the same way; contract, answers and output are compared.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cases import Case, all_cases, copied, refactored
from restage.build.bases import base_of
from restage.build.stages import read_build
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.engine import Rewritten
from restage.image.base import BaseImage
from restage.planning.situation import Split
from restage.verify.compare import Announced, told
from restage.verify.engines import Engine
from restage.verify.images import Recipe, inspect, is_there, lent
from restage.verify.probes import HttpProbe
from restage.verify.proof import NotBuilt, prove
from restage.verify.runs import Seen

pytestmark = pytest.mark.engine

BUILDABLE = [case for case in all_cases() if case.builds and case.outcome in ("rewritten", "reordered")]


def announced(result: Rewritten, more: frozenset[str]) -> Announced:
    sibling = result.split.base.sibling if isinstance(result.split, Split) else None
    if sibling is None:
        return Announced()
    return Announced(more.union(sibling.lost_env), frozenset(sibling.lost_path_entries))


def set_by_stand_in(engine: Engine, dockerfile: bytes) -> frozenset[str]:
    """Variables of the image that answers for the base here, but not of the published one."""
    document = read(dockerfile)
    stage = read_build(document, instructions(document)).final
    base = base_of(stage)
    if not isinstance(base, BaseImage) or stage.base is None or not is_there(engine, stage.base):
        return frozenset()
    return frozenset({*inspect(engine, stage.base).config.environment} - {*base.config.env})


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


@pytest.mark.parametrize("case", BUILDABLE, ids=lambda case: case.name)
def test_the_image_does_what_it_did(
    case: Case, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = copied(case, tmp_path)
    monkeypatch.chdir(work)
    result = refactored(case).result
    assert isinstance(result, Rewritten)
    shutil.rmtree(work / ".git", ignore_errors=True)
    before = Recipe(work / case.dockerfile, work / case.context, "host", seconds=900)
    with lent(engine, case.tags):
        lost = announced(result, set_by_stand_in(engine, before.dockerfile.read_bytes()))
        proof = prove(engine, before, after_of(before, result, tmp_path), case.trial, lost)
    if isinstance(proof, NotBuilt):
        pytest.fail(f"{proof.side} does not build:\n" + "\n".join(proof.lines))
    assert_starts(case, proof.seen_before)
    assert [told(difference) for difference in proof.differences] == []
    if case.outcome == "rewritten":  # COPY in another order is one layer more, and a few bytes
        assert proof.after.size <= proof.before.size


def after_of(before: Recipe, result: Rewritten, folder: Path) -> Recipe:
    """The new Dockerfile, outside of the context: so COPY copies the same files, and the build cache serves both."""
    new = folder / "after" / before.dockerfile.name
    new.parent.mkdir()
    new.write_bytes(result.data)
    ignores = before.dockerfile.with_name(f"{new.name}.dockerignore")
    if ignores.exists():
        shutil.copy(ignores, new.parent)
    return replace(before, dockerfile=new)
