"""Development groups of a Python project stay where something that starts may need them."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_image import GROUP, PIPENV_FILES, PROJECT, UV_FILES, Image, dev_offer
from restage.api import Verdict
from restage.planning.judge import verdict


def test_what_another_distribution_loads_where_it_is_there_stays(tmp_path: Path) -> None:
    files = {name: text.replace("pluggy", "python-dotenv") for name, text in PIPENV_FILES.items()}
    offer = dev_offer(Image(tmp_path, files), "pipenv sync --dev", "python app.py", "pip install pipenv")
    assert offer is not None
    assert offer.claims[0].evidence.against == ("flask loads python-dotenv where it is installed",)


@pytest.mark.parametrize(("value", "stays"), [("0", False), ("false", False), ("1", True), ("true", True)])
def test_a_variable_that_turns_syncing_off_is_read_as_uv_does(
    tmp_path: Path, value: str, stays: bool
) -> None:
    for name in ("UV_NO_SYNC", "UV_NO_DEV"):
        image = Image(tmp_path, UV_FILES, environment={name: value})
        offer = dev_offer(image, "uv sync", "uv run app.py", "pip install uv")
        if name == "UV_NO_DEV" and stays:
            assert offer is None
        else:
            assert offer is not None
            assert verdict(offer.claims[0]) is (Verdict.EXPECTED if stays else Verdict.REFUTED)


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"app.py": "import pluggy\n"}, "python app.py"),
        ({"app.py": 'HOOKS = ["pytest.plugin"]\n'}, "python app.py"),
        ({"app.py": 'INSTALLED_APPS = ["pluggy"]\n'}, "python app.py"),
        ({"logging.yaml": "class: pluggy.Handler\n"}, "python app.py"),
        ({}, "pytest"),
        ({}, "python -m pytest"),
        ({}, "uv run app.py"),
    ],
)
def test_what_names_a_development_distribution_keeps_it(
    tmp_path: Path, change: dict[str, str], start: str
) -> None:
    offer = dev_offer(Image(tmp_path, {**UV_FILES, **change}), "uv sync", start, "pip install uv")
    assert offer is not None
    assert verdict(offer.claims[0]) is Verdict.REFUTED


def test_an_import_that_nobody_is_known_to_bring_leaves_it_open(tmp_path: Path) -> None:
    files = {**UV_FILES, "app.py": "import harbourmaster\n"}
    offer = dev_offer(Image(tmp_path, files), "uv sync", "python app.py", "pip install uv")
    assert offer is not None
    assert verdict(offer.claims[0]) is Verdict.OPEN


@pytest.mark.parametrize(
    "more",
    [
        {"tests/test_app.py": "import pytest\n"},
        {"colours.py": 'COLOURS = ["pluggy"]\n'},
        {"pyproject.toml": PROJECT + GROUP + "[tool.pytest.ini_options]\n"},
        {"settings.yaml": "pluggy: true\n"},
    ],
)
def test_a_word_that_is_no_module_keeps_nothing(tmp_path: Path, more: dict[str, str]) -> None:
    files = {**UV_FILES, **more}
    offer = dev_offer(Image(tmp_path, files), "uv sync", "python app.py", "pip install uv")
    assert offer is not None
    assert verdict(offer.claims[0]) is Verdict.EXPECTED
