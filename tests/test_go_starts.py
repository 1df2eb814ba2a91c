"""What the start of a Go program needs, and which starts compile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_image import LAYOUT, MAIN, MODULE, Stage, program
from restage.api import (
    ClaimKind,
    Facility,
    FacilityNeed,
    Need,
    PackageNeed,
    PathNeed,
    ProductKind,
    ProgramNeed,
    ReductionKind,
    Region,
    VariableNeed,
)
from restage.api.tree import Changed, Gone
from restage_strategies.go import STRATEGY


def needs_of(tmp_path: Path, files: dict[str, str]) -> tuple[Need, ...]:
    stage = Stage(tmp_path, {"go.mod": MODULE, **files})
    stage.run("go build -o shop")
    resolution = stage.resolve("./shop")
    assert resolution is not None and resolution.toolchain is None
    return resolution.needs


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('exec.Command("git", "pull").Run()', {"git", "ssh"}),
        ('exec.Command("git", "clone", "https://git.example.org/a").Run()', {"git"}),
        ('exec.Command("git", "log").Run()', {"git"}),
        ('exec.CommandContext(ctx, "/usr/bin/ssh", "host")', {"/usr/bin/ssh"}),
        ('p, _ := exec.LookPath("hg"); _ = p', {"hg"}),
        ('exec.Command("sh", "-c", "cd /tmp && curl -s x | jq .")', {"sh", "curl", "jq"}),
        ('const tool = "svn"\nexec.Command(tool)', {"svn"}),
        ('name := pick("git", "nothing")\nexec.Command(name)', {"git"}),
        ('// exec.Command("git")\n_ = `exec.Command("hg")`', set()),
        ('exec.Command("sh", script+"run.sh")', {"sh"}),
    ],
)
def test_programs_that_the_sources_call_are_needed(tmp_path: Path, body: str, expected: set[str]) -> None:
    needs = needs_of(tmp_path, {"main.go": program(body, "os/exec")})
    assert {need.program for need in needs if isinstance(need, ProgramNeed)} == expected


def test_a_called_program_that_talks_to_servers_takes_certificates(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path, {"main.go": program('exec.Command("curl", os.Args[1]).Run()', "os/exec", "os")}
    )
    assert {need.apt for need in needs if isinstance(need, PackageNeed)} == {"ca-certificates"}


def test_only_what_the_program_is_compiled_from_counts(tmp_path: Path) -> None:
    files = {
        "main.go": program("x.Do()", "example.org/shop/x"),
        "x/x.go": 'package x\n\nimport "os/exec"\n\nfunc Do() { exec.Command("ssh") }\n',
        "x/x_test.go": 'package x\n\nimport "os/exec"\n\nfunc t() { exec.Command("hg") }\n',
        "x/x_windows.go": 'package x\n\nimport "os/exec"\n\nfunc w() { exec.Command("svn") }\n',
        "tools/gen.go": program('exec.Command("go", "list")', "os/exec"),
        "x/gen.go": "//go:build ignore\n\n" + program('exec.Command("go", "run")', "os/exec"),
    }
    needs = needs_of(tmp_path, files)
    assert {need.program for need in needs if isinstance(need, ProgramNeed)} == {"ssh"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (program('fmt.Println("x")', "fmt"), set()),
        (program('http.Get("https://example.org")', "net/http"), {Facility.CERTIFICATES}),
        (program("http.FileServer(nil)", "net/http"), {Facility.CERTIFICATES, Facility.MIME_TYPES}),
        (program('time.LoadLocation("Europe/Paris")', "time"), {Facility.TIME_ZONES}),
        (program('time.LoadLocation("UTC")', "time", "time/tzdata"), set()),
        (program("cobra.Execute()", "github.com/spf13/cobra"), set()),
        (
            program("gin.Default()", "github.com/gin-gonic/gin"),
            {Facility.CERTIFICATES, Facility.MIME_TYPES, Facility.TIME_ZONES},
        ),
    ],
)
def test_facilities_follow_from_the_imports(tmp_path: Path, source: str, expected: set[Facility]) -> None:
    needs = needs_of(tmp_path, {"main.go": source})
    assert {need.facility for need in needs if isinstance(need, FacilityNeed)} == expected


def test_a_variable_of_the_toolchain_that_the_program_reads_is_needed(tmp_path: Path) -> None:
    needs = needs_of(tmp_path, {"main.go": program('os.Getenv("GOPATH")', "os")})
    assert [need.name for need in needs if isinstance(need, VariableNeed)] == ["GOPATH"]


def test_on_alpine_time_zones_come_from_the_toolchain(tmp_path: Path) -> None:
    source = program('time.LoadLocation("Europe/Paris")', "time")
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": source}, "golang:1.22-alpine")
    offer = stage.offers("go build -o shop", "./shop")[ReductionKind.SIBLING_BASE]
    assert "/usr/local/go/lib/time/zoneinfo.zip" in {n.path for n in offer.needs if isinstance(n, PathNeed)}


@pytest.mark.parametrize(
    "source",
    [
        program('exec.Command("go", "run", file)', "os/exec"),
        program('exec.Command("sh", "-c", "g++ "+file+" -o a.out")', "os/exec"),
        program("packages.Load(nil)", "golang.org/x/tools/go/packages"),
        program("build.Import(path, dir, 0)", "go/build"),
        program("fmt.Println(runtime.GOROOT())", "fmt", "runtime"),
    ],
)
def test_a_program_that_compiles_when_it_runs_is_refused(tmp_path: Path, source: str) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": source})
    stage.run("go build -o shop")
    resolution = stage.resolve("./shop")
    assert resolution is not None and resolution.toolchain is not None
    assert "main.go" in resolution.toolchain.why


@pytest.mark.parametrize(
    "words",
    [
        ("go", "run", "main.go"),
        ("go", "test", "./..."),
        ("air", "-c", ".air.toml"),
        ("gin", "run"),
        ("reflex", "-r", "go$", "go", "run", "."),
        ("CompileDaemon", "--command=./app"),
        ("dlv", "debug"),
        ("go-wrapper", "run"),
        ("nodemon", "--exec", "go", "run", "."),
    ],
)
def test_a_start_that_compiles_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    resolution = Stage(tmp_path, LAYOUT).resolve(*words)
    assert resolution is not None and resolution.toolchain is not None and resolution.toolchain.help


@pytest.mark.parametrize(
    ("build", "start", "path"),
    [
        ("go build -o main .", ("./main",), "/app/main"),
        ("go build -o main .", ("/app/main", "--port", "80"), "/app/main"),
        ("go install ./cmd/server", ("server",), "/go/bin/server"),
        ("go build -o /shop", ("/shop",), "/shop"),
        ("cd cmd/server && go build -o /srv/x && cd /app", ("/srv/x",), "/srv/x"),
        ("go install github.com/pressly/goose/v3/cmd/goose@latest", ("goose", "up"), "/go/bin/goose"),
    ],
)
def test_a_start_leads_to_the_program_that_the_build_made(
    tmp_path: Path, build: str, start: tuple[str, ...], path: str
) -> None:
    stage = Stage(tmp_path, LAYOUT)
    stage.run(build)
    resolution = stage.resolve(*start)
    assert resolution is not None
    assert path in {need.path for need in resolution.needs if isinstance(need, PathNeed)}


@pytest.mark.parametrize("start", ["./run.sh", "nginx", "/app/other", "python"])
def test_other_starts_are_left_to_others(tmp_path: Path, start: str) -> None:
    stage = Stage(tmp_path, {**LAYOUT, "run.sh": "#!/bin/sh\n"})
    stage.run("go build -o main .")
    assert stage.resolve(start) is None


def test_two_programs_of_one_module_have_needs_of_their_own(tmp_path: Path) -> None:
    files = {
        **LAYOUT,
        "cmd/server/main.go": program('exec.Command("git")', "os/exec"),
        "cmd/tool/main.go": program('exec.Command("go", "vet")', "os/exec"),
    }
    stage = Stage(tmp_path, files)
    stage.run("go build -o bin/ ./cmd/...")
    server, tool = stage.resolve("bin/server"), stage.resolve("bin/tool")
    assert server is not None and server.toolchain is None
    assert tool is not None and tool.toolchain is not None


def test_a_generator_stays_behind_and_a_started_tool_does_not(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT)
    made = stage.run(
        "go install github.com/swaggo/swag/cmd/swag@latest && go install github.com/pressly/goose/v3/cmd/goose@v3"
    )
    tools = [product for product in made if product.kind is ProductKind.TOOL]
    goes = {
        place.path
        for tool in tools
        for offer in STRATEGY.reductions(tool, stage.starts("goose", "up"), stage.state, stage.case)
        for place in offer.goes
    }
    assert goes == {"/go/bin/swag"}


def test_a_program_that_something_unknown_may_start_keeps_its_needs(tmp_path: Path) -> None:
    files = {"go.mod": MODULE, "main.go": program('exec.Command("git")', "os/exec", "net/http")}
    stage = Stage(tmp_path, files)
    offer = stage.offers("go build -o shop", "supervisord")[ReductionKind.SIBLING_BASE]
    assert {need.program for need in offer.needs if isinstance(need, ProgramNeed)} == {"git"}


def test_a_renamed_program_whose_sources_were_deleted_keeps_its_needs(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": program("http.Get(url)", "net/http")})
    stage.run("go build -o shop")
    moved = (Changed(Region("/usr/bin/srv"), "mv shop /usr/bin/srv"), Gone(Region("/app")))
    stage.state = replace(stage.state, tree=stage.state.tree.then(*moved), directory="/")
    resolution = stage.resolve("/usr/bin/srv")
    assert resolution is not None
    assert Facility.CERTIFICATES in {n.facility for n in resolution.needs if isinstance(n, FacilityNeed)}


def test_a_tool_whose_sources_are_elsewhere_leaves_its_programs_open(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {})
    (tool,) = (p for p in stage.run("go install example.com/who/knows@latest") if p.kind is ProductKind.TOOL)
    found = list(STRATEGY.reductions(tool, stage.starts("knows"), stage.state, stage.case))
    evidence = {claim.kind: claim.evidence for offer in found for claim in offer.claims}
    assert evidence[ClaimKind.UNNAMED_PROGRAM].missing == ("the sources of example.com/who/knows@latest",)


def test_what_make_installs_has_the_needs_of_the_project(tmp_path: Path) -> None:
    files = {"Makefile": "install:\n\tgo install .\n", "go.mod": MODULE, "main.go": MAIN}
    stage = Stage(tmp_path, files)
    (installed,) = (made for made in stage.run("make install") if made.region == Region("/go/bin"))
    (_, _, programs) = next(iter(STRATEGY.reductions(installed, (), stage.state, stage.case))).claims
    assert not programs.evidence.missing


@pytest.mark.parametrize("moving", ["cp bin/shop /usr/local/bin/shop", "mv bin/shop /usr/local/bin/store"])
def test_what_make_built_is_known_after_it_was_moved(tmp_path: Path, moving: str) -> None:
    main = program("exec.Command(os.Args[0]); exec.Command(pick())", "os", "os/exec")
    files = {"Makefile": "build:\n\tgo build -o bin/shop .\n", "go.mod": MODULE, "main.go": main}
    stage = Stage(tmp_path, files)
    made = [each for each in stage.run(f"make build && {moving}") if each.kind is ProductKind.ARTIFACT]
    name = moving.rpartition("/")[2]
    found = stage.offers_for(made, name)
    assert stage.resolve(name) is not None
    missing = {told for offer in found for claim in offer.claims for told in claim.evidence.missing}
    assert any(told.startswith("which program main.go") for told in missing)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        (
            "https://github.com/golang-migrate/migrate/releases/download/v4.17.0/migrate.linux-amd64.tar.gz",
            True,
        ),
        ("https://example.org/other/migrate.tar.gz", False),
    ],
)
def test_a_tool_is_known_by_where_its_release_comes_from(tmp_path: Path, address: str, known: bool) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": MAIN})
    stage.run(f"curl -L {address} | tar xz && mv migrate /usr/local/bin/migrate")
    resolution = stage.resolve("migrate", "-path", "migrations", "up")
    assert (resolution is not None and resolution.complete) is known


def test_a_build_tool_has_more_needs_than_its_release(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {}, "debian:bookworm")
    address = "https://github.com/swaggo/swag/releases/download/v1.16.3/swag_1.16.3_Linux_x86_64.tar.gz"
    stage.run(f"curl -L {address} | tar xz && mv swag /usr/local/bin/swag")
    assert stage.resolve("swag", "init") is None


@pytest.mark.parametrize(
    ("call", "called"),
    [
        ('exec.Command(filepath.Join(filepath.Dir(os.Args[0]), "tool"))', True),
        ('exec.Command("./bin/tool")', True),
        ("exec.Command(pick())", False),
        ('_ = "tool"', False),
    ],
)
def test_a_program_that_another_calls_has_its_needs_heard(tmp_path: Path, call: str, called: bool) -> None:
    files = {
        **LAYOUT,
        "cmd/server/main.go": program(call, "os", "os/exec", "path/filepath"),
        "cmd/tool/main.go": program('exec.Command("ssh", "h")', "os/exec"),
    }
    stage = Stage(tmp_path, files)
    made = stage.run("go build -o bin/ ./cmd/server ./cmd/tool")
    found = stage.offers_for([each for each in made if each.region == Region("/app/bin/tool")], "bin/server")
    needs = {need.program for offer in found for need in offer.needs if isinstance(need, ProgramNeed)}
    assert (needs == {"ssh"}) is called


@pytest.mark.parametrize(
    ("call", "script"),
    [
        ('exec.Command("bash", "scripts/backup.sh", target)', "bash scripts/backup.sh"),
        ('exec.Command("/app/scripts/backup.sh")', "/app/scripts/backup.sh"),
        ('exec.Command("sh", "-c", "scripts/backup.sh | gzip")', "sh -c scripts/backup.sh | gzip"),
        ('exec.Command("bash", "scripts/other.sh")', None),
        ("exec.Command(target, script)", None),
    ],
)
def test_scripts_of_the_project_that_the_program_calls_are_followed(
    tmp_path: Path, call: str, script: str | None
) -> None:
    files = {"go.mod": MODULE, "main.go": program(call, "os/exec"), "scripts/backup.sh": "#!/bin/sh\nssh h\n"}
    stage = Stage(tmp_path, files)
    stage.run("go build -o shop")
    resolution = stage.resolve("./shop")
    assert resolution is not None
    assert [str(command) for command in resolution.runs] == ([script] if script else [])
