"""nginx in the place of the server that a file starts, where the user asks for it: planned, announced, or declined."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import all_cases
from drafts import mutated
from projects import write_files
from restage.catalog import BadOption, chosen, offered, strategies
from restage.dockerfile.reader import read
from restage.engine import Outcome, Request, Rewritten, refactor
from restage.output.json_report import file_report
from restage.output.text import diff_lines
from restage.planning.arrangement import Refusal
from restage.planning.situation import Served, Split

ASKED = (("site-server", "nginx"),)
CONF = "server { listen 3000; root /usr/share/nginx/html; location / { try_files $uri /index.html; } }\n"
FILES: dict[str, object] = {
    "package.json": {
        "scripts": {"build": "vite build", "start": "serve -s dist"},
        "devDependencies": {"vite": "5.3.3"},
    },
    "nginx.conf": CONF,
}
BEGIN = "FROM node:20\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nRUN npm run build\n"
SERVE = "RUN npm install -g serve\n"
CMD = 'CMD ["serve", "-s", "dist"]\n'


def tried(folder: Path, dockerfile: str, files: dict[str, object] | None = None) -> Outcome:
    write_files(folder, FILES if files is None else files)
    path = folder / "Dockerfile"
    path.write_text(dockerfile)
    return refactor(Request(path, dockerfile.encode(), folder, options=ASKED), strategies())


def last_stage(outcome: Outcome) -> list[str]:
    assert isinstance(outcome.result, Rewritten), outcome.result
    lines = outcome.result.data.decode().splitlines()
    first = max(number for number, line in enumerate(lines) if line.startswith("FROM"))
    return [line for line in lines[first:] if line]


COPIES = [
    "COPY nginx.conf /etc/nginx/conf.d/default.conf",
    "COPY --from=builder /app/dist /usr/share/nginx/html",
]


def test_nginx_serves_what_the_server_served(tmp_path: Path) -> None:
    found = tried(tmp_path, BEGIN + SERVE + CMD)
    assert last_stage(found) == ["FROM nginx:stable-trixie", *COPIES]
    assert isinstance(found.result, Rewritten)
    assert b"serve" not in found.result.data


def test_the_server_stays_in_the_builder_where_something_runs_after_it(tmp_path: Path) -> None:
    found = tried(tmp_path, BEGIN.replace("COPY . .", SERVE + "COPY . .") + CMD)
    assert isinstance(found.result, Rewritten)
    assert SERVE.encode() in found.result.data
    assert last_stage(found) == ["FROM nginx:stable-trixie", *COPIES]


def test_without_being_asked_the_server_stays(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    found = refactor(Request(tmp_path / "Dockerfile", (BEGIN + SERVE + CMD).encode(), tmp_path), strategies())
    assert isinstance(found.result, Rewritten) and isinstance(found.result.split, Split)


def test_the_option_has_no_say_where_no_site_is_served(tmp_path: Path) -> None:
    files = {**FILES, "server.js": "require('http').createServer().listen(3000)\n"}
    found = tried(tmp_path, BEGIN + 'CMD ["node", "server.js"]\n', files)
    assert isinstance(found.result, Rewritten) and isinstance(found.result.split, Split)


def test_a_development_server_shows_what_a_run_has_built(tmp_path: Path) -> None:
    found = tried(tmp_path, BEGIN + 'CMD ["npx", "vite", "--host", "--port", "3000"]\n')
    assert last_stage(found) == ["FROM nginx:stable-trixie", *COPIES]


@pytest.mark.parametrize(
    ("base", "image"),
    [
        ("node:20-alpine", "nginx:stable-alpine3.24"),
        ("docker.io/library/node:18-slim", "docker.io/library/nginx:stable-trixie"),
        ("--platform=linux/arm64 node:20 AS web", "--platform=linux/arm64 nginx:stable-trixie AS web"),
    ],
)
def test_the_image_comes_from_where_the_base_comes_from(tmp_path: Path, base: str, image: str) -> None:
    found = tried(tmp_path, BEGIN.replace("node:20", base, 1) + SERVE + CMD)
    assert last_stage(found)[0] == f"FROM {image}"


def test_what_the_image_tells_goes_along_with_what_it_reads(tmp_path: Path) -> None:
    told = (
        "ARG VERSION=1\nENV PORT=3000 MODE=fast\nLABEL version=$VERSION\nEXPOSE 3000\n"
        "HEALTHCHECK CMD curl -f localhost:$PORT\n"
    )
    found = tried(tmp_path, BEGIN + SERVE + told + "STOPSIGNAL SIGINT\nENTRYPOINT []\n" + CMD)
    assert last_stage(found)[3:] == told.splitlines()


def test_a_comment_above_the_start_leaves_with_it(tmp_path: Path) -> None:
    found = tried(tmp_path, f"{BEGIN}{SERVE}EXPOSE 3000\n\n# start serve\n# in front\n{CMD}\n")
    assert isinstance(found.result, Rewritten)
    assert found.result.data.endswith(b"EXPOSE 3000\n")


def test_what_changes_is_announced(tmp_path: Path) -> None:
    found = tried(tmp_path, f"{BEGIN}{SERVE}ENV A=1\n{CMD}")
    said = "\n".join(diff_lines(found))
    for part in (
        "ENV NODE_VERSION",
        "ENV A",
        "WORKDIR /app",
        "CMD `serve -s dist` becomes `nginx -g",
        "80/tcp",
    ):
        assert part in said
    _, split = file_report(found)["rewrites"]
    assert (split["outcome"], split["rung"]) == ("rewritten", "served")
    assert isinstance(found.result, Rewritten) and isinstance(found.result.split, Served)
    assert {"NODE_VERSION", "A"} <= {*found.result.split.lost}


@pytest.mark.parametrize(
    ("base", "rest", "files", "why"),
    [
        ("node:20", CMD, {"nginx.conf": ""}, "no server block"),
        ("node:20", CMD, {"docker/nginx.conf": CONF}, "nginx.conf, docker/nginx.conf are several"),
        ("node:20", CMD, {".dockerignore": "nginx.conf"}, "none in the build context"),
        ("node:20", CMD, {"nginx.conf": CONF.replace("3000", "80")}, "listens on 80"),
        ("node:20", CMD, {"nginx.conf": CONF.replace("try_files $uri /index.html;", "")}, "index.html, and nginx.conf does not"),
        ("node:20", "USER 1000\n" + CMD, {}, "runs as 1000"),
        ("node:20", "USER root\n" + CMD, {}, ""),
        ("node:20", "VOLUME /app/dist\n" + CMD, {}, "VOLUME in line"),
        ("node:20", "ONBUILD RUN true\n" + CMD, {}, "ONBUILD in line"),
        ("node:20", "HEALTHCHECK CMD wget -q localhost:3000\n" + CMD, {}, "wget"),
        ("node:20", "HEALTHCHECK CMD node check.js\n" + CMD, {}, "node"),
        ("node:20", "CMD echo up && serve -s dist\n", {}, ""),
        ("node:20", "CMD date > dist/date.txt && serve -s dist\n", {}, "besides"),
        ("node:20", "CMD node seed.js && serve -s dist\n", {"seed.js": ""}, "besides"),
        ("node:20", "CMD serve -s dist -l $WHERE\n", {}, "where `serve"),
        ("node:20", "EXPOSE 3000\nCMD serve -s dist -l $WHERE\n", {}, ""),
        ("node:20", CMD, {"compose.yaml": "services: {web: {build: ., command: npm test}}"}, "compose.yaml:1 starts"),
        ("company/node:20", CMD, {}, "which image of nginx"),
        ("node:20-onbuild", CMD, {}, "which image of nginx"),
    ],
)  # fmt: skip
def test_what_stands_against_nginx_is_said(
    tmp_path: Path, base: str, rest: str, files: dict[str, object], why: str
) -> None:
    """An empty `why`: nothing does."""
    found = tried(tmp_path, BEGIN.replace("node:20", base) + SERVE + rest, {**FILES, **files})
    assert isinstance(found.result, Rewritten | Refusal)
    split = found.result if isinstance(found.result, Refusal) else found.result.split
    if why:
        assert isinstance(split, Refusal) and split.code == "site-server" and split.help
        assert why in split.message
    else:
        assert isinstance(split, Served), split


@pytest.mark.parametrize(
    "place",
    ["default.conf", "nginx/site.conf", ".nginx/default.conf", "docker/nginx.conf", "deploy/nginx/a.conf"],
)
def test_a_configuration_is_found_where_projects_keep_it(tmp_path: Path, place: str) -> None:
    files = {"package.json": FILES["package.json"], place: CONF}
    found = tried(tmp_path, BEGIN + SERVE + CMD, files)
    assert f"COPY {place} /etc/nginx/conf.d/default.conf" in last_stage(found)


def test_of_several_projects_in_a_context_the_nearest_counts(tmp_path: Path) -> None:
    files = {"web/package.json": FILES["package.json"], "web/nginx.conf": CONF, "nginx.conf": "events { }"}
    dockerfile = "FROM node:20\nWORKDIR /app\nCOPY web .\nRUN npm install && npm run build\n" + SERVE + CMD
    found = tried(tmp_path, dockerfile, files)
    assert "COPY web/nginx.conf /etc/nginx/conf.d/default.conf" in last_stage(found)


SERVED = [case for case in all_cases() if case.options]


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_the_file_the_plan_holds_and_a_second_run_changes_nothing(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(SERVED))
    path = case.before / case.dockerfile
    document = read(path.read_bytes())
    items = [document.text[item.span.start : item.span.end] for item in document.items]
    for _ in range(data.draw(st.integers(0, 3))):
        items = data.draw(mutated(items))
    text = "".join(item if item.endswith("\n") else f"{item}\n" for item in items).encode()
    found = refactor(Request(path, text, case.before, options=ASKED), strategies())
    if isinstance(found.result, Rewritten):
        again = refactor(Request(path, found.result.data, case.before, options=ASKED), strategies())
        assert not isinstance(again.result, Rewritten)


def test_choices_are_those_that_strategies_offer() -> None:
    assert offered(strategies())["site-server"].values[0] == "own"
    assert chosen(["site-server=own", "site-server=nginx"], strategies()) == ASKED
    assert chosen([], strategies()) == ()
    for text in ("site-server", "site-server=apache", "server=nginx", "", "="):
        with pytest.raises(BadOption, match="site-server=nginx"):
            chosen([text], strategies())


def restage(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "restage.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_tells_what_can_be_chosen(tmp_path: Path) -> None:
    assert "site-server=own|nginx" in restage("--help").stdout
    done = restage(tmp_path, "--option", "site-server=apache")
    assert done.returncode == 2
    assert "there is no 'site-server=apache'; there is site-server=own, site-server=nginx" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_asks_for_nginx(tmp_path: Path) -> None:
    tried(tmp_path, BEGIN + SERVE + CMD)
    done = restage(tmp_path, "--option", "site-server=nginx", "--write")
    assert done.returncode == 0, done.stderr
    assert "FROM nginx:stable-trixie" in (tmp_path / "Dockerfile").read_text()
