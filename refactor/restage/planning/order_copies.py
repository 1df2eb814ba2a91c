"""The rewrite order-copies: what an install does not read is copied after it, so that it stays cached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import assert_never

from restage.api.region import Region
from restage.api.tree import Tree
from restage.dockerfile.instructions import Add, Copy, Run
from restage.meaning.copies import context_source
from restage.meaning.walk import Step, Walk
from restage.planning.arrangement import Keep, Line, Narrow, New, Reason
from restage.planning.costly import is_costly
from restage.planning.early_copies import Early, early_copies
from restage.planning.lines import READ_UNNAMED, may_be_read_unnamed
from restage.planning.parting import Fate, Fetched, Parted, fetched, parted
from restage.planning.sinking import (
    Blocked,
    Passed,
    is_service_settings,
    meets,
    names_its_files,
    past,
    reads_exactly,
)
from restage.planning.uncovered import uncovered
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


def order_copies(
    walk: Walk, below: tuple[Step, ...] = (), fate: Fate = Fate.SHIPPED
) -> tuple[Line, ...] | None:
    """The lines of a stage in their better order; None where it is as it should be, or nothing surely can move.

    `below` are the steps of the stages that descend from it.
    """
    entries: list[Entry] = list(walk.steps)
    moved = False
    for step in reversed(walk.steps):
        if not _is_movable(step) or _is_for_an_install(step, (*walk.steps[step.position + 1 :], *below)):
            continue
        position = entries.index(step)
        above = tuple(entry for entry in entries[:position] if isinstance(entry, Step))
        behind = entries[position + 1 :]
        descent = _descent(step, above, behind, fate)
        lines = early_copies(step, descent.early) if descent else None
        if descent is None or lines is None:
            continue
        moved = True
        entries = [*entries[:position], *_woven(step, behind, descent, lines)]
    return tuple(map(_line, entries)) if moved else None


def _is_movable(step: Step) -> bool:
    """Whether all that the instruction places is known, comes from the context, and is read by no tool unnamed."""
    instruction = step.instruction
    if not isinstance(instruction, Copy | Add) or step.opaque or instruction.heredocs or not step.placed:
        return False
    if instruction.exclude or (isinstance(instruction, Copy) and (instruction.parents or instruction.from_)):
        return False
    own = Tree(step.state.tree.context, step.placed)
    return not any(
        context_source(p) is None
        or (may_be_read_unnamed(p, step) and not is_service_settings(p))
        or any(p.target.covers(where) and own.is_directory(where.path) for where in READ_UNNAMED)
        for p in step.placed
    )


def _fetched_above(ahead: Parted | Fetched, entry: Entry) -> Descent | None:
    """The COPY stays, where a command below it changes what the next one reads; what is fetched still comes before."""
    if not isinstance(ahead, Fetched) or not isinstance(entry, Step):
        return None
    return Descent(0, {0: ahead.passed.seen}, (entry,), ahead)


def _is_for_an_install(copy: Step, later: tuple[Step, ...]) -> bool:
    """Whether it is there for an install: single files, one of which that reads. The author has put it where it belongs."""
    own = Tree(copy.state.tree.context, copy.placed)
    return names_its_files(copy, own) and any(
        placed.target in action.effect.reads
        for step in later
        if is_costly(step)
        for action in step.actions
        for placed in copy.placed
    )


def _descent(copy: Step, above: tuple[Step, ...], below: list[Entry], fate: Fate) -> Descent | None:
    """The way down to behind the last costly step that can be passed; None where there is none to pass."""
    early: dict[int, tuple[str, ...]] = {}
    known: set[str] = set()
    best: Descent | None = None
    costly: list[Step] = []
    rewritten: list[Region] = []
    for position, entry in enumerate(below):
        found = _past_entry(copy, entry)
        if isinstance(found, Blocked):
            passed = tuple(other for other in below[:position] if isinstance(other, Step))
            ahead = _ahead(copy, entry, (*above, *passed), fate)
            if ahead is None:
                break
            if _reads_again([entry], tuple(rewritten)):
                return _fetched_above(ahead, entry)
            fresh = tuple(path for path in ahead.passed.seen if path not in known)
            assert isinstance(entry, Step)
            return Descent(position, {**early, position: fresh}, (*costly, entry), ahead)
        rewritten.extend(found.rewritten)
        known |= {*_brought(entry)}
        fresh = tuple(path for path in found.seen if path not in known)
        if fresh:
            early[position] = fresh
            known |= {*fresh}
        if isinstance(entry, Step) and isinstance(entry.instruction, Run) and is_costly(entry):
            costly.append(entry)
            if not _reads_again(below[position + 1 :], tuple(rewritten)):
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
            return past(copy, entry)
        case _ as never:
            assert_never(never)


def _reads_again(below: list[Entry], rewritten: tuple[Region, ...]) -> bool:
    """Whether a later command looks at a file that was changed in place, and would find the context's again."""
    return any(isinstance(entry, Step) and reads_exactly(entry, rewritten) for entry in below)


def _woven(
    copy: Step, below: list[Entry], descent: Descent, lines: dict[int, tuple[Early, ...]]
) -> Iterator[Entry]:
    for position, entry in enumerate(below):
        yield from lines.get(position, ())
        if position == descent.depth and descent.ahead is not None:
            yield from _in_two(copy, entry, descent)
            continue
        yield entry
        if position + 1 == descent.depth and descent.ahead is None:
            yield Moved(copy, _why(copy, descent))


def _in_two(copy: Step, entry: Entry, descent: Descent) -> Iterator[Entry]:
    """The COPY between what is done ahead of a RUN and the rest of it."""
    assert isinstance(entry, Step)
    match descent.ahead:
        case Parted(first=first, second=second):
            yield Part(entry, first, True)
            why = "the commands above read none of the rest, so a change there leaves them cached"
            yield Moved(copy, Reason(why, uncovered(copy, descent.costly)))
            yield Part(entry, second, False)
        case Fetched(text=text):
            yield Early(text, (), "fetched by itself, so that a change of the sources leaves it cached")
            yield (
                Moved(copy, Reason("what is fetched above depends on none of the rest"))
                if descent.depth
                else copy
            )
            yield entry
        case None:
            raise ValueError("nothing is done ahead")
        case _ as never:
            assert_never(never)


def _why(copy: Step, descent: Descent) -> Reason:
    names, hint = [_name(step) for step in descent.costly], uncovered(copy, descent.costly)
    if len(names) == 1:
        return Reason(f"`{names[0]}` reads none of the rest, so a change there leaves it cached", hint)
    why = f"{len(names)} steps read none of the rest, so a change there leaves them cached"
    return Reason(why, (*(f"`{name}`" for name in names), *hint))


def _name(step: Step) -> str:
    words = " ".join(step.instruction.text.replace("\\\n", " ").split())
    return words if len(words) <= 60 else words[:59].rstrip() + "…"


def _line(entry: Entry) -> Line:
    match entry:
        case Step(instruction=instruction):
            return Keep(instruction.index)
        case Moved(step=step, because=because):
            return Keep(step.instruction.index, because)
        case Part(step=step, change=change, is_first=True):
            why = Reason("what the rest of this RUN does comes after the sources")
            return Keep(step.instruction.index, why, change)
        case Part(step=step, change=change):
            return Narrow(step.instruction.index, change, Reason("it reads the sources"))
        case Early(text=text, why=why_early):
            return New(text, Reason(why_early))
        case _ as never:
            assert_never(never)
