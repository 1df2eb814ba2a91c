"""Many files: their order, the same answers as one after the other, and processes that die on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from restage.bulk.ordered import in_order

NODE = 'FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD ["node", "server.js"]\n'
LOCK = (
    '{"name": "one", "lockfileVersion": 3, "packages": {"": {}, "node_modules/ms": {"version": "2.1.3"}}}\n'
)


def slow_for_some(number: int) -> tuple[int, int]:
    """The number, and the process that had it; odd ones take longer."""
    time.sleep(0.002 * (number % 2))
    return number, os.getpid()


def dies_on_multiples(number: int) -> str:
    if number % 10 == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{number} done"


def ends_on_three(number: int) -> str:
    if number == 3:
        os._exit(5)
    return f"{number} done"


def nothing_lost(number: int, why: str) -> tuple[int, int]:
    raise AssertionError(f"{number} was lost: {why}")


def lost(number: int, why: str) -> str:
    return f"{number} lost: {why}"


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("items", [0, 1, 7, 300])
def test_results_come_in_the_order_of_the_items(items: int, jobs: int) -> None:
    results = list(in_order(range(items), slow_for_some, nothing_lost, jobs))
    assert [number for number, _ in results] == list(range(items))
    assert os.getpid() not in {process for _, process in results}


def test_a_worker_that_is_killed_loses_its_item_and_no_other() -> None:
    results = list(in_order(range(100), dies_on_multiples, lost, 2))
    why = f"signal {signal.SIGKILL.value} ended the process that handled it"
    assert results == [f"{n} lost: {why}" if n % 10 == 7 else f"{n} done" for n in range(100)]


def test_a_worker_that_ends_by_itself_loses_its_item_and_no_other() -> None:
    results = list(in_order(range(5), ends_on_three, lost, 1))
    assert results[3] == "3 lost: the process that handled it ended with code 5"
    assert results[4] == "4 done"


def test_items_are_taken_as_results_are_wanted() -> None:
    """Else the memory would fill while whoever prints the results is slow."""
    items = iter(range(10_000))
    results = in_order(items, slow_for_some, nothing_lost, 2)
    assert [number for number, _ in islice(results, 5)] == list(range(5))
    time.sleep(0.2)
    assert next(items) < 500


def written_projects(folder: Path, number: int) -> Path:
    for n in range(number):
        place = folder / f"{n:03}"
        place.mkdir(parents=True)
        (place / "Dockerfile").write_text(NODE if n % 3 else f'FROM scratch\nCMD ["/{n}"]\n')
        (place / "package.json").write_text(f'{{"name": "p{n}", "dependencies": {{"ms": "2.1.3"}}}}\n')
        (place / "package-lock.json").write_text(LOCK)
        (place / "server.js").write_text(f"require('ms');\nconsole.log({n});\n")
    return folder


def restage(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "restage.cli", *arguments], capture_output=True, check=False)


@pytest.mark.parametrize(
    "options", [(), ("--check", "--verbose"), ("--format", "json"), ("--format", "diff")]
)
def test_several_processes_say_what_one_says(tmp_path: Path, options: tuple[str, ...]) -> None:
    projects = written_projects(tmp_path / "projects", 70)
    one = restage(*options, "--jobs", "1", projects)
    several = restage(*options, "--jobs", "3", projects)
    assert (one.returncode, one.stdout, one.stderr) == (several.returncode, several.stdout, several.stderr)
    assert one.stdout.count(b"AS builder") >= 40


def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    places = [written_projects(tmp_path / jobs, 70) for jobs in ("1", "3")]
    for place in places:
        done = restage("--write", "--jobs", place.name, place)
        assert done.returncode == 0 and done.stderr.count(b": split (") == 46
    one, several = (
        {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        for place in places
    )
    assert one == several
    assert sum(b"AS builder" in content for content in one.values()) == 46


def test_files_that_cannot_be_read_do_not_stop_the_others(tmp_path: Path) -> None:
    projects = written_projects(tmp_path / "projects", 60)
    (projects / "030" / "Dockerfile").write_bytes(b"\xff\xfe\x00COPY\n")
    (projects / "040" / "Dockerfile").write_text("FROM node:20\nCOPY\n")
    (projects / "041" / "Dockerfile").write_bytes(b"#" * 5_000_000)
    done = restage("--jobs", "2", projects)
    told = [line for line in done.stderr.decode().splitlines() if not line.startswith("  ")]
    assert [Path(line.partition(":")[0]).parent.name for line in told] == [f"{n:03}" for n in range(60)]
    assert done.returncode == 4
    assert [number for number, line in enumerate(told) if ": error: " in line] == [30, 40, 41]


def children(process: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def started(projects: Path) -> subprocess.Popen[str]:
    """The command at work on many files, in a group of its own."""
    command = [sys.executable, "-m", "restage.cli", "--jobs", "2", "--write", str(projects)]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heeding_interrupts
    )


def heeding_interrupts() -> None:
    """A shell starts what runs in the background with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def told_until(mark: str, running: subprocess.Popen[str]) -> list[str]:
    assert running.stderr is not None
    told: list[str] = []
    for line in running.stderr:
        told.append(line)
        if mark in line:
            break
    return told


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_killed_process_is_a_bug_of_ours_with_its_file(tmp_path: Path) -> None:
    projects = written_projects(tmp_path / "projects", 300)
    with started(projects) as running:
        told = told_until("/060/", running)
        os.kill(min(children(running.pid)), signal.SIGKILL)
        told += told_until("never", running)
    files = [line for line in told if not line.startswith("  ")]
    assert [Path(line.partition(":")[0]).parent.name for line in files] == [f"{n:03}" for n in range(300)]
    (lost_one,) = (line for line in files if "error" in line)
    assert "left alone because of a bug in restage: signal 9 ended the process" in lost_one
    assert running.returncode == 123


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_ctrl_c_ends_all_processes_and_leaves_whole_files(tmp_path: Path) -> None:
    projects = written_projects(tmp_path / "projects", 300)
    with started(projects) as running:
        told_until("/060/", running)
        workers = children(running.pid)
        os.killpg(running.pid, signal.SIGINT)
        rest = "".join(told_until("never", running))
    assert running.returncode == 130
    assert "Traceback" not in rest and "/299/" not in rest
    assert len(workers) == 2 and not any(is_running(worker) for worker in workers)
    assert [path for path in projects.rglob("*") if "restage" in path.name] == []
    contents = {path.read_text() for path in projects.rglob("Dockerfile") if int(path.parent.name) % 3}
    assert contents and all(content == NODE or "AS builder" in content for content in contents)
