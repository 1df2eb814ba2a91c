"""The Rust strategy: what cargo leaves behind, what a start needs, and what may be left out around a program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.api import (
    Basis,
    Case,
    ClaimKind,
    Command,
    Context,
    Effect,
    Evidence,
    Facility,
    FacilityNeed,
    PackageNeed,
    PathNeed,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Region,
    Resolution,
    Role,
    Start,
    State,
    Tree,
    commands_of,
)
from restage.api.tree import Changed, Gone, Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.rust import STRATEGY
from restage_strategies.rust.calls import Source, calls_in
from restage_strategies.rust.lock import read_lock
from restage_strategies.rust.manifest import read_manifest
from restage_strategies.rust.rows import closure_of, is_pure, links_of
from restage_strategies.rust.tokens import tokens

MAIN = 'fn main() {\n    println!("hello");\n}\n'


def manifest(name: str, *lines: str) -> str:
    return "\n".join(["[package]", f'name = "{name}"', 'version = "0.1.0"', *lines, ""])


def lock(*packages: str) -> str:
    """A Cargo.lock of `name: dependencies`; a name with `.` in front is the project's own."""
    blocks = []
    for package in packages:
        name, _, dependencies = package.partition(":")
        source = "" if name.startswith(".") else 'source = "registry+elsewhere"\n'
        named = "".join(f' "{d}",\n' for d in dependencies.split())
        head = f'[[package]]\nname = "{name.lstrip(".")}"\nversion = "1.0.0"\n{source}'
        blocks.append(f"{head}dependencies = [\n{named}]\n" if named else head)
    return "version = 3\n\n" + "\n".join(blocks)


