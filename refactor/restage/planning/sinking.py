"""How far down its stage a COPY can go, and what of it the commands on the way have to see before."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable

from restage.api.effect import Effect
from restage.api.product import ProductKind
from restage.api.region import Region
from restage.api.tree import FromContext, Placed, Tree
from restage.dockerfile.instructions import Add, Arg, Copy, Env, From, Onbuild, Run, Volume, Workdir
from restage.meaning.actions import Action
from restage.meaning.copies import context_source
from restage.meaning.files import SETTLING
from restage.meaning.walk import Step
from restage.planning.argued import named_by_argument
from restage.planning.untold import is_of_base, reads_untold
from restage.project.context import Kind
from restage.record import Record


class Blocked(Record):
    """The COPY has to stay above the step."""


class Passed(Record):
    """The COPY may go below the step if the step still finds these files of it: paths in the image, sorted."""

    seen: tuple[str, ...] = ()
    rewritten: tuple[Region, ...] = ()
    """Files of the COPY that the step changes in place (a lockfile): afterwards they are again as the context has them."""
    altered: bool = False
    """Whether it gives such a file a mode or an owner: what lies below may be looked at, but no COPY may come after it."""


def past(copy: Step, other: Step) -> Passed | Blocked:
    """Whether the COPY may stand below another step that now stands below it."""
    instruction = copy.instruction
    assert isinstance(instruction, Copy | Add)
    match other.instruction:
        case Run():
            return _past_run(copy, other)
        case Copy() | Add():
            same = not _meet(copy, other.placed) or _brings_the_same(copy, other)
            return Passed() if same and not other.opaque else Blocked()
        case Env() | Arg():
            return Blocked() if "$" in instruction.text else Passed()
        case Workdir():
            return Passed() if _stands_anywhere(copy, other) else Blocked()
        case Volume() | Onbuild() | From():
            return Blocked()
        case _:
            return Passed()


def _brings_the_same(copy: Step, other: Step) -> bool:
    """Whether the other COPY puts files there that this one puts there too, for the same owner."""
    if any(flag.name in ("chown", "chmod") for step in (copy, other) for flag in step.instruction.flags):
        return False
    own = Tree(copy.state.tree.context, copy.placed)
    return all(context_source(placed) == own.origin(placed.target.path) for placed in other.placed)


def _stands_anywhere(copy: Step, workdir: Step) -> bool:
    """Whether the COPY does the same behind a WORKDIR: absolute, and not the one that makes the directory, for its owner."""
    instruction = copy.instruction
    assert isinstance(instruction, Copy | Add) and isinstance(workdir.instruction, Workdir)
    path = workdir.instruction.path
    if not instruction.dest.startswith("/") or "$" in instruction.text + path:
        return False
    return not instruction.chown or not meets(copy, (Region(posixpath.join(workdir.state.directory, path)),))


def meets(copy: Step, targets: tuple[Region, ...]) -> bool:
    """Whether the COPY writes to one of the places."""
    return any(placed.target.overlaps(target) for placed in copy.placed for target in targets)


def _meet(copy: Step, others: tuple[Placed, ...]) -> bool:
    return meets(copy, tuple(other.target for other in others))


def reads_exactly(step: Step, files: tuple[Region, ...]) -> bool:
    """Whether a command of the step looks at one of these files by its name."""
    return any(place in files for action in step.actions for place in action.effect.reads)


def _past_run(copy: Step, run: Step) -> Passed | Blocked:
    if run.opaque is not None or (any(map(is_service_settings, copy.placed)) and not _is_install(run)):
        return Blocked()
    if any(action.command.name in SETTLING for action in run.actions):
        return Blocked()  # what it looks at is named by settings, not by its words
    return past_actions(copy, run, run.actions)


_TOOL_SETTINGS = frozenset(
    """
    apk apt ca-certificates conda containers default dpkg git gnupg init.d ld.so.conf.d maven npm pip pki pip.conf.d
    profile.d skel ssh ssl sudoers.d yum yum.repos.d
    """.split()
)
"""Folders of /etc that package managers and the tools of a build read."""


def is_service_settings(placed: Placed) -> bool:
    """Whether it lies in a folder of /etc that belongs to a service: no install of dependencies reads that."""
    names = placed.target.path.split("/")
    return len(names) > 3 and names[1] == "etc" and names[2] not in _TOOL_SETTINGS


def _is_install(run: Step) -> bool:
    """Whether the RUN does nothing but what a strategy knows; an OS package may look at settings that are there."""
    return all(action.known.strategy is not None for action in run.actions)


def past_actions(copy: Step, run: Step, actions: Iterable[Action], *further: Effect) -> Passed | Blocked:
    """Whether the COPY may stand below some commands of a RUN, and below others that do no more than read."""
    seen: set[str] = set()
    rewritten: list[Region] = []
    own = Tree(run.state.tree.context, copy.placed)
    acting = tuple(actions)
    effects = [(action.effect, _changed(copy, action, own), action.state.directory) for action in acting]
    for effect, changed, directory in (*effects, *((effect, [], "") for effect in further)):
        wanted = _wanted(copy, effect, own, directory)
        if changed is None or wanted is None or reads_untold(acting, run):
            return Blocked()
        rewritten.extend(changed)
        seen |= wanted
    altered = any(
        changed and action.known.strategy is None
        for action, (_, changed, _) in zip(acting, effects, strict=True)
    )
    if any(_builds(action) and _wanted(copy, action.effect, own, "") for action in acting):
        return Blocked()
    if seen and names_its_files(copy, own):
        return Blocked()
    if any(_may_work_in(copy, action, run) for action in acting):
        return Blocked()
    elsewhere = {action.state.directory for action in acting} - {run.state.directory}  # WORKDIR makes its own
    if any(made_by(copy, directory, seen, own) for directory in elsewhere):
        return Blocked()
    needed = sorted(path for path in seen if not _is_there_before(copy, path, own))
    if any(own.context.kind(own_source(own, path)) is Kind.LINK for path in needed):
        return Blocked()
    if named_by_argument(copy, run, needed):
        return Blocked()
    return Passed(tuple(needed), tuple(rewritten), altered)


def _builds(action: Action) -> bool:
    """Whether it builds the project: which sources that takes today is no list to write into the file for tomorrow."""
    return any(product.kind is ProductKind.ARTIFACT for product in action.known.products)


def made_by(copy: Step, directory: str, seen: Collection[str], own: Tree) -> bool:
    """Whether a command works in a directory that only the COPY makes, and no file that goes before makes it too."""
    if not own.is_directory(directory) or copy.state.tree.is_directory(directory):
        return False
    place = Region(directory)
    made = Region(copy.state.directory)
    return not place.covers(made) and not any(place.covers(Region(path)) for path in seen)


def _may_work_in(copy: Step, action: Action, run: Step) -> bool:
    """Whether a command works in a directory that only running tells, and that the COPY may make."""
    place = Region(action.state.directory)
    certain = _without_pattern(place)
    if certain == place or is_of_base(place, run):
        return False
    return action.state.wandered or meets(copy, (certain,))


def names_its_files(copy: Step, own: Tree) -> bool:
    """Whether the author chose the files one by one: then those that an install reads are there for it."""
    return all(own.context.kind(placed.source) is not Kind.DIRECTORY for placed in copy.placed)


def own_source(own: Tree, path: str) -> str:
    """The path in the context of a file that the COPY places."""
    origin = own.origin(path)
    assert isinstance(origin, FromContext)
    return origin.path


def _is_there_before(copy: Step, path: str, own: Tree) -> bool:
    """Whether an earlier COPY has put the same file there already."""
    return copy.state.tree.origin(path) == own.origin(path)


def _wanted(copy: Step, effect: Effect, own: Tree, directory: str) -> set[str] | None:
    """Files and directories of the COPY that the command reads; None where that may be all of it, or of its own project."""
    wanted: set[str] = set()
    for place in map(_without_pattern, effect.reads):
        if directory and place.covers(Region(directory)) and own.is_directory(directory):
            return None
        for placed in copy.placed:
            if place.covers(placed.target):
                if _kind(placed, own) is not Kind.FILE:
                    return None
                wanted.add(placed.target.path)
            elif placed.target.covers(place) and isinstance(own.origin(place.path), FromContext):
                wanted.add(place.path)
    return wanted


def _kind(placed: Placed, own: Tree) -> Kind | None:
    source = context_source(placed)
    return own.context.kind(source.path) if source else None


_MAKING_NO_FILE = frozenset({"mkdir", "rm", "rmdir", "chmod", "chown", "chgrp"})


def _changed(copy: Step, action: Action, own: Tree) -> list[Region] | None:
    """Files of the COPY that the command reads and changes in place; None where it changes others, or perhaps all."""
    found: list[Region] = []
    effect = action.effect
    for place in map(_without_pattern, (*effect.may_change, *effect.caches)):
        if not meets(copy, (place,)):
            continue
        if any(place.covers(placed.target) for placed in copy.placed) or _gives_owner(copy, place):
            return None
        if action.known.strategy is None and action.command.name not in _MAKING_NO_FILE:
            return None  # where the author has a file of that name too (.env), the COPY would undo it
        if isinstance(own.origin(place.path), FromContext) or own.is_directory(place.path):
            if place not in effect.reads or place in effect.deletes or not own.is_file(place.path):
                return None
            found.append(place)
    return found


def _gives_owner(copy: Step, place: Region) -> bool:
    """Whether the COPY makes the directory around the place, for an owner of its own."""
    instruction = copy.instruction
    assert isinstance(instruction, Copy | Add)
    there = Region(copy.state.directory)
    around = [placed.target for placed in copy.placed if placed.target.covers(place)]
    return instruction.chown is not None and any(target != there for target in around)


_PATTERN = re.compile(r"[*?\[$`]")


def _without_pattern(place: Region) -> Region:
    """The directory below which a pattern, or a name that only the build knows, may match."""
    found = _PATTERN.search(place.path)
    return Region(posixpath.dirname(place.path[: found.start()]) or "/") if found else place
