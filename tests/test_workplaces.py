"""Images that people develop in, or that the jobs of a pipeline run in: nothing that they have may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import NODE_PROJECT, write_files
from restage.catalog import strategies
from restage.engine import Request, Result, Rewritten, refactor
from restage.planning.arrangement import Refusal
from restage.planning.situation import Planned
from restage.project.readers.workplaces import devcontainer, jenkins

DOCKERFILE = """\
FROM node:20
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
"""
PROJECT = {**NODE_PROJECT, "other/Dockerfile": "FROM scratch\n"}
BESIDE = ".devcontainer/devcontainer.json"
COMPOSE = "services:\n  app:\n    build: .\n  db:\n    image: postgres\n  tools:\n    build: other\n"
GITLAB = "build:\n  script: docker build -t $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA .\n"
GITHUB = """\
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with: {tags: 'ghcr.io/org/app:latest'}
  test:
    container: %s
    steps: [{run: npm test}]
"""


def result(folder: Path, files: dict[str, str]) -> Result:
    write_files(folder, {**PROJECT, **files})
    return refactor(Request(folder / "Dockerfile", DOCKERFILE.encode()), strategies()).result


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({BESIDE: '{\n  // ours\n  "build": {"dockerfile": "../Dockerfile", "context": ".."},\n}'}, f"{BESIDE}:3"),
        ({BESIDE: '{"dockerFile": "../Dockerfile"}'}, f"{BESIDE}:1"),
        ({".devcontainer.json": '{"build": {"dockerfile": "Dockerfile"}}'}, ".devcontainer.json:1"),
        ({BESIDE: '{"dockerComposeFile": ["../compose.yaml"], "service": "app"}', "compose.yaml": COMPOSE}, f"{BESIDE}:1"),
        ({"Jenkinsfile": "pipeline {\n  agent { dockerfile true }\n}\n"}, "Jenkinsfile:2"),
        ({"ci/Jenkinsfile": "pipeline { agent {\n  dockerfile { filename 'Dockerfile' } } }"}, "ci/Jenkinsfile:1"),
        ({"Tiltfile": "docker_build('app', '.', live_update=[sync('.', '/app'), run('make')])"}, "Tiltfile:1"),
        ({"Tiltfile": "x\ndocker_build(\n  'app',\n  context='.',\n  live_update=[run('make')])"}, "Tiltfile:2"),
        ({".gitlab-ci.yml": GITLAB + "test:\n  image: $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA\n"}, ".gitlab-ci.yml:4"),
        ({".gitlab-ci.yml": GITLAB + "test:\n  image: {name: $CI_REGISTRY_IMAGE}\n"}, ".gitlab-ci.yml:4"),
        ({".gitlab-ci.yml": "image: $CI_REGISTRY_IMAGE:latest\n" + GITLAB}, ".gitlab-ci.yml:1"),
        ({".gitlab-ci.yml": "default:\n  image: {name: $CI_REGISTRY_IMAGE}\n" + GITLAB}, ".gitlab-ci.yml:2"),
        ({".github/workflows/ci.yml": GITHUB % "ghcr.io/org/app"}, ".github/workflows/ci.yml:7"),
        ({".github/workflows/ci.yml": GITHUB % "{image: 'ghcr.io/org/app:x'}"}, ".github/workflows/ci.yml:7"),
    ],
)  # fmt: skip
def test_the_image_that_work_is_done_in_is_not_split(
    tmp_path: Path, files: dict[str, str], place: str
) -> None:
    told = result(tmp_path, files)
    assert isinstance(told, Refusal) and told.code == "workplace"
    assert told.message.startswith(f"{place} has people or jobs work in this image")


@pytest.mark.parametrize(
    "files",
    [
        {BESIDE: '{"image": "mcr.example/base", /* "build": {"dockerfile": "../Dockerfile"} */ "x": "// y"}'},
        {BESIDE: '{"build": {"dockerfile": "Dockerfile"}}'},
        {BESIDE: '{"build": {"dockerfile": "../Dockerfile"'},
        {BESIDE: "[" * 100_000},
        {BESIDE: '{"dockerComposeFile": "../compose.yaml", "service": "tools"}', "compose.yaml": COMPOSE},
        {BESIDE: '{"dockerComposeFile": "compose.yaml", "service": "app"}', "compose.yaml": COMPOSE},
        {"Jenkinsfile": "pipeline { agent { dockerfile { dir 'other' } } }"},
        {"Jenkinsfile": "pipeline { agent { docker 'node:20' } }"},
        {
            "Tiltfile": "docker_build('app', '.', live_update=[sync('.', '/app')])\nlocal_resource('a', cmd=run('b'))"
        },
        {"Tiltfile": "docker_build('other', 'web', live_update=[run('make')])\ndocker_build('app', '.')"},
        {".gitlab-ci.yml": GITLAB + "test:\n  image: node:20\n"},
        {".github/workflows/ci.yml": GITHUB % "node:20"},
    ],
)
def test_another_workplace_says_nothing_of_this_image(tmp_path: Path, files: dict[str, str]) -> None:
    told = result(tmp_path, files)
    assert isinstance(told, Rewritten) and isinstance(told.split, Planned)


@pytest.mark.parametrize("text", ['"\\' * 500_000, "/* " * 300_000, ", " * 500_000, "/" * 1_000_000])
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    assert list(devcontainer(BESIDE, text, ())) == []


@pytest.mark.parametrize("text", ["agent { dockerfile { " * 50_000, f"agent {{{' ' * 1_000_000}"])
def test_long_pipelines_are_read_in_linear_time(text: str) -> None:
    assert list(jenkins("Jenkinsfile", text)) == []


def test_each_of_many_agents_has_its_line() -> None:
    text = "agent { dockerfile true }\n" * 20_000
    assert [use.line for use in jenkins("Jenkinsfile", text)] == list(range(1, 20_001))
