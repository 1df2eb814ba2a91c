"""Every case of the corpus: what restage decides, writes and says is what stands there.

`pytest tests/test_corpus.py --bless` writes `after/Dockerfile` and `report.txt` anew; read the difference.
"""

from __future__ import annotations

import filecmp
import re
from pathlib import Path

import pytest

from cases import Case, all_cases, copied, refactored
from restage.catalog import strategies
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.engine import Outcome, Request, Rewritten, Unreadable, refactor
from restage.output.text import diff_lines, summary
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.situation import Served, Split

CASES = all_cases()
BY_NAME = {case.name: case for case in CASES}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def decision(outcome: Outcome) -> tuple[str, str]:
    match outcome.result:
        case Rewritten(split=Split(rung=rung) | Served(rung=rung)):
            return "rewritten", rung
        case Rewritten(split=Refusal(code=code) | Unchanged(code=code)):
            return "reordered", code
        case Refusal(code=code):
            return "refused", code
        case Unchanged(code=code):
            return "unchanged", code
        case Unreadable(message=message):
            return "failed", message
        case _:
            raise AssertionError(outcome.result)


def report(outcome: Outcome) -> str:
    return "".join(f"{line}\n" for line in (summary(outcome), *diff_lines(outcome)))


def folder_of(outcome: Outcome) -> Path | None:
    return outcome.context.resolve() if outcome.context else None


@each_case
def test_case(case: Case, tmp_path: Path, bless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    work = copied(case, tmp_path)
    monkeypatch.chdir(work)
    outcome = refactored(case)
    said = report(outcome)
    assert decision(outcome) == (case.outcome, case.rung or case.code), said
    if outcome.context is not None:
        assert folder_of(outcome) == (work / case.context).resolve()
    written = outcome.result.data if isinstance(outcome.result, Rewritten) else None
    if bless:
        write_goldens(case, written, said)
    assert golden(case.after) == written
    assert golden(case.report) == said.encode()


def golden(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def write_goldens(case: Case, written: bytes | None, said: str) -> None:
    """Those that differ alone: another test may be reading them."""
    if golden(case.report) != said.encode():
        case.report.write_bytes(said.encode())
    if golden(case.after) == written:
        return
    if written is not None:
        case.after.parent.mkdir(exist_ok=True)
        case.after.write_bytes(written)
    else:
        case.after.unlink()
        case.after.parent.rmdir()


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.outcome in ("rewritten", "reordered")], ids=lambda case: case.name
)
def test_a_second_run_changes_nothing(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = copied(case, tmp_path)
    (work / case.dockerfile).write_bytes(case.after.read_bytes())
    monkeypatch.chdir(work)
    request = Request(case.dockerfile, case.after.read_bytes(), options=case.options)
    again = refactor(request, strategies())
    assert isinstance(again.result, Unchanged | Refusal)


@pytest.mark.parametrize("case", [c for c in CASES if c.outcome == "refused"], ids=lambda case: case.name)
def test_a_refusal_has_a_twin_that_is_rewritten(case: Case) -> None:
    """The twin differs in one fact, so in few files."""
    assert case.twin is not None
    twin = BY_NAME.get(case.twin) or BY_NAME[f"{case.folder.parent.name}/{case.twin}"]
    assert twin.outcome == "rewritten"
    assert 1 <= len(differing(case.before, twin.before)) <= 3


def differing(one: Path, other: Path) -> set[str]:
    files = {
        str(path.relative_to(root)) for root in (one, other) for path in root.rglob("*") if path.is_file()
    }
    _, different, missing = filecmp.cmpfiles(one, other, files, shallow=False)
    return {*different, *missing}


def test_no_two_cases_teach_the_same() -> None:
    lessons = [case.lesson for case in CASES]
    assert len({*lessons}) == len(lessons)


def test_there_are_thirty_cases_and_half_are_hard() -> None:
    hard = [
        case
        for case in CASES
        if case.native or len(instructions(read((case.before / case.dockerfile).read_bytes()))) >= 10
    ]
    assert len(CASES) >= 30
    assert len(hard) * 2 >= len(CASES)


LOCKS = re.compile(r".*\.lock|.*-lock\.(json|yaml)|npm-shrinkwrap\.json|go\.sum|requirements.*\.txt")
REGISTRY = re.compile(rb"resolved\W{1,4}\w+://|://[^/\s\"']*registry|index-url")


def test_no_lockfile_names_a_registry() -> None:
    """Whoever builds the corpus uses the registry that the machine is set up for."""
    locks = [path for case in CASES for path in case.before.rglob("*") if LOCKS.fullmatch(path.name)]
    assert [str(path) for path in locks if REGISTRY.search(path.read_bytes())] == []
