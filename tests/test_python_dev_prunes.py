"""How development groups of a Python project leave: by which command, and where by none."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_image import (
    BUILT,
    GROUP,
    PDM_FILES,
    PDM_LOCK,
    PIPENV_FILES,
    PIPFILE_LOCK,
    POETRY,
    POETRY_FILES,
    POETRY_LOCK,
    PROJECT,
    UV_FILES,
    Image,
    dev_offer,
)
from restage.api import Verdict
from restage.planning.judge import verdict


@pytest.mark.parametrize(
    ("files", "install", "bootstrap", "prune"),
    [
        (UV_FILES, "uv sync", "pip install uv", "uv sync --frozen --offline --no-dev"),
        (
            UV_FILES,
            "uv sync --frozen --extra web",
            "pip install uv",
            "uv sync --frozen --offline --no-dev --extra web",
        ),
        (
            {**UV_FILES, "pyproject.toml": PROJECT + GROUP + BUILT},
            "uv sync",
            "pip install uv",
            "uv pip uninstall --python /app/.venv pluggy pytest",
        ),
        (
            POETRY_FILES,
            "poetry install",
            "pip install poetry==1.8.2",
            "poetry install --sync --only main --no-root --no-interaction",
        ),
        (
            {**POETRY_FILES, "poetry.lock": POETRY_LOCK.replace("1.8.2", "2.1.0")},
            "poetry install --no-root -E web",
            "pip install poetry",
            "poetry sync --only main --no-root --no-interaction -E web",
        ),
        (
            PIPENV_FILES,
            "pipenv sync --dev",
            "pip install pipenv",
            "pipenv run pip uninstall --yes pluggy pytest",
        ),
        (
            PIPENV_FILES,
            "pipenv install --dev --deploy --system",
            "pip install pipenv",
            "python -m pip uninstall --yes pluggy pytest",
        ),
        (PDM_FILES, "pdm install", "pip install pdm", "pdm sync --prod --no-self --only-keep --skip=:all"),
        (
            {**PDM_FILES, "pyproject.toml": PROJECT + GROUP + BUILT},
            "pdm sync --no-self",
            "pip install pdm",
            "pdm sync --prod --no-self --only-keep --skip=:all",
        ),
    ],
)
def test_development_groups_leave_by_the_managers_own_command(
    tmp_path: Path, files: dict[str, str], install: str, bootstrap: str, prune: str
) -> None:
    offer = dev_offer(Image(tmp_path, files), install, "python app.py", bootstrap)
    assert offer is not None and offer.prune is not None
    assert offer.prune.command == prune
    assert verdict(offer.claims[0]) is Verdict.EXPECTED


@pytest.mark.parametrize(
    ("commands", "leaves"),
    [
        (("python -m venv /opt/venv", "pip install poetry"), False),
        (("python -m venv /opt/venv", "/opt/venv/bin/pip install poetry"), False),
        (("python -m venv /opt/poetry", "/opt/poetry/bin/pip install poetry", "pip install poetry"), True),
    ],
)
def test_poetry_does_not_take_itself_away(tmp_path: Path, commands: tuple[str, ...], leaves: bool) -> None:
    image = Image(tmp_path, POETRY_FILES, environment={"VIRTUAL_ENV": "/opt/venv"})
    assert (dev_offer(image, "poetry install", "python app.py", *commands) is not None) is leaves


def test_an_environment_below_usr_src_is_not_the_interpreters_own(tmp_path: Path) -> None:
    image = Image(tmp_path, POETRY_FILES, directory="/usr/src/app")
    offer = dev_offer(image, "poetry install", "python app.py", "pip install poetry==1.8.2")
    assert offer is not None and offer.prune is not None
    assert offer.prune.command.startswith("poetry install --sync")


@pytest.mark.parametrize(
    ("files", "install", "environment", "prune"),
    [
        (UV_FILES, "uv sync --python '>=3.11'", {}, "uv sync --frozen --offline --no-dev --python '>=3.11'"),
        (
            UV_FILES,
            "uv sync --index-url='https://a.example/?a=1&b=2'",
            {},
            "uv sync --frozen --offline --no-dev '--index-url=https://a.example/?a=1&b=2'",
        ),
        (
            {**UV_FILES, "pyproject.toml": PROJECT + GROUP + BUILT},
            "uv sync",
            {"UV_PROJECT_ENVIRONMENT": "/opt/my env"},
            "uv pip uninstall --python '/opt/my env' pluggy pytest",
        ),
        (
            POETRY_FILES,
            "poetry install --no-root --extras='a b' -E 'c;d'",
            {},
            "poetry install --sync --only main --no-root --no-interaction '--extras=a b' -E 'c;d'",
        ),
    ],
)
def test_words_of_the_install_stay_words_of_the_prune(
    tmp_path: Path, files: dict[str, str], install: str, environment: dict[str, str], prune: str
) -> None:
    image = Image(tmp_path, files, environment=environment)
    offer = dev_offer(image, install, "python app.py", "pip install uv poetry==1.8.2")
    assert offer is not None and offer.prune is not None
    assert offer.prune.command == prune


@pytest.mark.parametrize("word", ["--cache-dir ~/cache", "--cache-dir 'a\nb'", "--no-cache"])
def test_a_word_that_would_change_in_quotes_takes_the_offer_away(tmp_path: Path, word: str) -> None:
    offer = dev_offer(Image(tmp_path, UV_FILES), f"uv sync {word}", "python app.py", "pip install uv")
    assert (offer is None) is ("cache-dir" in word)


@pytest.mark.parametrize(
    ("files", "install", "others"),
    [
        (UV_FILES, "uv sync", ()),
        (UV_FILES, "uv sync --no-dev", ("pip install uv",)),
        (UV_FILES, "uv sync --group dev", ("pip install uv",)),
        (UV_FILES, "uv sync", ("pip install uv", "uv pip install gunicorn")),
        (UV_FILES, "uv sync", ("pip install uv", "pip uninstall -y uv")),
        (POETRY_FILES, "poetry install --with dev", ("pip install poetry",)),
        (
            POETRY_FILES,
            "poetry install",
            ("poetry config virtualenvs.create false", "pip install poetry gunicorn"),
        ),
        (PIPENV_FILES, "pipenv sync", ("pip install pipenv",)),
        (PIPENV_FILES, "pipenv install --dev pytest", ("pip install pipenv",)),
        (PIPENV_FILES, "pipenv install --dev", ("pip install pipenv",)),
        (PIPENV_FILES, "pipenv sync --dev --categories=dev-packages", ("pip install pipenv",)),
        (
            {**PIPENV_FILES, "Pipfile.lock": PIPFILE_LOCK.replace('"develop"', '"deploy": {}, "develop"')},
            "pipenv sync --dev",
            ("pip install pipenv",),
        ),
        (PDM_FILES, "pdm install --prod", ("pip install pdm",)),
        (POETRY_FILES, "poetry install $GROUPS", ("pip install poetry",)),
        (PDM_FILES, "pdm install -G :all", ("pip install pdm",)),
        (PDM_FILES, "pdm sync --clean", ("pip install pdm",)),
        ({**PDM_FILES, "pdm.toml": ""}, "pdm sync", ("pip install pdm",)),
        ({**PDM_FILES, "pyproject.toml": PROJECT + GROUP + BUILT}, "pdm sync", ("pip install pdm",)),
        (
            {**PDM_FILES, "pdm.lock": PDM_LOCK.replace('groups = ["dev"]\n', "")},
            "pdm sync",
            ("pip install pdm",),
        ),
        (
            {**POETRY_FILES, "pyproject.toml": POETRY.replace("group.dev", "group.deploy")},
            "poetry install",
            ("pip install poetry",),
        ),
    ],
)
def test_no_offer_where_more_would_go_or_nobody_could_do_it(
    tmp_path: Path, files: dict[str, str], install: str, others: tuple[str, ...]
) -> None:
    assert dev_offer(Image(tmp_path, files), install, "python app.py", *others) is None


@pytest.mark.parametrize(("install", "offered"), [("poetry install", False), ("uv sync", True)])
def test_another_user_has_another_environment_in_the_home_directory(
    tmp_path: Path, install: str, offered: bool
) -> None:
    image = Image(tmp_path, {**UV_FILES, **POETRY_FILES} if install != "uv sync" else UV_FILES)
    offer = dev_offer(image, install, "python app.py", "pip install uv poetry", user="app")
    assert (offer is not None) is offered


def test_in_the_bases_own_python_poetry_keeps_what_it_needs_itself(tmp_path: Path) -> None:
    lock = POETRY_LOCK.replace("pluggy", "Packaging")
    image = Image(
        tmp_path,
        {**POETRY_FILES, "poetry.lock": lock},
        environment={"POETRY_VIRTUALENVS_CREATE": "false"},
    )
    offer = dev_offer(image, "poetry install --no-root", "python app.py", "pip install poetry")
    assert offer is not None and offer.prune is not None
    assert offer.prune.command == "python -m pip uninstall --yes pytest"


def test_a_python_of_the_distribution_is_left_whole(tmp_path: Path) -> None:
    image = Image(tmp_path, PIPENV_FILES, base="debian:bookworm", packages=("python3", "python3-pip"))
    offer = dev_offer(image, "pipenv sync --dev --system", "python3 app.py", "pip install pipenv")
    assert offer is None


@pytest.mark.parametrize(
    ("place", "tool", "pays"),
    [("--system", "pytest", False), ("--system", "mypy", True), ("--deploy", "pytest", True)],
)
def test_a_small_group_does_not_pay_for_a_copy_of_the_bases_own_folders(
    tmp_path: Path, place: str, tool: str, pays: bool
) -> None:
    lock = PIPFILE_LOCK.replace("pytest", tool)
    image = Image(tmp_path, {**PIPENV_FILES, "Pipfile.lock": lock})
    offer = dev_offer(image, f"pipenv install --dev --deploy {place}", "python app.py", "pip install pipenv")
    assert offer is not None and offer.prune is not None
    assert offer.prune.pays is pays
