"""What distributions and sources need of the image, and what that leaves open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from python_image import PROJECT, Image, words
from restage.api import (
    Basis,
    ClaimKind,
    Facility,
    FacilityNeed,
    PackageNeed,
    ProgramNeed,
    Reduction,
    ReductionKind,
    region,
)
from restage.api.tree import Changed, Gone
from restage_strategies.python import STRATEGY


def offer_where(folder: Path, base: str, packages: tuple[str, ...], loads: str) -> Reduction:
    """The offer to leave the base, or these packages, where a source loads a library."""
    files = {"app.py": f"from ctypes import CDLL\nfrom ctypes.util import find_library\n{loads}\n"}
    image = Image(folder, files, base, packages=packages)
    offer = image.offer(
        "pip install flask", ReductionKind.BUILD_TOOLS if packages else ReductionKind.SIBLING_BASE
    )
    assert offer is not None
    return offer


@pytest.mark.parametrize(
    ("base", "packages", "loads", "needed"),
    [
        ("python:3.12-bookworm", (), 'find_library("maxminddb")', "libmaxminddb0"),
        ("python:3.12-bookworm", (), 'CDLL("libyaml-0.so.2")', "libyaml-0-2"),
        ("python:3.12-bookworm", (), 'find_library("magic")', "libmagic-dev"),
        ("python:3.12-slim", ("gcc",), 'CDLL("libgomp.so.1")', "libgomp1"),
        ("python:3.12-slim", ("gcc",), 'CDLL("./libgomp.so.1")', None),
        ("python:3.12-slim", ("gcc",), 'CDLL("msvcrt.dll")', None),
        ("python:3.12-bookworm", (), "CDLL(None)", None),
        ("python:3.12-alpine", ("gcc",), 'CDLL("libgomp.so.1")', "libgomp"),
    ],
)
def test_a_library_that_a_source_loads_needs_its_package(
    tmp_path: Path, base: str, packages: tuple[str, ...], loads: str, needed: str | None
) -> None:
    offer = offer_where(tmp_path, base, packages, loads)
    named = {
        need.apk if base.endswith("alpine") else need.apt
        for need in offer.needs
        if isinstance(need, PackageNeed)
    }
    assert named >= ({needed} if needed else set())
    assert needed is not None or not named


@pytest.mark.parametrize(
    ("base", "packages", "loads", "by_link"),
    [
        ("python:3.12-bookworm", (), 'find_library("yaml")', True),
        ("python:3.12-bookworm", (), 'CDLL("libmagic.so")', False),
        ("python:3.12-bookworm", (), 'CDLL("libyaml.so")', True),
        ("python:3.12-slim", ("gcc", "libsodium-dev"), 'CDLL("libsodium.so")', True),
        ("python:3.12-slim", ("gcc", "libsodium-dev"), 'find_library("sodium")', False),
        ("python:3.12-slim", ("gcc",), 'find_library("yaml")', False),
    ],
)
def test_what_is_found_by_a_link_of_headers_leaves_the_claim_open(
    tmp_path: Path, base: str, packages: tuple[str, ...], loads: str, by_link: bool
) -> None:
    offer = offer_where(tmp_path, base, packages, loads)
    assert bool(offer.claims[0].evidence.missing) is by_link


def test_looking_for_a_library_takes_the_compiler_on_musl(tmp_path: Path) -> None:
    files = {"app.py": 'from ctypes.util import find_library\nfind_library("sodium")\n'}
    image = Image(tmp_path, files, "python:3.12-alpine", packages=("gcc", "libsodium-dev"))
    offer = image.offer("pip install flask", ReductionKind.BUILD_TOOLS)
    assert offer is not None
    assert "gcc" in {need.program for need in offer.needs if isinstance(need, ProgramNeed)}


def test_sibling_of_known_requirements_rests_on_their_rows(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "psycopg2\nGitPython\nflask\n",
        "app.py": "from flask import send_file\nimport subprocess\nsubprocess.run(['curl', 'x'])\n",
        "tests/test_app.py": "import subprocess\nsubprocess.run(unknown)\n",
    }
    offer = Image(tmp_path, files).sibling("pip install -r requirements.txt")
    rows, unnamed = offer.claims
    assert (rows.kind, rows.evidence.basis, rows.evidence.missing) == (
        ClaimKind.PYTHON_DIRECT_ROWS,
        Basis.SEARCH,
        (),
    )
    assert "3 direct requirements of requirements.txt" in rows.evidence.searched
    assert unnamed.kind is ClaimKind.UNNAMED_PROGRAM
    assert not unnamed.evidence.missing
    assert {need.apt for need in offer.needs if isinstance(need, PackageNeed)} == {
        "libpq-dev",
        "ca-certificates",  # curl reaches servers with them
    }
    assert {need.program for need in offer.needs if isinstance(need, ProgramNeed)} == {"curl", "git"}
    assert {need.facility for need in offer.needs if isinstance(need, FacilityNeed)} == {Facility.MIME_TYPES}


def test_an_unknown_requirement_leaves_the_claim_open(tmp_path: Path) -> None:
    files = {"requirements.txt": "flask\nnobody-knows-this\ngit+https://host/x.git\n"}
    missing = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[0].evidence.missing
    assert missing == ("nobody-knows-this", "git+https://host/x.git")


def test_hashes_lock_every_distribution(tmp_path: Path) -> None:
    files = {"requirements.txt": "six==1.16 --hash=sha256:00\nflask==3.0 \\\n    --hash=sha256:11\n"}
    claim = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[0]
    assert (claim.kind, claim.evidence.basis) == (ClaimKind.PYTHON_LOCKED_ROWS, Basis.RULE)


def test_a_program_named_only_at_run_time_leaves_the_claim_open(tmp_path: Path) -> None:
    files = {"requirements.txt": "flask\n", "app.py": "import subprocess\nsubprocess.run(x)\n"}
    unnamed = Image(tmp_path, files).sibling("pip install -r requirements.txt").claims[1]
    assert unnamed.evidence.missing == ("the program that app.py:2 starts",)


def test_a_python_of_the_distribution_goes_along_to_the_sibling(tmp_path: Path) -> None:
    image = Image(tmp_path, base="node:20-bookworm")
    offer = image.offer("pip3 install flask", ReductionKind.SIBLING_BASE)
    assert offer is not None
    packages = {need.apt for need in offer.needs if isinstance(need, PackageNeed)}
    programs = {need.program for need in offer.needs if isinstance(need, ProgramNeed)}
    assert (packages, programs) == ({"python3-setuptools", "ca-certificates"}, {"/usr/bin/python3"})


def test_what_a_compiler_brings_is_needed_where_a_row_says_so_or_is_missing(tmp_path: Path) -> None:
    image = Image(tmp_path, base="python:3.12-slim", packages=("gcc", "libpq-dev"))

    def packages(command: str) -> set[str]:
        offer = image.offer(command, ReductionKind.BUILD_TOOLS)
        assert offer is not None
        return {need.apt for need in offer.needs if isinstance(need, PackageNeed)}

    assert packages("pip install flask psycopg2") == set()
    assert "libgomp1" in packages("pip install lightgbm")
    assert "libgomp1" in packages("pip install nobody-knows-this")


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("uv.lock", "uv sync --frozen"),
        ("poetry.lock", "poetry install --no-root"),
    ],
)
def test_a_lock_names_what_a_manager_installs(tmp_path: Path, lock: str, command: str) -> None:
    files = {
        lock: '[[package]]\nname = "flask"\nversion = "3.0"\n[[package]]\nname = "own"\nversion = "1"\n'
        'source = { editable = "." }\n',
        "pyproject.toml": "[project]\nname = 'own'\n",
    }
    claim = (
        Image(tmp_path, files, environment={"POETRY_VIRTUALENVS_CREATE": "false"}).sibling(command).claims[0]
    )
    assert (claim.kind, claim.evidence.searched) == (
        ClaimKind.PYTHON_LOCKED_ROWS,
        f"1 locked distribution of {lock}",
    )


def test_an_unknown_distribution_may_call_any_program(tmp_path: Path) -> None:
    offer = Image(tmp_path).offer("pip install nobody-knows-this", ReductionKind.BUILD_TOOLS)
    assert offer is not None
    libraries, unnamed = offer.claims
    assert libraries.evidence.basis is Basis.RULE
    assert not libraries.evidence.missing
    assert unnamed.evidence.missing == ("nobody-knows-this",)


def test_what_a_compiler_made_is_not_taken_for_plain_data(tmp_path: Path) -> None:
    image = Image(tmp_path, {"setup.py": "from setuptools import setup\nsetup(ext_modules=[x])\n"})
    claim = image.sibling("python setup.py build_ext --inplace").claims[0]
    assert claim.evidence.missing == ("setup.py compiles extension modules",)


@pytest.mark.parametrize(
    "text", ["ffi.set_source('_x', '')\nffi.compile()\n", "ext_modules = cythonize(['a.pyx'])\n"]
)
def test_what_a_build_script_compiled_is_not_taken_for_plain_data(tmp_path: Path, text: str) -> None:
    claim = Image(tmp_path, {"build_ffi.py": text}).sibling("python build_ffi.py").claims[0]
    assert claim.evidence.missing == ("python build_ffi.py",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_requirement_file_is_decoded_as_pip_does(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.0\r\nsix\r\n", encoding=encoding)
    claim = Image(tmp_path).sibling("pip install -r requirements.txt").claims[0]
    assert claim.evidence.searched == "2 direct requirements of requirements.txt"
    assert not claim.evidence.missing


def _build_needs(image: Image, command: str) -> tuple[object, ...]:
    offer = image.offer(command, ReductionKind.BUILD_TOOLS)
    assert offer is not None
    return tuple(
        getattr(need, "program", "") or getattr(need, "apt", "") or getattr(need, "facility", "")
        for need in offer.needs
    )


@pytest.mark.parametrize(
    ("base", "command", "needs"),
    [
        (
            "ubuntu:22.04",
            "pip3 install flask",
            ("/usr/bin/python3", Facility.CERTIFICATES, "ca-certificates", "python3-setuptools"),
        ),
        (
            "debian:bookworm",
            "/opt/venv/bin/pip install flask",
            ("/usr/bin/python3", Facility.CERTIFICATES, "ca-certificates"),
        ),
        ("python:3.12-slim", "pip install flask", ()),
        ("python:3.12-slim", "/opt/venv/bin/pip install flask", ()),
    ],
)
def test_the_python_of_the_distribution_is_needed_with_what_its_pip_brought(
    tmp_path: Path, base: str, command: str, needs: tuple[object, ...]
) -> None:
    assert _build_needs(Image(tmp_path, base=base), command) == needs


def test_sources_that_the_file_deletes_after_their_install_still_tell_what_they_call(tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup()\n",
        "tool.py": "import os\nos.system('git')\n",
    }
    image = Image(tmp_path, files)
    command, case = words("pip install ."), image.case
    effect = image.known_effect("pip install .")
    gone = replace(image.state, tree=image.state.tree.then(Gone(region("/app"))))
    made = next(iter(STRATEGY.products(command, effect, image.state, case)))
    offers = STRATEGY.reductions(made, (), gone, case)
    assert all(ProgramNeed("git", "tool.py:2 calls it") in offer.needs for offer in offers)


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ('truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")', Facility.FONTS),
        ('truetype("DejaVuSans.ttf", 32)', Facility.FONTS),
        ('TextClip("words", fontsize=70)', "convert"),
        ('truetype("fonts/Own.ttf")', None),
    ],
)
def test_a_source_that_draws_words_needs_fonts_or_who_draws_them(
    tmp_path: Path, source: str, needed: object
) -> None:
    offer = Image(tmp_path, {"app.py": f"{source}\n"}).offer("pip install flask", ReductionKind.SIBLING_BASE)
    assert offer is not None
    found = {getattr(need, "facility", "") or getattr(need, "program", "") for need in offer.needs}
    assert found == ({needed} if needed else set())


def test_letters_are_set_with_the_library_that_pillow_finds(tmp_path: Path) -> None:
    source = 'from PIL import ImageFont\nImageFont.truetype("own.ttf")\n'
    offer = Image(tmp_path, {"app.py": source}).offer("pip install pillow", ReductionKind.SIBLING_BASE)
    assert offer is not None
    assert [need.apt for need in offer.needs if isinstance(need, PackageNeed)] == ["libfribidi-dev"]


@pytest.mark.parametrize(
    ("distribution", "needed"),
    [("uwsgi", Facility.MIME_TYPES), ("py-tgcalls", "node"), ("yt-dlp", "node")],
)
def test_what_a_distribution_reads_and_calls_stands_in_its_row(
    tmp_path: Path, distribution: str, needed: object
) -> None:
    offer = Image(tmp_path).offer(f"pip install {distribution}", ReductionKind.SIBLING_BASE)
    assert offer is not None
    assert needed in {getattr(need, "facility", "") or getattr(need, "program", "") for need in offer.needs}


@pytest.mark.parametrize(
    ("commands", "files", "read"),
    [
        (("python -m build",), {}, True),
        (("poetry build -f wheel",), {}, True),
        ((), {}, False),
        (("python -m build",), {"dist/other-1.whl": ""}, False),
        (("make wheel",), {}, False),
    ],
)
def test_a_wheel_that_the_file_built_asks_for_what_its_project_does(
    tmp_path: Path, commands: tuple[str, ...], files: dict[str, str], read: bool
) -> None:
    image = Image(tmp_path, {"pyproject.toml": PROJECT, **files})
    for command in commands:
        image.state = replace(image.state, tree=image.state.tree.then(Changed(region("/app"), command)))
    offer = image.offer("pip install dist/*.whl", ReductionKind.SIBLING_BASE)
    assert offer is not None
    assert (offer.claims[0].evidence.missing == ()) is read
