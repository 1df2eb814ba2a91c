"""Writes thousands of made-up projects, each with a Dockerfile, for measuring restage on many files.

    python scripts/generate_projects.py FOLDER [--count 10000] [--seed 4] [--repository]

The same count and seed give the same bytes, and no two projects are alike: names, versions, packages, layouts, sources,
locks, .dockerignore and compose files are drawn for each. They are in six ecosystems (Node.js, Python, Go, Rust, Maven and
static front ends), most of them single-stage files that can be split, the others what else is found in the wild: toolboxes,
development servers, files with stages. FOLDER has to be new or empty. `--repository` makes all of it
one repository with one `.git`; without it each project stands alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from generating import go, maven, node, python, rust, site
from generating.drawing import Draw, Files
from generating.toolbox import toolbox

TEMPLATES: dict[Callable[[Draw], Files], int] = {
    node.express: 9, node.typescript: 6, node.yarn: 5, node.one_layer: 3, node.compiled: 3, node.entrypoint: 3,
    node.development: 2,
    python.flask: 8, python.fastapi: 6, python.django: 4, python.compiled: 4, python.alpine: 2, python.poetry: 2, python.slim: 2,
    go.service: 8, go.command: 5, go.templates: 4, go.linked: 2, go.run: 2,
    rust.release: 4, rust.install: 2, maven.spring: 4, maven.start: 2,
    site.served: 5, site.development: 2, site.split: 1,
    toolbox: 3,
}  # fmt: skip
"""How often each is drawn."""


def project(number: int, seed: int) -> Files:
    """The files of one project, by path."""
    draw = Draw(number, seed)
    template = draw.random.choices(list(TEMPLATES), list(TEMPLATES.values()))[0]
    return template(draw)


def place(number: int, count: int) -> str:
    """Below which folder it goes: no folder holds more than some hundred."""
    return f"{number // 200:03}/{number:05}" if count > 200 else f"{number:05}"


def write(folder: Path, count: int, seed: int) -> int:
    """Writes the projects; the number of different ones."""
    seen: set[bytes] = set()
    for number in range(count):
        files = project(number, seed)
        seen.add(sha256(repr(sorted(files.items())).encode()).digest())
        for name, text in files.items():
            path = folder / place(number, count) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            if text.startswith("#!"):
                path.chmod(0o755)
    return len(seen)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--repository", action="store_true", help="all in one repository")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        sys.exit(f"{options.folder}: a new or an empty folder is wanted")
    different = write(options.folder, options.count, options.seed)
    if options.repository:
        (options.folder / ".git").mkdir()
    print(f"{options.count} projects, {different} of them different")


if __name__ == "__main__":
    main()
