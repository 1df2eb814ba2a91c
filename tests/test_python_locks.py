"""Manifests and locks of any content: what can't be read, or isn't what it should be, is no bug of restage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from python_image import GROUP, POETRY, PROJECT, UV_LOCK, Image, words
from restage.api import Region, Resolution
from restage_strategies.python import STRATEGY
from restage_strategies.python.dev_groups import DevGroups
from restage_strategies.python.dev_installs import dev_groups
from restage_strategies.python.locks import managed
from restage_strategies.python.manifest import packages_of

HUGE = f"number = {'1' * 5000}\n"
MANAGERS = {
    "uv": ("uv sync --frozen", "uv.lock"),
    "poetry": ("poetry install --no-root", "poetry.lock"),
    "pdm": ("pdm install --no-self", "pdm.lock"),
    "pipenv": ("pipenv install --dev", "Pipfile.lock"),
}
FILES = {"pyproject.toml": PROJECT + GROUP + POETRY, "app.py": "import flask\n", "uv.lock": UV_LOCK}


def left(image: Image, install: str, place: str = "/app/.venv") -> DevGroups | None:
    return dev_groups(words(install), Region(place), image.state)


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("name", ["pyproject.toml", "uv.toml", "poetry.toml", "Pipfile", "the lock"])
@pytest.mark.parametrize("text", [HUGE, "a = [" * 5000, "package = 5\n", "virtualenvs = 5\npackages = 5\n"])
def test_a_file_that_is_not_as_it_should_be_is_read_all_the_same(
    tmp_path: Path, manager: str, name: str, text: str
) -> None:
    install, lock = MANAGERS[manager]
    image = Image(tmp_path, {**FILES, lock if name == "the lock" else name: text})
    assert image.effect(install) is not None
    assert left(image, install) is None or name != "the lock"
    assert managed(manager, image.state).asked_in
    assert isinstance(image.resolve(f"{manager} run flask"), Resolution)


@pytest.mark.parametrize("packages", [5, "a", {"name": "a"}, [5, "a"], None])
def test_only_tables_of_a_list_are_packages(packages: object) -> None:
    assert packages_of({"package": packages}) == []
    assert packages_of({"package": [5, {"name": "a"}]}) == [{"name": "a"}]


def test_a_version_of_absurdly_many_digits_is_not_known(tmp_path: Path) -> None:
    asking = PROJECT + f'requires-python = ">=3.{"1" * 5000}"\n'
    effect = STRATEGY.effect(
        words("uv sync --frozen"), (image := Image(tmp_path, {"pyproject.toml": asking})).state, image.case
    )
    assert effect is not None
    assert effect.opaque is not None


@pytest.mark.parametrize("install", ["pipenv sync --dev", "pipenv sync --dev --system"])
@pytest.mark.parametrize(
    "name", ["py; touch /pwned #", "py\nUSER 0\nRUN echo hi", "--pre", "$(id)", "pÿ", ""]
)
def test_what_is_no_name_of_a_distribution_never_goes_into_a_command(
    tmp_path: Path, name: str, install: str
) -> None:
    place = "/usr/local" if "--system" in install else "/app/.venv"
    cases: list[tuple[dict[str, object], bool]] = [({}, True), ({name: {}}, False)]
    for wrong, offered in cases:
        lock = {"_meta": {}, "default": {"flask": {}}, "develop": {"pytest": {}, **wrong}}
        image = Image(tmp_path, {"Pipfile": "", "Pipfile.lock": json.dumps(lock)})
        assert (left(image, install, place) is not None) is offered
