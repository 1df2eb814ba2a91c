"""`--verify` starts from every reduction that isn't refuted, and ends with what holds; a real engine decides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from restage.exit_codes import Exit
from restage.verify.engines import Engine
from rooms import written_project

pytestmark = pytest.mark.engine

GO = {
    "go.mod": "module words\n\ngo 1.21\n",
    "main.go": """package main

import (
	"fmt"
	"os"
)

func main() {
	content, err := os.ReadFile(os.Getenv("FOLDER") + "/words")
	if err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	fmt.Print(string(content))
}
""",
    "lexicon/words": "hello\n",
    "README.md": "words\n",
}
DOCKERFILE = """FROM golang:1.21
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app .
CMD ["./app"]
"""
HIDDEN_PROGRAM = """import importlib
name = "".join(["sub", "process"])
print(importlib.import_module(name).run(["".join(["g", "it"]), "--version"]).returncode)
"""


def verified(folder: Path, dockerfile: str, files: dict[str, str]) -> tuple[int, str, str]:
    """Exit code, what was said, and the Dockerfile afterwards."""
    path = written_project(folder, dockerfile, files)
    words = ["--verify", "--write", "--quick", "--network", "host", path.name]
    done = subprocess.run(
        [sys.executable, "-m", "restage.cli", *words], cwd=folder, capture_output=True, text=True, timeout=900
    )
    return done.returncode, done.stderr, path.read_text()


def test_a_file_that_was_missed_goes_along_in_the_next_turn(engine: Engine, tmp_path: Path) -> None:
    files = {**GO, "main.go": GO["main.go"].replace('os.Getenv("FOLDER")', '"lexi" + "con"')}
    code, said, after = verified(tmp_path, DOCKERFILE, files)
    assert code == Exit.DONE, said
    assert "/app/lexicon/words was missing: it goes along now" in said
    assert "COPY --from=builder /app/lexicon/words /app/lexicon/words" in after
    assert "COPY --from=builder /app /app" not in after


def test_a_program_that_was_missed_is_installed_in_the_next_turn(engine: Engine, tmp_path: Path) -> None:
    text = (
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD python app.py\n"
    )
    code, said, after = verified(tmp_path, text, {"app.py": HIDDEN_PROGRAM, "requirements.txt": ""})
    assert code == Exit.DONE, said
    assert "git was missing, which git has" in said
    assert "apt-get install -y --no-install-recommends git" in after


def test_what_the_build_wrote_where_nobody_looked_goes_along(engine: Engine, tmp_path: Path) -> None:
    place = 'open("".join(["/sr", "v/words"])'
    files = {
        "make.py": f"{place}, 'w').write('hello')\n",
        "app.py": f"print({place}).read())\n",
        "requirements.txt": "",
    }
    text = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN python make.py\nCMD python app.py\n"
    code, said, after = verified(tmp_path, text, files)
    assert code == Exit.DONE, said
    assert "/srv/words was missing: it goes along now" in said
    assert "COPY --from=builder /srv/words /srv/words" in after


def test_what_names_nothing_is_withdrawn(engine: Engine, tmp_path: Path) -> None:
    silent = GO["main.go"].replace("fmt.Println(err)", "").replace('os.Getenv("FOLDER")', '"lexi" + "con"')
    code, said, after = verified(tmp_path, DOCKERFILE, {**GO, "main.go": silent})
    assert code == Exit.DONE, said
    assert "artifact-only withdrawn: verification failed with it" in said
    assert "COPY --from=builder /app /app" in after


CALLS_A_SHELL = """package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	shell := "/b" + "in/s" + string(rune(104))
	fmt.Println(shell, syscall.Exec(shell, []string{"sh", "-c", "echo hello"}, os.Environ()))
	os.Exit(3)
}
"""


@pytest.mark.parametrize(
    ("program", "learnt", "base"),
    [
        ('package main\n\nfunc main() { println("hello") }\n', "", "/distroless/static-debian12"),
        (CALLS_A_SHELL, "/bin/sh was missing", " debian:bookworm-slim"),
    ],
    ids=["nothing", "a shell"],
)
def test_the_minimal_base_stays_where_it_has_all_that_is_needed(
    engine: Engine, tmp_path: Path, program: str, learnt: str, base: str
) -> None:
    files = {"go.mod": GO["go.mod"], "main.go": program}
    code, said, after = verified(tmp_path, DOCKERFILE, files)
    assert code == Exit.DONE, said
    assert learnt in said
    assert ("was missing" in said) == bool(learnt)
    assert f"{base}\n" in after
    assert "COPY --from=builder /app/app /app/app\n" in after
