"""Sorts the commands of a stage: which build, which can be run again, and what the build leaves behind where."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.product import ProductKind
from restage.api.region import Region, outermost
from restage.dockerfile.instructions import Workdir
from restage.meaning.actions import Action
from restage.meaning.packages import LEFTOVERS, SCRATCH
from restage.meaning.walk import Step, Walk
from restage.planning.beside import (
    Unsortable,
    beside_builds,
    find_mixed,
    relying_on_deleted,
    relying_on_setup,
    sets_up,
    without_repositories,
)
from restage.planning.outside import names_outside
from restage.planning.passing import passing_places
from restage.planning.sorted import Sorted
from restage.planning.undone import find_undone
from restage.planning.unsure import find_unsure
from restage.planning.untold import certain_part

TOO_WIDE = frozenset(
    Region(path)
    for path in """
    / /bin /boot /dev /etc /home /lib /lib64 /media /mnt /proc /run /sbin /sys /usr /usr/bin
    /usr/include /usr/lib /usr/lib64 /usr/local /usr/local/sbin /usr/sbin /usr/share /var /var/lib
    """.split()
)
"""Directories of the system: a working directory there is not copied as a whole."""
OFTEN_FILLED = frozenset({Region("/opt")})
"""Directories in which images of vendors have what is their own (a JDK): not copied because of one file in it."""
COPYABLE_SYSTEM = frozenset(Region(path) for path in ("/usr/local", "/usr/local/sbin", "/usr/include"))
"""Of these, those that a command may name as its own place (an install prefix)."""


def sort_actions(walk: Walk, first: int, left: frozenset[str] = frozenset()) -> Sorted | Unsortable:
    """Sorts the commands after the shared stage; commands that depend on what was built are part of the build.

    `left`: packages that the runtime stage is to do without, and so without the repository that they come from.
    """
    actions = [(step, action) for step, action in walk.actions if step.position >= first]
    build = {
        id(action) for _, action in actions if not action.effect.repeatable or (left and sets_up(action))
    }
    while True:
        wide = _too_wide(actions, build) or names_outside(actions, build)
        if wide:
            return wide
        regions = without_repositories(_regions(walk, actions, build), left)
        made = {*regions, *(place for _, a in actions if id(a) in build for place in a.effect.writes)}
        dependent = {
            id(action)
            for _, action in actions
            if id(action) not in build
            and any(touched.overlaps(place) for touched in _touched(action) for place in made)
        } | beside_builds(actions, build)
        if not dependent:
            break
        build |= dependent
    return _sorted(walk, actions, frozenset(build), regions, first, left)


def _touched(action: Action) -> tuple[Region, ...]:
    """What a command needs to find: what it reads, and what it deletes if that is not just clearing up."""
    deleted = action.effect.deletes
    return action.effect.reads + (() if all(is_leftover(place) for place in deleted) else deleted)


def _sorted(
    walk: Walk,
    actions: list[tuple[Step, Action]],
    build: frozenset[int],
    regions: tuple[Region, ...],
    first: int,
    left: frozenset[str],
) -> Sorted | Unsortable:
    writers: dict[Region, int] = {}
    cut = -1
    for step, action in actions:
        if id(action) not in build:
            continue
        cut = max(cut, step.position)
        for copied in regions:
            if any(copied.overlaps(place) for place in action.effect.changes):
                writers[copied] = step.position
    mixed = (
        find_mixed(actions, build)
        or relying_on_setup(actions, build, left)
        or relying_on_deleted(actions, build)
        or find_unsure(walk, actions, build, regions)
    )
    if mixed:
        return mixed
    undone = find_undone(walk, actions, build) if cut >= 0 else frozenset()
    products = tuple(product for _, action in actions for product in action.known.products)
    caches = tuple(place for _, action in actions for place in action.effect.caches) + tuple(
        product.region
        for product in products
        if product.kind in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
    )
    if cut >= 0:
        removing = [
            step.position for step, a in actions if a.effect.removes or (a.effect.deletes and id(a) in undone)
        ]
        cut = max([cut, *removing, *_clearing(walk, caches)])
    passing = passing_places(walk, actions, build, regions)
    return Sorted(
        first, cut, build, regions, writers, products, outermost(caches), undone=undone, passing=passing
    )


def _clearing(walk: Walk, caches: tuple[Region, ...]) -> Iterator[int]:
    """Positions of RUNs in which the tools that fill caches of the build do no more than to delete these."""
    for step in walk.steps:
        effects = [action.effect for action in step.actions if action.known.strategy is not None]
        deleted = {place for effect in effects for place in effect.deletes}
        written = any(effect.writes or effect.caches for effect in effects)
        if deleted and len(effects) == len(step.actions) and not written and deleted <= {*caches}:
            yield step.position


def is_leftover(place: Region) -> bool:
    """Whether deleting the place only clears up: temporary files, package lists, logs."""
    return any(leftover.covers(place) for leftover in LEFTOVERS)


def is_scratch(place: Region) -> bool:
    """Whether what is written there is on its way elsewhere: temporary files, package lists."""
    return any(scratch.covers(place) for scratch in SCRATCH)


def _too_wide(actions: list[tuple[Step, Action]], build: set[int]) -> Unsortable | None:
    for step, action in actions:
        if id(action) in build:
            for place in action.effect.writes:
                around = certain_part(place, action, step)
                if around in TOO_WIDE - COPYABLE_SYSTEM or (around != place and around in OFTEN_FILLED):
                    return Unsortable(step.position, f"`{action.command}` may write anywhere in {around}")
    return None


def _regions(walk: Walk, actions: list[tuple[Step, Action]], build: set[int]) -> tuple[Region, ...]:
    """What the build wrote, the working directory as a whole, caches and temporary files left out."""
    found: list[Region] = []
    whole: dict[Region, Region] = {}
    for step, action in actions:
        if id(action) not in build:
            continue
        whole |= {place: certain_part(place, action, step) for place in action.effect.writes}
        kept_out = {
            *action.effect.caches,
            *(
                p.region
                for p in action.known.products
                if p.kind in (ProductKind.CACHE, ProductKind.INTERMEDIATE)
            ),
        } - {Region(action.state.directory)}  # where the project lies is no cache, be it a home directory
        found.extend(
            _widened(_among_links(place, action), walk, step)
            for place in action.effect.writes
            if place not in kept_out
            and (_is_final(place, walk) or not _passes_through(place, action, actions))
        )
    left = ((place, whole.get(place, place)) for place in _surviving(outermost(tuple(found)), actions, build))
    return outermost(tuple(around for place, around in left if around == place or around not in SCRATCH))


def _is_final(place: Region, walk: Walk) -> bool:
    """Whether the place is around or in the directory that the container starts in, be that a temporary one."""
    final = Region(walk.scopes[-1].directory or "/")
    return final not in TOO_WIDE and place.overlaps(final)


def _passes_through(place: Region, writer: Action, actions: list[tuple[Step, Action]]) -> bool:
    """Whether a temporary file is only there for a later command that makes something else of it."""
    if not is_scratch(place) or place in SCRATCH:
        return is_scratch(place)
    after = [action for _, action in actions]
    return any(
        read.overlaps(place) and not any(place.overlaps(written) for written in later.effect.writes)
        for later in after[after.index(writer) + 1 :]
        for read in later.effect.reads
    )


def _among_links(place: Region, action: Action) -> Region:
    """The directory of a program that a package manager made: the program may be a link, which by itself is copied as a file.

    Only what could run again names single programs; it is copied where it stands in one statement with a build.
    """
    directory = Region(posixpath.dirname(place.path) or "/")
    named = action.effect.repeatable and action.known.strategy is not None
    return directory if named and directory.path.endswith("/bin") and directory not in TOO_WIDE else place


def _widened(place: Region, walk: Walk, step: Step) -> Region:
    """The outermost working directory around the place, unless that is a directory of the system."""
    around = sorted(
        directory
        for directory in _working_directories(walk, step.position)
        if directory.covers(place) and directory not in TOO_WIDE
    )
    return around[0] if around else place


def _working_directories(walk: Walk, position: int) -> set[Region]:
    """Directories that WORKDIR names up to a step; the base's own, if files of the context were put there."""
    steps = walk.steps[: position + 1]
    named = {walk.scopes[s.position + 1].directory for s in steps if isinstance(s.instruction, Workdir)}
    targets = {placed.target for s in steps for placed in s.placed}
    own = Region(walk.scopes[0].directory or "/")
    return {Region(path) for path in named if path} | ({own} if own in targets else set())


def _surviving(
    regions: tuple[Region, ...], actions: list[tuple[Step, Action]], build: set[int]
) -> tuple[Region, ...]:
    """Regions that are not deleted again as a whole after they were last written."""
    alive: list[Region] = []
    for place in regions:
        there = False
        for _, action in actions:
            if any(gone.covers(place) for gone in action.effect.deletes):
                there = False
            if id(action) in build and any(place.overlaps(written) for written in action.effect.writes):
                there = True
        if there:
            alive.append(place)
    return tuple(alive)
