"""Engines die and disks fill up while restage verifies: it says so, and leaves no half-written file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from machine import mounted
from restage.exit_codes import Exit
from restage.verify.engines import Engine, tell

pytestmark = pytest.mark.engine

SLEEPER = 'FROM busybox\nCOPY hello /app/\nCMD ["sleep", "300"]\n'
SPLIT = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD python app.py\n"


class Line:
    """The engine's address by another name, which can be cut."""

    def __init__(self, place: Path, engine: str) -> None:
        self._engine, self._open = engine, list[socket.socket]()
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(place))
        self._door.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """From now on nobody answers, and what was said is broken off."""
        for end in (self._door, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = _connected(self._engine)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _connected(address: str) -> socket.socket:
    """To where DOCKER_HOST says: a socket of this machine, or a TCP port."""
    scheme, _, where = address.partition("://")
    if scheme == "tcp":
        host, _, port = where.rpartition(":")
        return socket.create_connection((host, int(port)))
    assert scheme == "unix", f"a line to {address} can't be cut here"
    far = socket.socket(socket.AF_UNIX)
    far.connect(where)
    return far


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


def of_process(engine: Engine, number: int) -> list[str]:
    """Containers, networks and image names that a process of restage made."""
    ours = f"restage-{number}-"
    return [
        *tell(engine, "ps", "--all", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "network", "ls", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "images", "--quiet", f"{ours}*").lines,
    ]


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)


@pytest.mark.engine("docker")
def test_an_engine_that_dies_is_said_and_the_next_run_clears_up(engine: Engine, tmp_path: Path) -> None:
    said = tell(engine, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}").output.strip()
    place = os.environ.get("DOCKER_HOST", said or "unix:///var/run/docker.sock")
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    project.mkdir()
    temporary.mkdir()
    (project / "hello").write_text("hello\n")
    (project / "Dockerfile").write_text(SLEEPER)
    line = Line(tmp_path / "engine", place)
    words = [sys.executable, "-m", "restage.cli", "verify", "Dockerfile", "Dockerfile", "--quick"]
    own = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [*words, "--engine", "docker"],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        env={**own, "DOCKER_HOST": f"unix://{tmp_path / 'engine'}"},
    )
    ours = f"name=restage-{process.pid}-"
    wait_until(lambda: bool(tell(engine, "ps", "--quiet", "--filter", ours).lines))
    line.cut()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == Exit.USAGE, errors
    assert "Traceback" not in errors
    assert "the engine does not answer any more" in errors.splitlines()[-1]
    assert [*temporary.iterdir()] == []
    (project / "Dockerfile").write_text(SLEEPER.replace('"sleep", "300"', '"true"'))
    assert (
        subprocess.run(words, cwd=project, env=own, capture_output=True, timeout=300).returncode == Exit.DONE
    )
    assert of_process(engine, process.pid) == []


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system that is full after 64 kB."""
    place.mkdir()
    why_not = mounted(place)
    assert why_not is None, why_not
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def verified(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = ["--verify", "--write", "--quick", "--network", "host", "Dockerfile"]
    return subprocess.run(
        [sys.executable, "-m", "restage.cli", *words],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=900,
        env={**os.environ, **environment},
    )


def written(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text("")
    (folder / "app.py").write_text("print('hello')\n")
    (folder / "Dockerfile").write_text(SPLIT)
    return folder


@pytest.mark.small_disk
def test_a_full_disk_for_temporary_files_is_said(engine: Engine, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        project = written(tmp_path / "project")
        (disk / "filler").write_bytes(b"x" * 15 * 4096)  # there is room for one more file, and not for two
        done = verified(project, TMPDIR=str(disk))
        assert done.returncode == Exit.VERIFICATION_FAILED, done.stderr
        assert "not verified" in done.stderr
        assert "No space left on device" in done.stderr
        assert (project / "Dockerfile").read_text() == SPLIT
        assert [path.name for path in disk.iterdir()] == ["filler"]


@pytest.mark.small_disk
def test_a_full_disk_leaves_the_file_as_it_was(engine: Engine, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        project = written(disk)
        with suppress(OSError):
            (disk / ".filler").write_bytes(b"x" * 65536)
        (project / ".dockerignore").touch()
        done = verified(project)
        assert done.returncode == Exit.UNREADABLE, done.stderr
        assert "No space left on device; the file is as it was" in done.stderr
        assert (project / "Dockerfile").read_text() == SPLIT
        assert not [path for path in disk.iterdir() if path.suffix == ".restage"]
