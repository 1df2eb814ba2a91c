"""What a Go program links to, and which packages that takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_image import LAYOUT, Stage, evidence
from restage.api import ClaimKind, PackageNeed, ReductionKind

CALLS_C = {**LAYOUT, "main.go": 'package main\n\nimport "C"\n\nfunc main() {}\n'}


def linkage_of(stage: Stage, command: str, start: str = "./shop") -> tuple[str, tuple[str, ...], set[str]]:
    """What was looked at, what is missing, and the packages that linking takes."""
    offer = stage.offers(command, start)[ReductionKind.SIBLING_BASE]
    linked = evidence(offer, ClaimKind.GO_LINKAGE)
    packages = {need.apt or need.apk for need in offer.needs if isinstance(need, PackageNeed)}
    return linked.searched, linked.missing, packages


@pytest.mark.parametrize(
    ("base", "packages", "command", "says"),
    [
        ("golang:1.22", (), "CGO_ENABLED=0 go build -o shop", "CGO_ENABLED=0"),
        ("golang:1.22", (), "go build -ldflags '-s -extldflags \"-static\"' -o shop", "-static"),
        ("golang:1.22-alpine", (), "go build -o shop", "no C compiler"),
        ("golang:1.22-alpine", ("build-base",), "go build -o shop", "the C libraries of golang:1.22-alpine"),
        ("golang:1.19-alpine", (), "go build -o shop", "the C libraries of golang:1.19-alpine"),
        ("golang:1.22", (), "go build -o shop", "the C libraries of golang:1.22"),
    ],
)
def test_linkage_is_told_by_rule(
    tmp_path: Path, base: str, packages: tuple[str, ...], command: str, says: str
) -> None:
    searched, missing, needs = linkage_of(Stage(tmp_path, CALLS_C, base, packages=packages), command)
    assert says in searched and not missing and not needs


def test_libraries_of_dev_packages_go_along_and_compilers_do_not(tmp_path: Path) -> None:
    stage = Stage(tmp_path, CALLS_C, packages=("libvips-dev", "libc6-dev", "gcc", "git"))
    assert linkage_of(stage, "go build -o shop")[2] == {"libvips-dev"}


def test_a_base_with_headers_of_its_own_leaves_linkage_open(tmp_path: Path) -> None:
    assert linkage_of(Stage(tmp_path, CALLS_C, "python:3.11"), "go build -o shop")[1]


@pytest.mark.parametrize("base", ["golang:1.22", "node:20", "python:3.11"])
def test_a_program_that_calls_no_c_links_to_the_c_library_alone(tmp_path: Path, base: str) -> None:
    stage = Stage(tmp_path, LAYOUT, base, packages=("libvips-dev", "gcc"))
    searched, missing, needs = linkage_of(stage, "go build -o shop")
    assert "the C library alone" in searched and not missing and not needs


@pytest.mark.parametrize("variable", ["CGO_LDFLAGS=-lfoo ", ""])
def test_libraries_that_the_build_command_names_may_be_linked(tmp_path: Path, variable: str) -> None:
    flags = "" if variable else "-ldflags '-linkmode external -extldflags -lfoo' "
    stage = Stage(tmp_path, LAYOUT, packages=("libfoo-dev",))
    assert linkage_of(stage, f"{variable}go build {flags}-o shop")[2] == {"libfoo-dev"}


def test_go_env_w_counts_like_the_environment(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT)
    searched, _, _ = linkage_of(stage, "go env -w CGO_ENABLED=0 && go build -o shop")
    assert "CGO_ENABLED=0" in searched


@pytest.mark.parametrize(
    ("main", "missing"),
    [
        (
            'package main\n\nimport "github.com/ebitengine/purego"\n',
            ("which libraries main.go opens by name",),
        ),
        (
            'package main\n\n// #include <dlfcn.h>\n// void *o(char *n) { return dlopen(n, 1); }\nimport "C"\n',
            ("which libraries main.go opens by name",),
        ),
        ('package main\n\n// #include <dlfcn.h>\nimport "C"\n', ()),
    ],
)
def test_libraries_that_are_opened_by_name_leave_linkage_open(
    tmp_path: Path, main: str, missing: tuple[str, ...]
) -> None:
    stage = Stage(tmp_path, {**LAYOUT, "main.go": f"{main}\nfunc main() {{}}\n"}, packages=("libvips-dev",))
    assert linkage_of(stage, "CGO_ENABLED=0 go build -o shop")[1] == missing
