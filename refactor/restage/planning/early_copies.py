"""New COPY lines for those files of a COPY that have to be there before it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api.region import Region, outermost
from restage.api.tree import Tree
from restage.dockerfile.instructions import Add, Copy
from restage.meaning.walk import Step
from restage.planning.sinking import own_source
from restage.project.context import Kind
from restage.record import Record


class Early(Record):
    """A new COPY of some files of one that goes further down, or a RUN that fetches what these name."""

    text: str
    targets: tuple[Region, ...]
    why: str = "what the next step reads of it"


MOST_NEW_LINES = 12
"""New COPY lines for one that moves: each is a layer, and an image has at most 127 of them."""


def early_copies(copy: Step, early: dict[int, tuple[str, ...]]) -> dict[int, tuple[Early, ...]] | None:
    """The new lines for each entry that is passed; None where they can't be written, or would copy all there is."""
    own = Tree(copy.state.tree.context, copy.placed)
    paths = {path for paths in early.values() for path in paths}
    if paths and _is_of_one_kind(copy, paths, own):
        return None
    lines: dict[int, tuple[Early, ...]] = {}
    for position, wanted in early.items():
        if any(re.search(r"[\s\"'\\$*?\[\]#]", path) or path.startswith("<<") for path in wanted):
            return None
        lines[position] = tuple(_new_copies(copy, wanted, own))
    return lines if sum(map(len, lines.values())) <= MOST_NEW_LINES else None


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
    for path in (place.path for place in outermost(tuple(map(Region, wanted)))):
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
    if "$" in instruction.dest:
        return _below_variable(copy, instruction.dest, folder)
    if instruction.dest.startswith("/"):
        return folder
    inside = posixpath.relpath(folder, copy.state.directory)
    return "./" if inside == "." else inside if inside.startswith("..") else f"./{inside}"


def _below_variable(copy: Step, dest: str, folder: str) -> str:
    """The directory as the author wrote it, which an ARG may move; what lies below it added."""
    own = Tree(copy.state.tree.context, copy.placed)
    filled = {
        placed.target.path if own.is_directory(placed.target.path) else posixpath.dirname(placed.target.path)
        for placed in copy.placed
    }
    if len(filled) != 1 or not Region(*filled).covers(Region(folder)) or filled == {"/"}:
        return folder
    return dest.rstrip("/") + folder.removeprefix(*filled)