class Stage:
    """A stage with a project in it: `COPY . DIRECTORY`, then RUN commands."""

    def __init__(
        self,
        root: Path,
        files: dict[str, str],
        base: str = "rust:1.80-bookworm",
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
        found = base_image(reference)
        config = getattr(found, "config", None)
        known = {**(dict(config.env) if config else {"PATH": "/usr/bin:/bin"}), **(environment or {})}
        context = Context(root)
        tree = Tree(context).then(Placed(Region(directory), ""))
        self.state = State(directory, "root", known, found, tree, frozenset(packages))
        self.case = Case(context, found, ())

    def commands(self, text: str) -> tuple[Command, ...]:
        found = commands_of(text, self.state)
        assert found is not None
        return found

    def effect(self, text: str, beside: str = "true") -> Effect | None:
        *_, command = self.commands(text)
        self.case = replace(self.case, commands=(*self.commands(beside), command))
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
            if command.name in ("cp", "mv"):
                source, target = (self.state.path(word) for word in command.words[-2:])
                events: list[Changed | Gone] = [Changed(target, str(command))]
                events += [Gone(source)] if command.name == "mv" else []
                self.state = replace(self.state, tree=self.state.tree.then(*events))
            if effect is not None:
                made += STRATEGY.products(command, effect, self.state, self.case)
                changed = (Changed(place, str(command)) for place in effect.writes)
                self.state = replace(self.state, tree=self.state.tree.then(*changed))
        return made

    def resolve(self, *words: str) -> Resolution | None:
        return STRATEGY.resolve(Command(words, raw=" ".join(words)), self.state, self.case)

    def starts(self, *words: str) -> tuple[Start, ...]:
        command = Command(words, raw=" ".join(words))
        resolution = self.resolve(*words)
        needs = resolution.needs if resolution else ()
        return (Start(Role.START, "CMD", command, (command,), needs, (), None),)

    def offers(self, made: list[Product], *start: str) -> list[Reduction]:
        starts = self.starts(*start)
        return [r for p in made for r in STRATEGY.reductions(p, starts, self.state, self.case)]


def written(effect: Effect | None) -> set[str]:
    assert effect is not None and effect.opaque is None
    return {place.path for place in effect.writes}


def programs(effect: Effect | None) -> set[str]:
    """What is written beyond intermediate output and the lock."""
    left = ("/deps", "/build", "/.fingerprint", "/incremental", "Cargo.lock")
    return {path for path in written(effect) if not path.endswith(left)}


def link(offers: list[Reduction]) -> Evidence:
    found = [c for o in offers for c in o.claims if c.kind is ClaimKind.RUST_LINKAGE]
    assert found
    return found[0].evidence


LAYOUT = {
    "Cargo.toml": manifest(
        "shop",
        "[workspace]",
        'members = ["crates/*"]',
        "[[bin]]",
        'name = "shop-server"',
        'path = "src/main.rs"',
    ),
    "src/main.rs": MAIN,
    "src/bin/import.rs": MAIN,
    "src/bin/export/main.rs": MAIN,
    "crates/tool/Cargo.toml": manifest(
        "tool", "[[bin]]", 'name = "extra"', 'required-features = ["more"]', "[features]", "more = []"
    ),
    "crates/tool/src/main.rs": MAIN,
    "crates/tool/src/bin/extra.rs": MAIN,
    "crates/tool/src/lib.rs": "",
    "crates/plug/Cargo.toml": manifest("plug-in", "[lib]", 'crate-type = ["cdylib"]'),
    "crates/plug/src/lib.rs": "",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cargo build --release", {"release/shop-server", "release/import", "release/export"}),
        ("cargo b -r", {"release/shop-server", "release/import", "release/export"}),
        ("cargo +nightly build --bin import", {"debug/import"}),
        ("cargo build -p tool", {"debug/tool"}),
        ("cargo build -p tool --features more", {"debug/tool", "debug/extra"}),
        ("cargo build --package=tool --all-features --profile dist", {"dist/tool", "dist/extra"}),
        ("cargo build --release -p plug-in", {"release/libplug_in.so"}),
        (
            "cargo build --release --target x86_64-unknown-linux-musl -p tool",
            {"x86_64-unknown-linux-musl/release/tool"},
        ),
        ("cargo build --manifest-path crates/tool/Cargo.toml", {"debug/tool"}),
        ("cd crates/tool && cargo build", {"debug/tool"}),
        ("cargo build --workspace --exclude shop", {"debug/tool", "debug/libplug_in.so"}),
        ("cargo build --example demo", {"debug/examples/demo"}),
    ],
)
def test_a_build_leaves_the_programs_that_it_is_asked_for(
    tmp_path: Path, command: str, expected: set[str]
) -> None:
    stage = Stage(tmp_path, LAYOUT)
    *before, last = command.split(" && ")
    for text in before:
        stage.run(text)
    assert programs(stage.effect(last)) == {f"/app/target/{path}" for path in expected}


@pytest.mark.parametrize(
    ("command", "environment", "expected"),
    [
        ("cargo build --release --target-dir /out", {}, "/out/release/app"),
        ("cargo build --release", {"CARGO_TARGET_DIR": "/out"}, "/out/release/app"),
        ("CARGO_TARGET_DIR=../out cargo build --release", {}, "/out/release/app"),
        (
            "cargo build",
            {"CARGO_BUILD_TARGET": "aarch64-unknown-linux-gnu"},
            "/app/target/aarch64-unknown-linux-gnu/debug/app",
        ),
        ("cargo install --path .", {}, "/usr/local/cargo/bin/app"),
        ("cargo install --path . --root /usr", {}, "/usr/bin/app"),
        ("cargo install --path=/app --debug", {"CARGO_INSTALL_ROOT": "/opt"}, "/opt/bin/app"),
    ],
)
def test_options_and_variables_say_where_programs_land(
    tmp_path: Path, command: str, environment: dict[str, str], expected: str
) -> None:
    files = {"Cargo.toml": manifest("app"), "Cargo.lock": lock(".app"), "src/main.rs": MAIN}
    stage = Stage(tmp_path, files, environment=environment)
    assert expected in written(stage.effect(command))


