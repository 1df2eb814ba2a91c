"""Starts that the files of hosting platforms name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.consumers import Role, ShellText, Words
from restage.project.readers import hosting
from restage.project.readers.yaml_source import Section, documents
from rooms import uses

NO_CMD = Words(Role.COMMAND, ())


def command(*words: str) -> tuple[Words, ...]:
    return (Words(Role.COMMAND, words),)


def instead(*words: str) -> tuple[Words, ...]:
    return (Words(Role.ENTRYPOINT, words), NO_CMD)


@pytest.mark.parametrize(
    ("name", "text", "commands"),
    [
        (
            "fly.toml",
            """
            [deploy]
            release_command = "manage migrate"
            [processes]
            web = "serve --port 80"
            """,
            [command("serve", "--port", "80"), command("manage", "migrate")],
        ),
        ("fly.toml", '[experimental]\ncmd = ["serve", "all"]\n', [command("serve", "all")]),
        (
            "fly.toml",
            '[experimental]\nentrypoint = ["run"]\ncmd = ["all"]\n',
            [(Words(Role.ENTRYPOINT, ("run",)), *command("all"))],
        ),
        ("fly.toml", '[experimental]\nexec = ["serve"]\n', [instead("serve")]),
        (
            "railway.json",
            '{"deploy": {"startCommand": "serve", "preDeployCommand": ["manage migrate"]}}',
            [instead("serve"), instead("manage", "migrate")],
        ),
        (
            "railway.toml",
            '[build]\nbuilder = "DOCKERFILE"\n[deploy]\nstartCommand = "serve"\n',
            [instead("serve")],
        ),
        (
            "render.yaml",
            """
            services:
              - {type: web, runtime: docker, dockerCommand: a && b}
              - {type: web, runtime: node, dockerCommand: not ours}
            """,
            [(ShellText(Role.COMMAND, "a && b"),)],
        ),
        (
            "heroku.yml",
            """
            build: {docker: {web: Dockerfile, other: other/Dockerfile}}
            run:
              web: serve
              worker: {command: [work], image: web}
              third: {command: [not ours], image: other}
            release: {command: [manage migrate], image: web}
            """,
            [command("serve"), command("work"), command("manage", "migrate")],
        ),
        (
            "smithery.yaml",
            """
            startCommand:
              commandFunction: |-
                (config) => ({ command: 'uv', args: ['run', 'x'], env: {} })
            """,
            [instead("uv", "run", "x")],
        ),
    ],
)
def test_a_platform_starts_what_its_file_says(
    tmp_path: Path, name: str, text: str, commands: list[object]
) -> None:
    found = uses(tmp_path, {"Dockerfile": "FROM a", name: text})
    assert [one.commands for one in found] == commands
    assert {one.kind for one in found} == {"platform"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fly.toml", '[build]\nbuilder = "x"\n[processes]\na = "b"\n'),
        ("fly.toml", '[build]\ndockerfile = "other/Dockerfile"\n[processes]\na = "b"\n'),
        ("railway.json", '{"build": {"builder": "NIXPACKS"}, "deploy": {"startCommand": "a"}}'),
        ("railway.json", "{"),
        ("render.yaml", "services: [a, {runtime: docker}]"),
        ("heroku.yml", "run: [a]"),
    ],
)
def test_what_another_file_builds_is_not_taken_for_its_start(tmp_path: Path, name: str, text: str) -> None:
    assert uses(tmp_path, {"Dockerfile": "FROM a", name: text}) == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("render.yaml", "services: [{runtime: docker, rootDir: apps/api, dockerCommand: serve}]"),
        ("render.yaml", "services: [{runtime: docker, dockerContext: ./apps/api, dockerCommand: serve}]"),
        (
            "render.yaml",
            "services: [{runtime: docker, rootDir: apps, dockerfilePath: api/Dockerfile, dockerCommand: serve}]",
        ),
        (
            "apps/api/railway.json",
            '{"build": {"dockerfilePath": "apps/api/Dockerfile"}, "deploy": {"startCommand": "serve"}}',
        ),
        (
            "apps/api/railway.json",
            '{"build": {"dockerfilePath": "Dockerfile"}, "deploy": {"startCommand": "serve"}}',
        ),
        (
            "apps/api/railway.json",
            '{"build": {"dockerfilePath": "/apps/api/Dockerfile"}, "deploy": {"startCommand": "serve"}}',
        ),
    ],
)
def test_a_dockerfile_of_a_member_is_found(tmp_path: Path, name: str, text: str) -> None:
    found = uses(tmp_path, {"apps/api/Dockerfile": "FROM a", name: text}, "apps/api/Dockerfile")
    assert [one.commands[0] for one in found] in ([*command("serve")], [instead("serve")[0]])


def test_a_list_of_arguments_ends_before_the_next_begins() -> None:
    lists = "args: ['y', " * 50_000
    (root,) = documents(f"startCommand: {{commandFunction: \"command: 'serve', {lists} args: ['x']\"}}")
    assert isinstance(root, Section)
    (found,) = hosting.smithery("smithery.yaml", root)
    assert found.commands == instead("serve", "x")


@given(st.text(alphabet="[]{}=\"deploy.processstartCommand:\n'\\", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(
        one.commands for one in (*hosting.fly("fly.toml", text), *hosting.railway("railway.toml", text))
    )
