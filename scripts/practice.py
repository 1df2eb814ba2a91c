"""Try restage on checkouts of real repositories, and say where it is wrong.

    python scripts/practice.py --records FILE --checkouts DIR [--only TEXT] [--ecosystem go ...] [--build]

FILE has one JSON record a line (repo, commit, path, context, ecosystem, expected, also_accepted, lab);
DIR holds each commit as `<owner>__<name>__<first 7 digits of the commit>`. Every original is copied, restage
writes in the copy, and what it decided is held against what an expert expects. With --build the original and
the result are built and run side by side on a network without a way out, and what is seen is compared;
--self compares the original with itself instead, which shows how much of a difference is noise. With --verify
`restage --verify` does it all, with build times, on every original that builds here: another table.
Nothing of those repositories is kept: copies, containers and images go when an original is done.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from practising import verifying
from practising.building import build_if_possible, enough_room
from practising.deciding import Result, judge, run_restage
from practising.records import Original, Trouble, copy_of, mark, read_originals
from practising.tables import markdown, show, sums

from restage.verify.engines import EngineTrouble, NoEngine
from restage.verify.finding import find_engine

COLUMNS = ("repository", "path", "expected", "outcome", "rung", "verdict")
BUILT_COLUMNS = ("runs", "config", "MB")


def practise(original: Original, options: argparse.Namespace, room: Path) -> Result:
    """One original through everything that was asked for."""
    result = Result(original)
    root = original.checkout(options.checkouts)
    try:
        work = copy_of(original, options.checkouts, room)
        mark(work)
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


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=Path, required=True, help="one JSON record a line")
    parser.add_argument("--checkouts", type=Path, required=True, help="directory of the checkouts")
    parser.add_argument("--only", default="", help="only repositories or paths with this text in them")
    parser.add_argument("--ecosystem", action="append", default=[], help="prefix of an ecosystem; repeatable")
    parser.add_argument("--build", action="store_true", help="build and run before and after, and compare")
    parser.add_argument("--self", action="store_true", help="compare the original with itself; no restage")
    parser.add_argument("--verify", action="store_true", help="the table of `restage --verify` instead")
    parser.add_argument("--reports", type=Path, help="--verify: keep each report here, and take what is here")
    parser.add_argument("--limit", type=float, default=1200, help="--verify: seconds for one original")
    parser.add_argument(
        "--lend", action="append", default=[], metavar="NEW=OLD", help="--verify: let OLD answer for base NEW"
    )
    parser.add_argument("--restage", default="restage", help="the command to try (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="how long a container is watched")
    parser.add_argument("--min-free", type=int, default=25, help="GB that stay free (default: %(default)s)")
    return parser.parse_args(arguments)


def verify(originals: Sequence[Original], options: argparse.Namespace, room: Path) -> list[list[str]]:
    """A row for each original that builds here."""
    lend = dict(pair.split("=", 1) for pair in options.lend)
    command = tuple(shlex.split(options.restage))
    way = verifying.Way(options.engine, command, options.limit, lend, options.reports)
    rows = []
    mark(room)  # not the copy: a build that asks git for the version must not find a broken one
    for original in (each for each in originals if each.lab.get("builds")):
        try:
            enough_room(options.min_free)
            work = copy_of(original, options.checkouts, room)
            rows.append(verifying.row(original.repo, verifying.verified(original, work, way)))
        except (Trouble, EngineTrouble) as why:
            rows.append([original.repo, "NOT VERIFIED", *["-"] * 6, str(why)])
        finally:
            shutil.rmtree(room / original.slug, ignore_errors=True)
        print("  ".join(rows[-1]), flush=True)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if somebody has to look at a row."""
    options = parse(arguments)
    if options.build or options.verify:
        options.engine = find_engine()
        if isinstance(options.engine, NoEngine):
            raise SystemExit(f"practice: this needs an engine that answers: {options.engine.why}")
    originals = read_originals(options.records, options.ecosystem, options.only)
    if not originals:
        raise SystemExit("practice: no record matches")
    with tempfile.TemporaryDirectory(prefix="restage-practice-") as room:
        if options.verify:
            rows = verify(originals, options, Path(room))
            print("\n" + markdown(rows, verifying.COLUMNS))
            counted = Counter(row[1] for row in rows).most_common()
            print("\n" + ", ".join(f"{verdict}: {count}" for verdict, count in counted))
            return int(any(row[1].isupper() for row in rows))
        return practise_all(originals, options, Path(room))


def practise_all(originals: Sequence[Original], options: argparse.Namespace, room: Path) -> int:
    """The table of what restage decides, and what it comes to."""
    heads = [*COLUMNS, *(BUILT_COLUMNS if options.build else ())]
    widths = [max(len(o.repo) for o in originals), 28, 9, 9, 9, 8]
    show(heads, widths)
    results = []
    for original in originals:
        results.append(practise(original, options, room))
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
