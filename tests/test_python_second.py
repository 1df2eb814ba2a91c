"""Python 2 of a distribution: what goes by the bare names where its packages are installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_image import Image, paths
from restage.api import PackageNeed, ProgramNeed, ReductionKind

THIRD = "/usr/local/lib/python3.6/dist-packages"


@pytest.mark.parametrize(
    ("packages", "command", "writes"),
    [
        (("python-pip",), "pip install flask", ("/usr/local",)),
        (("python-pip", "python3-pip"), "pip install flask", ("/usr/local",)),
        (("python-pip", "python3-pip"), "pip3 install flask", ("/usr/local/bin", THIRD)),
        (("python", "python3-pip"), "python -m pip install flask", ("/usr/local",)),
        (("python3-pip",), "pip install flask", ("/usr/local/bin", THIRD)),
        (("python-is-python3", "python-dev"), "python -m pip install flask", ("/usr/local/bin", THIRD)),
    ],
)
def test_packages_say_whose_pip_it_is(
    tmp_path: Path, packages: tuple[str, ...], command: str, writes: tuple[str, ...]
) -> None:
    image = Image(tmp_path, base="ubuntu:18.04", packages=packages)
    assert paths(image.known_effect(command).writes) == writes


@pytest.mark.parametrize(("package", "name"), [("python-pip", "python"), ("python3-pip", "python3")])
def test_what_runs_on_it_needs_it_with_its_setuptools(tmp_path: Path, package: str, name: str) -> None:
    image = Image(tmp_path, base="ubuntu:18.04", packages=(package, "gcc"))
    offer = image.offer("pip install flask", ReductionKind.BUILD_TOOLS)
    assert offer is not None
    assert f"/usr/bin/{name}" in {need.program for need in offer.needs if isinstance(need, ProgramNeed)}
    assert f"{name}-setuptools" in {need.apt for need in offer.needs if isinstance(need, PackageNeed)}
