"""What commands of Go read, write and leave behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_image import LAYOUT, MAIN, MODULE, Stage
from projects import write_files, written
from restage.api import ClaimKind, ProductKind, ProgramNeed, ReductionKind, Region
from restage.engine import Request, Rewritten, refactor
from restage_strategies.go import STRATEGY


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


def test_a_program_in_a_home_stays_a_file_of_its_users(tmp_path: Path) -> None:
    lines = "FROM golang:1.22\nRUN useradd -m app\nUSER app\nWORKDIR /src\nCOPY . .\n"
    files = {"go.mod": MODULE, "main.go": MAIN, "cmd/tool/main.go": MAIN}
    home = "ENV GOPATH=/home/app/go\nRUN go install ./...\nRUN go build -o /home/app/it .\nCMD /home/app/it\n"
    path = write_files(tmp_path, {**files, "Dockerfile": lines + home}) / "Dockerfile"
    found = refactor(Request(path, path.read_bytes(), tmp_path), (STRATEGY,)).result
    assert isinstance(found, Rewritten)
    made = [line for line in found.data.decode().splitlines() if line.startswith("RUN mkdir")]
    assert made == ["RUN mkdir -p /home/app/go/bin && chown -R app /home/app/go"]


@pytest.mark.parametrize(
    ("command", "recipe", "told"),
    [
        ("make OUT=/usr/local/bin/shop", "go build -o $(OUT) .", False),
        ("make", "go build -o /usr/bin/shop .", False),
        ("make CGO_ENABLED=0", "go build -o bin/shop .", True),
    ],
)
def test_a_recipe_that_may_put_programs_on_path_is_not_told(
    tmp_path: Path, command: str, recipe: str, told: bool
) -> None:
    stage = Stage(tmp_path, {**LAYOUT, "Makefile": f"all:\n\t{recipe}\n"})
    effect = stage.effect(command)
    assert effect is not None and (effect.opaque is None) is told


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
    goes = {offer.kind: offer.goes for offer in STRATEGY.reductions(product, (), stage.state, stage.case)}
    assert goes == {
        ReductionKind.BUILD_TOOLS: (Region("/usr/local/go"),),
        ReductionKind.SIBLING_BASE: (),
    }


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


@pytest.mark.parametrize(
    "command",
    [
        "go run github.com/playwright-community/playwright-go/cmd/playwright@v0.42 install --with-deps",
        "go install github.com/playwright-community/playwright-go/cmd/playwright@latest && playwright install",
        "go run github.com/steebchen/prisma-client-go generate",
    ],
)
def test_a_program_that_sets_up_the_system_is_unknown(tmp_path: Path, command: str) -> None:
    effect = Stage(tmp_path, {"go.mod": MODULE, "main.go": MAIN}).effect(command, beside=command)
    assert effect is not None
    assert effect.opaque


def test_a_module_that_is_opened_in_the_module_cache_keeps_it(tmp_path: Path) -> None:
    module = MODULE + "require github.com/CosmWasm/wasmvm v1.5.0\n"
    stage = Stage(tmp_path, {**LAYOUT, "go.mod": module})
    assert "/go/pkg/mod" in written(stage.effect("go build -o shop"))
    assert written(stage.effect("go build -tags muslc -o shop")) == {"/app/shop"}


def test_caches_are_left_behind_wherever_the_environment_puts_them(tmp_path: Path) -> None:
    stage = Stage(tmp_path, LAYOUT, environment={"GOCACHE": "/cache/build", "GOMODCACHE": "/cache/mod"})
    caches = {
        product.region.path
        for product in stage.run("go build -o main .")
        if product.kind is ProductKind.CACHE
    }
    assert {"/cache/build", "/cache/mod"} <= caches


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


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("//go:generate protoc -I ../proto --go_out=gen x.proto", True),
        ("//go:generate protoc -I=/proto x.proto", True),
        ("// #cgo CFLAGS: -O2 -I${SRCDIR}/../proto", True),
        ("// #cgo CFLAGS: -I../proto", True),
        ("// what ../proto holds is read elsewhere", False),
    ],
)
def test_what_directives_name_outside_the_module_is_read(tmp_path: Path, line: str, reads: bool) -> None:
    files = {"proto/x.proto": "", "app/go.mod": MODULE, "app/main.go": f"{MAIN}\n{line}\n"}
    stage = Stage(tmp_path, files, directory="/")
    stage.state = replace(stage.state, directory="/app")
    effect = stage.effect("go generate ./...")
    assert effect is not None
    assert any(place.covers(Region("/proto")) for place in effect.reads) is reads


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("go build -o /srv/shop ./cmd/$SERVICE", {"/srv/shop"}),
        ("go build -o /srv/shop ./$SERVICE/main", {"/srv/shop"}),
        ("go build -o bin/ ./cmd/$SERVICE", None),
        ("go build -o /srv/$SERVICE ./cmd/$SERVICE", None),
        ("go build -o /srv/shop $PACKAGE", None),
        ("go build ./cmd/$SERVICE", None),
    ],
)
def test_a_build_of_one_package_or_another_writes_the_file_that_it_names(
    tmp_path: Path, command: str, writes: set[str] | None
) -> None:
    effect = Stage(tmp_path, LAYOUT).effect(command)
    assert effect is not None
    assert (None if effect.opaque else {place.path for place in effect.writes}) == writes


def test_what_is_built_of_one_package_or_another_has_the_needs_of_all(tmp_path: Path) -> None:
    calls = 'package main\n\nimport "os/exec"\n\nfunc main() { exec.Command("%s") }\n'
    library = (calls % "hg").replace("package main", "package common").replace("main()", "Do()")
    files = {**LAYOUT, "cmd/server/main.go": calls % "ps", "cmd/tool/main.go": calls % "ssh"}
    files["cmd/common/common.go"] = library
    stage = Stage(tmp_path, files)
    stage.run("go build -o /srv/shop ./cmd/$SERVICE")
    resolution = stage.resolve("/srv/shop")
    assert resolution is not None
    assert {need.program for need in resolution.needs if isinstance(need, ProgramNeed)} == {"ps", "ssh"}


@pytest.mark.parametrize(
    ("command", "known"),
    [
        ("swag init -g main.go", True),
        ("swag init -o /srv/docs", True),
        ("swag init -g /app/main.go --exclude=/app/internal", True),
        ("swag init . /srv/docs", False),
        ("swag init --to=/srv/docs", False),
        ("swag init --to ../docs", False),
        ("swag init --settings /etc/swag.yaml", True),
        ("swag init --instanceName x --basePath=/api", True),
        ("swag init --base-path /api --host-url=/v1", True),
        ("swag init --url-file=/srv/urls", False),
        ("swag init --prefix=/srv/docs", False),
    ],
)
def test_a_generator_that_names_another_place_may_write_there(
    tmp_path: Path, command: str, known: bool
) -> None:
    effect = Stage(tmp_path, LAYOUT).effect(command)
    assert effect is not None
    assert (effect.opaque is None) is known
