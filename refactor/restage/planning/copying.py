"""What the runtime stage copies from the builder, and what leaves the builder before that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from restage.api.product import ProductKind
from restage.api.reduction import Prune
from restage.api.region import Region, region
from restage.api.tree import Gone, Placed
from restage.dockerfile.instructions import User
from restage.meaning.actions import Action
from restage.planning.arrangement import Line, New, Reason
from restage.planning.drafting import Drafting
from restage.planning.ownership import directory_commands, makes_directories
from restage.planning.placing import place_of_copy, slot_of_copy
from restage.planning.sorted import Sorted
from restage.shell.quote import quote

_OWN = "COPY --from keeps owner and mode of what is in a directory, not of the directory itself"


def from_builder(draft: Drafting) -> Iterator[tuple[int, int, Line]]:
    """Copies from the builder, each with its position and rank there, and the owner of what is copied."""
    told: set[str] = set()
    for position, text in dict.fromkeys(directory_commands(draft.walk, draft.sorted)):
        told.add(text)
        switches = isinstance(draft.walk.steps[position].instruction, User)
        yield position, 3 if switches else 6, New(f"RUN {text}", Reason(_OWN))
    yield from _copies(draft, told)
    for path, why in draft.base.files.items():
        yield draft.sorted.cut, 4, New(copy_line(draft.builder_name, Region(path)), Reason(why))


def _copies(draft: Drafting, told: set[str]) -> Iterator[tuple[int, int, Line]]:
    """What the build made, and who owns it where no command that is `told` says so."""
    for place in draft.sorted.regions:
        if _is_empty(place, draft) and any(f"mkdir -p {place.path} && " in text for text in told):
            continue
        for line in _owned(place, draft):
            if line.text not in told and _parts(line.text)[-1] not in {p for t in told for p in _parts(t)}:
                told.add(line.text)
                yield place_of_copy(place, draft), 3, line
        made = dict.fromkeys(one.what for one in draft.sorted.products if place.covers(one.region))
        why = f"what the build made: {', '.join(made)}" if made else "what the build made"
        reason = Reason(why, draft.sorted.grounds.get(place.path, ()))
        yield *slot_of_copy(place, draft), New(copy_line(draft.builder_name, place), reason)


def _parts(text: str) -> list[str]:
    """The commands of a chain; those of chown without the group."""
    return [re.sub(r"^(chown [^:\s]{1,100}):\S{0,100}", r"\1", part) for part in text.split(" && ")]


def _is_empty(place: Region, draft: Drafting) -> bool:
    """Whether all that the file does to a directory is to make it and to give it an owner and a mode."""
    touching = [
        action
        for _, action in draft.walk.actions
        if any(place.overlaps(other) for other in (*action.effect.changes, *action.effect.caches))
    ]
    placed = [placed.target for step in draft.walk.steps for placed in step.placed]
    inside = [other for action in touching for other in action.effect.writes if other != place]
    return (
        all(action.command.name in ("mkdir", "chown", "chgrp", "chmod") for action in touching)
        and not any(word.startswith("-m") for action in touching for word in action.command.words)
        and not any(place.covers(other) for other in inside)
        and not any(place.overlaps(target) for target in placed)
    )


def _owned(place: Region, draft: Drafting) -> Iterator[New]:
    """A directory of a user's home (`~/.local`, `~/.cache/x`), which COPY would make root's, with those around it."""
    for _, action in draft.walk.actions:
        user, home = action.state.user, Region(action.state.home)
        if user in ("root", "0"):
            continue
        if action.command.name == "mkdir" and place in action.effect.writes:
            text = f"RUN mkdir -p {place.path} && chown {user} {place.path}"
            yield New(text, Reason(f"COPY would give the directory to root, and {user} made it"))
            return
        if not home.covers(place) or place == home:
            continue
        made = (
            product.region for product in action.known.products if product.kind is ProductKind.DEPENDENCIES
        )
        if place in made or (draft.sorted.builds(action) and place in action.effect.writes):
            folder = region(place.path, "..") if _is_file(place, action, draft) else place
            if folder == home:
                return
            top = home.below(folder.path.removeprefix(home.path).strip("/").partition("/")[0])
            owned = f"{user} {folder.path}" if top == folder else f"-R {user} {top.path}"
            text = f"RUN mkdir -p {folder.path} && chown {owned}"
            yield New(text, Reason(f"COPY would give the directory to root, and {user} may write there"))
            return


_FILING = frozenset(
    "cat cp curl echo envsubst head install jq openssl printf sed tail tee touch wget".split()
)
"""Commands that write files, unless they say otherwise."""
_MOVING = frozenset({"ln", "mv"})
"""Commands that take directories as they take files."""


def _is_file(place: Region, action: Action, draft: Drafting) -> bool:
    """Whether the command made a file there, or one may think so: a directory of its name would take the file into it."""
    products = [product for product in action.known.products if product.region == place]
    if any(product.is_file for product in products) or action.state.tree.is_file(place.path):
        return True
    if makes_directories(action.command) or any(
        product.kind is ProductKind.DEPENDENCIES for product in products
    ):
        return False
    sources = {action.state.path(word) for word in action.command.arguments}
    if any(action.state.tree.is_directory(source.path) for source in sources):
        return False
    if action.command.name not in _MOVING:
        return action.command.name in _FILING
    known = (product for _, other in draft.walk.actions for product in other.known.products)
    return all(product.is_file for product in known if product.region in sources)


def copy_line(builder: str, place: Region, to: str | None = None) -> str:
    """A COPY from the builder, to the same place where no other is given."""
    if place.path.startswith("/${") or re.match(r"/\$[A-Za-z_]", place.path):
        return f"COPY --from={builder} {place.path[1:]} {place.path[1:]}"
    target = to or place.path
    if re.search(r"[\s\"'$\\#]", place.path + target):
        return f"COPY --from={builder} {json.dumps([place.path, target], ensure_ascii=False)}"
    return f"COPY --from={builder} {place.path} {target}"


def cleaning(draft: Drafting) -> Iterator[Line]:
    """What leaves the builder at its end, so that it isn't copied: dev dependencies, sources, caches, a toolchain."""
    yield from _pruning(draft)
    yield from _removing(draft)


