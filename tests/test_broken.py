"""Deliberately broken rewrites: each builds, each is caught, and what is wrong with it is called by its name.

A case is `tests/broken/<class>/`: two Dockerfiles, what they copy, and `break.toml` with what has to be said of it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from restage.output.progress import Quiet
from restage.verify.engines import Engine
from restage.verify.exporting import Memory
from restage.verify.failures import sentence
from restage.verify.images import Recipe
from restage.verify.runs import Trial
from restage.verify.timing import cold
from restage.verify.verification import Task, Verified, verify

FOLDER = Path(__file__).parent / "broken"


@dataclass(frozen=True)
class Break:
    folder: Path
    lesson: str
    names: tuple[str, ...]

    def recipe(self, name: str) -> Recipe:
        return Recipe(self.folder / f"{name}.Dockerfile", self.folder, seconds=300)


def all_breaks() -> list[Break]:
    found = []
    for file in sorted(FOLDER.glob("*/break.toml")):
        table = tomllib.loads(file.read_text("utf-8"))
        assert {*table} == {"lesson", "names"}, file
        found.append(Break(file.parent, table["lesson"], tuple(table["names"])))
    return found


BREAKS = all_breaks()


@pytest.fixture(scope="module")
def memory() -> Memory:
    return Memory()


def verified(engine: Engine, before: Recipe, after: Recipe, memory: Memory) -> Verified:
    found = verify(engine, Task(before, after, (Trial(seconds=4),)), Quiet(), memory)
    assert isinstance(found, Verified), found
    return found


def test_there_are_many_ways_to_break_a_program() -> None:
    assert len(BREAKS) >= 25
    assert all(case.names and case.lesson for case in BREAKS)


@pytest.mark.engine
@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.folder.name)
def test_a_broken_rewrite_is_caught_and_named(case: Break, engine: Engine, memory: Memory) -> None:
    found = verified(engine, case.recipe("before"), case.recipe("after"), memory)
    said = [sentence(failure) for failure in found.failures]
    for name in case.names:
        assert any(name in text for text in said), said


BUILT_TWICE = {
    "data-read-on-request",
    "library-of-another-release",
    "lost-capability",
    "lost-health-check-tool",
    "missing-time-zones",
    "moved-virtual-environment",
    "uid-drift",
    "volume-before-its-data",
}


@pytest.mark.engine
@pytest.mark.parametrize(
    "case", [case for case in BREAKS if case.folder.name in BUILT_TWICE], ids=lambda case: case.folder.name
)
def test_the_same_program_built_twice_raises_no_alarm(case: Break, engine: Engine, memory: Memory) -> None:
    found = verified(engine, case.recipe("before"), cold(case.recipe("before")), memory)
    assert [sentence(failure) for failure in (*found.failures, *found.files.warnings)] == []
