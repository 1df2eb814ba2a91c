"""The rewrite order-copies: what an install does not read is copied after it, so that it stays cached."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import field

from restage.api.region import Region
from restage.api.tree import Tree
from restage.dockerfile.instructions import Add, Copy, Run
from restage.meaning.copies import context_source
from restage.meaning.walk import Step, Walk
from restage.planning.arrangement import Keep, Line, New, Reason
from restage.planning.lines import may_be_read_unnamed
from restage.planning.sinking import Blocked, Passed, is_costly, meets, own_source, past, reads_exactly
from restage.project.context import Kind
from restage.record import Record


class Early(Record):
    """A new COPY of some files of one that goes further down."""

    text: str
    targets: tuple[Region, ...]


class Moved(Record):
    """A COPY at its new place."""

    step: Step
    because: Reason


Entry = Step | Early | Moved


class Descent(Record):
    """How far a COPY goes down among the entries below it, and what stays above for the steps that it passes."""

    depth: int
    """Number of entries that it passes."""
    early: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """For the entry at each position: new paths that it has to see."""
    costly: tuple[Step, ...] = ()


def order_copies(walk: Walk) -> tuple[Line, ...] | None:
    """The lines of a stage in their better order; None where it is as it should be, or nothing surely can move."""
    entries: list[Entry] = list(walk.steps)
    moved = False
    for step in reversed(walk.steps):
        if not _is_movable(step):
            continue
        position = entries.index(step)
        descent = _descent(step, entries[position + 1 :])
        lines = _early_lines(step, descent) if descent else None
        if descent is None or lines is None:
            continue
        moved = True
        below = entries[position + 1 :]
        entries = [*entries[:position], *_woven(step, below, descent, lines)]
    return tuple(map(_line, entries)) if moved else None


def _is_movable(step: Step) -> bool:
    """Whether all that the instruction places is known, comes from the context, and is read by no tool unnamed."""
    instruction = step.instruction
    if not isinstance(instruction, Copy | Add) or step.opaque or instruction.heredocs or not step.placed:
        return False
    if instruction.exclude or (isinstance(instruction, Copy) and (instruction.parents or instruction.from_)):
        return False
    return not any(context_source(p) is None or may_be_read_unnamed(p, step) for p in step.placed)


def _descent(copy: Step, below: list[Entry]) -> Descent | None:
    """The way down to behind the last costly step that can be passed; None where there is none to pass."""
    early: dict[int, tuple[str, ...]] = {}
    known: set[str] = set()
    best: Descent | None = None
    costly: list[Step] = []
    rewritten: list[Region] = []
    for position, entry in enumerate(below):
        found = _past_entry(copy, entry)
        if isinstance(found, Blocked):
            break
        rewritten.extend(found.rewritten)
        fresh = tuple(path for path in found.seen if path not in known)
        if fresh:
            early[position] = fresh
            known |= {*fresh}
        if isinstance(entry, Step) and isinstance(entry.instruction, Run) and is_costly(entry):
            costly.append(entry)
            if not _reads_again(below[position + 1 :], tuple(rewritten)):
                best = Descent(position + 1, dict(early), tuple(costly))
    return best


def _past_entry(copy: Step, entry: Entry) -> Passed | Blocked:
    match entry:
        case Early(targets=targets):
            return Blocked() if meets(copy, targets) else Passed()
        case Moved(step=step):
            return past(copy, step)
        case Step():
            return past(copy, entry)


def _reads_again(below: list[Entry], rewritten: tuple[Region, ...]) -> bool:
    """Whether a later command looks at a file that was changed in place, and would find the context's again."""
    return any(isinstance(entry, Step) and reads_exactly(entry, rewritten) for entry in below)


MOST_NEW_LINES = 12
"""New COPY lines for one that moves: each is a layer, and an image has at most 127 of them."""