def _pruning(draft: Drafting) -> Iterator[Line]:
    """Each command as the user and in the directory of the install that it takes back."""
    last = draft.walk.steps[draft.sorted.cut].scope
    after = draft.walk.scopes[draft.sorted.cut + 1]
    user, directory = after.user or "root", after.directory or "/"
    for prune in draft.sorted.prunes:
        installer = _installer(prune, draft) or last.user or "root"
        if installer != user:
            yield New(f"USER {installer}", Reason("who installed it takes it out again"))
            user = installer
        place = "" if prune.directory == directory else f"cd {quote(prune.directory)} && "
        yield New(
            f"RUN {place}{prune.command}",
            Reason(
                f"the container runs without {prune.what}{f'; {prune.how}' if prune.how else ''}",
                draft.sorted.grounds.get(prune.command, ()),
            ),
        )


def _installer(prune: Prune, draft: Drafting) -> str | None:
    """The user of the last command that installed in the directory."""
    users = [
        step.scope.user or "root"
        for step, action in draft.walk.actions
        for product in action.known.products
        if product.kind is ProductKind.DEPENDENCIES and Region(prune.directory).covers(product.region)
    ]
    return users[-1] if users else None


def _word(place: Region) -> str:
    """The path as a word of the shell; a variable of an unknown base stays one."""
    return place.path if "$" in place.path else quote(place.path)


def _removing(draft: Drafting) -> Iterator[Line]:
    sorted_ = draft.sorted
    placed = [target.target for step in draft.walk.steps for target in step.placed]
    toolchain = tuple(_untouched_toolchain(draft))
    inside = [
        place
        for place in (*sorted_.caches, *toolchain, *sorted_.removed, *sorted_.brought)
        if any(copied.covers(place) and copied != place for copied in sorted_.regions)
        and (place in sorted_.removed or not any(place.covers(target) for target in placed))
        and not _is_deleted(place, draft)
    ]
    last = draft.walk.steps[sorted_.cut].state
    what = _why_removed({*inside}, {*toolchain}, sorted_)
    if last.user not in ("root", "0") and any(_is_roots(place, Region(last.home), draft) for place in inside):
        yield New("USER root", Reason(f"{what}, and root left it"))
    if inside:
        yield New(
            f"RUN rm -rf {' '.join(_word(place) for place in inside)}",
            Reason(what, tuple(dict.fromkeys(t for p in inside for t in sorted_.grounds.get(p.path, ())))),
        )


def _why_removed(inside: set[Region], toolchain: set[Region], sorted_: Sorted) -> str:
    if inside & toolchain:
        return "the toolchain stays behind"
    if inside & {*sorted_.removed}:
        return "what only the build reads stays behind"
    if inside - {*sorted_.brought}:
        return "caches stay behind"
    return "the base of the runtime stage has it by itself"


def _is_roots(place: Region, home: Region, draft: Drafting) -> bool:
    """Whether what lies at a place may be root's, and only root can take it away: outside of a home, or left by root there."""
    left = (
        written
        for _, action in draft.walk.actions
        if action.state.user in ("root", "0")
        for written in (*action.effect.writes, *action.effect.caches)
    )
    return not home.covers(place) or any(written.overlaps(place) and written != home for written in left)


def _is_deleted(place: Region, draft: Drafting) -> bool:
    """Whether the last that the file itself does to the place is to delete it."""
    tree = draft.walk.final.tree
    if tree.is_file(place.path) or tree.entries(place.path):
        return False
    done = (event for event in reversed(tree.events) if not isinstance(event, Placed))
    last = next((event for event in done if event.target.overlaps(place)), None)
    return isinstance(last, Gone) and last.target.covers(place)


def _untouched_toolchain(draft: Drafting) -> Iterator[Region]:
    """Directories of the base that its sibling lacks, where no command wrote and nothing is brought from."""
    lost = draft.base.sibling.lost_paths if draft.base.sibling else ()
    touched = [
        *(place for _, action in draft.walk.actions for place in action.effect.writes),
        *(Region(path) for path in draft.base.files),
    ]
    for place in map(Region, lost):
        if not any(place.covers(other) for other in touched):
            yield place
