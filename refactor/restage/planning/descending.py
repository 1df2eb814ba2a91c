"""How far a COPY goes down among the lines below it, and what of these is done before it."""

from __future__ import annotations

from dataclasses import field
from typing import assert_never

from restage.api.region import Region
from restage.dockerfile.instructions import Run
from restage.meaning.walk import Step
from restage.planning.arrangement import Reason
from restage.planning.costly import is_costly
from restage.planning.early_copies import Early
from restage.planning.parting import Fate, Fetched, Parted, fetched, parted
from restage.planning.sinking import Blocked, Passed, meets, past, reads_exactly
from restage.record import Record
from restage.shell.narrow import Change


class Moved(Record):
    """A COPY at its new place."""

    step: Step
    because: Reason


class Part(Record):
    """Some commands of a RUN; the others stand in a RUN of their own."""

    step: Step
    change: Change
    is_first: bool


Entry = Step | Early | Moved | Part


class Descent(Record):
    """How far a COPY goes down among the entries below it, and what stays above for the steps that it passes."""

    depth: int
    """Number of entries that it passes."""
    early: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """For the entry at each position: new paths that it has to see."""
    costly: tuple[Step, ...] = ()
    ahead: Parted | Fetched | None = None
    """What of the entry below its new place is done before it."""


def _fetched_above(ahead: Parted | Fetched, entry: Entry) -> Descent | None:
    """The COPY stays, where a command below it changes what the next one reads; what is fetched still comes before."""
    if not isinstance(ahead, Fetched) or not isinstance(entry, Step):
        return None
    return Descent(0, {0: ahead.passed.seen}, (entry,), ahead)


def descend(copy: Step, above: tuple[Step, ...], below: list[Entry], fate: Fate) -> Descent | None:
    """The way down to behind the last costly step that can be passed; None where there is none to pass."""
    early: dict[int, tuple[str, ...]] = {}
    known: set[str] = set()
    best: Descent | None = None
    costly: list[Step] = []
    rewritten: list[Region] = []
    altered = False
    for position, entry in enumerate(below):
        found = _past_entry(copy, entry)
        if isinstance(found, Blocked):
            passed = tuple(other for other in below[:position] if isinstance(other, Step))
            ahead = _ahead(copy, entry, (*above, *passed), fate)
            if ahead is None:
                break
            if altered or _reads_again([entry], tuple(rewritten)):
                return best if altered and best else _fetched_above(ahead, entry)
            fresh = tuple(path for path in ahead.passed.seen if path not in known)
            assert isinstance(entry, Step)
            return Descent(position, {**early, position: fresh}, (*costly, entry), ahead)
        rewritten.extend(found.rewritten)
        altered = altered or found.altered
        known |= {*_brought(entry)}
        fresh = tuple(path for path in found.seen if path not in known)
        if fresh:
            early[position] = fresh
            known |= {*fresh}
        if isinstance(entry, Step) and isinstance(entry.instruction, Run) and is_costly(entry):
            costly.append(entry)
            if not altered and not _reads_again(below[position + 1 :], tuple(rewritten)):
                best = Descent(position + 1, dict(early), tuple(costly))
    return best


def _brought(entry: Entry) -> tuple[str, ...]:
    """What another COPY on the way puts there by itself."""
    return tuple(placed.target.path for placed in entry.placed) if isinstance(entry, Step) else ()


def _ahead(copy: Step, entry: Entry, earlier: tuple[Step, ...], fate: Fate) -> Parted | Fetched | None:
    """What of a RUN that reads all of the COPY can be done before it."""
    if not isinstance(entry, Step) or not isinstance(entry.instruction, Run):
        return None
    return parted(copy, entry, fate) or fetched(copy, entry, earlier, fate)


def _past_entry(copy: Step, entry: Entry) -> Passed | Blocked:
    match entry:
        case Early(targets=targets):
            return Blocked() if meets(copy, targets) else Passed()
        case Moved(step=step):
            return past(copy, step)
        case Part():
            return Blocked()
        case Step():
            found = past(copy, entry)
            is_mixed = isinstance(found, Passed) and found.altered and is_costly(entry)
            return Blocked() if is_mixed else found
        case _ as never:
            assert_never(never)


def _reads_again(below: list[Entry], rewritten: tuple[Region, ...]) -> bool:
    """Whether a later command looks at a file that was changed in place, and would find the context's again."""
    return any(isinstance(entry, Step) and reads_exactly(entry, rewritten) for entry in below)
