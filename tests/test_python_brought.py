"""Installers stay behind: pip where the base has the same one, others where nothing that starts calls them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from projects import started_by
from python_image import OFFICIAL, UV_FILES, Image, words
from restage.api import ProductKind, Reduction, ReductionKind, Region, Verdict
from restage.planning.judge import verdict
from restage_strategies.python import STRATEGY

FILES = {
    "requirements.txt": "flask\nredis==5.0.1\n",
    "locked.txt": "flask==3.0.0 --hash=sha256:" + "0" * 64 + "\n",
    "newer.txt": "flask\nPip>=24\n",
    "linked.txt": "git+https://code.example/quay.git\n",
}


def offered(image: Image, install: str) -> list[Reduction]:
    """The offers of all products of an install."""
    command, effect = words(install), image.known_effect(install)
    products = STRATEGY.products(command, effect, image.state, image.case)
    found = [offer for p in products for offer in STRATEGY.reductions(p, (), image.state, image.case)]
    return [offer for offer in found if offer.kind is ReductionKind.BROUGHT_BY_BASE]


@pytest.mark.parametrize(
    ("install", "told"),
    [
        ("pip install -r requirements.txt", Verdict.EXPECTED),
        ("python -m pip install --no-cache-dir flask", Verdict.EXPECTED),
        ("uv pip install --system -r requirements.txt", Verdict.EXPECTED),
        ("pip install --require-hashes -r locked.txt", Verdict.PROVEN),
    ],
)
def test_pip_comes_with_the_base(tmp_path: Path, install: str, told: Verdict) -> None:
    (offer,) = offered(Image(tmp_path, FILES), install)
    assert offer.product.region == Region(OFFICIAL[1]) and offer.goes == (Region(OFFICIAL[1]).below("pip"),)
    assert [verdict(claim) for claim in offer.claims] == [told]


@pytest.mark.parametrize(
    "install",
    [
        "pip install --upgrade pip",
        "pip install pip==24.0 flask",
        "pip install -r newer.txt",
        "pip install -r linked.txt",
        "pip install -r https://lists.example/requirements.txt",
        "pip install --user flask",
        "pip install --target /opt/lib flask",
        "/opt/venv/bin/pip install flask",
    ],
)
def test_pip_is_copied_where_an_install_may_have_changed_it_or_the_base_has_none_there(
    tmp_path: Path, install: str
) -> None:
    assert not offered(Image(tmp_path, FILES), install)


def test_pip_of_another_base_is_none_of_the_interpreters_own(tmp_path: Path) -> None:
    assert not offered(Image(tmp_path, FILES, base="debian:bookworm"), "pip3 install flask")


@pytest.mark.parametrize(
    ("start", "further", "gone"),
    [
        ("python app.py", (), True),
        ("uv run app.py", (), False),
        ("/usr/local/bin/python app.py", (), False),
        ("python app.py", ("pip install gunicorn",), False),
        ("python app.py", ("uv pip install --system gunicorn",), False),
    ],
)
def test_an_installer_stays_behind_where_the_application_has_its_own_environment(
    tmp_path: Path, start: str, further: tuple[str, ...], gone: bool
) -> None:
    image = Image(tmp_path, UV_FILES)
    install, begun = words("pip install uv"), words(start)
    products = [*STRATEGY.products(install, image.known_effect("pip install uv"), image.state, image.case)]
    made = next(product for product in products if product.kind is ProductKind.DEPENDENCIES)
    environment = {**image.state.environment, "VIRTUAL_ENV": "/app/.venv"}
    image.case = replace(image.case, commands=(install, *map(words, further)))
    starts = started_by(begun)
    state = replace(image.state, environment=environment)
    offers = [*STRATEGY.reductions(made, starts, state, image.case)]
    tools = next(offer for offer in offers if offer.kind is ReductionKind.BUILD_TOOLS)
    assert bool(tools.goes) is gone
