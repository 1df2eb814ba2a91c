"""What only the old base set and the runtime stage still needs."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.region import Region
from restage.dockerfile.instructions import Workdir
from restage.image.siblings import Sibling
from restage.planning.arrangement import Line, New, Reason
from restage.planning.beside import reads_variable
from restage.planning.drafting import Drafting, text_of


def restored(draft: Drafting, lines: tuple[Line, ...]) -> Iterator[Line]:
    """What only the old base set and the runtime stage still needs."""
    found = draft.base.sibling
    if found is None or draft.sorted.first > 0:
        return
    start = draft.walk.scopes[0]
    texts = [text_of(line, draft) for line in lines]
    for name in found.lost_env:
        value = start.environment.get(name)
        read = name in draft.needed_environment or any(reads_variable(text, name) for text in texts)
        if value is not None and read:
            why = f"only the build image sets {name}, and the runtime stage reads it"
            yield New(f"ENV {name}={value}", Reason(why))
    for name, value in draft.missed_environment.items():
        why = f"the build image sets {name}, and the runtime image lacked it"
        yield New(f"ENV {name}={value}", Reason(why))
    yield from _path_entries(found, draft)
    moves = start.directory and start.directory != found.base.config.workdir
    if moves and _begins_in(Region(start.directory or "/"), lines, draft):
        yield New(f"WORKDIR {start.directory}", Reason("the build image starts there"))


def _path_entries(found: Sibling, draft: Drafting) -> Iterator[Line]:
    """Entries of PATH that the sibling lacks, of which something is copied."""
    copied = draft.sorted.regions
    entries = [e for e in found.lost_path_entries if any(Region(e).covers(place) for place in copied)]
    if entries:
        why = f"programs in {', '.join(entries)} are found by name"
        yield New(f"ENV PATH={':'.join(entries)}:$PATH", Reason(why))


def _begins_in(directory: Region, lines: tuple[Line, ...], draft: Drafting) -> bool:
    """Whether the runtime stage needs the base's working directory: before a WORKDIR that replaces it."""
    for line in lines:
        if isinstance(line, New):
            continue
        step = draft.walk.step_of(line.instruction)
        if isinstance(step.instruction, Workdir):
            after = draft.walk.scopes[step.position + 1].directory
            return after is None or (
                not step.instruction.path.startswith("/") and directory.covers(Region(after))
            )
        touched = [
            place
            for action in step.actions
            if not draft.sorted.builds(action)
            for place in (*action.effect.reads, *action.effect.changes)
        ]
        if any(directory.covers(place) for place in (*touched, *(placed.target for placed in step.placed))):
            return True
    return True
