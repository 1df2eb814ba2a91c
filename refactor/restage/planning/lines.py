"""The lines of the two stages: what stays in the builder, what the runtime stage repeats, what it copies."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.region import Region
from restage.api.tree import FromContext, Placed, Tree
from restage.dockerfile.instructions import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from restage.image.base import BaseImage, PackageManager
from restage.meaning.copies import context_source
from restage.meaning.walk import Step
from restage.planning.arguments import needed_arguments
from restage.planning.arrangement import Keep, Line, Narrow, New, Reason, Repeat
from restage.planning.called import repeated
from restage.planning.clearing import cleared
from restage.planning.copying import cleaning, from_builder
from restage.planning.drafting import Drafting
from restage.planning.placing import emptied_first, is_gone, place_of, settled_again
from restage.planning.restoring import restored
from restage.planning.running_again import repeated_run
from restage.planning.sorting import TOO_WIDE
from restage.record import Record

_RUNTIME_ONLY = (Label, Expose, Volume, Cmd, Entrypoint, Healthcheck, Stopsignal, Onbuild, Maintainer)


class TwoStages(Record):
    """The lines of the builder and of the runtime stage."""

    builder: tuple[Line, ...]
    runtime: tuple[Line, ...]


def two_stages(draft: Drafting) -> TwoStages:
    """Drafts both stages, in the order of the file."""
    sorted_ = draft.sorted
    builder: list[Line] = []
    runtime: list[tuple[int, int, Line]] = []
    for step in draft.walk.steps[sorted_.first :]:
        number = step.instruction.index
        if step.position > sorted_.cut or isinstance(step.instruction, _RUNTIME_ONLY):
            late = isinstance(step.instruction, Volume) and step.position <= sorted_.cut
            runtime.append((sorted_.cut if late else step.position, 8 if late else 5, Keep(number)))
            continue
        if isinstance(step.instruction, Copy | Add) and not _is_read(step, draft):
            runtime.append((step.position, 5, Keep(number, Reason("no command of the build reads it"))))
            continue
        builder.append(Keep(number))
        place = place_of(step, draft)
        runtime.extend((place, 5, line) for line in _again(step, draft))
    runtime.extend(emptied_first(draft))
    runtime.extend(from_builder(draft))
    runtime.extend(settled_again(draft))
    runtime.sort(key=lambda entry: entry[:2])
    lines = tuple(cleared(tuple(line for _, _, line in runtime), draft))
    lines = tuple(needed_arguments(list(lines), draft))
    return TwoStages(
        (*builder, *cleaning(draft)), (*restored(draft, lines), *_new_installs(draft, lines), *lines)
    )


READ_UNNAMED = tuple(
    Region(path) for path in ("/bin", "/etc", "/lib", "/lib64", "/root", "/sbin", "/usr", "/var")
)
"""Where programs look for programs, settings, keys and libraries that no command line names."""


def may_be_read_unnamed(place: Placed, step: Step) -> bool:
    """Whether a command may read the place although nothing says so; of a working directory the strategies say it."""
    working = Region(step.state.directory)
    if working not in TOO_WIDE and working.covers(place.target):
        return False
    return context_source(place) is None or any(
        where.covers(place.target) for where in (*READ_UNNAMED, Region(step.state.home))
    )


def _is_read(step: Step, draft: Drafting) -> bool:
    """Whether a later command of the build reads what a COPY placed, or changes it."""
    sorted_ = draft.sorted
    if any(sorted_.is_settled(place.target) or may_be_read_unnamed(place, step) for place in step.placed):
        return True
    return any(
        place.target.overlaps(touched)
        for later, action in draft.walk.actions
        if step.position < later.position <= sorted_.cut
        for touched in (*action.effect.reads, *action.effect.changes)
        for place in step.placed
    )


def _again(step: Step, draft: Drafting) -> Iterator[Line]:
    """What the runtime stage repeats of a step that stays in the builder."""
    number = step.instruction.index
    match step.instruction:
        case Env() | Shell() | Workdir() | User():
            yield Repeat(number, Reason("the container runs with it too"))
        case Arg():
            yield Repeat(number, Reason("a line of the runtime stage reads it"))
        case Copy() | Add():
            left = (*draft.sorted.regions, *draft.sorted.narrowed, *draft.sorted.gone)
            copied = all(any(one.covers(place.target) for one in left) for place in step.placed)
            if not copied and not is_gone(step, draft) and not _comes_again(step, draft):
                yield Repeat(number, Reason("the container has these files too"))
        case Run():
            yield from repeated_run(step, draft)
        case _:
            pass


def _comes_again(step: Step, draft: Drafting) -> bool:
    """Whether a later COPY brings the same files to the same place, and nothing that runs between the two looks at them."""
    again = repeated(draft.walk, draft.sorted)
    for later in draft.walk.steps[step.position + 1 :]:
        if any(
            place.target.overlaps(touched)
            for action in later.actions
            if id(action) in again or later.position > draft.sorted.cut
            for touched in (*action.effect.reads, *action.effect.changes)
            for place in step.placed
        ):
            return False
        if isinstance(later.instruction, Copy | Add) and _covers(later, step):
            return True
    return False


def _covers(later: Step, step: Step) -> bool:
    """Whether a COPY brings at least the files of another, with the same owner and mode."""
    if [f for f in later.instruction.flags if f.name != "link"] != [
        f for f in step.instruction.flags if f.name != "link"
    ]:
        return False
    there = Tree(step.state.tree.context, later.placed)
    here = Tree(step.state.tree.context, step.placed)
    return all(
        context_source(place) is not None
        and there.origin(place.target.path) == here.origin(place.target.path)
        and isinstance(there.origin(place.target.path), FromContext)
        for place in step.placed
    )


def _new_installs(draft: Drafting, lines: tuple[Line, ...]) -> Iterator[Line]:
    """An install of its own for packages that no line of the file could take up."""
    wanted = [*draft.base.first, *draft.packages.added, *draft.base.packages]
    placed = {
        word
        for line in lines
        if isinstance(line, Narrow)
        for words in line.change.insert_words.values()
        for word in words
    }
    missing = [name for name in wanted if name not in placed]
    if not missing:
        return
    reasons = {**draft.packages.added, **draft.base.packages, **draft.base.first}
    names = " ".join(missing)
    base = draft.base.base
    apk = isinstance(base, BaseImage) and base.package_manager is PackageManager.APK
    text = (
        f"RUN apk add --no-cache {names}"
        if apk
        else f"RUN apt-get update && apt-get install -y --no-install-recommends {names} && rm -rf /var/lib/apt/lists/*"
    )
    yield New(
        text, Reason("what runs needs these packages", tuple(f"{name}: {reasons[name]}" for name in missing))
    )
