"""What may stay behind around a Go program: all but the artifact, or all of the image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_image import MAIN, MODULE, Stage, evidence
from restage.api import Claim, ClaimKind, FacilityNeed, PathNeed, Reduction, ReductionKind, Verdict
from restage.planning.judge import verdict
from restage_strategies.go import STRATEGY

SERVER = (
    'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", http.FileServer(%s)) }\n'
)


def offer(
    stage: Stage, kind: ReductionKind, *start: str, build: str = "CGO_ENABLED=0 go build -o main ."
) -> Reduction:
    """The offer of one kind for the last program that the build makes."""
    return stage.offers(build, *(start or ("./main",)))[kind]


def kept(found: Reduction) -> set[str]:
    return {place.path for place in found.keeps}


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
