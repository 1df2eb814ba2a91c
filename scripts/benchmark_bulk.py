"""How many files a second `restage DIR` handles, as ratios to tally on the same files in the same run.

    python scripts/benchmark_bulk.py --peers /somewhere/peers [--count 10000]

generate_projects.py makes the projects. For one process and for as many as there are processors it says files a second,
processor seconds, and the most memory that any one process took, for a tenth of the files and for all: a flat memory
shows no difference. tally (see benchmark.py) has the same files in the same run; all write to files. The profile is of
one process with a tenth of the files. On a busy machine processor seconds tell more than the clock.
"""

from __future__ import annotations

import argparse
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmark import BIN, ENVIRONMENT, Command, installed, room

PART = 10
"""The smaller number of files is all of them divided by this."""

MADE = (sys.executable, Path(__file__).with_name("generate_projects.py"))


@dataclass(frozen=True)
class Taken:
    """What one call took: seconds on the clock and of all processors, and kilobytes of its largest process."""

    clock: float
    processors: float
    memory: int
    told: str
    """What it said on stderr."""


def taken(command: Command) -> Taken:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        with subprocess.Popen(command, env=ENVIRONMENT, stdout=out, stderr=err) as running:
            _, _, used = os.wait4(running.pid, 0)
            running.returncode = 0
        clock = time.perf_counter() - start
        err.seek(0)
        return Taken(clock, used.ru_utime + used.ru_stime, used.ru_maxrss, err.read().decode())


def told(name: str, files: int, found: Taken, peer: Taken | None) -> None:
    ratio = f"{peer.clock / found.clock:7.1f} times tally" if peer else ""
    print(
        f"    {files / found.clock:8.0f} files/s  {found.clock:7.1f} s  {found.processors:7.1f} processor s"
        f"  {found.memory / 1024:6.0f} MB  {name}{ratio}"
    )


def outcomes(found: Taken) -> Counter[str]:
    """How many files were split, left alone and refused."""
    words = ("split", "unchanged", "refused", "error")
    return Counter(
        word
        for line in found.told.splitlines()
        for word in words
        if f": {word}" in line and not line.startswith("  ")
    )


def contest(folder: Path, files: int, peers: Path, jobs: tuple[int, ...]) -> None:
    lint = taken((peers / "bin" / "tally", "lint", "--slow-checks", "off", folder))
    told("tally", files, lint, None)
    for number in jobs:
        for mode in ((), ("--check",)):
            ours = taken((BIN / "restage", *mode, "--jobs", str(number), folder))
            name = " ".join(("restage", *mode, "--jobs", str(number)))
            told(f"{name:26}", files, ours, lint)
    counts = outcomes(ours)
    print("    " + ", ".join(f"{word} {number}" for word, number in counts.most_common()))


PROFILED = """
import cProfile, sys
from pathlib import Path
from restage.handling import Manner
from restage.session import Options, Session
manner = Manner("preview", False, None, "text", True, False)
session = Session(Options(manner, Path(sys.argv[2]), "never", 1))
profile = cProfile.Profile()
profile.runcall(session.run, [sys.argv[1]])
profile.dump_stats(sys.argv[3])
"""


def profiled(folder: Path) -> None:
    """The ten functions, and the rooms, that take most by themselves."""
    with tempfile.TemporaryDirectory() as place:
        stats = Path(place) / "stats"
        command = (sys.executable, "-c", PROFILED, folder, Path(place) / "report", stats)
        subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True)
        found = pstats.Stats(str(stats)).stats  # type: ignore[attr-defined]  # documented, and missing in the stubs
    whole = sum(own for _, _, own, _, _ in found.values())
    rows = sorted(((own / whole, place) for place, (_, _, own, _, _) in found.items()), reverse=True)
    print("    the ten functions that take most by themselves; all is 1")
    for share, (file, _, name) in rows[:10]:
        print(f"    {share:6.3f}  {_module(file)}:{name}")
    rooms: Counter[str] = Counter()
    for share, (file, _, _) in rows:
        rooms[room(_module(file))] += share
    print("    the rooms")
    for name, share in rooms.most_common(10):
        print(f"    {share:6.3f}  {name}")


def _module(file: str) -> str:
    """The name of a module, as far as its path tells."""
    for package in ("restage_strategies", "restage"):
        _, found, rest = file.rpartition(f"/{package}/")
        if found:
            return ".".join([package, *rest.removesuffix(".py").split("/")])
    return "sys" if file.startswith(("~", "<")) else Path(file).stem


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", type=Path, required=True, help="folder of the environment with tally")
    parser.add_argument("--count", type=int, default=10_000, help="how many projects (default: 10000)")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    peers = installed(options.peers.resolve())
    jobs = (1, len(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as place:
        for count in (options.count // PART, options.count):
            folder = Path(place) / str(count)
            # In a process of its own: what this one takes, all that it starts seems to take.
            subprocess.run((*MADE, folder, "--count", str(count), "--seed", str(options.seed)), check=True)
            contest(folder, count, peers, jobs)
        print("  the profile of one process")
        profiled(Path(place) / str(options.count // PART))


if __name__ == "__main__":
    main()
