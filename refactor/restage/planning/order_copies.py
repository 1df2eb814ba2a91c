"""The rewrite order-copies: what an install does not read is copied after it, so that it stays cached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from restage.api.tree import Tree
from restage.dockerfile.instructions import Add, Copy
from restage.meaning.copies import context_source
from restage.meaning.walk import Step, Walk
from restage.planning.arrangement import Keep, Line, Narrow, New, Reason
from restage.planning.costly import is_costly
from restage.planning.descending import Descent, Entry, Moved, Part, descend
from restage.planning.early_copies import Early, early_copies
from restage.planning.lines import READ_UNNAMED, may_be_read_unnamed
from restage.planning.parting import Fate, Fetched, Parted
from restage.planning.sinking import is_service_settings, names_its_files
from restage.planning.uncovered import uncovered


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
        descent = descend(step, above, behind, fate)
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
