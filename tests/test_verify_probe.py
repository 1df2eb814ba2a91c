"""`--probe`: what the original opens, starts and links to is seen, and the plan cites it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from restage.api.observation import LinkedLibrary, Observation, Opened, Started
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor
from restage.exit_codes import Exit
from restage.meaning.observed import observed_needs
from restage.output.progress import Quiet
from restage.planning.judge import Courage
from restage.verify.engines import Engine
from restage.verify.exporting import Memory
from restage.verify.glimpses import Glimpses
from restage.verify.images import Recipe
from restage.verify.probing import Probed, probe, told
from restage.verify.runs import Trial
from restage.verify.seen_files import Trace
from restage.verify.tracing import read_trace
from restage.verify.verification import Task, Unbuilt
from rooms import written_project

SCRIPT = "#!/bin/sh\nn=wor\nexec cat /data/${n}ds /nowhere/$n\n"
DOCKERFILE = """FROM busybox
WORKDIR /data
COPY words others start ./
RUN chmod +x start
CMD ["./start"]
"""


def probed(engine: Engine, folder: Path, dockerfile: str) -> Probed | Unbuilt:
    files = {"words": "hello\n", "others": "more\n", "start": SCRIPT}
    path = written_project(folder, dockerfile, files)
    recipe = Recipe(path, folder, network="host", seconds=300)
    return probe(engine, Task(recipe, recipe, (Trial(seconds=5),)), Quiet(), Memory())


@pytest.mark.engine
def test_what_is_opened_and_started_is_seen(engine: Engine, tmp_path: Path) -> None:
    found = probed(engine, tmp_path, DOCKERFILE)
    assert isinstance(found, Probed)
    assert found.notes == ()
    assert Opened("/data/words") in found.observations
    assert Opened("/data/others") not in found.observations
    assert Started("/data/start") in found.observations
    assert Started("/bin/sh") in found.observations
    assert not any("nowhere" in str(one) or ".restage" in str(one) for one in found.observations)
    assert told(found, engine).startswith("probed with")


@pytest.mark.engine
def test_another_user_is_followed_too(engine: Engine, tmp_path: Path) -> None:
    found = probed(engine, tmp_path, DOCKERFILE.replace("CMD", "USER 1234\nCMD"))
    assert isinstance(found, Probed)
    assert Opened("/data/words") in found.observations


@pytest.mark.engine
def test_libraries_have_their_packages(engine: Engine, tmp_path: Path) -> None:
    found = probed(engine, tmp_path, 'FROM debian:bookworm\nRUN cp /bin/ls /tool\nCMD ["/tool", "/"]\n')
    assert isinstance(found, Probed)
    assert LinkedLibrary("libselinux.so.1", "/tool", "libselinux1") in found.observations
    assert LinkedLibrary("libc.so.6", "/tool", "libc6") in found.observations
    assert "links to libraries of libc6, libselinux1" in told(found, engine)


@pytest.mark.engine
def test_an_original_that_does_not_build_is_the_answer(engine: Engine, tmp_path: Path) -> None:
    found = probed(engine, tmp_path, DOCKERFILE + "RUN echo no such luck && exit 9\n")
    assert isinstance(found, Unbuilt)
    assert any("9" in line for line in found.lines)


@pytest.mark.engine
def test_without_strace_it_says_what_was_not_seen(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("restage.verify.probing.strace", lambda: None)
    found = probed(engine, tmp_path, DOCKERFILE.replace('["./start"]', "sleep 3 < /data/words"))
    assert isinstance(found, Probed)
    (note,) = found.notes
    assert note.startswith("there is no strace here: install it; only what was open")
    assert Opened("/data/words") in found.observations


HIDDEN = """import importlib
name = "".join(["sub", "process"])
print(importlib.import_module(name).run(["".join(["g", "it"]), "--version"]).returncode)
"""
PYTHON = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD python app.py\n"


@pytest.mark.engine
def test_the_plan_cites_what_was_seen(engine: Engine, tmp_path: Path) -> None:
    written_project(tmp_path, PYTHON, {"app.py": HIDDEN, "requirements.txt": ""})
    words = ["--probe", "--network", "host", "Dockerfile"]
    done = subprocess.run(
        [sys.executable, "-m", "restage.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == Exit.DONE, done.stderr
    assert "apt-get install -y --no-install-recommends git" in done.stdout
    assert "the original started /usr/bin/git while it was tried" in done.stdout
    assert (tmp_path / "Dockerfile").read_text() == PYTHON


def test_a_trace_is_read_line_by_line() -> None:
    text = "\n".join(
        [
            '7  execve("./run", ["./run"], 0x7ffe /* 8 vars */) = 0',
            '8  openat(AT_FDCWD</app>, "a b", O_RDONLY|O_CLOEXEC) = 3</app/a b>',
            '8  openat(AT_FDCWD</app>, "\\303\\274", O_RDONLY) = 4</app/\\303\\274>',
            '8  openat(AT_FDCWD</app>, "/dev/null", O_RDONLY) = 5</dev/null<char 1:3>>',
            '8  openat(AT_FDCWD</app>, "gone", O_RDONLY) = -1 ENOENT (No such file or directory)',
            '9  execve("/bin/\\"odd\\"", ["x"], 0x7ffe /* 8 vars */) = 0',
            "9  openat(AT_F",
        ]
    )
    found = read_trace(text, "/app")
    assert found == Trace(frozenset({"/app/a b", "/app/ü"}), frozenset({"/app/run", '/bin/"odd"'}))


def test_a_container_that_is_elsewhere_shows_nothing() -> None:
    with Glimpses("0" * 64) as glimpses:
        pass
    assert glimpses.trace is None


@pytest.mark.parametrize(
    ("observation", "need"),
    [
        (Opened("/app/words"), "PathNeed"),
        (Opened("/usr/share/misc/magic", "libmagic-mgc"), "PackageNeed"),
        (Opened("/etc/ssl/certs/ca-certificates.crt"), "FacilityNeed"),
        (LinkedLibrary("libpq.so.5", "/app/main", "libpq5"), "PackageNeed"),
        (LinkedLibrary("libown.so", "/app/main", "", "/opt/libown.so"), "PathNeed"),
    ],
    ids=str,
)
def test_what_was_seen_is_a_need(observation: Observation, need: str) -> None:
    (found,) = observed_needs((observation,))
    assert type(found).__name__ == need


# --- what the plan makes of it


def planned(folder: Path, dockerfile: str, files: dict[str, str], *seen: Observation) -> Rewritten:
    path = written_project(folder, dockerfile, files)
    request = Request(path, path.read_bytes(), folder, Courage.TRYING, seen)
    found = refactor(request, strategies()).result
    assert isinstance(found, Rewritten), found
    return found


NODE = 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "app.js"]\n'
LOCK = """{"name": "a", "version": "1.0.0", "lockfileVersion": 3, "packages": {
"": {"name": "a", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}, "devDependencies": {"semver": "7.6.0"}},
"node_modules/ms": {"version": "2.1.3"}, "node_modules/semver": {"version": "7.6.0", "dev": true}}}
"""
PACKAGE = '{"name": "a", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}, "devDependencies": {"semver": "7.6.0"}}'


@pytest.mark.parametrize(("package", "leaves"), [("ms", True), ("semver", False)])
def test_a_dev_dependency_that_was_opened_stays(tmp_path: Path, package: str, leaves: bool) -> None:
    files = {"package.json": PACKAGE, "package-lock.json": LOCK, "app.js": 'require("ms")\n'}
    found = planned(tmp_path, NODE, files, Opened(f"/app/node_modules/{package}/index.js"))
    (applied,) = [one.applied for one in found.applied if one.kind == "dev-dependencies"]
    assert applied is leaves


GO = """FROM golang:1.21
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app .
CMD ["./app"]
"""
GO_FILES = {
    "go.mod": "module words\n\ngo 1.21\n",
    "main.go": 'package main\n\nimport "os"\n\nfunc main() {\n\t_, _ = os.ReadFile(os.Getenv("WORDS"))\n}\n',
    "lexicon/deep/words": "hello\n",
    "README.md": "words\n",
}


def test_all_beside_a_file_that_was_opened_goes_along(tmp_path: Path) -> None:
    without = planned(tmp_path, GO, GO_FILES).data.decode()
    assert "/app/lexicon" not in without
    text = planned(tmp_path, GO, GO_FILES, Opened("/app/lexicon/deep/words")).data.decode()
    assert "COPY --from=builder /app/lexicon /app/lexicon" in text
    assert "README" not in text


COMPILED = """FROM python:3.12-slim
RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
"""


def test_a_package_that_came_with_a_build_tool_is_installed_by_name(tmp_path: Path) -> None:
    files = {"requirements.txt": "six==1.16.0\n", "app.py": "print('hello')\n"}
    seen = (Opened("/usr/lib/libgomp.so.1", "libgomp1"), Opened("/usr/lib/libc.so.6", "libc6"))
    assert "libgomp1" not in planned(tmp_path, COMPILED, files).data.decode()
    text = planned(tmp_path, COMPILED, files, *seen).data.decode()
    assert "apt-get install -y libgomp1" in text
    assert "libc6" not in text
