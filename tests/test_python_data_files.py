"""Where data files of the project's own wheel go."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_image import OFFICIAL, PROJECT, Image, paths

SETUP = "from setuptools import setup\nsetup(name='quay', install_requires=['flask'], data_files={})\n"
SETUPTOOLS = "[tool.setuptools.data-files]\n'Conf/quay' = ['quay.ini']\n"
HATCH = "[tool.hatch.build.targets.wheel.shared-data]\n'conf/quay.ini' = 'etc/quay.ini'\n"


@pytest.mark.parametrize(
    ("manifest", "text", "places"),
    [
        (
            "setup.py",
            SETUP.format("[('conf/quay', ['quay.ini']), ('/etc/quay', ['quay.ini'])]"),
            ("conf/quay",),
        ),
        ("setup.py", "DATA = [('conf', ['a'])]\n" + SETUP.format("DATA"), ("conf",)),
        ("setup.py", SETUP.format("[('conf', [])]"), ()),
        ("setup.cfg", "[options.data_files]\nConf/quay = quay.ini\n", ("Conf/quay",)),
        ("pyproject.toml", PROJECT + SETUPTOOLS, ("Conf/quay",)),
        ("pyproject.toml", PROJECT + HATCH, ("etc/quay.ini",)),
        ("pyproject.toml", PROJECT + "[tool.flit.external-data]\ndirectory = 'data'\n", ("share",)),
    ],
)
def test_data_files_of_the_project_go_below_the_prefix(
    tmp_path: Path, manifest: str, text: str, places: tuple[str, ...]
) -> None:
    image = Image(tmp_path, {manifest: text, "data/share/x": ""})
    written = {str(place) for place in image.known_effect("pip install .").writes}
    assert written == {"/app", *OFFICIAL, *(f"/usr/local/{place}" for place in places)}
    assert paths(image.known_effect("pip install -e .").writes) == ("/app", *OFFICIAL)


@pytest.mark.parametrize("data", ["[('conf', glob('*.ini'))]", "collect()", "[(folder(), ['a'])]"])
def test_computed_data_files_may_be_anywhere_below_the_prefix(tmp_path: Path, data: str) -> None:
    image = Image(tmp_path, {"setup.py": SETUP.format(data)})
    assert paths(image.known_effect("pip install .").writes) == ("/app", "/usr/local")
