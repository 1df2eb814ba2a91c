"""A stage with a project of C or C++ in it, for the tests of that strategy."""

from __future__ import annotations

from pathlib import Path

from projects import Stage as AnyStage
from restage_strategies.cpp import STRATEGY

MAIN = "int main(void) { return 0; }\n"


class Stage(AnyStage):
    strategy = STRATEGY
    usual_base = "debian:bookworm"


def source_stage(root: Path, source: str, **more: str) -> Stage:
    """A stage whose project is one source."""
    return Stage(root, {"main.c": source, **more})


def recipe_stage(root: Path, name: str, text: str, **more: str) -> Stage:
    """A stage whose project has one recipe (`Makefile`, `CMakeLists.txt`, `meson.build`)."""
    return Stage(root, {name: text, "main.c": MAIN, **more})
