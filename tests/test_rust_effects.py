"""What cargo and its like read, write and leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import written
from restage.api import Effect, ProductKind, Region, replace
from rust_image import MAIN, Stage, lock, manifest


def programs(effect: Effect | None) -> set[str]:
    """What is written beyond intermediate output and the lock."""
    left = ("/deps", "/build", "/.fingerprint", "/incremental", "Cargo.lock")
    return {path for path in written(effect) if not path.endswith(left)}


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
    ("source", "reads"),
    [
        ('fn main() { tonic_build::compile_protos("../proto/a.proto"); }', True),
        ('fn main() { println!("cargo:x"); println!("/proto"); }', True),
        ('fn main() { println!("proto"); }', False),
    ],
)
def test_what_sources_name_outside_the_workspace_is_read(tmp_path: Path, source: str, reads: bool) -> None:
    files = {
        "proto/a.proto": "",
        "app/Cargo.toml": manifest("app"),
        "app/src/main.rs": MAIN,
        "app/build.rs": source,
    }
    stage = Stage(tmp_path, files, directory="/")
    stage.state = replace(stage.state, directory="/app")
    effect = stage.effect("cargo build --release")
    assert effect is not None
    assert any(place.overlaps(Region("/proto")) for place in effect.reads) is reads


@pytest.mark.parametrize(
    ("environment", "command", "database"),
    [
        ({"DATABASE_URL": "sqlite:///data/a.db"}, "sqlx database create", "/data/a.db"),
        ({"DATABASE_URL": "sqlite:/data/a.db?mode=rwc"}, "sqlx database create", "/data/a.db"),
        ({}, "sqlx migrate run -D sqlite:///data/a.db", "/data/a.db"),
        ({"DATABASE_URL": "/data/a.db"}, "diesel setup", "/data/a.db"),
        ({"DATABASE_URL": "postgres://db/a"}, "sqlx database create", None),
    ],
)
def test_a_migration_writes_the_database_that_it_is_told(
    tmp_path: Path, environment: dict[str, str], command: str, database: str | None
) -> None:
    files = {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}
    effect = Stage(tmp_path, files, environment=environment).effect(command)
    assert effect is not None and effect.opaque is None
    elsewhere = {place.path for place in effect.writes if not place.path.startswith("/app")}
    assert elsewhere == ({database} if database else set())


@pytest.mark.parametrize(
    ("options", "known"),
    [
        ("--public-url /static/", True),
        ("--public-url=/static/", True),
        ("--dist /srv/site", True),
        ("--config /srv/site", False),
    ],
)
def test_a_part_of_an_address_is_no_place_that_a_front_end_is_built_in(
    tmp_path: Path, options: str, known: bool
) -> None:
    effect = Stage(tmp_path, {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}).effect(
        f"trunk build {options}"
    )
    assert effect is not None and (not effect.opaque) is known