def test_the_projects_configuration_says_where_programs_land(tmp_path: Path) -> None:
    config = '[build]\ntarget-dir = "out"\ntarget = "x86_64-unknown-linux-musl"\n'
    stage = Stage(
        tmp_path, {"Cargo.toml": manifest("app"), "src/main.rs": MAIN, ".cargo/config.toml": config}
    )
    assert "/app/out/x86_64-unknown-linux-musl/debug/app" in written(stage.effect("cargo build"))


def test_settings_that_a_command_writes_make_a_build_unknown(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"Cargo.toml": manifest("app"), "src/main.rs": MAIN})
    effect = stage.effect("cargo build", beside="echo 'target-dir = \"/x\"' >> .cargo/config.toml")
    assert effect is not None and effect.opaque


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cargo install cargo-chef", {"/usr/local/cargo/bin/cargo-chef"}),
        (
            "cargo install --locked sqlx-cli@0.7.4",
            {"/usr/local/cargo/bin/sqlx", "/usr/local/cargo/bin/cargo-sqlx"},
        ),
        ("cargo install ripgrep --root /usr/local", {"/usr/local/bin/rg"}),
        ("cargo install nobody-knows-it", {"/usr/local/cargo/bin"}),
        ("rustup target add wasm32-unknown-unknown", {"/usr/local/rustup"}),
        ("rustup show", set()),
        ("cargo --version", set()),
        ("cargo vendor", {"/app/vendor", "/app/Cargo.lock"}),
        ("cargo fetch --locked", set()),
        ("cargo chef prepare --recipe-path recipe.json", {"/app/recipe.json"}),
        ("cargo new --bin other", {"/app/other"}),
    ],
)
def test_other_commands_write_what_their_manual_says(
    tmp_path: Path, command: str, expected: set[str]
) -> None:
    stage = Stage(tmp_path, {"Cargo.toml": manifest("app"), "src/main.rs": MAIN})
    assert written(stage.effect(command)) == expected


def test_intermediate_output_never_holds_a_program(tmp_path: Path) -> None:
    made = Stage(tmp_path, LAYOUT).run("cargo build --release --target x86_64-unknown-linux-musl")
    kept = [p.region for p in made if p.kind is ProductKind.ARTIFACT]
    left = [p.region for p in made if p.kind is ProductKind.INTERMEDIATE]
    assert kept and left and not any(a.overlaps(b) for a in kept for b in left)


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [((), set()), (('axum = "0.7"',), {"registry"}), (('x = { git = "elsewhere" }',), {"git"})],
)
def test_only_what_is_fetched_is_a_cache_that_stays_behind(
    tmp_path: Path, dependencies: tuple[str, ...], expected: set[str]
) -> None:
    files = {"Cargo.toml": manifest("app", "[dependencies]", *dependencies), "src/main.rs": MAIN}
    made = Stage(tmp_path, files).run("cargo build --release")
    caches = {p.region.path.rpartition("/")[2] for p in made if p.kind is ProductKind.CACHE}
    assert caches == expected


def test_an_installed_program_leaves_all_of_target_to_nobody(tmp_path: Path) -> None:
    files = {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}
    alone = Stage(tmp_path, files).run("cargo install --path .")
    assert Region("/app/target") in [p.region for p in alone if p.kind is ProductKind.INTERMEDIATE]
    both = Stage(tmp_path, files).run("cargo build --release && cargo install --path .")
    assert Region("/app/target") not in [p.region for p in both if p.kind is ProductKind.INTERMEDIATE]


