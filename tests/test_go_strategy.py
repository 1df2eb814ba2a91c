"""The Go strategy: which files a build writes, what a start needs, and what may be left out around a program."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.api import (
    Case,
    ClaimKind,
    Command,
    Context,
    Effect,
    Facility,
    FacilityNeed,
    Need,
    PackageNeed,
    PathNeed,
    Product,
    ProductKind,
    ProgramNeed,
    ReductionKind,
    Region,
    Resolution,
    Role,
    Start,
    State,
    Tree,
    VariableNeed,
    commands_of,
    programs_in,
)
from restage.api.tree import Changed, Gone, Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.go import STRATEGY
from restage_strategies.go.constraint import Tags
from restage_strategies.go.manifest import program_name, read_manifest
from restage_strategies.go.source import read_go
from restage_strategies.go.tokens import tokens

MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'
MODULE = "module example.org/shop\n\ngo 1.22\n"


class Stage:
    """A stage with a project in it: `COPY . DIRECTORY`, then RUN commands."""

    def __init__(
        self,
        root: Path,
        files: dict[str, str],
        base: str = "golang:1.22",
        directory: str = "/app",
        packages: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        reference = parse_reference(base)
        assert reference is not None
        self.base = base_image(reference)
        config = getattr(self.base, "config", None)
        known = {**(dict(config.env) if config else {"PATH": "/usr/bin:/bin"}), **(environment or {})}
        context = Context(root)
        tree = Tree(context).then(Placed(Region(directory), ""))
        self.state = State(directory, "root", known, self.base, tree, frozenset(packages))
        self.case = Case(context, self.base, ())

    def commands(self, text: str) -> tuple[Command, ...]:
        found = commands_of(text, self.state)
        assert found is not None
        return found

    def effect(self, text: str, before: str = "true") -> Effect | None:
        *_, command = self.commands(text)
        self.case = replace(self.case, commands=(*self.commands(before), command))
        return STRATEGY.effect(command, self.state, self.case)

    def run(self, text: str) -> list[Product]:
        """Run commands one after the other; what they made."""
        made: list[Product] = []
        commands = self.commands(text)
        self.case = replace(self.case, commands=(*self.case.commands, *commands))
        for command in commands:
            if command.words[:1] == ("cd",):
                self.state = replace(self.state, directory=self.state.path(command.words[1]).path)
                continue
            effect = STRATEGY.effect(command, self.state, self.case)
            if effect is not None:
                made += STRATEGY.products(command, effect, self.state, self.case)
                events = (Changed(place, str(command)) for place in effect.writes)
                self.state = replace(self.state, tree=self.state.tree.then(*events))
        return made

    def resolve(self, *words: str) -> Resolution | None:
        return STRATEGY.resolve(Command(words, raw=" ".join(words)), self.state, self.case)

    def starts(self, *words: str) -> tuple[Start, ...]:
        command = Command(words, raw=" ".join(words))
        resolution = self.resolve(*words)
        needs = resolution.needs if resolution else ()
        return (Start(Role.START, "CMD", command, (command,), needs, (), None),)


def written(effect: Effect | None) -> set[str]:
    assert effect is not None and effect.opaque is None
    return {place.path for place in effect.writes}


LAYOUT = {
    "go.mod": MODULE + "tool golang.org/x/tools/cmd/stringer\n",
    "go.sum": "",
    "main.go": MAIN,
    "cmd/server/main.go": MAIN,
    "cmd/tool/main.go": MAIN,
    "internal/x/x.go": "package x\n",
    "bin/.keep": "",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go build", {"/app/shop"}),
        ("go build .", {"/app/shop"}),
        ("go build -o main .", {"/app/main"}),
        ("go build -o /usr/local/bin/shop .", {"/usr/local/bin/shop"}),
        ("go build -v -o=main", {"/app/main"}),
        ("go build --o main ./cmd/server", {"/app/main"}),
        ("go build ./cmd/server", {"/app/server"}),
        ("go build example.org/shop/cmd/server", {"/app/server"}),
        ("go build -o bin ./cmd/server", {"/app/bin/server"}),
        ("go build -o out/ ./cmd/server", {"/app/out/server"}),
        ("go build -o /usr/local/bin ./cmd/...", {"/usr/local/bin/server", "/usr/local/bin/tool"}),
        ("go build -o bin/ ./...", {"/app/bin/server", "/app/bin/shop", "/app/bin/tool"}),
        ("go build ./...", set()),
        ("go build ./internal/x", set()),
        ("go build ./internal/...", set()),
        ("go build -o /dev/null ./cmd/server", set()),
        ("go build main.go", {"/app/main"}),
        ("go build cmd/server/*.go", {"/app/main"}),
        ("go build -C cmd/server -o app", {"/app/cmd/server/app"}),
        ("go -C cmd/server build", {"/app/cmd/server/server"}),
        ("go build -buildmode=plugin ./cmd/tool", {"/app/tool.so"}),
        ("go build -buildmode c-shared -o libtool.so ./cmd/tool", {"/app/libtool.h", "/app/libtool.so"}),
        ("GOOS=windows go build ./cmd/tool", {"/app/tool.exe"}),
        ("go install", {"/go/bin/shop"}),
        ("go install ./cmd/...", {"/go/bin/server", "/go/bin/tool"}),
        ("GOBIN=/opt/bin go install ./cmd/tool", {"/opt/bin/tool"}),
        ("go install github.com/pressly/goose/v3/cmd/goose@latest", {"/go/bin/goose"}),
        (
            "go install -tags postgres github.com/golang-migrate/migrate/v4/cmd/migrate@v4.17.0",
            {"/go/bin/migrate"},
        ),
        ("go install github.com/mikefarah/yq/v4@latest", {"/go/bin/yq"}),
        ("GOARCH=arm64 go install .", {"/go/bin"}),
        ("garble -tiny build -o main .", {"/app/main"}),
        ("packr2 build -o main", {"/app/main"}),
        ("go install tool", {"/go/bin/stringer"}),
        ("xcaddy build --output /usr/bin/caddy", {"/app", "/usr/bin/caddy"}),
        ("go mod download", set()),
        ("go mod tidy", {"/app/go.mod", "/app/go.sum"}),
        ("go mod vendor", {"/app/vendor"}),
        ("go get github.com/gin-gonic/gin", {"/app/go.mod", "/app/go.sum"}),
        ("go env -w GOPROXY=direct", set()),
        ("go version", set()),
        ("go vet ./...", set()),
        ("go test ./...", {"/app"}),
        ("go generate ./...", {"/app"}),
        ("swag init -g main.go", {"/app"}),
        ("upx --best main", {"/app/main"}),
    ],
)
def test_a_build_writes_exactly_what_go_writes(tmp_path: Path, command: str, expected: set[str]) -> None:
    assert written(Stage(tmp_path, LAYOUT).effect(command)) == expected


def test_what_an_unknown_output_name_hides_stays_below_its_directory(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT)
    assert written(stage.effect("go build -o bin/app-$(git describe) .")) == {"/app/bin"}


@pytest.mark.parametrize("command", ["go build -o $(mktemp) .", "go $VERB", "go build $PACKAGES"])
def test_what_only_running_tells_is_unknown(tmp_path: Path, command: str) -> None:
    stage = Stage(tmp_path, LAYOUT)
    stage.state = replace(
        stage.state, environment={**stage.state.environment, "VERB": None, "PACKAGES": None}
    )
    effect = stage.effect(command)
    assert effect is not None and effect.opaque


def test_a_module_download_reads_the_module_files_alone(tmp_path: Path) -> None:
    module = MODULE + "replace example.org/lib => ./lib // local\n"
    stage = Stage(tmp_path, {**LAYOUT, "go.mod": module, "lib/go.mod": "module example.org/lib\n"})
    effect = stage.effect("go mod download")
    assert effect is not None
    inside = {place.path for place in effect.reads if place.path.startswith("/app")}
    assert inside == {"/app/go.mod", "/app/go.sum", "/app/lib/go.mod"}
    assert "/go/pkg/mod" in {place.path for place in effect.caches}


def test_a_build_reads_modules_beside_its_own(tmp_path: Path) -> None:
    files = {
        "go.work": "go 1.22\nuse (\n\t./api\n\t./lib\n)\n",
        "api/go.mod": "module api.example.org\n",
        "api/main.go": MAIN,
        "lib/go.mod": "module lib.example.org\n",
    }
    stage = Stage(tmp_path, files, directory="/src")
    stage.state = replace(stage.state, directory="/src/api")
    effect = stage.effect("go build -o /bin/api")
    assert effect is not None and any(place.covers(Region("/src/lib")) for place in effect.reads)


@pytest.mark.parametrize("command", ["go build", "go build ./cmd/server", "go mod init shop && go build"])
def test_sources_that_cannot_be_read_leave_the_name_open(tmp_path: Path, command: str) -> None:
    stage = Stage(tmp_path, {"README": ""}, directory="/src")
    assert written(stage.effect(command)) == {"/src"}


GOPATH_APP = "/go/src/github.com/me/shop"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go install", {"/go/bin/shop"}),
        ("go build", {f"{GOPATH_APP}/shop"}),
        ("godep go build", {f"{GOPATH_APP}/shop"}),
        ("go get github.com/tools/godep", {"/go/bin/godep"}),
        ("go get -u github.com/golang/dep/cmd/dep", {"/go/bin/dep"}),
        ("go get -d -v ./...", set()),
        ("go get github.com/gorilla/mux", set()),
        ("go get golang.org/x/net/context", set()),
        ("go get github.com/somebody/something", {"/go/bin"}),
        ("godep restore", set()),
        ("dep ensure", {f"{GOPATH_APP}/vendor", f"{GOPATH_APP}/Gopkg.lock"}),
        ("go-wrapper install", {"/go/bin/shop"}),
    ],
)
def test_gopath_builds_write_into_the_workspace(tmp_path: Path, command: str, expected: set[str]) -> None:
    files = {"main.go": 'package main\nimport "github.com/gorilla/mux"\nfunc main() { mux.NewRouter() }\n'}
    stage = Stage(tmp_path, files, base="golang:1.8", directory=GOPATH_APP)
    assert written(stage.effect(command)) == expected


def test_make_is_gos_where_its_recipe_calls_go(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {**LAYOUT, "Makefile": "build:\n\tgo build -o bin/shop .\n"})
    effect = stage.effect("make build")
    assert written(effect) == {"/app"}
    assert effect is not None and [claim.kind for claim in effect.claims] == [ClaimKind.BOUNDED_WRITES]
    assert "/root/.cache/go-build" in {place.path for place in effect.caches}


@pytest.mark.parametrize("command", ["make", "npm run build", "tar xzf site.tar.gz", "cp a b", "./configure"])
def test_the_commands_of_others_are_left_to_them(tmp_path: Path, command: str) -> None:
    stage = Stage(tmp_path, {"Makefile": "all:\n\tcc -o x x.c\n"}, base="debian:bookworm")
    assert stage.effect(command) is None


@pytest.mark.parametrize(
    "command",
    [
        "tar -C /usr/local -xzf go1.22.3.linux-amd64.tar.gz",
        "tar -xvf golang.tar.gz -C /usr/local",
        "tar xzf go1.22.tgz --directory /usr/local",
    ],
)
def test_an_unpacked_toolchain_stays_behind(tmp_path: Path, command: str) -> None:
    stage = Stage(tmp_path, {}, base="debian:bookworm")
    (product,) = stage.run(command)
    assert (product.region.path, product.kind) == ("/usr/local/go", ProductKind.TOOL)
    (offer,) = STRATEGY.reductions(product, (), stage.state, stage.case)
    assert offer.kind is ReductionKind.BUILD_TOOLS and offer.goes == (Region("/usr/local/go"),)


@pytest.mark.parametrize(
    ("command", "kept_out"),
    [
        ("wget https://go.dev/dl/go1.22.1.linux-amd64.tar.gz", "/app/go1.22.1.linux-amd64.tar.gz"),
        ("curl -LO https://go.dev/dl/go1.22.1.linux-amd64.tar.gz", "/app/go1.22.1.linux-amd64.tar.gz"),
        ("curl -sSLo /tmp/x.tgz https://go.dev/dl/go1.22.1.linux-amd64.tar.gz", "/tmp/x.tgz"),
        ("wget -O x.tgz https://go.dev/dl/go1.22.1.linux-amd64.tar.gz", "/app/x.tgz"),
        ("curl -sSL https://go.dev/dl/go1.22.1.linux-amd64.tar.gz", None),
        ("wget https://h.example/gopher.tar.gz", None),
    ],
)
def test_the_archive_of_the_toolchain_is_left_behind(
    tmp_path: Path, command: str, kept_out: str | None
) -> None:
    effect = Stage(tmp_path, {}, base="debian:bookworm").effect(command)
    assert ([str(place) for place in effect.caches] if effect else None) == ([kept_out] if kept_out else None)


def test_a_style_sheet_compiler_beside_go_writes_the_project(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"go.mod": MODULE, "main.go": MAIN})
    assert written(stage.effect("tailwindcss -i a.css -o static/a.css")) == {"/app"}


@pytest.mark.parametrize(
    ("recipe", "prefix"),
    [("\tgo install .\n", False), ("\tgo build -o a .\n\tinstall -m 755 a $(PREFIX)/bin\n", True)],
)
def test_make_install_writes_the_prefix_only_if_the_recipe_may(
    tmp_path: Path, recipe: str, prefix: bool
) -> None:
    stage = Stage(tmp_path, {"Makefile": f"install:\n{recipe}", "go.mod": MODULE, "main.go": MAIN})
    assert ("/usr/local" in written(stage.effect("make install"))) is prefix


def test_what_make_installs_has_the_needs_of_the_project(tmp_path: Path) -> None:
    files = {"Makefile": "install:\n\tgo install .\n", "go.mod": MODULE, "main.go": MAIN}
    stage = Stage(tmp_path, files)
    (installed,) = (made for made in stage.run("make install") if made.region == Region("/go/bin"))
    (_, _, programs) = next(iter(STRATEGY.reductions(installed, (), stage.state, stage.case))).claims
    assert not programs.evidence.missing


@pytest.mark.parametrize(
    "command",
    [
        "go run github.com/playwright-community/playwright-go/cmd/playwright@v0.42 install --with-deps",
        "go install github.com/playwright-community/playwright-go/cmd/playwright@latest && playwright install",
        "go run github.com/steebchen/prisma-client-go generate",
    ],
)
def test_a_program_that_sets_up_the_system_is_unknown(tmp_path: Path, command: str) -> None:
    effect = Stage(tmp_path, {"go.mod": MODULE, "main.go": MAIN}).effect(command, before=command)
    assert effect is not None
    assert effect.opaque


CALLS_C = {**LAYOUT, "main.go": 'package main\n\nimport "C"\n\nfunc main() {}\n'}


def offers(stage: Stage, products: list[Product], *start: str) -> dict[ReductionKind, dict[str, object]]:
    """What is offered around the one binary, by kind."""
    (binary,) = (p for p in products if p.kind is ProductKind.ARTIFACT)
    found = STRATEGY.reductions(binary, stage.starts(*start), stage.state, stage.case)
    return {
        offer.kind: {"claims": {claim.kind: claim.evidence for claim in offer.claims}, "needs": offer.needs}
        for offer in found
    }


def linkage_of(stage: Stage, command: str, start: str = "./shop") -> tuple[str, tuple[str, ...], set[str]]:
    """What was looked at, what is missing, and the packages that linking takes."""
    offer = offers(stage, stage.run(command), start)[ReductionKind.SIBLING_BASE]
    evidence = offer["claims"][ClaimKind.GO_LINKAGE]  # type: ignore[index]
    needs: tuple[Need, ...] = offer["needs"]  # type: ignore[assignment]
    packages = {need.apt or need.apk for need in needs if isinstance(need, PackageNeed)}
    return evidence.searched, evidence.missing, packages


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


def test_a_module_that_is_opened_in_the_module_cache_keeps_it(tmp_path: Path) -> None:
    module = MODULE + "require github.com/CosmWasm/wasmvm v1.5.0\n"
    stage = Stage(tmp_path, {**LAYOUT, "go.mod": module})
    assert "/go/pkg/mod" in written(stage.effect("go build -o shop"))
    assert written(stage.effect("go build -tags muslc -o shop")) == {"/app/shop"}


def program(body: str, *imports: str) -> str:
    lines = "".join(f'\t"{path}"\n' for path in imports)
    return f"package main\n\nimport (\n{lines})\n\nfunc main() {{\n{body}\n}}\n"


def needs_of(tmp_path: Path, files: dict[str, str]) -> tuple[Need, ...]:
    stage = Stage(tmp_path, {"go.mod": MODULE, **files})
    stage.run("go build -o shop")
    resolution = stage.resolve("./shop")
    assert resolution is not None and resolution.toolchain is None
    return resolution.needs


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('exec.Command("git", "pull").Run()', {"git"}),
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
    offer = offers(stage, stage.run("go build -o shop"), "./shop")[ReductionKind.SIBLING_BASE]
    needs: tuple[Need, ...] = offer["needs"]  # type: ignore[assignment]
    assert "/usr/local/go/lib/time/zoneinfo.zip" in {n.path for n in needs if isinstance(n, PathNeed)}


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
    offer = offers(stage, stage.run("go build -o shop"), "supervisord")[ReductionKind.SIBLING_BASE]
    needs: tuple[Need, ...] = offer["needs"]  # type: ignore[assignment]
    assert {need.program for need in needs if isinstance(need, ProgramNeed)} == {"git"}


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


def test_caches_are_left_behind_wherever_the_environment_puts_them(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT, environment={"GOCACHE": "/cache/build", "GOMODCACHE": "/cache/mod"})
    caches = {
        product.region.path
        for product in stage.run("go build -o main .")
        if product.kind is ProductKind.CACHE
    }
    assert {"/cache/build", "/cache/mod"} <= caches


def test_go_env_w_counts_like_the_environment(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT)
    searched, _, _ = linkage_of(stage, "go env -w CGO_ENABLED=0 && go build -o shop")
    assert "CGO_ENABLED=0" in searched


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("example.org/shop", "shop"),
        ("example.org/shop/v2", "shop"),
        ("example.org/shop/v1", "v1"),
        ("example.org/v2", "example.org"),
        ("gopkg.in/tool.v3", "tool.v3"),
        ("shop", "shop"),
    ],
)
def test_a_program_is_named_after_its_import_path(path: str, name: str) -> None:
    assert program_name(path) == name


def test_manifests_are_read_in_either_form() -> None:
    text = (
        'module "example.org/a" // here\nrequire (\n\tb.org/b v1.0.0 // indirect\n)\nrequire c.org/c v1.0.0\n'
    )
    text += "replace b.org/b v1.0.0 => ../b\nreplace c.org/c => d.org/d v1.0.0\n"
    found = read_manifest(text)
    assert found.module == "example.org/a"
    assert found.requires == ("b.org/b", "c.org/c")
    assert found.replaced == (("b.org/b", "../b"),)


@pytest.mark.parametrize(
    ("expression", "takes"),
    [
        ("linux", True),
        ("windows || darwin", False),
        ("!windows && amd64", True),
        ("ignore", False),
        ("mine", True),
        ("!mine", False),
        ("(linux && !cgo) || go1.18", True),
        ("&& )", True),
        ("(" * 5000, True),
    ],
)
def test_build_constraints_hold_as_on_linux(expression: str, takes: bool) -> None:
    assert Tags(frozenset({"mine"})).takes(expression) is takes


def test_a_file_header_is_read_past_comments_and_cgo() -> None:
    text = '/* licence */\n// +build linux,cgo darwin\n\npackage a\n\n// #cgo LDFLAGS: -lvips\nimport "C"\nimport f "fmt"\n'
    file = read_go("a.go", text + 'const s = `import "os"`\n')
    assert [found.path for found in file.imports] == ["C", "fmt"]
    assert file.named("fmt") == {"f"}
    assert "-lvips" in file.preamble and file.taken_by(Tags())


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go build -o /app/bin/ ./cmd/...", "/app/bin"),
        ("go build ./cmd/...", "/app"),
        ("go install ./...", "/go/bin"),
    ],
)
def test_packages_that_are_not_here_still_leave_their_programs(
    tmp_path: Path, command: str, expected: str
) -> None:
    """The build context may be another than the one that was found."""
    made = Stage(tmp_path, {"go.mod": MODULE}).run(command)
    assert Region(expected) in [product.region for product in made]


@given(st.text(alphabet=st.sampled_from(list("\"'`/*\\\n a.(,)=:")), max_size=200))
def test_tokens_joined_are_the_file(text: str) -> None:
    assert "".join(token[1] for token in tokens(text)) == text


@given(st.text(max_size=200))
def test_any_text_is_read_as_go_or_as_nothing(text: str) -> None:
    assert read_go("x.go", text).text == text
    assert all(posixpath.basename(name) for name in programs_in(text) if not name.endswith("/"))
