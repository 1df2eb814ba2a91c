"""What native crates link to, and how sources, manifests and locks are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.api import Basis, ClaimKind, Evidence, PackageNeed, ProgramNeed, Reduction
from restage_strategies.rust.calls import calls_in
from restage_strategies.rust.lock import read_lock
from restage_strategies.rust.manifest import read_manifest
from restage_strategies.rust.rows import closure_of, is_pure, links_of
from restage_strategies.rust.source import Source
from restage_strategies.rust.tokens import tokens
from rust_image import MAIN, Stage, lock, manifest, program_stage


def link(offers: list[Reduction]) -> Evidence:
    found = [c for o in offers for c in o.claims if c.kind is ClaimKind.RUST_LINKAGE]
    assert found
    return found[0].evidence


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
    offers = stage.offers_for(stage.run("cargo build --release"), "./target/release/app")
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
    evidence = link(stage.offers_for(stage.run("cargo build --release"), "./target/release/app"))
    assert (not evidence.missing) is told
    assert (evidence.basis is Basis.RULE) is told


def test_on_a_bare_base_installed_headers_say_what_is_linked(tmp_path: Path) -> None:
    files = {"Cargo.toml": manifest("app"), "src/main.rs": MAIN}
    stage = Stage(tmp_path, files, "rust:1.80-slim-bookworm", packages=("libpq-dev", "libclang-dev", "cmake"))
    offers = stage.offers_for(stage.run("cargo build"), "target/debug/app")
    assert {n.apt for o in offers for n in o.needs if isinstance(n, PackageNeed)} == {"libpq-dev"}


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


@pytest.mark.parametrize(
    ("main", "named", "untold"),
    [
        ('sh::run("git", "pull");', {"git"}, 0),
        ("sh::run(&settings.run);", set(), 1),
        ("sh::run(std::env::current_exe());", set(), 0),
        ("println!(current_exe()); sh::run(&settings.run);", set(), 1),
        ("sh::run(std::env::current_exe()?.with_file_name(&settings.run));", set(), 1),
    ],
)
def test_a_computed_name_may_come_from_another_file(main: str, named: set[str], untold: int) -> None:
    helper = "use std::process::Command; pub fn run(n: &str) { Command::new(n); }"
    found = calls_in((Source("main.rs", f"fn main() {{ {main} }}"), Source("sh.rs", helper)))
    assert ({call.program for call in found.named}, len(found.untold)) == (named, untold)


@pytest.mark.parametrize(
    ("text", "named", "untold"),
    [
        ('use std::process::Command as Cmd; fn main() { Cmd::new("ip"); }', {"ip"}, 0),
        ('type Cmd = tokio::process::Command; fn main() { Cmd::new("ip"); }', {"ip"}, 0),
        ("use std::process::Command; fn all(n: &[&str]) { n.iter().map(Command::new); }", set(), 1),
        ("use clap::Command; fn all(n: &[&str]) { n.iter().map(Command::new); }", set(), 0),
        ('fn main() { unsafe { libc::system(c"ip link | sort".as_ptr()) }; }', {"ip", "sort"}, 0),
        ('use nix::unistd::execvp; fn main() { execvp(c"ip", &[]); }', {"ip"}, 0),
        ("fn main() { nix::unistd::execv(&path, &[]); }", set(), 1),
        ('fn main() { unsafe { libc::execlp(b"ip\\0".as_ptr()) }; }', {"ip"}, 0),
        ("fn main() { let me = std::env::current_exe()?; std::process::Command::new(&me); }", set(), 0),
        ("fn main() { if let Ok(me) = current_exe() { std::process::Command::new(me); } }", set(), 0),
        ("fn main() { let me = current_exe()?; let me = other(me); process::Command::new(me); }", set(), 1),
        ('fn main() { let t = "ip"; for t in all { process::Command::new(t); } }', set(), 1),
        ('fn main() { let t = "ip"; all.map(|(_, t)| process::Command::new(t)); }', set(), 1),
        ('fn run(t: &str) { let u = "ip"; process::Command::new(t); }', set(), 1),
        ('const T: &str = "ip"; fn main() { process::Command::new(T.replace("i", x)); }', set(), 1),
        ("fn system(n: u8) {} fn main() { system(1); }", set(), 0),
    ],
)
def test_every_way_to_start_a_program_is_seen(text: str, named: set[str], untold: int) -> None:
    found = calls_in((Source("main.rs", text),))
    assert ({call.program for call in found.named}, len(found.untold)) == (named, untold)


@pytest.mark.parametrize(
    ("function", "call", "named", "untold"),
    [
        ("fn run(p: &str, a: &[&str]) { Command::new(p).args(a); }", 'run("ip", &[])', {"ip"}, 0),
        ("impl R { fn run(&self, d: &Path, p: &str) { Command::new(p); } }", 'r.run(d, "ip")', {"ip"}, 0),
        ("impl R { fn run(&self, p: &str) { Command::new(p); } }", 'r.run("ip"); run(other())', {"ip"}, 0),
        ("impl R { fn run(&self, p: &str) { Command::new(p); } }", 'R::run(&R, "ip")', {"ip"}, 0),
        ("impl R { fn run(&self, p: &str) { Command::new(p); } }", "r.run(q); R::run(&R, other())", set(), 1),
        ("fn run(p: &str) { match q { A => { all(p) } B => Command::new(p) } }", 'run("ip")', {"ip"}, 0),
        ("fn run(p: &str) { fn b(p: &str) {} Command::new(p); }", 'run("ip"); b(x)', {"ip"}, 0),
        ("use sh::run; fn run(p: &str) { Command::new(p); }", 'run("ip"); r.run(x); run!(x)', {"ip"}, 0),
        ("fn run(p: &str) { Command::new(p); }", "run(current_exe()?)", set(), 0),
        ("fn run<P: AsRef<OsStr>>(p: P) { Command::new(&p); }", 'run("ip"); run(other())', {"ip"}, 1),
        ("fn run(m: HashMap<A, B>, p: &str) { Command::new(p); }", 'run(m, "ip")', set(), 1),
        ("fn run(p: &str) { Command::new(p); }", "", set(), 1),
    ],
)
def test_a_function_that_starts_what_it_is_handed_starts_what_its_callers_name(
    function: str, call: str, named: set[str], untold: int
) -> None:
    text = f"use std::process::Command; {function}\nfn main() {{ {call}; }}"
    found = calls_in((Source("main.rs", text),))
    assert ({call.program for call in found.named}, len(found.untold)) == (named, untold)


@pytest.mark.parametrize(
    "text",
    [
        "fn run(p: &str) { let p = chosen(p); Command::new(&p); }",
        "fn run(mut p: String) { p.push_str(x); Command::new(&p); }",
        "fn run(p: &str) { if let Some(p) = other() { Command::new(p); } }",
        "fn run(p: &str) { let (p, q) = other(); Command::new(p); }",
        "fn run(p: &str) { for p in all { Command::new(p); } }",
        "fn run(p: &str) { all.for_each(|p| { Command::new(p); }); }",
        "fn run(p: &str) { all.map(move |(n, p): (u8, &str)| Command::new(p)); }",
        "fn run(p: &str) { match q { Some(p) if ok(p) => Command::new(p), _ => x } }",
        "fn run(p: &str) { match q { A => { x } Foo { p } => Command::new(p) } }",
        "fn run(p: &str) { Command::new(p.trim()); }",
        "fn run(p: &str) { Command::new(p); } fn all() { names().for_each(run); }",
        "fn run(p: &str) { Command::new(p); } fn all() { Runner { run }; }",
        "fn run(p: &str) { Command::new(p); } fn all() { run::<&str>(other()); }",
        "use sh::run as start; fn run(p: &str) { Command::new(p); }",
    ],
)
def test_what_may_hold_something_else_than_callers_name_is_untold(text: str) -> None:
    source = f'use std::process::Command; {text} fn main() {{ run("ip") }}'
    assert len(calls_in((Source("main.rs", source),)).untold) == 1


@pytest.mark.parametrize("name", ["shop", "store"])
def test_what_make_built_is_known_after_it_was_moved(tmp_path: Path, name: str) -> None:
    files = {
        "Cargo.toml": manifest("shop"),
        "Cargo.lock": lock(".shop"),
        "Makefile": "all:\n\tcargo build --release\n",
    }
    stage = program_stage(tmp_path, "fn main() { std::process::Command::new(pick()); }", **files)
    made = stage.run(f"make && cp target/release/shop /usr/local/bin/{name}")
    found = stage.offers_for(made, name)
    missing = {told for offer in found for claim in offer.claims for told in claim.evidence.missing}
    assert stage.resolve(name) is not None
    assert "which program main.rs:1 calls" in {told.replace("src/", "") for told in missing}


@pytest.mark.parametrize(("call", "called"), [('Command::new(dir().join("tool"))', True), ("drop(1)", False)])
def test_a_program_that_another_calls_has_its_needs_heard(tmp_path: Path, call: str, called: bool) -> None:
    files = {
        "Cargo.toml": manifest("app"),
        "Cargo.lock": lock(".app"),
        "src/bin/server.rs": f"use std::process::Command; fn main() {{ {call}; }}",
        "src/bin/tool.rs": 'use std::process::Command; fn main() { Command::new("ssh"); }',
    }
    stage = Stage(tmp_path, files)
    made = [each for each in stage.run("cargo build --release") if each.region.path.endswith("/tool")]
    found = stage.offers_for(made, "target/release/server")
    programs = {need.program for offer in found for need in offer.needs if isinstance(need, ProgramNeed)}
    assert ("ssh" in programs) is called


@pytest.mark.parametrize("options", ["--example echo", "--examples"])
def test_an_example_that_is_built_has_its_needs_heard(tmp_path: Path, options: str) -> None:
    calls = 'fn main() { std::process::Command::new("%s"); }'
    files = {"examples/echo.rs": calls % "ssh", "tests/a.rs": calls % "git"}
    stage = program_stage(tmp_path, MAIN, **files)
    stage.run(f"cargo build --release {options}")
    resolution = stage.resolve("target/release/examples/echo")
    assert resolution is not None
    assert {need.program for need in resolution.needs if isinstance(need, ProgramNeed)} == {"ssh"}


def test_an_example_that_is_not_built_is_not_heard(tmp_path: Path) -> None:
    example = 'fn main() { std::process::Command::new("ssh"); }'
    stage = program_stage(tmp_path, MAIN, **{"examples/echo.rs": example})
    stage.run("cargo build --release")
    resolution = stage.resolve("target/release/app")
    assert resolution is not None and not [n for n in resolution.needs if isinstance(n, ProgramNeed)]


def test_scripts_of_the_project_that_the_program_calls_are_followed(tmp_path: Path) -> None:
    source = 'fn main() { std::process::Command::new("bash").arg("scripts/backup.sh").arg(target).status(); }'
    stage = program_stage(tmp_path, source, **{"scripts/backup.sh": "#!/bin/bash\nssh h\n"})
    stage.run("cargo build --release")
    resolution = stage.resolve("target/release/app")
    assert resolution is not None
    assert [command.words for command in resolution.runs] == [("bash", "scripts/backup.sh")]
