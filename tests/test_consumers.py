"""Who else uses an image: what compose files say of it, and which files are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.project.consumers import Consumer, Consumers, Role, ShellText, Words, consumers
from rooms import plant, uses


def test_a_compose_service_is_read_whole(tmp_path: Path) -> None:
    [web] = uses(
        tmp_path,
        {
            "deploy/docker-compose.yml": """
            services:
              other:
                build: ../other
              web:
                image: registry/app:${TAG:-latest}
                build:
                  context: ..
                  dockerfile: docker/Dockerfile
                  target: prod
                  args:
                    VERSION: "1.0"
                    EMPTY:
                command: npm run "start me"
                entrypoint: ["/entry.sh", "$$HOME"]
                healthcheck:
                  test: curl -f http://localhost || exit 1
                working_dir: /srv
                environment:
                  - NODE_ENV=production
                  - SECRET
                volumes:
                  - ./src:/app:ro
                  - data:/data
                  - /app/node_modules
                  - type: bind
                    source: ../conf
                    target: /conf
                  - type: volume
                    target: /cache
                tmpfs: /tmp
            """
        },
        "docker/Dockerfile",
    )
    assert web == Consumer(
        file="deploy/docker-compose.yml",
        line=4,
        kind="compose",
        dockerfile="docker/Dockerfile",
        context="",
        target="prod",
        build_args=(("VERSION", "1.0"), ("EMPTY", None)),
        commands=(
            Words(Role.ENTRYPOINT, ("/entry.sh", "$HOME")),
            Words(Role.COMMAND, ("npm", "run", "start me")),
            ShellText(Role.HEALTHCHECK, "curl -f http://localhost || exit 1"),
        ),
        volumes=("/app", "/data", "/app/node_modules", "/conf", "/cache"),
        directory="/srv",
        image="registry/app:latest",
        values=("production",),
        service="web",
    )


@pytest.mark.parametrize(
    ("build", "dockerfile"),
    [
        ("build: .", "Dockerfile"),
        ("build: ./app", "app/Dockerfile"),
        ("build: {context: app}", "app/Dockerfile"),
        ("build: {context: app, dockerfile: ../Dockerfile}", "Dockerfile"),
        ("build: {dockerfile: prod.Dockerfile}", "prod.Dockerfile"),
        ("build: {context: '${DIR:-app}'}", "app/Dockerfile"),
        ("build: {context: '${DIR}'}", None),
        ("build: ../outside", None),
        ("build: https://host/repository.git", None),
        ("build: {context: ., dockerfile_inline: FROM scratch}", None),
        ("image: app", None),
    ],
)
def test_compose_names_a_dockerfile_in_every_form(tmp_path: Path, build: str, dockerfile: str | None) -> None:
    plant(tmp_path, {"compose.yaml": f"services:\n  web:\n    {build}\n"})
    assert [one.dockerfile for one in Consumers(tmp_path).all] == [dockerfile]


@pytest.mark.parametrize(
    ("test", "command"),
    [
        ("[CMD, curl, -f, localhost]", Words(Role.HEALTHCHECK, ("curl", "-f", "localhost"))),
        ("[CMD-SHELL, 'curl localhost']", ShellText(Role.HEALTHCHECK, "curl localhost")),
        ("[NONE]", None),
    ],
)
def test_compose_gives_health_checks_in_every_form(
    tmp_path: Path, test: str, command: Words | ShellText | None
) -> None:
    text = f"services:\n  web:\n    build: .\n    healthcheck:\n      test: {test}\n"
    [web] = uses(tmp_path, {"compose.yaml": text})
    assert web.commands == (() if command is None else (command,))


def test_an_empty_command_takes_the_images_own_away(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: .\n    entrypoint: ''\n    command: []\n  job:\n    build: .\n    command:\n"
    web, job = uses(tmp_path, {"compose.yaml": text})
    assert web.commands == (Words(Role.ENTRYPOINT, ()), Words(Role.COMMAND, ()))
    assert job.commands == ()


def test_override_files_and_extended_services_use_the_same_image(tmp_path: Path) -> None:
    found = uses(
        tmp_path,
        {
            "docker-compose.yml": """
            x-base: &base
              build: {context: ., target: prod}
            services:
              web:
                <<: *base
                command: serve
              worker:
                extends: web
                command: work
            """,
            "docker-compose.override.yml": "services:\n  web:\n    command: dev\n    volumes: ['.:/app']\n",
            "elsewhere/compose.yaml": "services:\n  web:\n    command: not ours\n",
        },
    )
    assert [(one.file, one.service, one.target, one.commands[0]) for one in found] == [
        ("docker-compose.override.yml", "web", "prod", Words(Role.COMMAND, ("dev",))),
        ("docker-compose.yml", "web", "prod", Words(Role.COMMAND, ("serve",))),
        ("docker-compose.yml", "worker", "prod", Words(Role.COMMAND, ("work",))),
    ]


@pytest.mark.parametrize(
    ("built", "used", "linked"),
    [
        ("org/app:1", "org/app:2", True),
        ("org/app", "docker.io/org/app@sha256:00", True),
        ("localhost:5000/app", "localhost:5000/app:x", True),
        ("org/app", "other/app", False),
        ("org/app", "app", False),
        ("${REGISTRY}/app:1", "host/org/app", True),
        ("${REGISTRY}/app:1", "host/org/web", False),
        ("${IMAGE}", "${IMAGE}", False),
    ],
)
def test_images_are_the_same_by_name(tmp_path: Path, built: str, used: str, linked: bool) -> None:
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n    image: {built}\n",
        "x/compose.yaml": f"services:\n  job:\n    image: {used}\n    command: x\n",
    }
    assert len(uses(tmp_path, files)) == 1 + linked


@pytest.mark.parametrize(
    "text",
    [
        "services: [\n",
        "services:\n\tweb: x\n",
        "services: {{ .Values.x }}\n",
        "services: &a [*a, *b]\n",
        "services: " + "[" * 5_000,
        "services: " + "{a: " * 5_000,
        "services:\n"
        + "".join(f"  k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else ''}]\n" for n in range(40)),
        "services:\n" + "".join(f"  k{n}: &k{n}\n    <<: [*k{n - 1}, *k{n - 1}]\n" for n in range(1, 60)),
        "services:\n  web:\n    build: [1]\n    command: {a: b}\n    volumes: x\n    ports: {}\n    healthcheck: no\n",
        "services: " + "x" * 1_100_000,
        "\0services",
        "",
    ],
)
def test_what_is_not_sane_yaml_is_passed_over(tmp_path: Path, text: str) -> None:
    plant(tmp_path, {"Makefile": "all:\n\tdocker build .\n"})
    (tmp_path / "compose.yaml").write_text(text)
    assert [one.kind for one in uses(tmp_path, {})] == ["makefile"]


def test_a_file_that_could_not_be_read_is_noted(tmp_path: Path) -> None:
    plant(tmp_path, {"compose.yaml": "services: [\n", "docker-bake.json": '{"target": '})
    notes = Consumers(tmp_path).notes
    assert [note.partition(":")[0] for note in notes] == ["compose.yaml", "docker-bake.json"]


def test_files_of_others_and_links_are_not_looked_at(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: ../..\n"
    plant(tmp_path, {"node_modules/x/compose.yaml": text, "vendor/x/compose.yaml": text, "compose": text})
    plant(tmp_path, {"a/b/c/d/e/compose.yaml": text})
    (tmp_path / "docker-compose.yml").symlink_to("compose")
    assert Consumers(tmp_path).all == ()


def test_a_dockerfile_outside_of_the_repository_has_no_consumers(tmp_path: Path) -> None:
    plant(tmp_path, {"repo/compose.yaml": "services:\n  web:\n    build: .\n"})
    assert consumers(tmp_path / "repo", tmp_path / "Dockerfile") == ()
