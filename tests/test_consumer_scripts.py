"""Builds of an image that workflows, makefiles and scripts name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.consumers import Consumer, Role, Words
from rooms import plant, uses

WORKFLOW = """
jobs:
  build:
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: app
          file: app/prod.Dockerfile
          target: final
          build-args: |
            VERSION=1
            PLAIN
          tags: |
            ghcr.io/org/app:${{ github.sha }}
            ghcr.io/org/app:latest
      - run: |
          echo start
          docker build --no-cache -f app/prod.Dockerfile \\
            --target builder -t local . # by hand
          docker run --rm -e A=1 -p 8080:80 -v $PWD/data:/data local ./check --fast "f(x)" && echo ok
      - working-directory: app
        run: docker buildx build --file=prod.Dockerfile --build-arg X="a b" . --push
"""


def test_the_steps_of_a_github_workflow_are_read(tmp_path: Path) -> None:
    action, build, run, second = uses(tmp_path, {".github/workflows/ci.yml": WORKFLOW}, "app/prod.Dockerfile")
    assert (action.line, action.context, action.target) == (5, "app", "final")
    assert action.build_args == (("VERSION", "1"), ("PLAIN", None))
    assert action.image == "ghcr.io/org/app:${{ github.sha }}"
    assert (build.line, build.context, build.target, build.image) == (18, "", "builder", "local")
    assert run == Consumer(
        file=".github/workflows/ci.yml",
        line=20,
        kind="workflow",
        commands=(Words(Role.COMMAND, ("./check", "--fast", "f(x)")),),
        volumes=("/data",),
        image="local",
        values=("1",),
    )
    assert (second.line, second.context, second.build_args) == (22, "app", (("X", "a b"),))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".gitlab-ci.yml", "build:\n  script:\n    - cd app\n    - docker build -t $CI_IMAGE:$TAG .\n"),
        (".gitlab-ci.yml", "build:\n  script: [['docker build $CI_PROJECT_DIR/app']]\n"),
        ("Makefile", "IMAGE := x\nbuild:\n\t@docker build -t $(IMAGE):$(shell git describe) ./app\n"),
        ("Makefile", "build:\n\tcd app && docker build .\n"),
        ("app/Makefile", "image:\n\tpodman build .\n"),
        ("scripts/build.sh", "#!/bin/sh\nset -e\ndocker build app | tee log\n"),
        ("app/build.sh", "docker build . > log\n"),
        ("Jenkinsfile", "sh 'docker build -f app/Dockerfile app'\n"),
        (".circleci/config.yml", "steps:\n  - run: docker build app\n"),
        ("run.sh", "docker run $(docker build -q app)\n"),
        ("run.sh", "docker run `docker build -q app`\n"),
        ("docker-bake.json", '{"target": {"app": {"context": "app"}}}'),
        ("skaffold.yaml", "build:\n  artifacts:\n    - image: app\n      context: app\n"),
    ],
)
def test_builds_are_found_wherever_they_are_written(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path, {"app/Dockerfile": "FROM x\n"})
    [found] = uses(tmp_path, {file: text}, "app/Dockerfile")
    assert (found.file, found.context, found.dockerfile) == (file, "app", "app/Dockerfile")


@pytest.mark.parametrize(
    "line",
    [
        "docker build -",
        "docker build https://host/repository.git",
        "docker build -f $FILE .",
        "docker build $DIR",
        "docker build -t x",
        "docker build 'unclosed",
        "docker build /abs",
        "docker build ../..",
        "docker pull .",
        "# docker build .",
        "cd $SOMEWHERE && docker build .",
    ],
)
def test_a_build_that_does_not_say_which_dockerfile_is_nobodys(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"Dockerfile": "FROM x\n"})
    assert uses(tmp_path, {"build.sh": f"{line}\n"}) == ()


def test_a_change_of_folder_ends_with_its_line_in_a_makefile_only(tmp_path: Path) -> None:
    plant(tmp_path, {"app/Dockerfile": "FROM x\n", "Dockerfile": "FROM x\n"})
    assert len(uses(tmp_path, {"Makefile": "all:\n\tcd app\n\tdocker build .\n"})) == 1
    assert len(uses(tmp_path, {"s.sh": "cd app\ndocker build .\n"}, "app/Dockerfile")) == 1


@given(
    st.lists(
        st.sampled_from(
            ["docker build", "docker run", " -f", " x", " .", "\n", "cd ", "\\\n", "'", "$(", '"', ";"]
        )
    )
)
def test_any_script_is_read(parts: list[str]) -> None:
    from restage.project.readers.command_line import calls

    for call in calls("s.sh", "".join(parts), "", "makefile"):
        assert call.dockerfile or call.image