@pytest.mark.parametrize(
    ("script", "bounded"),
    [
        ('fn main() { println!("cargo:rerun-if-changed=x"); }', False),
        ('fn main() { std::fs::write("static/made.css", "").unwrap(); }', True),
        ('fn main() { std::process::Command::new("npm").arg("ci").status().unwrap(); }', True),
    ],
)
def test_a_build_script_that_writes_files_may_write_below_the_root(
    tmp_path: Path, script: str, bounded: bool
) -> None:
    files = {"Cargo.toml": manifest("app"), "src/main.rs": MAIN, "build.rs": script}
    effect = Stage(tmp_path, files).effect("cargo build")
    assert ("/app" in written(effect)) is bounded
    assert effect is not None and bool(effect.claims) is bounded


def test_a_fetch_reads_manifests_and_no_module_of_the_sources(tmp_path: Path) -> None:
    files = {
        **LAYOUT,
        "src/deep/mod.rs": "",
        "Cargo.lock": lock(".shop"),
        "rust-toolchain.toml": "",
        "README.md": "",
    }
    effect = Stage(tmp_path, files).effect("cargo fetch --locked")
    assert effect is not None
    read = {place.path for place in effect.reads}
    named = {
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "crates/tool/Cargo.toml",
        "crates/plug/Cargo.toml",
        "src/main.rs",
    }
    assert {f"/app/{name}" for name in named} <= read
    assert not read & {"/app", "/app/src", "/app/src/deep/mod.rs", "/app/README.md"}


def test_rustups_script_is_known_by_what_the_file_fetches(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {}, base="debian:bookworm", environment={"PATH": "/usr/bin"})
    effect = stage.effect("sh -s -- -y", beside="curl -sSf https://example.org/rustup-init.sh")
    assert written(effect) == {"/root/.cargo", "/root/.rustup"}
    assert stage.effect("sh -s -- -y", beside="curl -sSf https://example.org/setup") is None


@pytest.mark.parametrize(
    "words",
    [
        ("cargo", "run"),
        ("cargo", "watch", "-x", "run"),
        ("trunk", "serve"),
        ("cargo-watch",),
        ("rustc", "x.rs"),
    ],
)
def test_starts_that_build_need_the_toolchain(tmp_path: Path, words: tuple[str, ...]) -> None:
    resolution = Stage(tmp_path, {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}).resolve(*words)
    assert resolution is not None and resolution.toolchain is not None


def program_stage(root: Path, source: str, base: str = "rust:1.80-bookworm", **more: str) -> Stage:
    files = {"Cargo.toml": manifest("app"), "Cargo.lock": lock(".app"), "src/main.rs": source, **more}
    return Stage(root, files, base)


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ('use std::process::Command;\nfn main() { Command::new("git"); }', {"git"}),
        (
            'use tokio::process::Command;\nconst P: &str = "ffmpeg";\nfn main() { Command::new(P); }',
            {"ffmpeg"},
        ),
        (
            'fn main() { std::process::Command::new("sh").arg("-c").arg("tar x | jq ."); }',
            {"sh", "tar", "jq"},
        ),
        ('use clap::Command;\nfn main() { Command::new("git"); }', set()),
        (
            'use std::process::Command;\n#[cfg(test)]\nmod tests { fn f() { Command::new("git"); } }\nfn main() {}',
            set(),
        ),
        ('fn main() { /* Command::new("git") */ let s = r#"Command::new("hg")"#; }', set()),
        ('use duct::cmd;\nfn main() { cmd!("curl", "x"); }', {"curl"}),
        (
            'use std::process::Command;\nfn main() { let p = pick(); Command::new(p); let n = ["convert"]; }',
            {"convert"},
        ),
    ],
)
def test_programs_that_sources_call_are_needed(tmp_path: Path, source: str, called: set[str]) -> None:
    stage = program_stage(tmp_path, source)
    stage.run("cargo build --release")
    resolution = stage.resolve("./target/release/app")
    assert resolution is not None and resolution.toolchain is None
    assert {need.program for need in resolution.needs if isinstance(need, ProgramNeed)} == called


