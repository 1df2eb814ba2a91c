"""Two versions of one image: both built, both run the same way, and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from restage.verify.compare import Announced, Difference, compare_contracts, compare_runs
from restage.verify.engines import Engine, fresh_name
from restage.verify.images import BuildFailed, Image, Recipe, build, forget
from restage.verify.runs import Seen, Trial, inner_network, run

Side = Literal["before", "after"]


@dataclass(frozen=True)
class NotBuilt:
    """One of the two does not build: `lines` are the last that the build said."""

    side: Side
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """Both were built and run. Without differences the new one does what the old one did, as far as was tried."""

    before: Image
    after: Image
    seen_before: Seen
    seen_after: Seen
    differences: tuple[Difference, ...]


def prove(
    engine: Engine, before: Recipe, after: Recipe, trial: Trial, announced: Announced
) -> Compared | NotBuilt:
    """Builds both, runs both on a network without a way out, and compares contract, answers and output.

    A difference is looked at again: both run a second time, and what the original itself varies is left out.
    Nothing of it stays but the engine's build cache.

    Raises:
        EngineTrouble: the engine can't be worked with, or a build takes longer than it may.
    """
    name = fresh_name()
    names = [f"{name}:before", f"{name}:after"]
    try:
        old = build(engine, before, names[0])
        if isinstance(old, BuildFailed):
            return NotBuilt("before", old.lines)
        new = build(engine, after, names[1])
        if isinstance(new, BuildFailed):
            return NotBuilt("after", new.lines)
        return _compared(engine, old, new, trial, announced)
    finally:
        forget(engine, names)


def _compared(engine: Engine, old: Image, new: Image, trial: Trial, announced: Announced) -> Compared:
    contract = compare_contracts(old.config, new.config, announced)
    with inner_network(engine) as network:
        one, other = (run(engine, image.name, trial, network) for image in (old, new))
        found = compare_runs([one], [other], announced)
        if found:
            again, other_again = (run(engine, image.name, trial, network) for image in (old, new))
            found = compare_runs([one, again], [other, other_again], announced)
    return Compared(old, new, one, other, (*contract, *found))
