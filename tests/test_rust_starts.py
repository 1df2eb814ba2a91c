"""What the start of a Rust program needs, and which starts build."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api import Facility, FacilityNeed, PackageNeed, PathNeed, ProgramNeed
from rust_image import MAIN, Stage, lock, manifest, program_stage


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


def test_tls_takes_certificates_and_zones_are_needed_where_named(tmp_path: Path) -> None:
    source = "fn main() { let now = chrono::Local::now(); }"
    stage = program_stage(tmp_path, source, **{"Cargo.lock": lock(".app", "rustls-native-certs", "chrono")})
    stage.run("cargo build --release")
    resolution = stage.resolve("/app/target/release/app")
    assert resolution is not None
    found = {need.facility for need in resolution.needs if isinstance(need, FacilityNeed)}
    assert found == {Facility.CERTIFICATES, Facility.TIME_ZONES}


def test_a_known_tool_at_start_says_what_it_links_to(tmp_path: Path) -> None:
    stage = program_stage(tmp_path, MAIN)
    stage.run("cargo install diesel_cli")
    resolution = stage.resolve("diesel", "migration", "run")
    assert (
        resolution is not None
        and PathNeed("/usr/local/cargo/bin/diesel", "`diesel migration run` runs it") in resolution.needs
    )
    assert any(isinstance(need, PackageNeed) and need.apt == "libpq-dev" for need in resolution.needs)