def test_a_program_that_runs_its_arguments_may_call_anything(tmp_path: Path) -> None:
    source = "use std::process::Command;\nfn main() { let args: Vec<_> = std::env::args().collect(); Command::new(&args[1]); }"
    stage = program_stage(tmp_path, source)
    stage.run("cargo build --release")
    resolution = stage.resolve("./target/release/app")
    assert resolution is not None and resolution.anything


def test_a_program_that_calls_the_compiler_keeps_the_image(tmp_path: Path) -> None:
    stage = program_stage(tmp_path, 'fn main() { std::process::Command::new("rustc").status(); }')
    stage.run("cargo build --release && cp target/release/app /usr/local/bin/app")
    resolution = stage.resolve("app")
    assert resolution is not None and resolution.toolchain is not None


@pytest.mark.parametrize(
    ("locked", "told", "packages"),
    [
        ((".app: axum", "axum", "tokio"), True, set()),
        ((".app", "openssl-sys: pkg-config vcpkg"), True, {"libssl-dev", "ca-certificates"}),
        ((".app", "openssl-sys: openssl-src pkg-config"), True, {"ca-certificates"}),
        ((".app", "libsqlite3-sys: cc pkg-config"), True, set()),
        ((".app", "libsqlite3-sys: pkg-config"), True, {"libsqlite3-dev"}),
        ((".app", "ring: cc", "zstd-sys: cc pkg-config", "windows-sys"), True, set()),
        ((".app", "strange-sys: cc"), False, set()),
        ((".app", "unheard-of: pkg-config"), False, set()),
        ((".app", "tensorflow-sys"), False, set()),
    ],
)
def test_each_native_crate_of_the_lock_has_a_row(
    tmp_path: Path, locked: tuple[str, ...], told: bool, packages: set[str]
) -> None:
    stage = program_stage(tmp_path, MAIN, **{"Cargo.lock": lock(*locked)})
    offers = stage.offers(stage.run("cargo build --release"), "./target/release/app")
    assert (not link(offers).missing) is told
    needs = {n.apt for o in offers for n in o.needs if isinstance(n, PackageNeed) and n.apt}
    assert not told or needs == packages


@pytest.mark.parametrize(
    ("base", "dependencies", "told"),
    [
        ("rust:1.80-bookworm", ('axum = "0.7"', 'tokio = "1"'), True),
        ("rust:1.80-bookworm", ('nobody-knows-it = "1"',), False),
        ("rust:1.80-slim-bookworm", ('nobody-knows-it = "1"',), True),
        ("rust:1.78-alpine3.19", ('openssl = "0.10"',), True),
    ],
)
def test_without_a_lock_rows_or_a_bare_base_tell(
    tmp_path: Path, base: str, dependencies: tuple[str, ...], told: bool
) -> None:
    files = {"Cargo.toml": manifest("app", "[dependencies]", *dependencies), "src/main.rs": MAIN}
    stage = Stage(tmp_path, files, base)
    evidence = link(stage.offers(stage.run("cargo build --release"), "./target/release/app"))
    assert (not evidence.missing) is told
    assert (evidence.basis is Basis.RULE) is told


def test_on_a_bare_base_installed_headers_say_what_is_linked(tmp_path: Path) -> None:
    files = {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}
    stage = Stage(tmp_path, files, "rust:1.80-slim-bookworm", packages=("libpq-dev", "libclang-dev", "cmake"))
    offers = stage.offers(stage.run("cargo build"), "target/debug/app")
    assert {n.apt for o in offers for n in o.needs if isinstance(n, PackageNeed)} == {"libpq-dev"}


def test_tls_takes_certificates_and_zones_are_needed_where_named(tmp_path: Path) -> None:
    source = "fn main() { let now = chrono::Local::now(); }"
    stage = program_stage(tmp_path, source, **{"Cargo.lock": lock(".app", "rustls-native-certs", "chrono")})
    stage.run("cargo build --release")
    resolution = stage.resolve("/app/target/release/app")
    assert resolution is not None
    found = {need.facility for need in resolution.needs if isinstance(need, FacilityNeed)}
    assert found == {Facility.CERTIFICATES, Facility.TIME_ZONES}


