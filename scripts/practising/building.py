"""The original and its rewrite, built and run side by side, and a rebuild after a source was touched."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from practising.bases import borrowed, images_named
from practising.deciding import Result
from practising.records import Trouble
from restage.verify.compare import Announced, ContractDiffers, compare_contracts, told
from restage.verify.engines import Engine, EngineTrouble
from restage.verify.images import BuildFailed, ImageConfig, Recipe, build, forget, inspect, is_there, lent
from restage.verify.proof import NotBuilt, prove
from restage.verify.runs import Seen


def build_and_compare(engine: Engine, result: Result, root: Path, work: Path, seconds: float) -> None:
    """Fill in the right half of a row."""
    original = result.original
    before, after = (Recipe(side / original.path, side / original.context, "host") for side in (root, work))
    files = [recipe.dockerfile.read_bytes() for recipe in (before, after)]
    with lent(engine, borrowed(engine, original, files)):
        bases = images_named(files[0])[0]
        base = inspect(engine, bases[-1]).config if bases and is_there(engine, bases[-1]) else None
        proof = prove(engine, before, after, original.trial(seconds), everything_of(base))
        cached = None if isinstance(proof, NotBuilt) else installs_cached(engine, after)
    if isinstance(proof, NotBuilt):
        raise Trouble(
            f"the build of {proof.side} failed: {' / '.join(line[:160] for line in proof.lines[-6:])}"
        )
    contract = [found for found in proof.differences if isinstance(found, ContractDiffers)]
    lost = compare_contracts(proof.before.config, proof.after.config, Announced())
    names = [found.what for found in lost if isinstance(found, ContractDiffers) and found not in contract]
    result.config = (
        " ".join([*(f"!{told(found)}" for found in contract), *(f"-{name}" for name in names)]) or "same"
    )
    others = [found for found in proof.differences if found not in contract]
    result.runs = f"DIFFERENT: {told(others[0])}" if others else f"same ({how(proof.seen_before)})"
    if cached is not None:
        result.runs += f"; after a source edit {cached}"
    old, new = proof.before.size, proof.after.size
    result.ratio = new / old
    result.sizes = f"{old / 1e6:.0f} → {new / 1e6:.0f} ({(new - old) / old:+.0%})"


INSTALL = re.compile(
    r"\b(npm|pnpm|yarn)( --?[\w=-]+)* (ci|i|install|add)\b|\byarn( --[\w-]+)*$|\byarn( --[\w-]+)* *&&"
    r"|\bpip3? install|\b(poetry|pdm|pipenv) (install|sync)|\buv (sync|pip)|go mod download|go get\b|go-offline"
    r"|cargo (fetch|chef)|apt-get( -\w+)* install|apk add"
)
"""RUN lines that a change of the sources should leave cached."""
SOURCE = re.compile(r".*\.(go|rs|java|js|jsx|ts|tsx|mjs|cjs|vue|py|rb|html|css)")


def installs_cached(engine: Engine, recipe: Recipe) -> str | None:
    """Touch a source in the copy, build again, and say how many of the installs were taken from the cache."""
    sources = [
        path
        for path in sorted(recipe.context.rglob("*"))
        if SOURCE.fullmatch(path.name)
        and path.is_file()
        and not {"node_modules", ".git"} & {*path.relative_to(recipe.context).parts}
        and not re.search(r"config|setup|test|\.d\.ts", path.name)
    ]
    if not sources:
        return None
    main = min(sources, key=lambda path: ("src" not in path.parts, len(path.parts), str(path)))
    with main.open("a") as file:
        file.write("\n")
    said: list[str] = []
    built = build(engine, recipe, "restage-practice-again", said.append)
    if isinstance(built, BuildFailed):
        return f"({main.name}) the build fails"
    forget(engine, ["restage-practice-again"])
    steps = dict(re.findall(r"^#(\d+) \[[^]]*\] (RUN .*)$", "\n".join(said), re.M))
    done = {*re.findall(r"^#(\d+) CACHED", "\n".join(said), re.M)}
    installs = {number for number, text in steps.items() if INSTALL.search(text)}
    return f"({main.name}) {len(installs & done)} of {len(installs)} installs cached"


def everything_of(base: ImageConfig | None) -> Announced:
    """All that only a base sets: the table shows what of it is gone."""
    if base is None:
        return Announced()
    return Announced(frozenset(base.environment), frozenset(base.environment.get("PATH", "").split(":")))


def how(seen: Seen) -> str:
    """The end of a container or its answer, in a word."""
    if seen.exit is not None:
        return f"exit {seen.exit}"
    return seen.answers[0].head if seen.answers else "runs on, no answer"


def build_if_possible(result: Result, root: Path, work: Path, options: argparse.Namespace) -> None:
    """Build what is known to build, while there is room for it."""
    if not result.original.lab.get("builds"):
        result.runs = "not built: the original does not build here"
        return
    try:
        enough_room(options.min_free)
        build_and_compare(options.engine, result, root, work, options.seconds)
    except (Trouble, EngineTrouble) as why:
        result.runs = f"NOT COMPARED: {why}"


def enough_room(gigabytes: int) -> None:
    """Raises Trouble where less than that is free."""
    if shutil.disk_usage(Path.cwd()).free < gigabytes * 1e9:
        raise Trouble(f"less than {gigabytes} GB are free")
