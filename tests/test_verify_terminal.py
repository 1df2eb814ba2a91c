"""What a person sees of a verification on a terminal: a live line while it runs, then a table."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from restage.exit_codes import Exit
from restage.verify.engines import Engine

pytestmark = pytest.mark.engine

HELLO = 'FROM busybox\nENV A=1\nCOPY hello /app/\nCMD ["cat", "/app/hello"]\n'
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CURSOR_IS_BACK = "\x1b[?25h"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "hello").write_text("hello\n")
    (tmp_path / "Dockerfile").write_text(HELLO)
    (tmp_path / "other").write_text(HELLO + 'LABEL "[bold]of"="[red]nobody"\nENV B=2\n')
    return tmp_path


def on_terminal(folder: Path, columns: int, *words: str, **environment: str) -> tuple[int, str]:
    """Exit code, and all that was written to a terminal of that width, escapes and all."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "restage.cli", *words],
        cwd=folder,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**variables, "TERM": "xterm-256color", "PYTHONUTF8": "1", **environment},
    )
    os.close(terminal)
    written = b""
    while piece := _piece(master):
        written += piece
    os.close(master)
    return process.wait(), written.decode()


def _piece(master: int) -> bytes:
    try:
        return os.read(master, 1 << 16)
    except OSError:  # Linux says so when nobody holds the other end any more
        return b""


def verdict(written: str) -> list[str]:
    """The lines below the progress, as they stand on the screen."""
    lines = ESCAPES.sub("", written).replace("\r\n", "\n").split("\n")
    start = next(number for number, line in enumerate(lines) if "→" in line)
    return lines[start:]


def test_a_verdict_on_a_terminal_is_a_table(engine: Engine, project: Path) -> None:
    code, written = on_terminal(project, 100, "verify", "Dockerfile", "Dockerfile", "--quick")
    assert code == Exit.DONE
    assert "\x1b[32m" in written
    lines = verdict(written)
    assert "the same program, as far as was tried" in lines
    assert any(re.fullmatch(r"  ✓  contract  entry point.*", line.rstrip()) for line in lines)
    assert any(re.fullmatch(r"  │ size +│ +[0-9.]+ MB │ +[0-9.]+ MB │ +same │ *", line) for line in lines)


def test_the_live_line_goes_and_its_steps_stay(engine: Engine, project: Path) -> None:
    _, written = on_terminal(project, 100, "verify", "Dockerfile", "Dockerfile", "--quick")
    assert written.rindex(CURSOR_IS_BACK) < written.index("→")
    steps = ESCAPES.sub("", written)
    for step in ("before: build Dockerfile: ", "after: read all files: ", "run both: alike ("):
        assert steps.count(step) == 1, step


def test_what_differs_is_text_and_stays_in_its_column(engine: Engine, project: Path) -> None:
    code, written = on_terminal(project, 50, "verify", "Dockerfile", "other", "--quick")
    assert code == Exit.VERIFICATION_FAILED
    lines = verdict(written)
    assert "  ✗  labels: '[bold]of=[red]nobody' is new" in [line.rstrip() for line in lines]
    assert max(map(len, lines)) <= 50
    (first,) = (number for number, line in enumerate(lines) if "✗  contract" in line)
    assert re.match(r" {15}\S", lines[first + 1])


def test_no_color_takes_the_colours_and_leaves_the_table(engine: Engine, project: Path) -> None:
    _, written = on_terminal(project, 100, "verify", "Dockerfile", "other", "--quick", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", written)
    assert any(line.startswith("  │ size") for line in verdict(written))


def test_the_end_of_a_failed_build_is_shown_as_it_came(engine: Engine, project: Path) -> None:
    (project / "broken").write_text(HELLO + "RUN echo no such luck && exit 9\n")
    code, written = on_terminal(project, 100, "verify", "Dockerfile", "broken", "--quick")
    assert code == Exit.VERIFICATION_FAILED
    lines = verdict(written)
    assert "the new Dockerfile does not build" in lines
    assert any(line.startswith("  │  ") and "no such luck" in line for line in lines)
