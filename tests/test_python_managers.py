"""What uv, poetry, pipenv and pdm read and write."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from python_image import BUILT, GROUP, OFFICIAL, POETRY, POETRY_LOCK, PROJECT, UV_FILES, UV_LOCK, Image, paths
from restage.api import Command, Verdict, region
from restage.api.tree import Changed
from restage.planning.judge import verdict
from restage_strategies.python import STRATEGY
from restage_strategies.python.pipenv import hash_of


@pytest.mark.parametrize(
    ("command", "files", "reads"),
    [
        (
            "poetry install --no-root",
            {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK},
            "poetry.lock pyproject.toml",
        ),
        (
            "poetry install --no-root",
            {"pyproject.toml": POETRY, "poetry.toml": ""},
            "poetry.toml pyproject.toml",
        ),
        ("poetry install", {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK}, "."),
        ("poetry install", {"pyproject.toml": POETRY, "README.md": ""}, "."),
        (
            "poetry install --only main",
            {"pyproject.toml": POETRY.replace('name = "quay"', "package-mode = false")},
            "pyproject.toml",
        ),
        (
            "poetry install --no-root",
            {
                "pyproject.toml": POETRY + 'lib = { path = "libs/lib" }\n',
                "libs/lib/pyproject.toml": PROJECT,
                "a.py": "",
            },
            "libs/lib pyproject.toml",
        ),
        ("poetry export -o requirements.txt", {"pyproject.toml": POETRY, "a.py": ""}, "pyproject.toml"),
        (
            "poetry install --no-root",
            {"pyproject.toml": POETRY + "[tool.poetry-dynamic-versioning]\nenable = true\n"},
            ".",
        ),
        ("uv sync", {"pyproject.toml": PROJECT, "uv.lock": UV_LOCK, "a.py": ""}, "pyproject.toml uv.lock"),
        (
            "uv sync",
            {"pyproject.toml": PROJECT, ".python-version": "3.12\n"},
            ".python-version pyproject.toml",
        ),
        ("uv sync --frozen", {"pyproject.toml": PROJECT + BUILT, "uv.lock": UV_LOCK}, "."),
        (
            "uv sync --frozen --no-install-project",
            {"pyproject.toml": PROJECT + BUILT, "uv.lock": UV_LOCK, "uv.toml": ""},
            "pyproject.toml uv.lock uv.toml",
        ),
        (
            "uv sync --no-install-project",
            {"pyproject.toml": PROJECT.replace('version = "1"', 'dynamic = ["version"]') + BUILT},
            ".",
        ),
        (
            "uv sync --no-install-workspace",
            {
                "pyproject.toml": PROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
                "packages/hull/pyproject.toml": PROJECT + BUILT,
                "packages/hull/hull.py": "",
            },
            "packages/hull/pyproject.toml pyproject.toml",
        ),
        (
            "uv sync",
            {
                "pyproject.toml": PROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
                "packages/hull/pyproject.toml": PROJECT + BUILT,
                "web/index.html": "",
            },
            "packages/hull pyproject.toml",
        ),
        ("uv --directory api sync", {"api/pyproject.toml": PROJECT, "a.py": ""}, "api/pyproject.toml"),
        (
            "uv pip install --system -r requirements.txt",
            {"requirements.txt": "flask\n", "a.py": ""},
            "requirements.txt",
        ),
        (
            "uv pip install --system -r pyproject.toml",
            {"pyproject.toml": PROJECT, "a.py": ""},
            "pyproject.toml",
        ),
        ("pipenv sync --system", {"Pipfile": "", "Pipfile.lock": "{}", "a.py": ""}, "Pipfile Pipfile.lock"),
        (
            "pipenv install --system --deploy",
            {"Pipfile": '[packages]\nlib = { path = "./lib" }\n', "lib/setup.py": "", "a.py": ""},
            "Pipfile lib",
        ),
        ("pipenv install --system", {"requirements.txt": "flask\n", "a.py": ""}, "requirements.txt"),
        (
            "pdm sync --no-self",
            {"pyproject.toml": PROJECT, "pdm.lock": "", "a.py": ""},
            "pdm.lock pyproject.toml",
        ),
        ("pdm install", {"pyproject.toml": PROJECT, "pdm.lock": ""}, "."),
        ("pip install --group dev", {"pyproject.toml": PROJECT + GROUP, "a.py": ""}, "pyproject.toml"),
        (
            "pip install -r requirements.txt",
            {"requirements.txt": "-c pins.txt\n-e lib\n", "pins.txt": "", "lib/setup.py": ""},
            "lib pins.txt requirements.txt",
        ),
        ("pip install ./lib", {"lib/setup.py": "open('../VERSION')\n", "VERSION": ""}, "."),
        (
            "pip install ./lib",
            {"lib/pyproject.toml": '[build-system]\nrequires = ["setuptools_scm"]\n', ".git/HEAD": ""},
            ".",
        ),
        (
            "pip install ./lib",
            {"lib/pyproject.toml": '[build-system]\nrequires = ["setuptools_scm"]\n'},
            "lib",
        ),
    ],
)
def test_an_install_reads_what_its_rules_name(
    tmp_path: Path, command: str, files: dict[str, str], reads: str
) -> None:
    effect = Image(tmp_path, files).known_effect(command)
    assert paths(effect.reads) == tuple(sorted(str(region("/app", name)) for name in reads.split()))


@pytest.mark.parametrize(
    ("files", "writes"),
    [
        ({"pyproject.toml": PROJECT, "uv.lock": UV_LOCK}, ("/app/.venv",)),
        ({"pyproject.toml": PROJECT}, ("/app/.venv", "/app/uv.lock")),
        (
            {"pyproject.toml": PROJECT.replace("flask", "quart"), "uv.lock": UV_LOCK},
            ("/app/.venv", "/app/uv.lock"),
        ),
        ({"pyproject.toml": PROJECT + BUILT, "uv.lock": UV_LOCK}, ("/app/.venv",)),
        (
            {"pyproject.toml": PROJECT + BUILT.replace("hatchling", "setuptools"), "uv.lock": UV_LOCK},
            ("/app", "/app/.venv"),
        ),
    ],
)
def test_uv_writes_the_lock_that_does_not_hold(
    tmp_path: Path, files: dict[str, str], writes: tuple[str, ...]
) -> None:
    assert paths(Image(tmp_path, files).known_effect("uv sync").writes) == writes


@pytest.mark.parametrize(("value", "written"), [("1", False), ("true", False), ("0", True), ("false", True)])
def test_uv_leaves_the_lock_where_a_variable_freezes_it(tmp_path: Path, value: str, written: bool) -> None:
    image = Image(tmp_path, {"pyproject.toml": PROJECT, "uv.lock": ""}, environment={"UV_FROZEN": value})
    assert ("/app/uv.lock" in paths(image.known_effect("uv sync").writes)) is written


def test_pipenv_keeps_a_lock_of_the_same_hash(tmp_path: Path) -> None:
    pipfile = '[packages]\nflask = "*"\n'
    told = hash_of({"packages": {"flask": "*"}})
    lock = json.dumps({"_meta": {"hash": {"sha256": told}}})
    kept = Image(tmp_path, {"Pipfile": pipfile, "Pipfile.lock": lock}).known_effect("pipenv install --system")
    (tmp_path / "Pipfile").write_text(pipfile.replace("*", "<4"))
    changed = Image(tmp_path).known_effect("pipenv install --system")
    assert "/app/Pipfile.lock" not in paths(kept.writes)
    assert "/app/Pipfile.lock" in paths(changed.writes)


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("poetry run python manage.py collectstatic", "/srv/static"),
        ("pipenv run python manage.py collectstatic", "/srv/static"),
        ("uv run manage.py collectstatic", "/app/.venv"),
    ],
)
def test_what_a_manager_runs_is_followed(tmp_path: Path, command: str, writes: str) -> None:
    files = {"manage.py": "", "site/settings.py": 'STATIC_ROOT = "/srv/static"\n', "pyproject.toml": PROJECT}
    assert writes in paths(Image(tmp_path, files).known_effect(command).writes)


def test_a_program_of_the_lock_is_the_projects_own_code(tmp_path: Path) -> None:
    image = Image(tmp_path, {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK})
    assert image.known_effect("poetry run flask db upgrade").claims
    unknown = image.effect("poetry run frobnicate")
    assert unknown is not None and unknown.opaque


def test_an_exported_file_holds_what_the_lock_names(tmp_path: Path) -> None:
    image = Image(tmp_path, {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK})
    made = Changed(region("/app/requirements.txt"), "poetry export -o requirements.txt")
    image.state = replace(image.state, tree=image.state.tree.then(made))
    assert paths(image.known_effect("pip install -r requirements.txt").reads) == ("/app/requirements.txt",)
    claim = image.sibling("pip install -r requirements.txt").claims[0]
    assert verdict(claim) is Verdict.EXPECTED


@pytest.mark.parametrize(
    ("command", "environment", "writes"),
    [
        ("pipenv install --deploy", {}, ("/root/.local/share/virtualenvs",)),
        ("pipenv install --deploy", {"PIPENV_VENV_IN_PROJECT": "1"}, ("/app/.venv",)),
        ("uv sync --frozen", {"UV_PROJECT_ENVIRONMENT": "/usr/local"}, OFFICIAL),
        ("uv sync --frozen", {"UV_PROJECT_ENVIRONMENT": "/opt/venv"}, ("/opt/venv",)),
        ("pdm sync --no-self", {}, ("/app/.venv",)),
        ("poetry install --no-root", {"VIRTUAL_ENV": "/opt/venv"}, ("/opt/venv",)),
    ],
)
def test_a_manager_installs_where_it_is_told_to(
    tmp_path: Path, command: str, environment: dict[str, str], writes: tuple[str, ...]
) -> None:
    locks = {
        "Pipfile": "",
        "Pipfile.lock": "{}",
        "uv.lock": UV_LOCK,
        "pdm.lock": "",
        "poetry.lock": POETRY_LOCK,
    }
    image = Image(tmp_path, {"pyproject.toml": PROJECT, **locks}, environment=environment)
    made = Changed(region("/usr/local/bin"), "pip install pipenv")
    image.state = replace(image.state, tree=image.state.tree.then(made))
    assert paths(image.known_effect(command).writes) == writes


def test_uv_run_builds_again_what_is_copied(tmp_path: Path) -> None:
    image = Image(tmp_path, {"pyproject.toml": PROJECT + BUILT, "uv.lock": UV_LOCK})
    built = image.resolve("uv run app.py")
    told = image.resolve("uv run --no-sync app.py")
    assert built is not None and built.toolchain is not None
    assert told is not None and told.toolchain is None
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    virtual = Image(tmp_path).resolve("uv run app.py")
    assert virtual is not None and virtual.toolchain is None


@pytest.mark.parametrize("requires", ["maturin>=1", "Cython", "pybind11"])
def test_a_project_that_compiles_is_not_told_by_its_requirements(tmp_path: Path, requires: str) -> None:
    files = {"pyproject.toml": PROJECT + f'[build-system]\nrequires = ["{requires}"]\n'}
    claim = Image(tmp_path, files).sibling("pip install .").claims[0]
    assert verdict(claim) is Verdict.OPEN


MANAGED = "/root/.local/share/uv/python"


@pytest.mark.parametrize(
    ("base", "packages", "required", "taken"),
    [
        ("python:3.12", "", ">=3.11", True),
        ("python:3.9", "", ">=3.11", False),
        ("python:3.12", "", ">=3.9,<3.12", False),
        ("python:3.12", "", "==3.12.*", True),
        ("python:3.12", "", "~=3.10", True),
        ("python:3", "", ">=3.11", True),
        ("debian:bookworm-slim", "", ">=3.11", False),
        ("debian:bookworm-slim", "gcc curl", ">=3.11", False),
        ("debian:bookworm-slim", "python3", ">=3.11", True),
        ("debian:bookworm-slim", "python3", ">=3.12", False),
        ("debian:bookworm-slim", "libglib2.0-dev", ">=3.11", None),
        ("debian:bookworm-slim", "libglib2.0-dev", ">=3.12", False),
        ("buildpack-deps:bookworm", "", ">=3.11", True),
        ("ghcr.io/astral-sh/uv:debian-slim", "", ">=3.11", False),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm", "", ">=3.11", True),
        ("python:3.12", "", "==3.12.4", None),
        ("example.org/base:1", "", ">=3.11", None),
    ],
)
@pytest.mark.parametrize("command", ["uv sync --frozen", "uv venv", "uv run --frozen app.py"])
def test_uv_downloads_the_python_that_the_image_lacks(
    tmp_path: Path, command: str, base: str, packages: str, required: str, taken: bool | None
) -> None:
    project = PROJECT.replace("[project]", f'[project]\nrequires-python = "{required}"')
    files = {"pyproject.toml": project, "app.py": ""}
    image = Image(tmp_path, files, base=base, packages=tuple(packages.split()))
    effect = image.effect(command)
    assert effect is not None and bool(effect.opaque) is (taken is None)
    if taken is not None:
        assert (MANAGED in paths(effect.writes)) is not taken


@pytest.mark.parametrize(
    ("options", "files", "environment", "place"),
    [
        ("--python 3.13", {}, {}, MANAGED),
        ("-p 3.12", {}, {}, None),
        ("", {".python-version": "3.13\n"}, {}, MANAGED),
        ("", {".python-version": "3.12\n"}, {}, None),
        ("", {}, {"UV_PYTHON": "3.13", "UV_PYTHON_INSTALL_DIR": "/python"}, "/python"),
        ("--python 3.13", {}, {"UV_PYTHON_DOWNLOADS": "never"}, None),
        ("--no-managed-python", {".python-version": "3.13\n"}, {}, None),
        ("", {}, {"UV_PYTHON_PREFERENCE": "only-managed"}, MANAGED),
        ("--managed-python", {}, {}, MANAGED),
        ("", {"uv.toml": 'python-preference = "only-managed"\n'}, {}, MANAGED),
        ("--python /usr/bin/python3", {}, {}, None),
    ],
)
def test_who_asks_for_another_python_gets_a_download(
    tmp_path: Path, options: str, files: dict[str, str], environment: dict[str, str], place: str | None
) -> None:
    image = Image(tmp_path, {"pyproject.toml": PROJECT, "uv.lock": UV_LOCK, **files}, environment=environment)
    writes = paths(image.known_effect(f"uv sync {options}").writes)
    assert [path for path in writes if path != "/app/.venv"] == ([place] if place else [])


def test_uv_venv_is_made_where_the_command_says(tmp_path: Path) -> None:
    effect = Image(tmp_path).known_effect("uv venv --python 3.12 --seed /opt/venv")
    assert paths(effect.writes) == ("/opt/venv",)


@pytest.mark.parametrize(
    ("command", "environment", "writes"),
    [
        ("poetry config virtualenvs.create false", {}, ("/root/.config/pypoetry",)),
        ("poetry config virtualenvs.create false", {"XDG_CONFIG_HOME": "/etc/xdg"}, ("/etc/xdg/pypoetry",)),
        ("poetry config virtualenvs.create false", {"POETRY_CONFIG_DIR": "/poetry"}, ("/poetry",)),
        ("poetry config --local virtualenvs.create false", {}, ("/app/poetry.toml",)),
        ("poetry config --list", {}, ()),
        ("poetry config virtualenvs.path", {}, ()),
        ("pdm config python.use_venv false", {}, ("/root/.config/pdm",)),
        ("pdm config -l python.use_venv false", {}, ("/app/pdm.toml",)),
        ("pdm config", {}, ()),
    ],
)
def test_settings_are_kept_where_the_manager_keeps_them(
    tmp_path: Path, command: str, environment: dict[str, str], writes: tuple[str, ...]
) -> None:
    effect = Image(tmp_path, environment=environment).known_effect(command)
    assert (paths(effect.writes), effect.repeatable) == (writes, False)


def test_any_words_of_a_manager_are_read(tmp_path: Path) -> None:
    image = Image(tmp_path, UV_FILES)
    for name in ("uv", "poetry", "pdm", "pipenv"):
        for rest in (
            "",
            "run",
            "run --",
            "sync -",
            "--directory",
            "-C x install",
            "pip",
            "pip install -r",
            "export -o",
        ):
            assert STRATEGY.effect(Command((name, *rest.split())), image.state, image.case) is not None