OUTPUT_READ = 'fn main() { open(concat!(env!("OUT_DIR"), "/words.txt")); }'
OUTPUT_TAKEN_IN = 'include!(concat!(env!("OUT_DIR"), "/words.rs"));\nfn main() {}'


@pytest.mark.parametrize(("source", "stays"), [(OUTPUT_READ, True), (OUTPUT_TAKEN_IN, False)])
def test_what_a_build_script_wrote_stays_where_the_program_opens_it(
    tmp_path: Path, source: str, stays: bool
) -> None:
    stage = program_stage(tmp_path, source, **{"build.rs": MAIN})
    made = stage.run("cargo build --release")
    left = {product.region.path for product in made if product.kind is ProductKind.INTERMEDIATE}
    assert ("/app/target/release/build" not in left) is stays
    needed = {
        n for o in stage.offers(made, "./target/release/app") for n in o.needs if isinstance(n, PathNeed)
    }
    assert ("/app/target" in {need.path for need in needed}) is stays


@pytest.mark.parametrize(
    ("words", "variable"), [(("docs",), ""), (("--dir=docs",), ""), ((), "docs"), (("/app/docs/a.md",), "")]
)
def test_what_a_start_or_a_variable_names_goes_along(
    tmp_path: Path, words: tuple[str, ...], variable: str
) -> None:
    stage = program_stage(tmp_path, MAIN, **{"docs/a.md": ""})
    stage.state = replace(stage.state, environment={**stage.state.environment, "PAGES": variable})
    found = artifact_only(stage, stage.run("cargo build --release"), "./target/release/app", *words)
    assert found is not None and "/app/docs" in found[1]


def artifact_only(stage: Stage, made: list[Product], *start: str) -> tuple[Evidence, set[str]] | None:
    offers = [o for o in stage.offers(made, *start) if o.kind is ReductionKind.ARTIFACT_ONLY]
    return (offers[0].claims[0].evidence, {place.path for place in offers[0].keeps}) if offers else None


def test_a_folder_of_sources_alone_leaves_only_the_program(tmp_path: Path) -> None:
    source = (
        '#[derive(RustEmbed)]\n#[folder = "static/"]\nstruct A;\nfn main() { include_str!("../data/x.txt"); }'
    )
    more = {"static/a.css": "", "data/x.txt": "", "README.md": "", "tests/t.rs": "", ".github/x.yml": ""}
    stage = program_stage(tmp_path, source, **more)
    found = artifact_only(stage, stage.run("cargo build --release"), "./target/release/app")
    assert found is not None
    assert found[0].basis is Basis.RULE and not found[0].missing
    assert found[1] == {"/app/target/release/app"}


@pytest.mark.parametrize(
    ("source", "more", "kept"),
    [
        (MAIN, {"templates/page.html": ""}, "/app/templates"),
        (MAIN, {"Rocket.toml": ""}, "/app/Rocket.toml"),
        (MAIN, {"posts/first.md": ""}, "/app/posts"),
        (MAIN, {"data/.gitkeep": ""}, "/app/data"),
        (
            'fn main() { sqlx::migrate!(); Migrator::new(Path::new("m")); }',
            {"migrations/1.sql": ""},
            "/app/migrations",
        ),
        (
            '#[folder = "static/"]\nfn main() { ServeDir::new("./static/"); }',
            {"static/a.css": ""},
            "/app/static",
        ),
        ('fn main() { std::fs::read_to_string("README.md"); }', {"README.md": ""}, "/app/README.md"),
        ('fn main() { open(format!("docs/{}.md", page)); }', {"docs/a.md": ""}, "/app/docs"),
        ('fn main() { open(format!("{}/docs/{}.md", root, page)); }', {"docs/a.md": ""}, "/app/docs"),
        ('fn main() { open("/app/docs/a.md"); }', {"docs/a.md": ""}, "/app/docs"),
        (
            '#[folder = "static/"]\nfn main() {}',
            {"static/a.css": "", "src/x.rs": 'fn f() { "static/a.css"; }'},
            "/app/static",
        ),
    ],
)
def test_what_a_program_may_open_goes_along_and_is_only_expected(
    tmp_path: Path, source: str, more: dict[str, str], kept: str
) -> None:
    stage = program_stage(tmp_path, source, **more)
    found = artifact_only(stage, stage.run("cargo build --release"), "./target/release/app")
    assert found is not None
    assert found[0].basis is Basis.SEARCH and kept in found[1]


