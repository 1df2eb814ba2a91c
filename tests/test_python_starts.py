"""What the start of a Python program comes to, and what it needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from python_image import Image
from restage.api import Command, Facility, FacilityNeed, PathNeed, ProgramNeed
from restage_strategies.python import STRATEGY


@pytest.mark.parametrize(
    ("start", "runs"),
    [
        ("poetry run python main.py", "python main.py"),
        ("uv run --env-file .env -- fastapi run", "fastapi run"),
        ("dotenv -f .env run -- gunicorn a:b", "gunicorn a:b"),
        ("opentelemetry-instrument --traces_exporter console flask run", "flask run"),
        ("python -m debugpy --listen 5678 -m uvicorn a:b", "python -m uvicorn a:b"),
        ("watchmedo auto-restart --recursive -- celery -A x worker", "celery -A x worker"),
    ],
)
def test_a_runner_is_followed_to_what_it_starts(tmp_path: Path, start: str, runs: str) -> None:
    found = Image(tmp_path).resolve(start)
    assert found is not None
    assert [" ".join(command.words) for command in found.runs] == [runs]
    assert ProgramNeed(start.split()[0], f"`{start}` runs it") in found.needs


@pytest.mark.parametrize(
    ("start", "file", "text", "runs"),
    [
        ("pipenv run web --debug", "Pipfile", '[scripts]\nweb = "gunicorn a:b"\n', "gunicorn a:b --debug"),
        ("pdm run web", "pyproject.toml", '[tool.pdm.scripts]\nweb = "gunicorn a:b"\n', "gunicorn a:b"),
        ("pdm run web", "pyproject.toml", '[tool.pdm.scripts]\nweb = {cmd = "flask run"}\n', "flask run"),
        ("pdm run web", "pyproject.toml", '[tool.pdm.scripts]\nweb = {shell = "a && b"}\n', "sh -c a && b"),
        (
            "hatch run web",
            "pyproject.toml",
            '[tool.hatch.envs.default.scripts]\nweb = "flask run"\n',
            "flask run",
        ),
        ("pipenv run flask run", "Pipfile", "[scripts\n", "flask run"),
    ],
)
def test_a_script_of_the_project_is_what_its_manager_runs(
    tmp_path: Path, start: str, file: str, text: str, runs: str
) -> None:
    found = Image(tmp_path, {file: text}).resolve(start)
    assert found is not None
    assert [" ".join(command.words) for command in found.runs] == [runs]


@pytest.mark.parametrize(
    ("code", "calls", "told"),
    [
        ("import os\nos.system('hg id')", ["hg"], True),
        ("import sys, psycopg2", [], True),
        ("import subprocess\nsubprocess.run(what)", [], False),
    ],
)
def test_code_in_a_here_document_is_looked_through(
    tmp_path: Path, code: str, calls: list[str], told: bool
) -> None:
    image = Image(tmp_path)
    given = STRATEGY.resolve(Command(("python", "-"), document=code), image.state, image.case)
    assert given is not None
    programs = [need.program for need in given.needs if isinstance(need, ProgramNeed)]
    assert programs == ["python", *calls]
    assert (given.anything is None) is told


def test_a_script_of_the_context_is_found_by_its_name(tmp_path: Path) -> None:
    image = Image(tmp_path, {"tool": "#!/usr/bin/env python3\nimport os\nos.system('git log')\n"})
    image.state = replace(image.state, environment={"PATH": "/opt/x:/app"})
    found = image.resolve("tool --all")
    assert found is not None
    assert PathNeed("/app/tool", "`tool --all` runs it") in found.needs
    assert ProgramNeed("git", "tool:3 calls it") in found.needs
    assert found.anything is None


def test_pythons_own_server_looks_for_types_of_files(tmp_path: Path) -> None:
    found = Image(tmp_path).resolve("python -m http.server 8000")
    assert found is not None
    assert [need.facility for need in found.needs if isinstance(need, FacilityNeed)] == [Facility.MIME_TYPES]


def test_configured_programs_are_followed(tmp_path: Path) -> None:
    files = {
        "supervisord.conf": "[program:web]\ncommand=gunicorn a:b\n[program:w]\ncommand=celery -A a worker\n",
        "Procfile": "web: uvicorn a:b\n",
    }
    image = Image(tmp_path, files)
    for start, names in (
        ("supervisord -c supervisord.conf", ["gunicorn", "celery"]),
        ("honcho start", ["uvicorn"]),
    ):
        found = image.resolve(start)
        assert found is not None
        assert [command.name for command in found.runs] == names


@pytest.mark.parametrize(
    ("start", "files", "packages", "names"),
    [
        (
            "supervisord",
            {"conf.d/web.conf": "[program:web]\ncommand=flask run\n"},
            ("supervisor",),
            ["flask"],
        ),
        ("supervisord -n", {}, ("supervisor",), []),
        ("supervisord", {"conf.d/web.conf": "[program:web]\ncommand=flask run\n"}, (), None),
        (
            "supervisord",
            {"conf.d/web.conf": "[program:web]\ncommand=flask run\ndirectory=/x\n"},
            ("supervisor",),
            ["sh"],
        ),
        (
            "supervisord -c /etc/supervisor/own.conf",
            {
                "own.conf": "[include]\nfiles = conf.d/*.conf\n",
                "conf.d/web.conf": "[program:web]\ncommand=flask run\n",
            },
            (),
            ["flask"],
        ),
        (
            "supervisord -c /etc/supervisor/own.conf",
            {"own.conf": "[include]\nfiles = %(here)s/*.conf\n"},
            (),
            None,
        ),
    ],
)
def test_what_supervisor_includes_is_followed_too(
    tmp_path: Path, start: str, files: dict[str, str], packages: tuple[str, ...], names: list[str] | None
) -> None:
    found = Image(tmp_path, files, directory="/etc/supervisor", packages=packages).resolve(start)
    assert found is not None
    assert (None if found.anything else [command.name for command in found.runs]) == names


@pytest.mark.parametrize(
    ("start", "path"),
    [
        ("python manage.py runserver 0.0.0.0:8000", "/app/manage.py"),
        ("python -u -m src.fetch.x", "/app/src/fetch/x.py"),
        ("streamlit run manage.py", "/app/manage.py"),
        ("gunicorn -c conf.py a:b", "/app/conf.py"),
        ("uwsgi --ini uwsgi.ini", "/app/conf.py"),
        ("./run", "/app/run"),
    ],
)
def test_a_start_needs_its_files(tmp_path: Path, start: str, path: str) -> None:
    files = {
        "manage.py": "",
        "src/fetch/x.py": "",
        "conf.py": "",
        "run": "#!/usr/bin/env python3\n",
        "uwsgi.ini": "[uwsgi]\nwsgi-file = %d/conf.py\n",
    }
    found = Image(tmp_path, files).resolve(start)
    assert found is not None
    assert path in [need.path for need in found.needs if isinstance(need, PathNeed)]
    assert found.toolchain is None
    assert found.anything is None


def test_a_start_needs_the_programs_that_the_sources_call(tmp_path: Path) -> None:
    found = Image(tmp_path, {"bot.py": "import os\nos.popen('git describe')\n"}).resolve("python bot.py")
    assert found is not None
    assert ProgramNeed("git", "bot.py:2 calls it") in found.needs


@pytest.mark.parametrize("call", ["'tools/do.sh'", "['bash', HERE / 'do.sh']", "['./tools/do.sh', 'x']"])
def test_a_shell_script_that_a_source_runs_is_followed(tmp_path: Path, call: str) -> None:
    files = {"bot.py": f"import subprocess\nsubprocess.run({call})\n", "tools/do.sh": "#!/bin/sh\ngit pull\n"}
    found = Image(tmp_path, files).resolve("python bot.py")
    assert found is not None
    assert [command.words for command in found.runs] == [("/app/tools/do.sh",)]
    assert PathNeed("/app/tools/do.sh", "bot.py:2 runs it") in found.needs


@pytest.mark.parametrize(
    ("directory", "file", "seen"),
    [("/build", "bot.py", True), ("/test", "bot.py", True), ("/app", "tests/bot.py", False)],
)
def test_a_folder_is_a_build_or_test_folder_only_if_the_project_calls_it_so(
    tmp_path: Path, directory: str, file: str, seen: bool
) -> None:
    files = {"main.py": "", file: 'import subprocess\nsubprocess.run(["git", "log"])\n'}
    resolution = Image(tmp_path, files, directory=directory).resolve("python main.py")
    assert resolution is not None
    assert ("git" in {need.program for need in resolution.needs if isinstance(need, ProgramNeed)}) is seen


def test_an_entrypoint_that_waits_for_its_module_is_no_interactive_python(tmp_path: Path) -> None:
    image = Image(tmp_path)
    waiting, interactive = image.resolve("python -m"), image.resolve("python")
    assert waiting is not None
    assert waiting.anything is None
    assert interactive is not None
    assert interactive.anything


@pytest.mark.parametrize(
    "start", ["pytest", "python -m pytest -q", "tox", "python manage.py test", "reflex run"]
)
def test_tests_and_builds_need_the_toolchain(tmp_path: Path, start: str) -> None:
    found = Image(tmp_path).resolve(start)
    assert found is not None
    assert found.toolchain is not None


def test_tests_in_a_branch_of_a_script_do_not(tmp_path: Path) -> None:
    image = Image(tmp_path)
    found = STRATEGY.resolve(Command(("pytest",), conditional=True), image.state, image.case)
    assert found is not None
    assert found.toolchain is None


def test_scripts_of_the_project_and_of_its_installs_are_programs(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\nname = 'x'\n[project.scripts]\nmybot = 'x:main'\n"}
    image = Image(tmp_path, files, commands=("pip install litellm-like",))
    assert image.resolve("mybot --serve") is not None
    assert image.resolve("litellm-like --port 1") is not None
    assert image.resolve("nginx -g x") is None
