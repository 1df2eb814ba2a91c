"""What Go fetches, reads for it, and may fetch before the sources are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_image import MAIN, MODULE, Stage

PINNED = MODULE + "require example.net/lib v1.2.0\n"


SUM = "example.net/lib v1.2.0 h1:aaa=\nexample.net/lib v1.2.0/go.mod h1:bbb=\n"


def seen(stage: Stage, command: str) -> set[str]:
    """What the command reads of the project."""
    effect = stage.effect(command)
    assert effect is not None and effect.opaque is None
    top = stage.state.directory
    return {
        place.path.removeprefix(top).lstrip("/") or "."
        for place in effect.reads
        if place.path.startswith(top)
    }


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go mod download", {"go.mod", "go.sum"}),
        ("go mod download -x", {"go.mod", "go.sum"}),
        ("go mod verify", {"go.mod", "go.sum"}),
        ("go list -m all", {"go.mod", "go.sum"}),
        ("go mod download -modfile=tools.mod", {"go.mod", "go.sum", "tools.mod"}),
        ("go install example.net/tool@v1.0.0", set()),
        ("go install example.net/tool", {"go.mod", "go.sum"}),
        ("go get example.net/lib", {"go.mod", "go.sum"}),
        ("go get ./...", {".", "go.mod", "go.sum"}),
        ("go get -d", {".", "go.mod", "go.sum"}),
        ("go install ./cmd/server", {".", "go.mod", "go.sum"}),
        ("go install example.org/shop/cmd/server", {".", "go.mod", "go.sum"}),
        ("go mod tidy", {"."}),
        ("go mod vendor", {"."}),
        ("go build .", {".", "go.mod", "go.sum"}),
    ],
)
def test_a_fetch_reads_module_files_and_a_build_the_project(
    tmp_path: Path, command: str, expected: set[str]
) -> None:
    files = {
        "go.mod": PINNED,
        "go.sum": SUM,
        "tools.mod": MODULE,
        "main.go": MAIN,
        "cmd/server/main.go": MAIN,
    }
    assert seen(Stage(tmp_path, files), command) == expected


def test_a_workspace_names_the_files_of_its_modules(tmp_path: Path) -> None:
    files = {
        "go.work": "go 1.22\nuse (\n\t./api\n\t./lib\n)\nreplace example.net/far => ./far\n",
        "go.work.sum": "",
        "api/go.mod": "module api.example.org\nreplace example.net/near => ../near\n",
        "api/go.sum": "",
        "lib/go.mod": "module lib.example.org\n",
        "near/go.mod": "module example.net/near\n",
        "near/go.sum": "",
        "far/go.mod": "module example.net/far\n",
        "other/go.mod": "module other.example.org\n",
    }
    expected = {
        "go.work",
        "go.work.sum",
        "api/go.mod",
        "api/go.sum",
        "lib/go.mod",
        "near/go.mod",
        "far/go.mod",
    }
    assert seen(Stage(tmp_path, files), "go mod download") == expected


def test_a_vendored_package_is_compiled_from_the_project(tmp_path: Path) -> None:
    files = {"go.mod": PINNED, "vendor/modules.txt": "# example.net/lib v1.2.0\n", "main.go": MAIN}
    assert seen(Stage(tmp_path, files), "go install example.net/lib/cmd/x") == {"go.mod", "vendor"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SUM, set()),
        ("", {"/app/go.sum"}),
        ("example.net/lib v1.1.0 h1:aaa=\nexample.net/lib v1.1.0/go.mod h1:bbb=\n", {"/app/go.sum"}),
    ],
)
def test_a_download_changes_only_checksums_that_are_missing(
    tmp_path: Path, text: str, expected: set[str]
) -> None:
    effect = Stage(tmp_path, {"go.mod": PINNED, "go.sum": text}).effect("go mod download")
    assert effect is not None and {place.path for place in effect.writes} == expected


def test_a_module_that_is_swapped_needs_no_checksum_under_its_name(tmp_path: Path) -> None:
    files = {"go.mod": PINNED + "replace example.net/lib => example.net/fork v1.0.0\n", "go.sum": ""}
    effect = Stage(tmp_path, files).effect("go mod download")
    assert effect is not None and not effect.writes


OWN = "module git.example.org/shop\n\ngo 1.22\nrequire git.example.org/kit v1.0.0\n"


OWN_SUM = "git.example.org/kit v1.0.0 h1:aaa=\ngit.example.org/kit v1.0.0/go.mod h1:bbb=\n"


IMPORTING = 'package main\n\nimport _ "git.example.org/kit/x"\n\nfunc main() {}\n'


OLD = PINNED.replace("go 1.22", "go 1.16")


@pytest.mark.parametrize(
    ("files", "offered"),
    [
        ({"go.mod": PINNED, "go.sum": SUM}, True),
        ({"go.mod": PINNED, "go.sum": ""}, False),
        ({"go.mod": PINNED, "go.sum": "example.net/lib v1.2.0/go.mod h1:bbb=\n"}, False),
        ({"go.mod": PINNED + "require example.com/gone v1.0.0\n", "go.sum": SUM}, False),
        ({"go.mod": PINNED + "replace example.net/lib => example.net/fork v1.0.0\n", "go.sum": SUM}, False),
        (
            {
                "go.mod": PINNED + "replace example.net/lib => example.net/fork v1.0.0\n",
                "go.sum": SUM.replace("lib v1.2.0", "fork v1.0.0"),
            },
            True,
        ),
        (
            {
                "go.mod": PINNED + "require example.net/near v0.0.0\nreplace example.net/near => ./near\n",
                "near/go.mod": "module example.net/near\n",
                "go.sum": SUM,
            },
            True,
        ),
        ({"go.mod": OLD, "go.sum": SUM}, True),
        ({"go.mod": OLD, "go.sum": SUM + "example.net/far v1.0.0/go.mod h1:ccc=\n"}, False),
        ({"go.mod": PINNED, "go.sum": SUM + "example.net/far v1.0.0/go.mod h1:ccc=\n"}, True),
        ({"go.mod": OWN, "go.sum": OWN_SUM}, False),
        ({"go.mod": OWN, "go.sum": OWN_SUM, "a_test.go": IMPORTING}, False),
        ({"go.mod": OWN, "go.sum": OWN_SUM, "tools.go": f"//go:build tools\n\n{IMPORTING}"}, False),
        ({"go.mod": OWN, "go.sum": OWN_SUM, "a.go": IMPORTING}, True),
    ],
)
def test_modules_are_fetched_beforehand_where_the_download_cannot_fail_when_the_build_would_not(
    tmp_path: Path, files: dict[str, str], offered: bool
) -> None:
    """`go build` asks for no module that nothing imports: such a one may not exist, or ask for a password."""
    effect = Stage(tmp_path, {**files, "main.go": MAIN}).effect("go build .")
    assert effect is not None and (effect.prefetch is not None) is offered


def test_a_module_of_goprivate_is_fetched_beforehand_only_if_it_is_imported(tmp_path: Path) -> None:
    files = {"go.mod": PINNED, "go.sum": SUM, "main.go": MAIN}
    stage = Stage(tmp_path, files, environment={"GOPRIVATE": "example.net/*"})
    effect = stage.effect("go build .")
    assert effect is not None and effect.prefetch is None


def test_modules_are_fetched_in_the_directory_of_the_module_that_the_build_works_below(
    tmp_path: Path,
) -> None:
    """Any other directory may be one that only the sources make."""
    stage = Stage(tmp_path, {"go.mod": PINNED, "go.sum": SUM, "cmd/shop/main.go": MAIN})
    stage.run("cd cmd/shop")
    effect = stage.effect("go build .")
    assert effect is not None and effect.prefetch is not None
    assert effect.prefetch.directory == "/app"


def test_nothing_is_fetched_beforehand_by_a_module_file_that_a_command_changes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"go.mod": PINNED, "go.sum": SUM, "main.go": MAIN})
    stage.run("go mod edit -go=1.22")
    effect = stage.effect("go build .")
    assert effect is not None and effect.prefetch is None


@pytest.mark.parametrize("change", ["go get example.net/lib", "go mod tidy", "go mod edit -go=1.22"])
def test_a_build_reads_the_module_file_that_a_command_changed(tmp_path: Path, change: str) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": MAIN})
    stage.run(change)
    assert {"go.mod", "."} <= seen(stage, "go build .")


def test_a_library_is_known_from_sources_that_are_copied_later(tmp_path: Path) -> None:
    files = {"main.go": 'package main\n\nimport _ "example.net/lib"\n\nfunc main() {}\n'}
    stage = Stage(tmp_path, files, base="golang:1.12", directory="/elsewhere")
    stage.state = replace(stage.state, directory="/app")
    effect = stage.effect("go get example.net/lib")
    assert effect is not None and not effect.writes


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dep ensure -vendor-only", {"Gopkg.toml", "Gopkg.lock"}),
        ("dep ensure", {"."}),
        ("glide install", {"glide.yaml", "glide.lock"}),
        ("glide up", {"."}),
    ],
)
def test_vendoring_from_a_lockfile_reads_no_source(tmp_path: Path, command: str, expected: set[str]) -> None:
    files = {"Gopkg.toml": "", "Gopkg.lock": "", "glide.yaml": "", "glide.lock": "", "main.go": MAIN}
    stage = Stage(tmp_path, files, base="golang:1.10", directory="/go/src/example.org/shop")
    assert seen(stage, command) == expected
