"""Try restage on checkouts of real repositories, and say where it is wrong.

    python scripts/practice.py --records FILE --checkouts DIR [--only TEXT] [--ecosystem go ...] [--build]

FILE has one JSON record a line (repo, commit, path, context, ecosystem, expected, also_accepted, lab);
DIR holds each commit as `<owner>__<name>__<first 7 digits of the commit>`. Every original is copied, restage
writes in the copy, and what it decided is held against what an expert expects. With --build the original and
the result are built and run side by side on a network without a way out, and what is seen is compared;
--self compares the original with itself instead, which shows how much of a difference is noise.
Nothing of those repositories is kept: copies, containers and images go when an original is done.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restage.dockerfile.instructions import Copy, From, Run, instructions
from restage.dockerfile.reader import read
from restage.verify.compare import Announced, ContractDiffers, compare_contracts, told
from restage.verify.engines import Engine, EngineTrouble, NoEngine
from restage.verify.finding import find_engine
from restage.verify.images import BuildFailed, ImageConfig, Recipe, build, forget, inspect, is_there, lent
from restage.verify.probes import HttpProbe, Probe, TcpProbe
from restage.verify.proof import NotBuilt, prove
from restage.verify.runs import Seen, Trial

GOOD = {"ok", "accepted"}
COLUMNS = ("repository", "path", "expected", "outcome", "rung", "verdict")
BUILT_COLUMNS = ("runs", "config", "MB")


class Trouble(Exception):
    """Something that keeps one original from being measured; its text goes into the table."""


# --- records -----------------------------------------------------------------------------------------


@dataclass
class Original:
    """One file at one commit, with what all of its records say."""

    repo: str
    commit: str
    path: str
    context: str
    ecosystem: str
    expected: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    lab: dict[str, Any] = field(default_factory=dict)
    wanted: dict[str, set[Any]] = field(default_factory=dict)
    """What the records say of `order_copies` and `dev_deps_droppable`."""

    def wants(self, name: str) -> bool:
        """Whether all records that say something of it say yes."""
        return self.wanted.get(name, set()) - {None} == {True}

    @property
    def slug(self) -> str:
        """A name that directories, containers and images may carry."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.repo}-{self.commit[:7]}".lower()).strip("-")

    def checkout(self, checkouts: Path) -> Path:
        """Where the commit has been checked out."""
        return checkouts / f"{self.repo.replace('/', '__')}__{self.commit[:7]}"

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(name that the file asks for, stand-in that answers)."""
        return [(new, old) for new, old in (line.split() for line in self.lab.get("tags") or [])]

    def trial(self, seconds: float) -> Trial:
        """How the image is tried: longer where an end or an answer is known to come, which stops the wait."""
        given = (self.lab.get("run") or "").partition("(")[0]
        is_argument = given.startswith("argument ")
        words = tuple(shlex.split(given))
        known = self.probes or (self.lab.get("seen") or "").startswith("exits")
        return Trial(
            arguments=words[1:] if is_argument else (),
            options=() if is_argument else words,
            probes=self.probes,
            seconds=4 * seconds if known else seconds,
        )

    @property
    def probes(self) -> tuple[Probe, ...]:
        """The port and the paths at which an answer was seen."""
        seen = self.lab.get("seen") or ""
        if http := re.match(r"HTTP \d+ on (\d+)([^(]*)", seen):
            paths = [path.rstrip(",;") for path in re.findall(r"(?<!\S)/\S*", http[2])]
            return tuple(HttpProbe(int(http[1]), path) for path in paths or ["/"])
        if tcp := re.match(r"TCP answer .* on (\d+)", seen):
            return (TcpProbe(int(tcp[1])),)
        return ()


def read_originals(records: Path, ecosystems: Sequence[str], only: str) -> list[Original]:
    """One entry for each distinct file, in the order of the records."""
    found: dict[tuple[str, str, str], Original] = {}
    for line in records.read_text("utf-8").splitlines():
        record = json.loads(line)
        if ecosystems and not record["ecosystem"].startswith(tuple(ecosystems)):
            continue
        if only.lower() not in f"{record['repo']} {record['path']}".lower():
            continue
        key = (record["repo"], record["commit"], record["path"])
        original = found.setdefault(key, Original(*key, record["context"], record["ecosystem"]))
        original.expected.add(record["expected"])
        original.accepted.update(record.get("also_accepted") or [])
        for name in ("order_copies", "dev_deps_droppable"):
            original.wanted.setdefault(name, set()).add(record.get(name))
        if not original.lab.get("builds"):
            original.lab = record.get("lab") or {}
    return list(found.values())


# --- what restage decides ----------------------------------------------------------------------------


@dataclass
class Result:
    """One row of the table."""

    original: Original
    outcome: str = "-"
    rung: str = "-"
    verdict: str = "-"
    notes: list[str] = field(default_factory=list)
    runs: str = "-"
    config: str = "-"
    sizes: str = "-"
    rewrites: list[str] = field(default_factory=list)
    reductions: list[str] = field(default_factory=list)
    claims: list[tuple[str, str]] = field(default_factory=list)
    """Kind and verdict of each claim that something rests on."""
    ratio: float | None = None

    def cells(self, built: bool) -> list[str]:
        """The row as text."""
        row = [self.original.repo, self.original.path, "|".join(sorted(self.original.expected))]
        row += [self.outcome, self.rung, self.verdict]
        return [*row, self.runs, self.config, self.sizes] if built else row

    @property
    def good(self) -> bool:
        """Whether nobody has to look at it."""
        alike = not self.runs.startswith(("DIFFERENT", "NOT COMPARED")) and "!" not in self.config
        return self.verdict in GOOD and alike


def copy_of(original: Original, checkouts: Path, into: Path) -> Path:
    """A copy that restage may write to, marked as the root of a repository."""
    checkout = original.checkout(checkouts)
    if not (checkout / original.path).is_file():
        raise Trouble(f"no checkout with that file: {checkout.name}/{original.path}")
    work = into / original.slug
    shutil.copytree(checkout, work, symlinks=True)
    (work / ".git").mkdir(exist_ok=True)
    (work / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return work


def run_restage(command: Sequence[str], path: str, work: Path) -> dict[str, Any]:
    """The report on one file, from the command line as a user has it."""
    argv = [*command, "--write", "--format", "json", path]
    try:
        done = subprocess.run(argv, cwd=work, capture_output=True, text=True, timeout=300)
    except FileNotFoundError:
        raise SystemExit(f"practice: {command[0]} is not installed here (see --restage)") from None
    except subprocess.TimeoutExpired:
        raise Trouble("restage did not finish in 300 s") from None
    try:
        files = json.loads(done.stdout)["files"]
    except (ValueError, KeyError, TypeError) as why:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise Trouble(f"restage exited {done.returncode}, no report ({why!r}): {last[:200]}") from None
    if done.returncode:
        print(f"    restage exited {done.returncode}", flush=True)
    mine = [entry for entry in files if Path(entry["path"]).name == Path(path).name]
    if len(mine) != 1:
        raise Trouble(f"the report has {len(mine)} entries for {path}")
    entry: dict[str, Any] = mine[0]
    return entry


def judge(result: Result, entry: dict[str, Any]) -> None:
    """Hold the report against what is expected. Only the split counts: moved copies alone are «unchanged»."""
    split = next((r for r in entry.get("rewrites") or [] if r["name"] == "split-stages"), None)
    said = split["outcome"] if split else entry["outcome"]
    if not split and said == "rewritten":
        said = "unchanged"
    result.outcome = {"rewritten": "split", "refused": "refuse"}.get(said, said)
    others = (r for r in entry.get("rewrites") or [] if r is not split and r["outcome"] == "rewritten")
    result.notes += [f"also {rewrite['name']}" for rewrite in others]
    result.notes += [f"{r['code']} (line {r.get('line')})" for r in entry.get("refusals") or []]
    result.rung = (split or {}).get("rung") or "-"
    result.rewrites = [r["name"] for r in entry["rewrites"] if r["outcome"] == "rewritten"]
    applied = [found for found in (split or {}).get("reductions") or [] if found["applied"]]
    result.reductions = [found["kind"] for found in applied]
    result.claims = [(claim["kind"], claim["verdict"]) for found in applied for claim in found["claims"]]
    if entry["outcome"] == "failed" or said == "failed":
        result.verdict = "FAILED"
    elif result.outcome in result.original.expected:
        result.verdict = "ok"
    elif result.outcome in result.original.accepted:
        result.verdict = "accepted"
    else:
        result.verdict = "WRONG" if result.outcome == "split" else "missed"


# --- building and running ------------------------------------------------------------------------------


def images_named(dockerfile: bytes) -> tuple[list[str], list[str]]:
    """The images that a file starts from, and those that it copies from or mounts; none that a variable names."""
    stages: set[str] = set()
    bases: list[str] = []
    others: list[str] = []

    def add(names: list[str], name: str | None) -> None:
        if (
            name
            and name.lower() not in stages
            and name != "scratch"
            and not name.isdigit()
            and "$" not in name
        ):
            names.append(name if ":" in name else f"{name}:latest")

    for instruction in instructions(read(dockerfile)):
        if isinstance(instruction, From):
            add(bases, instruction.image)
            stages.add((instruction.name or "").lower())
        elif isinstance(instruction, Copy):
            add(others, instruction.from_)
        elif isinstance(instruction, Run):
            for mount in instruction.mounts:
                add(others, mount.attributes.get("from"))
    return bases, others


def stand_in(name: str, tags: Iterable[tuple[str, str]]) -> str:
    """What may answer for a base that is missing: as the record says, or the sibling of what it says."""
    for new, old in tags:
        if name == new:
            return old
        if name == f"{new}-slim":
            return old if old.endswith("-slim") else f"{old}-slim"
    if release := re.fullmatch(r"debian:(?:jessie|stretch|buster|[89]|10)(-slim)?", name):
        return f"debian:bookworm{release[1] or ''}"
    raise Trouble(f"no stand-in for the base {name}")


def borrowed(engine: Engine, original: Original, files: Sequence[bytes]) -> dict[str, str]:
    """The names that have to be lent so that every base of these files answers."""
    wanted = [name for data in files for names in images_named(data) for name in names]
    missing = [name for name in dict.fromkeys(wanted) if not is_there(engine, name)]
    return {name: stand_in(name, original.tags) for name in missing} | dict(original.tags)


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


# --- the command -------------------------------------------------------------------------------------


def practise(original: Original, options: argparse.Namespace, room: Path) -> Result:
    """One original through everything that was asked for."""
    result = Result(original)
    root = original.checkout(options.checkouts)
    try:
        work = copy_of(original, options.checkouts, room)
        before = (work / original.path).read_bytes()
        if options.self:
            result.verdict = "ok"
        else:
            entry = run_restage(shlex.split(options.restage), original.path, work)
            try:
                judge(result, entry)
            except (KeyError, TypeError, AttributeError) as why:
                raise Trouble(f"the report is not of the form that is known here: {why!r}") from None
        shutil.rmtree(work / ".git")  # a build that asks git for the version must not find a broken one
        changed = (work / original.path).read_bytes() != before
        if result.outcome == "split" and not changed:
            result.verdict = "FAILED"
            result.notes.append("reported as split, but the file is as it was")
        if options.build and (changed or options.self):
            build_if_possible(result, root, work, options)
    except Trouble as why:
        result.notes.append(str(why))
        result.verdict = "FAILED" if result.verdict == "-" else result.verdict
    finally:
        shutil.rmtree(room / original.slug, ignore_errors=True)
    return result


def build_if_possible(result: Result, root: Path, work: Path, options: argparse.Namespace) -> None:
    """Build what is known to build, while there is room for it."""
    if not result.original.lab.get("builds"):
        result.runs = "not built: the original does not build here"
    elif shutil.disk_usage(Path.cwd()).free < options.min_free * 1e9:
        result.runs = f"not built: less than {options.min_free} GB are free"
    else:
        try:
            build_and_compare(options.engine, result, root, work, options.seconds)
        except (Trouble, EngineTrouble) as why:
            result.runs = f"NOT COMPARED: {why}"


LEFT = {"dev-dependencies", "compile-only", "artifact-only"}
"""Reductions by which dev dependencies leave an image."""


def sums(results: Sequence[Result]) -> Iterator[str]:
    """What the rows come to."""
    for name, done in (
        ("order_copies", lambda r: "order-copies" in r.rewrites),
        ("dev_deps_droppable", lambda r: bool(LEFT.intersection(r.reductions))),
    ):
        asked = [r for r in results if r.original.wants(name)]
        missed = [r.original.repo for r in asked if not done(r)]
        yield f"{name}: {len(asked) - len(missed)} of {len(asked)}; not: {', '.join(missed) or 'none'}"
    ratios = [r.ratio for r in results if r.ratio is not None]
    if ratios:
        yield f"size after, median of {len(ratios)}: {statistics.median(ratios):.0%} of before"
    trials: dict[str, list[bool]] = {}
    for result in results:
        if result.ratio is not None:
            for kind in {kind for kind, verdict in result.claims if verdict == "expected"}:
                trials.setdefault(kind, []).append(result.good)
    for kind, held in sorted(trials.items()):
        yield f"expected claim {kind}: {held.count(False)} of {len(held)} images differ"


def show(row: Sequence[str], widths: Sequence[int]) -> None:
    """One row on the terminal."""
    cells = (cell[:width].ljust(width) for cell, width in zip(row, widths, strict=False))
    print("  ".join([*cells, *row[len(widths) :]]).rstrip(), flush=True)


def markdown(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> str:
    """The table for a merge request."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=Path, required=True, help="one JSON record a line")
    parser.add_argument("--checkouts", type=Path, required=True, help="directory of the checkouts")
    parser.add_argument("--only", default="", help="only repositories or paths with this text in them")
    parser.add_argument("--ecosystem", action="append", default=[], help="prefix of an ecosystem; repeatable")
    parser.add_argument("--build", action="store_true", help="build and run before and after, and compare")
    parser.add_argument("--self", action="store_true", help="compare the original with itself; no restage")
    parser.add_argument("--restage", default="restage", help="the command to try (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="how long a container is watched")
    parser.add_argument("--min-free", type=int, default=25, help="GB that stay free (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if somebody has to look at a row."""
    options = parse(arguments)
    if options.build:
        options.engine = find_engine()
        if isinstance(options.engine, NoEngine):
            raise SystemExit(f"practice: --build needs an engine that answers: {options.engine.why}")
    originals = read_originals(options.records, options.ecosystem, options.only)
    if not originals:
        raise SystemExit("practice: no record matches")
    heads = [*COLUMNS, *(BUILT_COLUMNS if options.build else ())]
    widths = [max(len(o.repo) for o in originals), 28, 9, 9, 9, 8]
    show(heads, widths)
    results = []
    with tempfile.TemporaryDirectory(prefix="restage-practice-") as room:
        for original in originals:
            results.append(practise(original, options, Path(room)))
            show(results[-1].cells(options.build), widths)
            for note in results[-1].notes:
                print(f"    {note}", flush=True)
    print("\n" + markdown((r.cells(options.build) for r in results), heads))
    print("\n" + "\n".join(sums(results)))
    good = sum(r.good for r in results)
    print(f"\n{good} of {len(results)} need no look.")
    return 0 if good == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
