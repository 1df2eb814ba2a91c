"""What stays behind around a program of C or C++, and what it takes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpp_image import MAIN, Stage
from restage.api import Basis, ClaimKind, Evidence, PackageNeed, Reduction, ReductionKind

MAKEFILE = "app: main.c\n\t$(CC) -o app main.c -lz\n"


def offered(stage: Stage, command: str) -> Reduction:
    return stage.offers(command, "./app")[ReductionKind.BUILD_TOOLS]


def linkage(offer: Reduction) -> Evidence:
    return next(claim.evidence for claim in offer.claims if claim.kind is ClaimKind.C_LINKAGE)


def packages(offer: Reduction) -> set[str]:
    return {need.apt for need in offer.needs if isinstance(need, PackageNeed)}


def test_headers_are_followed_by_their_libraries_and_other_packages_stay(tmp_path: Path) -> None:
    installed = ("build-essential", "zlib1g-dev", "ffmpeg", "git")
    offer = offered(Stage(tmp_path, {"main.c": MAIN, "Makefile": MAKEFILE}, packages=installed), "make")
    assert linkage(offer).basis is Basis.RULE and not linkage(offer).missing
    of_compiler = {"libstdc++6", "libgcc-s1", "libgomp1", "libatomic1"}
    assert packages(offer) == {*of_compiler, "ca-certificates", "zlib1g-dev", "ffmpeg"}


@pytest.mark.parametrize(
    ("command", "library"),
    [
        ("gcc main.c -o app", None),
        ("gcc -fopenmp main.c -o app", "libgomp1"),
        ("gcc main.c -latomic -o app", "libatomic1"),
    ],
)
def test_options_of_a_compiler_tell_its_libraries(tmp_path: Path, command: str, library: str | None) -> None:
    found = packages(offered(Stage(tmp_path, {"main.c": MAIN}), command)) & {"libgomp1", "libatomic1"}
    assert found == ({library} if library else set())


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("gcc -fsanitize=address main.c -o app", {}),
        ("make", {"Makefile": MAKEFILE.replace("-lz", "-fsanitize=undefined")}),
    ],
)
def test_what_no_rule_tells_is_open(tmp_path: Path, command: str, more: dict[str, str]) -> None:
    assert linkage(offered(Stage(tmp_path, {"main.c": MAIN, **more}), command)).missing


@pytest.mark.parametrize(
    ("source", "command", "moves"),
    [
        (MAIN, "gcc -O2 -Wall -o app main.c -lm -lpthread", True),
        (MAIN, "cc -std=c11 *.c -o app", True),
        (MAIN, "g++ main.c -o app", False),
        (MAIN, "gcc main.c -o app -lssl", False),
        (MAIN, "gcc main.c -o app -fopenmp", False),
        (MAIN, "gcc -x c++ main.c -o app -lstdc++", False),
        (MAIN, "gcc main.c -o app $(pkg-config --libs zlib)", False),
        ("_Atomic struct { long a[2]; } pair;", "gcc main.c -o app", False),
    ],
)
def test_only_plain_c_leaves_the_image_of_the_compiler(
    tmp_path: Path, source: str, command: str, moves: bool
) -> None:
    offers = Stage(tmp_path, {"main.c": source}, "gcc:13").offers(command, "./app")
    assert (ReductionKind.SIBLING_BASE in offers) is moves
