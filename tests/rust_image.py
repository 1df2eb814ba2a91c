"""A stage with a Rust project in it, its manifests and locks, for the tests of the Rust strategy."""

from __future__ import annotations

from pathlib import Path

from projects import Stage as AnyStage
from restage_strategies.rust import STRATEGY

MAIN = 'fn main() {\n    println!("hello");\n}\n'


class Stage(AnyStage):
    strategy = STRATEGY
    usual_base = "rust:1.80-bookworm"


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


def program_stage(root: Path, source: str, base: str = "", **more: str) -> Stage:
    files = {"Cargo.toml": manifest("app"), "Cargo.lock": lock(".app"), "src/main.rs": source, **more}
    return Stage(root, files, base)
