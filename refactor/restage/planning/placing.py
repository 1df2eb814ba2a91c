"""Where in the runtime stage a repeated step or a copy stands."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api.effect import NOTHING
from restage.api.product import ProductKind
from restage.api.region import Region
from restage.api.tree import Unknown
from restage.dockerfile.instructions import Add, Copy, User, Workdir
from restage.meaning.actions import Action
from restage.meaning.effects import changes_system
from restage.meaning.files import SETTLING
from restage.meaning.packages import PackageAction
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.walk import Step
from restage.planning.arrangement import Line, New, Reason
from restage.planning.drafting import Drafting
from restage.planning.narrowing import runtime_run
from restage.planning.sorting import is_leftover
from restage.planning.untold import is_of_base


def place_of(step: Step, draft: Drafting) -> int:
    """Where a repeated step stands: `ldconfig` and the like after everything that is copied, still as the same user.

    Only where the step does nothing else that a later one could need.
    """
    repeated = _acting_again(step, draft)
    settles = bool(repeated) and all(action.command.name in SETTLING for action in repeated)
    switches = any(
        isinstance(s.instruction, User) for s in draft.walk.steps[step.position : draft.sorted.cut + 1]
    )
    return step.position if not settles or switches else draft.sorted.cut


def _acting_again(step: Step, draft: Drafting) -> list[Action]:
    """The commands of a step that build nothing and do something."""
    return [
        action
        for action in step.actions
        if not draft.sorted.builds(action)
        and (changes_system(action.command.name) or action.effect != NOTHING)
    ]


def settled_again(draft: Drafting) -> Iterator[tuple[int, int, Line]]:
    """`ldconfig` once more, where it stands beside other things and what it looks at is copied after it."""
    sorted_ = draft.sorted
    for step in draft.walk.steps[sorted_.first : sorted_.cut + 1]:
        if not any(sorted_.builds(action) for action in step.actions) or place_of(step, draft) == sorted_.cut:
            continue
        late = any(place_of_copy(place, draft) > step.position for place in sorted_.regions)
        for action in step.actions:
            if late and action.command.name in SETTLING and not sorted_.builds(action):
                reason = Reason("it looks at what is copied above")
                yield sorted_.cut, 6, New(f"RUN {action.command}", reason)


def emptied_first(draft: Drafting) -> Iterator[tuple[int, int, Line]]:
    """The `rm` of a build that emptied a directory of the base before it put something there, once more before the copy."""
    sorted_ = draft.sorted
    for step in draft.walk.steps[sorted_.first : sorted_.cut + 1]:
        for action in step.actions:
            if not (sorted_.builds(action) and _removes_by_force(action, step)):
                continue
            own = [
                gone
                for gone in action.effect.deletes
                if isinstance(action.state.tree.origin(gone.path), Unknown)
            ]
            copied = [
                place_of_copy(place, draft)
                for place in sorted_.regions
                if sorted_.last_writer.get(place, -1) >= step.position
                and any(gone.covers(place) for gone in own)
            ]
            if copied:
                reason = Reason("the base image may have other files there")
                yield min(copied), 3, New(f"RUN {action.command}", reason)


def _removes_by_force(action: Action, step: Step) -> bool:
    """Whether it is an `rm` that surely runs, and works where there is nothing."""
    command = action.command
    forced = any(
        word == "--force" or (word.startswith("-") and "f" in word and not word.startswith("--"))
        for word in command.arguments
    )
    told = command.all_known or all(is_of_base(place, step) for place in action.effect.deletes)
    return command.name == "rm" and forced and told and not command.conditional


def place_of_copy(place: Region, draft: Drafting) -> int:
    """Dependencies come before the files of the context, so that a change of these leaves them cached."""
    sorted_ = draft.sorted
    copies = [
        step
        for step in draft.walk.steps[sorted_.first : sorted_.cut + 1]
        if isinstance(step.instruction, Copy | Add)
    ]
    last = sorted_.last_writer.get(place, sorted_.cut)
    if any(target.target.overlaps(place) for step in copies for target in step.placed):
        return max(_made_around(place, draft), last)
    repeated = [
        step.position
        for step in copies
        if not all(sorted_.is_settled(target.target) for target in step.placed)
    ]
    return max(_made_around(place, draft), min([*repeated, last]))


def slot_of_copy(place: Region, draft: Drafting) -> tuple[int, int]:
    """Where a copy stands, and its rank among the lines there.

    Dependencies of a language come behind the install of OS packages that stood before theirs: they change more often.
    What lies where packages have files of theirs comes behind those that were there first: dpkg asks about the others.
    """
    position = place_of_copy(place, draft)
    behind = _installed_before(place, draft) if _is_of_packages(place) else -1
    if behind >= position:
        return behind, 6
    last = draft.sorted.last_writer.get(place, draft.sorted.cut)
    dependencies = any(
        product.kind is ProductKind.DEPENDENCIES and place.covers(product.region)
        for product in draft.sorted.products
    )
    steps = draft.walk.steps[draft.sorted.first : last + 1] if dependencies else ()
    installs = max((step.position for step in steps if _only_installs(step, draft)), default=-1)
    return (installs, 5) if installs >= position else (position, 4)


_OF_PACKAGES = tuple(Region(path) for path in ("/etc", "/lib", "/usr", "/var"))
_NOT_OF_PACKAGES = (*REPOSITORY_PLACES, Region("/usr/local"))


def _is_of_packages(place: Region) -> bool:
    return any(one.covers(place) for one in _OF_PACKAGES) and not any(
        one.covers(place) for one in _NOT_OF_PACKAGES
    )


def _installed_before(place: Region, draft: Drafting) -> int:
    """Position of the last install that the runtime stage repeats before the place was written last; -1 without one.

    In the RUN that writes the place only where no further install stands behind that.
    """
    found = installed = -1
    goes_on = False
    writer = draft.sorted.last_writer.get(place, -1)
    for step, action in draft.walk.actions:
        if step.position > writer:
            break
        if draft.sorted.builds(action) and any(place.overlaps(one) for one in action.effect.changes):
            found, goes_on = installed, False
        elif _installs_again(action, draft):
            installed, goes_on = step.position, step.position == found
    return -1 if goes_on else found


def _installs_again(action: Action, draft: Drafting) -> bool:
    known = action.known.packages
    if known is None or known.action is not PackageAction.INSTALL:
        return False
    kept = any(name not in draft.packages.dropped for name in known.names)
    return kept or bool(draft.further.taken_by(action))


def _only_installs(step: Step, draft: Drafting) -> bool:
    """Whether a step repeats something, and all of that is the work of a package manager and clearing up after it."""
    if runtime_run(step, draft.sorted, draft.packages, draft.further) is None:
        return False
    repeated = _acting_again(step, draft)
    return bool(repeated) and all(
        action.known.packages is not None
        or (action.command.name == "rm" and all(map(is_leftover, action.effect.changes)))
        for action in repeated
    )


def _made_around(place: Region, draft: Drafting) -> int:
    """Position behind the last step that makes a directory around the place: WORKDIR, a user's home, a `mkdir` run again."""
    sorted_ = draft.sorted
    last = sorted_.last_writer.get(place, sorted_.cut)
    found = [0]
    for step in draft.walk.steps[sorted_.first : last + 1]:
        made = [
            written
            for action in step.actions
            if not sorted_.builds(action)
            for written in action.effect.writes
            if action.effect.users
            or (
                action.command.name == "mkdir"
                and not sorted_.is_settled(written)
                and not _for_install(action, step, last)
            )
        ]
        if isinstance(step.instruction, Workdir):
            made.append(Region(draft.walk.scopes[step.position + 1].directory or "/"))
        if any(directory.covers(place) and directory.path != "/" for directory in made):
            found.append(step.position + 1)
    return max(found)


