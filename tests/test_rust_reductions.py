"""What may stay behind around a Rust program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from restage.api import Basis, Evidence, PathNeed, Product, ProductKind, ReductionKind, Region
from restage.api.tree import Changed
from rust_image import MAIN, Stage, program_stage

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
        n for o in stage.offers_for(made, "./target/release/app") for n in o.needs if isinstance(n, PathNeed)
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
    offers = [o for o in stage.offers_for(made, *start) if o.kind is ReductionKind.ARTIFACT_ONLY]
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
        offers = stage.offers_for(stage.run("cargo build --release"), "/app/target/release/app")
        minimal = next(o for o in offers if o.kind is ReductionKind.MINIMAL_BASE)
        assert any(c.evidence.against for c in minimal.claims) is against


@pytest.mark.parametrize(
    ("base", "command", "region"),
    [
        ("rust:1.80", "cargo build --release", "/app/target/release/app"),
        ("example/cross:musl", "cargo build --release", "/app/target"),
        ("example/cross:musl", "cargo build -r --target t", "/app/target/t/release/app"),
    ],
)
def test_a_base_that_is_not_known_may_say_for_which_target_cargo_builds(
    tmp_path: Path, base: str, command: str, region: str
) -> None:
    made = program_stage(tmp_path, MAIN, base).run(command)
    assert [product.region.path for product in made if product.kind is ProductKind.ARTIFACT] == [region]
