"""Two images are told apart by what can be seen of them, and by nothing that varies by itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from restage.verify.compare import (
    Announced,
    AnswerDiffers,
    ContractDiffers,
    EndDiffers,
    OutputDiffers,
    compare_contracts,
    compare_runs,
    told,
)
from restage.verify.engines import Docker, Engine, EngineTrouble, NoEngine, fresh_name, tell
from restage.verify.finding import find_engine
from restage.verify.images import ImageConfig, Recipe, inspect, is_there, lent
from restage.verify.noise import quiet
from restage.verify.probes import Answer, HttpProbe, TcpProbe
from restage.verify.proof import Compared, NotBuilt, prove
from restage.verify.runs import Seen, Trial, inner_network

# --- noise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024-01-02T03:04:05.678Z started", "2025-11-12T13:14:15.1Z started"),
        ("[02/Jan/2024 03:04:05] GET /", "[12/Nov/2025 13:14:15] GET /"),
        ("[2024-01-02 03:04:05 +0000] [7] [INFO] up", "[2025-01-02 03:04:06 +0000] [12] [INFO] up"),
        ("Jan 2 2024 started", "Nov 12 2025 started"),
        ("request 6b1f0a52-1111-2222-3333-444455556666", "request 7b1f0a52-aaaa-2222-3333-444455556667"),
        ("host 0a1b2c3d4e5f is up", "host ffee1b2c3d4f is up"),
        ("panic at 0xc000123456", "panic at 0xc000fff456"),
        ("from 172.18.0.2:51234", "from 172.19.0.3:40123"),
        ("ready in 152 ms", "ready in 1.7 s"),
        ("worker 12 booted", "worker 7 booted"),
        ('{"time": 1700000000.12}', '{"time": 1800000000.9}'),
        ("\x1b[32mok\x1b[0m", "ok\r"),
        ("[INFO] Listening at: http://0.0.0.0:8000 (7)", "[INFO] Listening at: http://0.0.0.0:8000 (12)"),
        ("spawned uWSGI worker 1 (pid: 8, cores: 1)", "spawned uWSGI worker 1 (pid: 11, cores: 1)"),
        ("generated 12 bytes in 3 msecs", "generated 12 bytes in 11 msecs"),
        ('{"buildId":"Xy_3kfP0aQ-1bcdEFghij"}', '{"buildId":"Ab_9zzP0aQ-1bcdEFghij"}'),
        (
            "/_next/static/Xy_3kfP0aQ-1bcdEFghij/_ssgManifest.js",
            "/_next/static/Ab_9zzP0aQ-1bcdEFghij/_ssgManifest.js",
        ),
    ],
)
def test_what_varies_by_itself_is_the_same(one: str, other: str) -> None:
    assert quiet(one) == quiet(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("listening on 3000", "listening on 3001"),
        ("listening on localhost:8080", "listening on localhost:8081"),
        ("cannot find module 'left-pad'", "cannot find module 'express'"),
        ("libgomp.so.1: cannot open", "libstdc++.so.6: cannot open"),
        ("Python 3.11.4", "Python 3.12.4"),
        ("3 migrations applied", "4 migrations applied"),
        ("HTTP 200", "HTTP 404"),
    ],
)
def test_what_a_wrong_split_changes_is_not_noise(one: str, other: str) -> None:
    assert quiet(one) != quiet(other)


# --- contracts

CONFIG = ImageConfig(
    environment={"PATH": "/go/bin:/usr/bin", "GOPATH": "/go", "PORT": "80"},
    entrypoint=("/entry",),
    command=("serve",),
    user="app",
    directory="/app",
    exposed=frozenset({"80/tcp"}),
    volumes=frozenset({"/data"}),
    labels={"a": "b"},
    healthcheck='{"Test": ["CMD", "true"]}',
    stopsignal="SIGINT",
    shell=("/bin/bash", "-c"),
    onbuild=("RUN true",),
)


def changed(**values: object) -> ImageConfig:
    return ImageConfig(**{**vars(CONFIG), **values})


def test_an_equal_contract_has_no_differences() -> None:
    assert compare_contracts(CONFIG, changed(), Announced()) == ()


@pytest.mark.parametrize("what", sorted({*vars(CONFIG)} - {"environment"}))
def test_every_setting_counts(what: str) -> None:
    lost = changed(**{what: type(getattr(CONFIG, what))()})
    (difference,) = compare_contracts(CONFIG, lost, Announced())
    assert isinstance(difference, ContractDiffers)
    assert (difference.what, difference.after) == (what, None)


def test_an_entrypoint_that_only_execs_may_stand_for_another() -> None:
    mine, another = CONFIG.entrypoint, ("/__cacert_entrypoint.sh",)
    announced = Announced(entrypoints=frozenset({mine, another}))
    assert compare_contracts(CONFIG, changed(entrypoint=another), announced) == ()
    assert compare_contracts(CONFIG, changed(entrypoint=("sh",)), announced) != ()


def test_a_value_that_each_image_sets_may_vary_but_not_go() -> None:
    announced = Announced(varying=frozenset({"PORT"}))
    other = changed(environment={**CONFIG.environment, "PORT": "81"})
    gone = changed(environment={n: v for n, v in CONFIG.environment.items() if n != "PORT"})
    assert compare_contracts(CONFIG, other, announced) == ()
    assert compare_contracts(CONFIG, gone, announced) != ()


def test_a_variable_that_was_announced_may_go_but_not_change() -> None:
    announced = Announced(frozenset({"GOPATH"}), frozenset({"/go/bin"}))
    gone = changed(environment={"PATH": "/usr/bin", "PORT": "80"})
    other = changed(environment={"PATH": "/usr/bin", "PORT": "80", "GOPATH": "/other"})
    assert compare_contracts(CONFIG, gone, announced) == ()
    assert [told(found) for found in compare_contracts(CONFIG, gone, Announced())] == [
        "environment GOPATH: '/go' is gone",
        "environment PATH: '/go/bin:/usr/bin' became '/usr/bin'",
    ]
    assert compare_contracts(CONFIG, other, announced) == (
        ContractDiffers("environment GOPATH", "/go", "/other"),
    )


# --- runs


def seen(
    output: str = "", *, exit: int | None = 0, errors: str = "", answers: tuple[Answer, ...] = ()
) -> Seen:
    return Seen(exit, output, errors, answers)


PAGE = Answer(HttpProbe(80), "HTTP 200", (("Content-Type", "text/html"),), "<p>one</p><p>two</p>")


def test_equal_runs_have_no_differences() -> None:
    one = seen("at 12:00:01 ready", exit=None, answers=(PAGE,))
    other = seen("at 12:00:09 ready", exit=None, answers=(PAGE,))
    assert compare_runs([one], [other]) == ()


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (seen(), seen(exit=1), EndDiffers),
        (seen(exit=None), seen(exit=127), EndDiffers),
        (seen("a\nb"), seen("a\nc"), OutputDiffers),
        (seen("a"), seen(), OutputDiffers),
        (seen(errors="a"), seen(errors="a\nwarning"), OutputDiffers),
        (seen("a", exit=None), seen("", exit=None), OutputDiffers),
        (seen(answers=(PAGE,)), seen(), AnswerDiffers),
        (seen(answers=(PAGE,)), seen(answers=(Answer(PAGE.probe, "HTTP 500", (), ""),)), AnswerDiffers),
        (seen(answers=(PAGE,)), seen(answers=(Answer(PAGE.probe, PAGE.head, (), PAGE.body),)), AnswerDiffers),
    ],
)
def test_a_difference_has_a_name(before: Seen, after: Seen, kind: type) -> None:
    differences = compare_runs([before], [after])
    assert any(isinstance(found, kind) for found in differences)
    assert all(told(found) for found in differences)


def test_a_log_that_was_cut_off_is_not_a_difference() -> None:
    assert compare_runs([seen("a\nb\nc", exit=None)], [seen("a\nb", exit=None)]) == ()
    assert compare_runs([seen("a\nb\nc")], [seen("a\nb")]) != ()


def test_what_the_original_varies_is_not_compared() -> None:
    befores = [seen("the token is qwertz\nready"), seen("the token is asdfgh\nready")]
    assert compare_runs(befores, [seen("the token is yxcvbn\nready")]) == ()
    assert compare_runs(befores, [seen("the token is yxcvbn\nbroken")]) != ()
    assert compare_runs(befores, [seen("no token\nready")]) != ()


def test_every_new_run_has_to_be_like_one_of_the_original() -> None:
    befores = [seen("a"), seen("a")]
    assert compare_runs(befores, [seen("a"), seen("a", exit=1)]) != ()


# --- engines


def test_without_a_daemon_there_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(find_engine(), NoEngine)
    broken = tmp_path / "docker"
    broken.write_text("#!/bin/sh\necho no daemon >&2\nexit 1\n")
    broken.chmod(0o755)
    assert find_engine() == NoEngine("no daemon")


def test_an_engine_that_hangs_is_trouble(tmp_path: Path) -> None:
    hanging = tmp_path / "docker"
    hanging.write_text("#!/bin/sh\nwhile :; do :; done\n")
    hanging.chmod(0o755)
    with pytest.raises(EngineTrouble, match="took more than"):
        tell(Docker(str(hanging)), "version", seconds=0.2)


# --- both with a real engine

SERVER = """\
import http.server, sys
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"hello from %s")
print("up", flush=True)
http.server.HTTPServer(("", 8080), Hello).serve_forever()
"""


def recipe(folder: Path, name: str, dockerfile: str) -> Recipe:
    path = folder / name
    path.write_text(dockerfile)
    return Recipe(path, folder, seconds=300)


def leftovers(engine: Engine) -> list[str]:
    """What this process left in the engine, where others may be at work too."""
    ours = f"restage-{os.getpid()}-"
    return [
        *tell(engine, "ps", "--all", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "network", "ls", "--quiet", "--filter", f"name={ours}").lines,
        *tell(engine, "images", "--quiet", f"{ours}*").lines,
    ]


@pytest.mark.engine
def test_what_is_left_would_be_seen(engine: Engine) -> None:
    with lent(engine, {f"{fresh_name()}:before": "busybox:latest"}), inner_network(engine):
        assert len(leftovers(engine)) == 2
    assert leftovers(engine) == []


def proof(engine: Engine, folder: Path, before: str, after: str, trial: Trial) -> Compared | NotBuilt:
    one, other = recipe(folder, "before", before), recipe(folder, "after", after)
    return prove(engine, one, other, trial, Announced())


HELLO = 'FROM busybox\nENV A=1\nCMD ["sh", "-c", "echo out; echo err >&2; date; exit 3"]\n'


@pytest.mark.engine
def test_the_same_image_has_no_differences(engine: Engine, tmp_path: Path) -> None:
    found = proof(engine, tmp_path, HELLO, HELLO + "LABEL a=b\n", Trial())
    assert isinstance(found, Compared)
    assert found.differences == (ContractDiffers("labels", None, "a=b"),)
    assert (found.seen_before.exit, found.seen_before.errors) == (3, "err\n")
    assert leftovers(engine) == []


@pytest.mark.engine
@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (HELLO.replace("exit 3", "exit 4"), EndDiffers),
        (HELLO.replace("echo out", "echo other"), OutputDiffers),
        (HELLO.replace('"sh"', '"no-such-program"'), EndDiffers),
        (HELLO.replace("A=1", "A=2"), ContractDiffers),
    ],
)
def test_a_broken_image_is_noticed(engine: Engine, tmp_path: Path, after: str, kind: type) -> None:
    found = proof(engine, tmp_path, HELLO, after, Trial())
    assert isinstance(found, Compared)
    assert any(isinstance(difference, kind) for difference in found.differences)
    assert leftovers(engine) == []


@pytest.mark.engine
def test_what_does_not_build_says_why(engine: Engine, tmp_path: Path) -> None:
    found = proof(engine, tmp_path, HELLO, HELLO + "RUN echo no such luck && exit 9\n", Trial())
    assert isinstance(found, NotBuilt)
    assert found.side == "after"
    assert any("exit code: 9" in line for line in found.lines)
    assert leftovers(engine) == []


@pytest.mark.engine
def test_a_server_is_asked_and_has_no_way_out(engine: Engine, tmp_path: Path) -> None:
    dockerfile = "FROM python:3.12-slim\nCOPY server.py /\nCMD {}\n"
    command = ["python3", "-u", "/server.py"]
    (tmp_path / "server.py").write_text(SERVER % "one")
    before = dockerfile.format(json.dumps(command))
    probes = (HttpProbe(8080, "/a"), TcpProbe(8080))
    same = proof(engine, tmp_path, before, before, Trial(probes=probes, seconds=60))
    assert isinstance(same, Compared)
    assert same.differences == ()
    assert [answer.head for answer in same.seen_before.answers] == ["HTTP 200", "TCP"]
    other = dockerfile.format(
        json.dumps(["sh", "-c", "sed -i s/one/two/ /server.py; exec python3 -u /server.py"])
    )
    found = proof(engine, tmp_path, before, other, Trial(probes=probes[:1], seconds=60))
    assert isinstance(found, Compared)
    assert AnswerDiffers("GET :8080/a", "hello from one", "hello from two") in found.differences
    assert leftovers(engine) == []


@pytest.mark.engine
def test_the_inner_network_has_no_way_out(engine: Engine) -> None:
    with inner_network(engine) as network:
        said = tell(engine, "network", "inspect", "--format", "{{.Internal}}", network)
        assert said.output.strip() == "true"
    assert tell(engine, "network", "inspect", network).code != 0


@pytest.mark.engine
def test_a_name_is_lent_and_taken_back(engine: Engine) -> None:
    name = f"{fresh_name()}:1"
    with lent(engine, {name: "busybox:latest", "busybox": "debian:bookworm"}) as names:
        assert names == (name,)
        assert inspect(engine, names[0]).size == inspect(engine, "busybox").size
    assert not is_there(engine, name)
