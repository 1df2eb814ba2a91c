"""Programs in Rust."""

from __future__ import annotations

import json

from generating.beside import labels, surroundings
from generating.drawing import Draw, Files, lines, modules, named, spaced

CRATES = """
    anyhow axum bytes chrono clap env_logger futures hyper itoa libc log memchr mio once_cell parking_lot
    rand regex serde serde_json smallvec thiserror tokio tower tracing url uuid
""".split()


def source(draw: Draw) -> str:
    def body(name: str) -> str:
        return (
            f"pub fn {name}(values: &[u64]) -> u64 {{\n    values.iter().sum::<u64>() + {draw.random.randrange(99)}\n"
            "}\n"
        )

    return "\n".join(named(draw, body, 2, 12))


def files(draw: Draw) -> Files:
    chosen = {name: draw.version(1) for name in draw.some(CRATES, 2, 12)}
    manifest = lines(
        "[package]",
        f'name = "{draw.name}"',
        'version = "0.1.0"',
        'edition = "2021"',
        "[dependencies]",
        [f'{name} = "{version}"' for name, version in chosen.items()],
    )
    package = '[[package]]\nname = "{}"\nversion = "{}"\nchecksum = "{}"\n\n'
    others = {**{name: draw.version(1) for name in draw.some(CRATES, 5, 24)}, **chosen}
    lock = "version = 3\n\n" + "".join(
        package.format(name, version, draw.digest()[:64]) for name, version in sorted(others.items())
    )
    own = (
        f'[[package]]\nname = "{draw.name}"\nversion = "0.1.0"\ndependencies = {json.dumps(sorted(chosen))}\n'
    )
    sources = modules(draw, "src", "rs", source)
    main = f'fn main() {{\n    println!("{draw.name}");\n}}\n'
    return {
        "Cargo.toml": manifest,
        "Cargo.lock": lock + own,
        "src/main.rs": main,
        **sources,
        **surroundings(draw, "target"),
    }


def release(draw: Draw) -> Files:
    dockerfile = spaced(
        [
            f"FROM rust:1.{draw.random.randint(70, 81)}{draw.one('', '-bookworm')}",
            *labels(draw),
            f"WORKDIR {draw.folder}",
        ],
        [
            draw.one("COPY . .", "COPY Cargo.toml Cargo.lock ./\nCOPY src ./src"),
            "RUN cargo build --release",
            f"EXPOSE {draw.port}",
            f'CMD ["./target/release/{draw.name}"]',
        ],
    )
    return {**files(draw), "Dockerfile": dockerfile}


def install(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM rust:1.{draw.random.randint(70, 81)}",
        f"WORKDIR /usr/src/{draw.name}",
        "COPY . .",
        "RUN cargo install --path .",
        f'CMD ["{draw.name}"]',
    )
    return {**files(draw), "Dockerfile": dockerfile}