def test_what_other_commands_made_goes_along(tmp_path: Path) -> None:
    stage = program_stage(tmp_path, MAIN)
    made = Changed(Region("/app/data"), "mkdir -p data")
    stage.state = replace(stage.state, tree=stage.state.tree.then(made))
    found = artifact_only(stage, stage.run("cargo build --release"), "./target/release/app")
    assert found is not None and found[1] == {"/app/target/release/app", "/app/data"}


@pytest.mark.parametrize("mover", ["cp", "mv"])
def test_a_program_that_runs_elsewhere_is_not_kept_where_it_was_built(tmp_path: Path, mover: str) -> None:
    stage = program_stage(tmp_path, MAIN)
    made = stage.run(f"cargo build --release && {mover} target/release/app /usr/local/bin/app")
    found = artifact_only(stage, made, "app")
    assert found is not None and found[1] == set()


def test_a_static_program_may_run_without_a_shell_unless_it_calls_something(tmp_path: Path) -> None:
    for number, (source, against) in enumerate(
        ((MAIN, False), ('fn main() { std::process::Command::new("git"); }', True))
    ):
        stage = program_stage(tmp_path / str(number), source, "rust:1.78-alpine3.19")
        offers = stage.offers(stage.run("cargo build --release"), "/app/target/release/app")
        minimal = next(o for o in offers if o.kind is ReductionKind.MINIMAL_BASE)
        assert any(c.evidence.against for c in minimal.claims) is against


def test_a_known_tool_at_start_says_what_it_links_to(tmp_path: Path) -> None:
    stage = program_stage(tmp_path, MAIN)
    stage.run("cargo install diesel_cli")
    resolution = stage.resolve("diesel", "migration", "run")
    assert (
        resolution is not None
        and PathNeed("/usr/local/cargo/bin/diesel", "`diesel migration run` runs it") in resolution.needs
    )
    assert any(isinstance(need, PackageNeed) and need.apt == "libpq-dev" for need in resolution.needs)


def test_rows_agree_with_each_other() -> None:
    named = {
        crate
        for name in ("reqwest", "diesel", "sqlx", "git2", "rdkafka", "isahc")
        for crate in closure_of(name) or ()
    }
    assert named and all(links_of(crate) for crate in named)
    assert not any(links_of(crate) for crate in ("ring", "aws-lc-sys", "tikv-jemalloc-sys") if is_pure(crate))


@given(st.text(alphabet="\"'r#/*\\\nab:!({[]}) ;", max_size=80))
def test_tokens_are_read_from_any_text(text: str) -> None:
    found = list(tokens(text))
    assert all(0 <= offset < len(text) for _, _, offset in found)
    calls_in((Source("a.rs", f"Command {text}"),))


@given(st.text(max_size=200))
def test_any_text_is_read_as_a_manifest_or_refused(text: str) -> None:
    read_lock(text)
    found = read_manifest(text)
    assert found is None or found.package == "" or found.package in text


def test_a_long_line_takes_linear_time() -> None:
    text = 'Command::new(x); let x = "git"; ' * 20_000
    assert {call.program for call in calls_in((Source("a.rs", text),)).named} == {"git"}
