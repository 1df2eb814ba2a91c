"""`restage verify` and `restage --verify` as a user runs them: verdicts, exit codes, reports, and nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from restage.exit_codes import Exit
from restage.verify.engines import Engine, tell

pytestmark = pytest.mark.engine

HELLO = 'FROM busybox\nENV A=1\nCOPY hello /app/\nCMD ["cat", "/app/hello"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "hello").write_text("hello\n")
    (folder / "Dockerfile").write_text(HELLO)
    (folder / "other").write_text(HELLO + "LABEL of=nobody\n")
    return folder


def restage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "restage.cli", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_same_file_is_the_same_program(engine: Engine, project: Path) -> None:
    done = restage(project, "verify", "Dockerfile", ".", "--quick", "--engine", "docker")
    assert done.returncode == Exit.DONE, done.stderr
    assert "the same program, as far as was tried" in done.stdout
    assert "exit code 0" in done.stdout
    assert "before: build Dockerfile" in done.stderr


def test_a_difference_is_exit_code_five_and_has_a_name(engine: Engine, project: Path) -> None:
    done = restage(project, "verify", "Dockerfile", "other", "--quick", "--quiet", "--format", "json")
    assert (done.returncode, done.stderr) == (Exit.VERIFICATION_FAILED, "")
    report = json.loads(done.stdout)
    assert (report["schema"], report["holds"], report["outcome"]) == (1, False, "verified")
    (failure,) = report["failures"]
    assert (failure["part"], failure["kind"], failure["what"]) == ("contract", "ContractDiffers", "labels")


def test_the_original_that_does_not_build_is_the_answer(engine: Engine, project: Path) -> None:
    (project / "broken").write_text(HELLO + "RUN echo no such luck && exit 9\n")
    done = restage(project, "verify", "broken", "Dockerfile", "--quick")
    assert done.returncode == Exit.VERIFICATION_FAILED
    assert "the original does not build: nothing can be said of the rewrite" in done.stdout
    assert "exit code: 9" in done.stdout
    other = restage(project, "verify", "Dockerfile", "broken", "--quick")
    assert "the new Dockerfile does not build" in other.stdout


def test_a_build_that_fails_only_once_is_flaky(engine: Engine, project: Path) -> None:
    mount = f"--mount=type=cache,id=restage-{os.getpid()}-{time.monotonic_ns()},target=/kept"
    step = f"RUN {mount} test -e /kept/tried || {{ touch /kept/tried; exit 1; }}\n"
    (project / "Dockerfile").write_text(HELLO.replace("ENV", f"{step}ENV"))
    done = restage(project, "verify", "Dockerfile", "Dockerfile", "--quick")
    assert done.returncode == Exit.DONE, done.stdout
    assert "note: before: the first build failed and the second did not: it is flaky" in done.stdout


def test_options_of_the_builder_are_passed_on(engine: Engine, project: Path) -> None:
    (project / "secret").write_text("s3cret")
    step = 'ARG WHO\nRUN --mount=type=secret,id=key test "$WHO" = me && grep -q s3cret /run/secrets/key\n'
    (project / "Dockerfile").write_text(HELLO.replace("ENV", f"{step}ENV"))
    words = ("verify", "Dockerfile", "Dockerfile", "--quick", "--secret", "id=key,src=secret")
    assert restage(project, *words, "--build-arg", "WHO=me").returncode == Exit.DONE
    assert "does not build" in restage(project, *words, "--build-arg", "WHO=you").stdout


def test_builds_are_timed_after_a_change_of_a_source(engine: Engine, project: Path) -> None:
    (project / "hello.py").write_text("print('hello')\n")
    (project / "Dockerfile").write_text(HELLO.replace("hello /app/", "hello hello.py /app/"))
    done = restage(project, "verify", "Dockerfile", "Dockerfile", "--quiet", "--format", "json")
    gain = json.loads(done.stdout)["gain"]
    assert (gain["source"], gain["manifest"]) == ("hello.py", None)
    assert gain["times_before"]["cold"] > 0
    assert gain["times_after"]["source"] > 0
    assert (project / "hello.py").read_text() == "print('hello')\n"


def test_builds_that_are_timed_are_not_compared(engine: Engine, project: Path) -> None:
    step = f"RUN echo {time.monotonic_ns()} && touch /$(date +%N) && date +%s%N > /stamp\n"
    (project / "Dockerfile").write_text(HELLO.replace("ENV", f"{step}ENV"))
    assert restage(project, "verify", "Dockerfile", "Dockerfile", "--quick").returncode == Exit.DONE
    done = restage(project, "verify", "Dockerfile", "Dockerfile")
    assert done.returncode == Exit.DONE, done.stdout
    assert "build without cache" in done.stdout
    assert "build once more, to see what varies" not in done.stderr


def test_the_page_shows_the_layers(engine: Engine, project: Path) -> None:
    done = restage(
        project, "verify", "Dockerfile", "other", "--quick", "--format", "html", "--output", "page.html"
    )
    assert done.returncode == Exit.VERIFICATION_FAILED
    page = (project / "page.html").read_text("utf-8")
    plot = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    assert len(plot.findall(".//rect")) >= 4
    assert "src=" not in page
    assert "href=" not in page


def test_a_trial_is_given_on_the_command_line_or_in_the_settings(engine: Engine, project: Path) -> None:
    (project / "other").write_text(HELLO.replace("COPY hello", "RUN rm /bin/date\nCOPY hello"))
    assert restage(project, "verify", "Dockerfile", "other", "--quick").returncode == Exit.DONE
    tried = restage(project, "verify", "Dockerfile", "other", "--quick", "--smoke", "date +%Y")
    assert tried.returncode == Exit.VERIFICATION_FAILED
    (project / "restage.toml").write_text("[verify]\ncommand = ['date +%m']\n")
    assert (
        "exit code 0 became exit code 12"
        in restage(project, "verify", "Dockerfile", "other", "--quick").stdout
    )


def test_settings_that_say_nothing_known_are_refused(engine: Engine, project: Path) -> None:
    (project / "restage.toml").write_text("[verify]\ncomand = 'date'\n")
    done = restage(project, "verify", "Dockerfile", "Dockerfile", "--quick")
    assert done.returncode == Exit.USAGE
    assert "unknown key 'comand'" in done.stderr


def test_an_engine_that_is_not_there_is_said_in_one_line(
    engine: Engine, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    done = restage(project, "verify", "Dockerfile", "Dockerfile")
    assert done.returncode == Exit.USAGE
    assert done.stderr == "restage: no `docker` on PATH: install Docker Engine, or podman\n"


# --- before writing

SPLIT = """\
FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-index -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
"""


@pytest.fixture
def splittable(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("")
    (folder / "Dockerfile").write_text(SPLIT)
    return folder


def test_a_rewrite_that_holds_is_written(engine: Engine, splittable: Path) -> None:
    (splittable / "app.py").write_text("print('hello')\n")
    done = restage(splittable, "--verify", "--write", "--quick", "Dockerfile")
    assert done.returncode == Exit.DONE, done.stderr
    assert "the same program" in done.stderr
    assert (splittable / "Dockerfile").read_text() != SPLIT


def test_a_rewrite_that_does_not_hold_is_not_written(engine: Engine, splittable: Path) -> None:
    (splittable / "app.py").write_text(  # how many layers lie below: no plan can bring that back
        "mounted = open('/proc/self/mountinfo').read()\n"
        "raise SystemExit(mounted.split('lowerdir=')[1].split(',')[0].count(':'))\n"
    )
    done = restage(splittable, "--verify", "--write", "--quick", "Dockerfile")
    assert done.returncode == Exit.DONE, done.stderr
    assert "unchanged" in done.stderr and "verification failed with it: exit code" in done.stderr
    assert (splittable / "Dockerfile").read_text() == SPLIT


def test_the_json_report_has_the_verdict_beside_the_plan(engine: Engine, splittable: Path) -> None:
    (splittable / "app.py").write_text("print('hello')\n")
    done = restage(splittable, "--verify", "--quick", "--quiet", "--format", "json", "Dockerfile")
    (file,) = json.loads(done.stdout)["files"]
    found = file["verification"]
    assert (found["holds"], found["outcome"], found["learnt"]) == (True, "verified", [])
    assert found["gain"]["after"]["size"] < found["gain"]["before"]["size"]
    assert file["outcome"] == "rewritten"


def test_the_stage_that_is_built_can_be_named(engine: Engine, project: Path) -> None:
    text = HELLO.replace("busybox", "busybox AS app") + "FROM busybox AS test\nRUN exit 9\n"
    (project / "Dockerfile").write_text(text)
    words = ("verify", "Dockerfile", "Dockerfile", "--quick")
    assert "does not build" in restage(project, *words).stdout
    done = restage(project, *words, "--target", "app")
    assert done.returncode == Exit.DONE, done.stdout
    assert "note:" not in done.stdout


# --- nothing is left behind


def of_process(engine: Engine, number: int) -> list[str]:
    """Containers, networks and image names that a process of restage made."""
    ours = f"restage-{number}-"
    return [
        *tell(engine, "ps", "--all", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "network", "ls", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "images", "--quiet", f"{ours}*").lines,
    ]


def commands_of(process: int) -> list[str]:
    """Commands of the engine and its plugins that one of our processes started and that still run."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(file.read_text("utf-8", "replace").replace("\0", " "))
    return [line for line in lines if f"restage-{process}-" in line]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("dockerfile", "moment"),
    [
        (HELLO + "RUN echo now it builds && sleep 300\n", "build"),
        (HELLO.replace('"cat", "/app/hello"', '"sleep", "300"'), "run"),
    ],
    ids=["while it builds", "while it runs"],
)
def test_an_interrupted_run_leaves_nothing(
    engine: Engine, project: Path, tmp_path: Path, dockerfile: str, moment: str, number: signal.Signals
) -> None:
    long = f"{300 + time.monotonic_ns() % 10**6 / 10**6:.6f}"  # nobody else waits that long
    (project / "Dockerfile").write_text(dockerfile.replace("300", long))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "restage.cli", "verify", "Dockerfile", "Dockerfile", "--quick"],
        cwd=project,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    wait_until(lambda: under_way(engine, process.pid, moment, long))
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED, errors
    assert errors.endswith("restage: interrupted; containers, images and files of this run are gone\n")
    wait_until(lambda: not commands_of(process.pid))
    assert of_process(engine, process.pid) == []
    assert [*temporary.iterdir()] == []


def test_what_a_killed_run_left_goes_with_the_next(
    engine: Engine, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    (project / "Dockerfile").write_text(HELLO.replace('"cat", "/app/hello"', '"sleep", "300"'))
    process = subprocess.Popen(
        [sys.executable, "-m", "restage.cli", "verify", "Dockerfile", "Dockerfile", "--quick", "--quiet"],
        cwd=project,
    )
    wait_until(lambda: under_way(engine, process.pid, "run", ""))
    process.kill()
    process.wait()
    assert of_process(engine, process.pid) != []
    assert len([*temporary.iterdir()]) == 1
    (project / "Dockerfile").write_text(HELLO)
    assert restage(project, "verify", "Dockerfile", "Dockerfile", "--quick").returncode == Exit.DONE
    assert of_process(engine, process.pid) == []
    assert [*temporary.iterdir()] == []


def under_way(engine: Engine, number: int, moment: str, long: str) -> bool:
    if moment == "run":
        return bool(tell(engine, "ps", "--quiet", "--filter", f"name=restage-{number}-").lines)
    return any(f"sleep {long}" in words for words in command_lines())


def command_lines() -> Iterator[str]:
    """Of all processes; the lab's engine runs its containers on this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)
