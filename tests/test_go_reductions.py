"""What the Go strategy says of a fetch before the sources, of an artifact alone, and of an image with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from restage.api import (
    Claim,
    ClaimKind,
    Evidence,
    FacilityNeed,
    PathNeed,
    Reduction,
    ReductionKind,
    Verdict,
)
from restage.planning.judge import verdict
from restage_strategies.go import STRATEGY
from restage_strategies.go.opening import Opened, opened_by
from restage_strategies.go.source import read_go
from test_go_strategy import MAIN, MODULE, Stage

PINNED = MODULE + "require example.net/lib v1.2.0\n"
SUM = "example.net/lib v1.2.0 h1:aaa=\nexample.net/lib v1.2.0/go.mod h1:bbb=\n"
SERVER = (
    'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", http.FileServer(%s)) }\n'
)


def seen(stage: Stage, command: str, before: str = "true") -> set[str]:
    """What the command reads of the project."""
    effect = stage.effect(command, before)
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


def offer(
    stage: Stage, kind: ReductionKind, *start: str, build: str = "CGO_ENABLED=0 go build -o main ."
) -> Reduction:
    """The offer of one kind for the last program that the build makes."""
    product = [found for found in stage.run(build) if found.kind.value == "artifact"][-1]
    offers = STRATEGY.reductions(product, stage.starts(*(start or ("./main",))), stage.state, stage.case)
    return next(found for found in offers if found.kind is kind)


def kept(found: Reduction) -> set[str]:
    return {place.path for place in found.keeps}


def evidence(found: Reduction, kind: ClaimKind) -> Evidence:
    return next(claim.evidence for claim in found.claims if claim.kind is kind)


def judged(found: Reduction, kind: ClaimKind) -> Verdict:
    return verdict(Claim(kind, "", evidence(found, kind)))


PLAIN = {
    "go.mod": MODULE,
    "main.go": MAIN,
    "main_test.go": "package main\n",
    "README.md": "x",
    "docs/use.md": "x",
    "Makefile": "x",
    ".github/workflows/ci.yml": "x",
    "internal/x/testdata/a.json": "{}",
    "internal/x/x.go": "package x\n",
    "vendor/modules.txt": "",
    "vendor/example.net/lib/lib.json": "{}",
}


def test_sources_alone_stay_behind_by_rule(tmp_path: Path) -> None:
    found = offer(Stage(tmp_path, PLAIN), ReductionKind.ARTIFACT_ONLY)
    assert judged(found, ClaimKind.APPLICATION_FILES) is Verdict.PROVEN
    assert kept(found) == {"/app/main"}
    assert [place.path for place in found.goes] == ["/app"]


@pytest.mark.parametrize(
    ("files", "expected", "verdict_"),
    [
        ({"templates/a.html": "x"}, {"/app/templates"}, Verdict.EXPECTED),
        ({"config.yaml": "x"}, {"/app/config.yaml"}, Verdict.EXPECTED),
        ({"deploy/pod.yaml": "x"}, set(), Verdict.EXPECTED),
        ({"posts/first.md": "x"}, set(), Verdict.EXPECTED),
        ({"logs/.gitkeep": ""}, set(), Verdict.EXPECTED),
        ({"node_modules/x/index.js": ""}, set(), Verdict.EXPECTED),
    ],
)
def test_data_beside_the_sources_takes_a_search(
    tmp_path: Path, files: dict[str, str], expected: set[str], verdict_: Verdict
) -> None:
    found = offer(Stage(tmp_path, {**PLAIN, **files}), ReductionKind.ARTIFACT_ONLY)
    assert judged(found, ClaimKind.APPLICATION_FILES) is verdict_
    assert kept(found) == {"/app/main"} | expected


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ('http.Dir("./site")', {"/app/site"}),
        ('http.Dir("site/pages")', {"/app/site/pages"}),
        ('http.Dir("/app/site")', {"/app/site"}),
        ('http.Dir("site/new")', {"/app/site"}),
    ],
)
def test_a_folder_that_the_sources_name_goes_along(tmp_path: Path, argument: str, expected: set[str]) -> None:
    files = {**PLAIN, "main.go": SERVER % argument, "site/pages/a.html": "x"}
    found = offer(Stage(tmp_path, files), ReductionKind.ARTIFACT_ONLY)
    assert kept(found) == expected | {"/app/main"}


def test_files_that_a_start_or_a_variable_names_go_along(tmp_path: Path) -> None:
    files = {**PLAIN, "a/one.txt": "x", "b/two.txt": "x", "c/three.txt": "x"}
    stage = Stage(tmp_path, files, environment={"LIST": "/app/b/two.txt"})
    found = offer(stage, ReductionKind.ARTIFACT_ONLY, "./main", "--list=a/one.txt")
    assert kept(found) == {"/app/main", "/app/a/one.txt", "/app/b/two.txt"}


def test_what_commands_made_beside_the_program_goes_along(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {**PLAIN, "plugins/a/a.go": MAIN})
    stage.run("go build -buildmode=plugin -o plugins/a.so ./plugins/a")
    found = offer(stage, ReductionKind.ARTIFACT_ONLY)
    assert kept(found) == {"/app/main", "/app/plugins/a.so"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SERVER % 'http.Dir(".")', Verdict.REFUTED),
        (SERVER % "http.Dir(os.Args[1])", Verdict.OPEN),
        (SERVER.replace("net/http", "embed") % "x" + "\n//go:embed page\nvar x embed.FS\n", Verdict.PROVEN),
    ],
)
def test_a_program_that_serves_where_it_stands_keeps_its_directory(
    tmp_path: Path, source: str, expected: Verdict
) -> None:
    files = (
        {**PLAIN, "main.go": source, "page/index.html": "x"}
        if "embed" in source
        else {**PLAIN, "main.go": source}
    )
    found = offer(Stage(tmp_path, files), ReductionKind.ARTIFACT_ONLY)
    assert judged(found, ClaimKind.APPLICATION_FILES) is expected


def test_hidden_files_of_an_embedded_folder_are_data(tmp_path: Path) -> None:
    source = 'package main\n\nimport "embed"\n\n//go:embed page\nvar x embed.FS\n\nfunc main() {}\n'
    files = {**PLAIN, "main.go": source, "page/index.html": "x", "page/.hidden": "x"}
    found = offer(Stage(tmp_path, files), ReductionKind.ARTIFACT_ONLY)
    assert judged(found, ClaimKind.APPLICATION_FILES) is Verdict.EXPECTED


def test_a_program_in_a_directory_of_the_system_has_no_offer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, PLAIN, directory="/")
    product = stage.run("go build -o /main .")[0]
    offers = STRATEGY.reductions(product, stage.starts("/main"), stage.state, stage.case)
    assert ReductionKind.ARTIFACT_ONLY not in {found.kind for found in offers}


@pytest.mark.parametrize(
    ("build", "source", "expected"),
    [
        ("CGO_ENABLED=0 go build -o main .", SERVER % 'http.Dir("x")', Verdict.PROVEN),
        ("go build -o main .", MAIN, Verdict.PROVEN),
        ("go build -o main .", SERVER % 'http.Dir("x")', Verdict.REFUTED),
        ("go build -tags netgo,osusergo -o main .", SERVER % 'http.Dir("x")', Verdict.PROVEN),
        ("go build -o main .", 'package main\n\nimport "C"\n\nfunc main() {}\n', Verdict.REFUTED),
        (
            "go build -o main .",
            'package main\n\nimport _ "example.net/lib"\n\nfunc main() {}\n',
            Verdict.OPEN,
        ),
        ("CGO_ENABLED=0 go build -buildmode=pie -o main .", MAIN, Verdict.REFUTED),
        ("go build -ldflags '-extldflags -static' -o main .", SERVER % 'http.Dir("x")', Verdict.PROVEN),
    ],
)
def test_a_program_alone_is_static(tmp_path: Path, build: str, source: str, expected: Verdict) -> None:
    found = offer(
        Stage(tmp_path, {"go.mod": MODULE, "main.go": source}), ReductionKind.MINIMAL_BASE, build=build
    )
    assert judged(found, ClaimKind.GO_LINKAGE) is expected


CALLS = 'package main\n\nimport "os/exec"\n\nfunc main() { exec.Command("git").Run() }\n'


@pytest.mark.parametrize(
    ("source", "user", "start", "expected"),
    [
        (MAIN, "root", ("./main",), Verdict.EXPECTED),
        (MAIN, "1000", ("./main",), Verdict.EXPECTED),
        (MAIN, "app", ("./main",), Verdict.REFUTED),
        (MAIN, "root", ("sh", "-c", "./main"), Verdict.REFUTED),
        (CALLS, "root", ("./main",), Verdict.REFUTED),
        (CALLS.replace('"git"', "name()"), "root", ("./main",), Verdict.OPEN),
    ],
)
def test_a_minimal_image_has_no_program_shell_or_named_user(
    tmp_path: Path, source: str, user: str, start: tuple[str, ...], expected: Verdict
) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": source})
    stage.state = replace(stage.state, user=user)
    product = stage.run("CGO_ENABLED=0 go build -o main .")[0]
    starts = tuple(
        replace(found, command=replace(found.command, words=start)) for found in stage.starts("./main")
    )
    offers = STRATEGY.reductions(product, starts, stage.state, stage.case)
    found = next(one for one in offers if one.kind is ReductionKind.MINIMAL_BASE)
    assert judged(found, ClaimKind.MINIMAL_CONTENTS) is expected


def test_a_minimal_image_needs_what_the_program_asks_the_system_for(tmp_path: Path) -> None:
    source = (
        'package main\n\nimport (\n"net/http"\n"os"\n"os/user"\n"time"\n)\n\n'
        'func main() { time.LoadLocation("UTC"); user.Current(); os.CreateTemp("", ""); http.Get("") }\n'
    )
    found = offer(Stage(tmp_path, {"go.mod": MODULE, "main.go": source}), ReductionKind.MINIMAL_BASE)
    facilities = {need.facility.name for need in found.needs if isinstance(need, FacilityNeed)}
    paths = {need.path for need in found.needs if isinstance(need, PathNeed)}
    assert facilities == {"CERTIFICATES", "TIME_ZONES"}
    assert paths >= {"/tmp", "/etc/passwd"}


def opened(text: str) -> Opened:
    return opened_by([read_go("/app/main.go", text)], "/app")


@pytest.mark.parametrize(
    ("call", "field", "expected"),
    [
        ('os.ReadFile("a.txt")', "computed", 0),
        ("os.ReadFile(name)", "computed", 1),
        ("os.ReadFile(fixed)", "computed", 0),
        ('os.ReadFile(filepath.Join("a", name))', "computed", 1),
        ("http.Dir(name)", "listed", 1),
        ('http.Dir("./")', "whole", 1),
        ('router.StaticFS("/", http.Dir("public"))', "listed", 0),
        ('router.Static("/", "./public")', "listed", 0),
        ('router.Static("/", folder())', "listed", 1),
        ('router.Static("/", ".")', "whole", 1),
    ],
)
def test_what_is_opened_is_told_from_what_is_computed(call: str, field: str, expected: int) -> None:
    text = (
        'package main\n\nimport (\n"net/http"\n"os"\n"path/filepath"\n)\n\n'
        f'const fixed = "b.txt"\n\nfunc main() {{ {call} }}\n'
    )
    assert len(getattr(opened(text), field)) == expected