def _early_lines(copy: Step, descent: Descent) -> dict[int, tuple[Early, ...]] | None:
    """The new lines for each entry that is passed; None where they can't be written, or would copy all there is."""
    own = Tree(copy.state.tree.context, copy.placed)
    paths = {path for paths in descent.early.values() for path in paths}
    if paths and (_names_its_files(copy, own) or _is_of_one_kind(copy, paths, own)):
        return None
    lines: dict[int, tuple[Early, ...]] = {}
    for position, wanted in descent.early.items():
        if any(re.search(r"[\s\"'\\$*?\[\]#]", path) or path.startswith("<<") for path in wanted):
            return None
        lines[position] = tuple(_new_copies(copy, wanted, own))
    return lines if sum(map(len, lines.values())) <= MOST_NEW_LINES else None


def _names_its_files(copy: Step, own: Tree) -> bool:
    """Whether the author chose the files one by one."""
    return all(own.context.kind(placed.source) is not Kind.DIRECTORY for placed in copy.placed)


def _is_of_one_kind(copy: Step, paths: set[str], own: Tree) -> bool:
    """Whether nothing would be left to go down, or only more of the same (a folder of requirements files)."""
    suffixes = {posixpath.splitext(path)[1] for path in paths}
    for placed in copy.placed:
        if own.context.kind(placed.source) is not Kind.DIRECTORY:
            names: tuple[str, ...] = (placed.target.path,)
        else:
            names = tuple(
                posixpath.join(placed.target.path, name) for name in own.context.entries(placed.source)
            )
        for path in names:
            if path not in paths and (own.is_directory(path) or posixpath.splitext(path)[1] not in suffixes):
                return False
    return True


def _new_copies(copy: Step, wanted: tuple[str, ...], own: Tree) -> Iterator[Early]:
    """One COPY for the files of each directory, and one for each directory that goes as a whole."""
    folders: dict[str, list[str]] = {}
    for path in wanted:
        whole = own.context.kind(own_source(own, path)) is Kind.DIRECTORY
        folders.setdefault(path if whole else posixpath.dirname(path), []).append(path)
    for folder, paths in folders.items():
        sources = " ".join(own_source(own, path) for path in paths)
        target = _as_written(copy, folder)
        slash = "" if paths == [folder] or target.endswith("/") else "/"
        text = " ".join(["COPY", *_flags(copy), sources, target + slash])
        yield Early(text, tuple(map(Region, paths)))


def _flags(copy: Step) -> Iterator[str]:
    """`--chown` and `--chmod` as the author wrote them: the files are the same, so are owner and mode."""
    for flag in copy.instruction.flags:
        if flag.name in ("chown", "chmod"):
            yield f"--{flag.name}={flag.value}"


def _as_written(copy: Step, folder: str) -> str:
    """A directory of the image in the author's terms: relative to the working directory where the COPY is."""
    instruction = copy.instruction
    assert isinstance(instruction, Copy | Add)
    if instruction.dest.startswith("/") or "$" in instruction.dest:
        return folder
    inside = posixpath.relpath(folder, copy.state.directory)
    return "./" if inside == "." else inside if inside.startswith("..") else f"./{inside}"


def _woven(
    copy: Step, below: list[Entry], descent: Descent, lines: dict[int, tuple[Early, ...]]
) -> Iterator[Entry]:
    for position, entry in enumerate(below):
        yield from lines.get(position, ())
        yield entry
        if position + 1 == descent.depth:
            yield Moved(copy, _why(descent))


def _why(descent: Descent) -> Reason:
    cached = [_name(step) for step in descent.costly]
    return (
        Reason(f"`{cached[0]}` reads none of the rest, so a change there leaves it cached")
        if len(cached) == 1
        else Reason(
            f"{len(cached)} steps read none of the rest, so a change there leaves them cached",
            tuple(f"`{name}`" for name in cached),
        )
    )


def _name(step: Step) -> str:
    words = " ".join(step.instruction.text.replace("\\\n", " ").split())
    return words if len(words) <= 60 else words[:59].rstrip() + "…"


def _line(entry: Entry) -> Line:
    match entry:
        case Step(instruction=instruction):
            return Keep(instruction.index)
        case Moved(step=step, because=because):
            return Keep(step.instruction.index, because)
        case Early(text=text):
            return New(text, Reason("what the next step reads of it"))
