"""Commands that documents, Makefiles and scripts have people run in a container."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import all_cases, copied
from restage.catalog import strategies
from restage.engine import Request, Result, Rewritten, refactor
from restage.project.consumers import Role, Words
from restage.project.readers.command_line import calls
from rooms import plant, uses

BASE = re.compile(r"^FROM (\S+)", re.MULTILINE)

COMPOSE = """
services:
  web: {build: ., container_name: harbour}
  worker: {build: jobs}
  db: {image: postgres, container_name: harbour-db}
"""


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("README.md", "Then run `docker compose exec web seed --all`.\n"),
        ("README.rst", "    $ docker-compose -f compose.yaml exec -T -u app web seed --all\n"),
        ("readme.de.md", "docker exec -it harbour seed --all\n"),
        ("docs/DEPLOYMENT.md", "sudo docker exec repo-web-1 seed --all\n"),
        ("CONTRIBUTING.md", "docker exec <container id> seed --all\n"),
        ("INSTALL", "podman exec -e A=b harbour seed --all && echo done\n"),
        ("Makefile", "seed:\n\t@docker compose exec web \\\n\t\tseed --all\n"),
        ("Makefile", "DC ?= docker compose -p x\nIN = $(DC) exec web\nseed:\n\t$(IN) seed --all\n"),
        ("seed.sh", 'DC="docker-compose --ansi never"\n$DC exec web seed --all </dev/null\n'),
        ("justfile", "seed:\n  docker compose exec web seed --all\n"),
        ("Taskfile.yml", "tasks:\n  seed:\n    cmds:\n      - docker compose exec web seed --all\n"),
        ("package.json", '{"scripts": {\n"seed": "docker compose exec web seed --all",\n"x": "y"}}'),
        (".github/workflows/ci.yml", "jobs: {a: {steps: [{run: docker compose exec web seed --all}]}}"),
        ("README", "kubectl -n prod exec -it deploy/web -c harbour -- seed --all\n"),
        ("README", "kubectl exec pod -it -- seed --all\n"),
    ],
)
def test_what_runs_beside_the_start_is_found_wherever_it_is_told(
    tmp_path: Path, file: str, text: str
) -> None:
    found = uses(tmp_path, {"compose.yaml": COMPOSE, file: text})
    [told] = [one for one in found if one.kind != "compose"]
    assert told.file == file
    assert told.commands == (Words(Role.BESIDE, ("seed", "--all")),)
    assert told.is_by_hand


@pytest.mark.parametrize(
    "line",
    [
        "docker compose exec db psql",
        "docker exec harbour-db psql",
        "docker exec repo_db_1 psql",
        "docker compose run --rm worker drain",
        "docker compose exec web",
        "docker compose up web",
        "docker-compose.yml says what to run and exec",
        "kubectl get pods",
        "docker exec 'unclosed",
    ],
)
def test_commands_for_other_containers_and_no_commands_are_not_ours(tmp_path: Path, line: str) -> None:
    found = uses(tmp_path, {"compose.yaml": COMPOSE, "README.md": f"{line}\n"})
    assert [one.kind for one in found] == ["compose"]


def test_a_service_is_run_with_its_entrypoint_or_another(tmp_path: Path) -> None:
    text = "docker compose run --rm --no-deps -e A=b web seed -v\ndocker compose run --entrypoint sh web\n"
    found = uses(tmp_path, {"compose.yaml": COMPOSE, "README.md": text})
    first, second = (one for one in found if one.kind == "document")
    assert first.commands == (Words(Role.COMMAND, ("seed", "-v")),)
    assert second.commands == (Words(Role.ENTRYPOINT, ("sh",)),)


def test_a_document_names_its_folder_as_seen_after_its_clone(tmp_path: Path) -> None:
    plant(tmp_path, {"app/Dockerfile": "FROM x\n"})
    text = "    git clone x/harbour\n    cd harbour\n    cd app\n    docker build -t h .\n    docker run h seed\n"
    built, run = uses(tmp_path, {"README.md": text}, "app/Dockerfile")
    assert (built.context, built.line) == ("app", 4)
    assert run.commands == (Words(Role.COMMAND, ("seed",)),)


def test_hundreds_of_packages_keep_nobody_from_reading_the_compose_file(tmp_path: Path) -> None:
    readme = {f"packages/p{n}/README.md": "docker exec harbour seed\n" for n in range(520)}
    found = uses(tmp_path, {**readme, "zone/compose.yaml": COMPOSE.replace("build: .", "build: ..")})
    assert [one.kind for one in found if one.kind != "document"] == ["compose"]


def test_the_settings_of_a_deployment_are_no_document(tmp_path: Path) -> None:
    text = "jobs:\n  a:\n    steps: [{uses: docker/build-push-action@v6, with: {context: .}}]\n"
    [found] = uses(tmp_path, {".github/workflows/deploy.yaml": text})
    assert found.kind == "workflow"


_PIECES = [
    *("docker compose", "docker-compose", " exec", " run", " web", " -it", "\n", " kubectl", " -- ", " -c"),
    *("D=docker exec x", "$D", "${D}", "$(D)", "\\\n", "'", "`", "<", "> ", '"', ";", " --entrypoint"),
]


@given(st.lists(st.sampled_from(_PIECES)))
def test_any_text_is_read(parts: list[str]) -> None:
    for call in calls("README", "".join(parts), "", "document"):
        assert call.commands and call.is_by_hand


def test_a_variable_that_holds_itself_many_times_grows_to_a_line_only() -> None:
    text = "D=docker compose exec web $D\n" + "D=$D$D$D$D\n" * 2_000
    assert len(list(calls("s.sh", text, "", "makefile"))) <= 20 * 2_001


@pytest.mark.parametrize(
    ("command", "base"),
    [
        ("go test ./...", None),
        ("npm test", "debian:bookworm-slim"),
        ("python", "debian:bookworm-slim"),
        ("./made-elsewhere --now", "debian:bookworm-slim"),
        ("make check", "golang:1.22"),
        ("sh", "debian:bookworm-slim"),
    ],
)
def test_what_people_may_run_keeps_what_it_is_called_with_and_no_more(
    tmp_path: Path, command: str, base: str | None
) -> None:
    result = with_document(tmp_path, "go/static-binary", command)
    bases = BASE.findall(result.data.decode()) if isinstance(result, Rewritten) else []
    assert bases[1:] == ([] if base is None else [base])


@pytest.mark.parametrize(
    ("command", "rung"),
    [
        ("sh", "artifact"),
        ("ls -la /", "artifact"),
        ("sh -c 'env && id'", "artifact"),
        ("curl -f localhost:8080", "artifact"),
        ("cat package.json", "same-base"),
        ("npm run anything", "same-base"),
    ],
)
def test_who_looks_around_needs_no_file_that_he_does_not_name(
    tmp_path: Path, command: str, rung: str
) -> None:
    result = with_document(tmp_path, "node/vite-site", command)
    assert isinstance(result, Rewritten)
    assert (result.rung or "").replace("pruned", "same-base") == rung


def with_document(room: Path, name: str, command: str) -> Result:
    """What becomes of a case of the corpus whose README has a command run in the container."""
    case = next(one for one in all_cases() if one.name == name)
    work = copied(case, room)
    (work / "README.md").write_text(f"    docker exec $(docker ps -q) {command}\n")
    path = work / case.dockerfile
    return refactor(Request(path, path.read_bytes()), strategies()).result