def _for_install(action: Action, step: Step, last: int) -> bool:
    """Whether a `mkdir -p` makes the directory for what the same RUN installs packages with: the key of a repository."""
    parents = any(word.startswith("-") and "p" in word for word in action.command.arguments)
    later = step.actions[step.actions.index(action) + 1 :]
    return step.position == last and parents and any(other.known.packages is not None for other in later)


def is_gone(step: Step, draft: Drafting) -> bool:
    """Whether the build deletes what a COPY placed, and nothing that the runtime stage runs again reads it before."""
    later = [(other, action) for other, action in draft.walk.actions if other.position > step.position]
    left = [action for other, action in later if draft.sorted.builds(action) or _only_clears(action, other)]
    read = [place for _, action in later if action not in left for place in action.effect.reads]
    return all(
        any(gone.covers(place.target) for action in left for gone in action.effect.deletes)
        and not any(place.target.overlaps(touched) for touched in read)
        for place in step.placed
    )


def _only_clears(action: Action, step: Step) -> bool:
    """Whether a command takes temporary files away, in a RUN of which the runtime stage repeats nothing for it."""
    effect = action.effect
    clears = bool(effect.deletes) and not effect.writes and all(map(is_leftover, effect.deletes))
    return clears and not any(other.known.packages for other in step.actions)
