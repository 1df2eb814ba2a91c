"""What `--probe` and `--verify` do with one file: the original shows what it needs, then the plan shows that it holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from restage.api.observation import Observation
from restage.config import Building
from restage.engine import Outcome, Rewritten
from restage.record import Record
from restage.verify.exporting import Memory
from restage.verify.observing import observed
from restage.verify.rewriting import proven
from restage.verify.shown import Shown

Planned = Callable[[Outcome, tuple[Observation, ...]], Outcome]
"""The same file, planned again with what was seen."""


class Showing(Record):
    """What was asked for; None: it was not."""

    probing: Building | None
    verifying: Building | None
    quiet: bool


def shown(outcome: Outcome, planned: Planned, showing: Showing) -> Shown:
    """Probes, verifies, or both, with one memory: the files of the original are read once, those of a base once a process.

    Raises:
        Interrupted: the process was asked to end.
    """
    memory, found = _memory(), Shown(outcome)
    if showing.probing:
        found = _probed(outcome, planned, showing.probing, showing.quiet, memory)
    if showing.verifying and found.holds and isinstance(found.outcome.result, Rewritten):
        return _verified(found, planned, showing.verifying, showing.quiet, memory)
    return found


@cache
def _memory() -> Memory:
    return Memory()


def _probed(outcome: Outcome, planned: Planned, building: Building, quiet: bool, memory: Memory) -> Shown:
    seen = observed(outcome, building, quiet, memory)
    again = planned(outcome, seen.observations)
    return Shown(again, seen.lines, {"probe": seen.data}, holds=seen.holds)


def _verified(found: Shown, planned: Planned, building: Building, quiet: bool, memory: Memory) -> Shown:
    proof = proven(partial(planned, found.outcome), building, quiet, memory)
    lines, data = (*found.lines, *proof.lines), {**(found.data or {}), "verification": proof.data}
    return Shown(proof.outcome, lines, data, proof.summary, proof.holds)
