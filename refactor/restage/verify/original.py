"""What the original Dockerfile says of itself: the image that it begins with, and the files that it copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from restage.build.stages import Build, Stage, read_build
from restage.dockerfile.document import ReadError
from restage.dockerfile.instructions import Add, Copy, instructions
from restage.dockerfile.reader import read
from restage.dockerfile.words import ExpansionError
from restage.project.context import Context
from restage.verify.images import Recipe

MANIFESTS = frozenset(
    """package.json requirements.txt pyproject.toml setup.py Pipfile go.mod Cargo.toml pom.xml build.gradle build.gradle.kts
    Gemfile composer.json mix.exs package.yaml stack.yaml build.sbt pubspec.yaml Package.swift deno.json cpanfile""".split()
)
"""Files that name dependencies; a line end more at their end changes nothing."""
_SOURCE = tuple(
    """.py .js .mjs .cjs .ts .tsx .jsx .go .rs .java .kt .scala .rb .php .cs .c .cc .cpp
    .ex .erl .hs .swift .pl .html .css .sh""".split()
)


def read_file(path: Path) -> Build | None:
    """The Dockerfile, understood; None where only the builder can tell what is wrong with it."""
    try:
        document = read(path.read_bytes())
        return read_build(document, instructions(document))
    except (OSError, ReadError, ExpansionError):
        return None


def base_recipe(recipe: Recipe, build: Build, folder: Path) -> Recipe | None:
    """A Dockerfile of only the FROM that the last stage descends from; None where it begins with nothing."""
    stage = _root(build, recipe.target)
    if stage.base == "scratch":
        return None
    lines = build.document.text.split("\n")
    first = min(each.origin.line for each in build.stages)
    own = [lines[stage.origin.line - 1]]
    while own[-1].rstrip().endswith(build.document.escape):
        own.append(lines[stage.origin.line - 1 + len(own)])
    file = folder / "base.Dockerfile"
    text = "\n".join([*lines[: first - 1], *own, ""])
    file.write_text(text, "utf-8", "surrogateescape")
    context = folder / "empty"
    context.mkdir(exist_ok=True)
    return replace(recipe, dockerfile=file, context=context, target="")


def _root(build: Build, target: str) -> Stage:
    """The stage that the target, or else the last, descends from; a target is named in any case, or by its number."""
    names = (stage.origin.name or "" for stage in build.stages)
    wanted = (n for n, name in enumerate(names) if target.lower() in (name.lower(), str(n)))
    stage = build.stages[next(wanted, -1)] if target else build.final
    while stage.parent is not None:
        stage = build.stages[stage.parent]
    return stage


def touchable(build: Build, context: Path, dockerfile: Path) -> tuple[str | None, str | None]:
    """A source file and a manifest that the build copies, to change them; None where there is no such."""
    files = sorted(_copied(build, Context(context, dockerfile)), key=lambda path: (path.count("/"), path))
    manifest = next((path for path in files if path.rpartition("/")[2] in MANIFESTS), None)
    plain = [path for path in files if path.endswith(_SOURCE) and path.rpartition("/")[2] not in MANIFESTS]
    named = [path for path in plain if "/node_modules/" not in f"/{path}" and "test" not in path]
    return next(iter(named or plain), None), manifest


def _copied(build: Build, context: Context) -> set[str]:
    found: set[str] = set()
    for stage in build.stages:
        for step in stage.steps:
            if not isinstance(step, Copy | Add) or (isinstance(step, Copy) and step.from_):
                continue
            for source in step.sources:
                for path in context.files(source.strip("/").removeprefix("./") or "."):
                    found.update(
                        context.walk(path, skip=(".git", "node_modules")) if context.kind(path) else ()
                    )
                    found.add(path)
    return found
