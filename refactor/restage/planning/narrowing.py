"""What the runtime stage repeats of one RUN: all of it, some of its commands and packages, or nothing."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.effects import changes_system
from restage.meaning.packages import PackageAction, PackageStep
from restage.meaning.users import ACCOUNT_CHANGES, ADDS_ACCOUNTS
from restage.meaning.walk import Step
from restage.planning.further import Further
from restage.planning.packages import PackagePlan
from restage.planning.sorted import Sorted
from restage.planning.sorting import is_leftover, is_scratch
from restage.record import Record
from restage.shell.commands import leading_options, options
from restage.shell.narrow import Change, together

_FETCHING = frozenset({"curl", "wget"})
_CHECKING = frozenset("md5sum sha1sum sha256sum sha384sum sha512sum shasum".split())
"""What is fetched again is checked again."""
_NAMING_NO_PATHS = frozenset(("echo", "printf", *ADDS_ACCOUNTS, *ACCOUNT_CHANGES))
_ABOUT_SOMEBODY = frozenset(("chown", "chgrp", "chmod"))
"""Commands whose first word is an owner or a mode."""
_SETTING = frozenset({"set", "export", "cd", "shopt", "umask", "", ".", "source"})


class RuntimeRun(Record):
    """A RUN of the runtime stage; without a change it is the author's to the letter."""

    change: Change | None
    why: str
    evidence: tuple[str, ...] = ()


def runtime_run(step: Step, sorted_: Sorted, packages: PackagePlan, further: Further) -> RuntimeRun | None:
    """Decides for each statement of a RUN; None: nothing of it is repeated."""
    script = step.script
    if script is None:
        return _whole(step, sorted_, packages)
    units = together(script)
    kept = [
        unit
        for unit in units
        if _is_repeated([a for a in step.actions if a.statement in unit], sorted_, packages, further)
    ]
    if not kept:
        return None
    numbers = {number for unit in kept for number in unit} | _settings(step, kept, sorted_)
    numbers |= _housekeeping(step, numbers, sorted_)
    numbers = {number for unit in units if unit & numbers for number in unit}
    dropped_words, inserted = _package_words(step, numbers, packages, further)
    dropped = frozenset(range(len(script.statements))) - numbers
    if not dropped and not dropped_words and not inserted:
        return RuntimeRun(None, "the container needs it too")
    change = Change(dropped, dropped_words, inserted)
    evidence = tuple(
        f"{name}: {why}"
        for name, why in {**packages.dropped, **packages.added}.items()
        if _concerns(name, step, inserted)
    )
    return RuntimeRun(change, "only the part that the container needs", evidence)


def _concerns(name: str, step: Step, inserted: dict[int, tuple[str, ...]]) -> bool:
    installed = {known for action in step.actions for known in action.effect.packages}
    return name in installed or any(name in words for words in inserted.values())


def _whole(step: Step, sorted_: Sorted, packages: PackagePlan) -> RuntimeRun | None:
    if _is_repeated(list(step.actions), sorted_, packages, Further((), None)):
        return RuntimeRun(None, "the container needs it too")
    return None


def _is_repeated(actions: list[Action], sorted_: Sorted, packages: PackagePlan, further: Further) -> bool:
    return any(_has_own_effect(action, sorted_, packages, further) for action in actions) and not any(
        sorted_.builds(action) for action in actions
    )


def _has_own_effect(action: Action, sorted_: Sorted, packages: PackagePlan, further: Further) -> bool:
    """Whether the runtime stage would lack something without the command."""
    effect = action.effect
    if id(action) in sorted_.undone:
        return False
    if action.known.packages is not None:
        return _changes_packages(action, action.known.packages, packages, further)
    if effect.users or effect.packages:
        return True
    if action.known.products and all(product.region in sorted_.gone for product in action.known.products):
        return False
    if not effect.changes:
        return action.command.name not in _SETTING and _is_system_change(action)
    lasting = [
        *(p for p in effect.writes if not is_scratch(p) or any(one.covers(p) for one in sorted_.passing)),
        *(p for p in effect.deletes if not is_leftover(p) or _takes_away(p, action, sorted_)),
    ]
    return any(not sorted_.is_settled(place) and place not in sorted_.caches for place in lasting)


def _takes_away(place: Region, action: Action, sorted_: Sorted) -> bool:
    """Whether a temporary file of the runtime stage's own goes, and the command works there."""
    own = any(place.overlaps(one) for one in sorted_.passing)
    flags = {flag for flag, _ in options(action.command.arguments, frozenset()).flags}
    forced = bool({"-f", "--force"} & flags)
    return own and (
        forced or all(any(p.overlaps(one) for one in sorted_.passing) for p in action.effect.deletes)
    )


def _changes_packages(action: Action, step: PackageStep, packages: PackagePlan, further: Further) -> bool:
    """Whether the runtime stage has other packages after a command of its package manager."""
    match step.action:
        case PackageAction.INSTALL:
            stays = any(name not in packages.dropped for name in step.names)
            return stays or bool(further.taken_by(action)) or _repairs(action, step)
        case PackageAction.UPGRADE:
            return True
        case PackageAction.REMOVE:
            without = packages.dropped.keys() | packages.absent
            return any(name not in without for name in step.names)
        case PackageAction.REFRESH | PackageAction.CLEAN:
            return False


def _repairs(action: Action, step: PackageStep) -> bool:
    """Whether it fetches what a package file asks for that dpkg has unpacked (`dpkg -i a.deb; apt-get -f install`)."""
    return not step.names and any(name.endswith(".deb") for name in action.state.packages)


def _is_system_change(action: Action) -> bool:
    """Repeatable commands without a region of their own that still change the system (`ldconfig`, `usermod`)."""
    return action.known.strategy is None and changes_system(action.command.name)


def is_cleanup(action: Action) -> bool:
    """Whether the command only removes what nothing needs."""
    return bool(action.effect.deletes) and all(is_leftover(place) for place in action.effect.deletes)


def _settings(step: Step, kept: list[frozenset[int]], sorted_: Sorted) -> set[int]:
    """`set -e`, `cd` and `export` in front of a statement that is kept; `cd` only where that needs it."""
    numbers = {number for unit in kept for number in unit}
    last = max(numbers)
    building = {action.statement for action in step.actions if sorted_.builds(action)}
    found: set[int] = set()
    for action in step.actions:
        word = (action.command.words[:1] or ("",))[0]
        if (
            action.statement < last
            and action.statement not in building
            and word in _SETTING
            and (word != "cd" or _needs_directory(step, action, numbers))
        ):
            found.add(action.statement)
    return found


def _needs_directory(step: Step, change: Action, kept: set[int]) -> bool:
    """Whether a kept command after a `cd` names a relative path."""
    return any(
        later.statement > change.statement
        and later.statement in kept
        and later.known.packages is None
        and _depends_on_directory(later.command)
        for later in step.actions
    )


def _depends_on_directory(command: Command) -> bool:
    """Whether it names a relative path, or looks at the working directory without naming it."""
    program, arguments = command.words[:1], command.arguments
    if command.name in _NAMING_NO_PATHS:
        arguments = ()
    elif command.name in _ABOUT_SOMEBODY:
        arguments = leading_options(arguments, frozenset()).operands[1:]
    named = (*arguments, *command.outputs, *command.inputs)
    return (
        command.name == "find"
        or any("/" in word and not word.startswith("/") for word in program)
        or any(not word.startswith(("/", "-")) for word in named)
    )


def _housekeeping(step: Step, kept: set[int], sorted_: Sorted) -> set[int]:
    """Refreshing the package lists, and clearing them or another cache away, go with an install that is kept."""
    staying = [action for action in step.actions if action.statement in kept]
    left = [place for action in staying for place in action.effect.leaves]
    found = {
        action.statement
        for action in step.actions
        if any(place.covers(one) for place in action.effect.deletes for one in left)
    }
    if any(_does(action, PackageAction.REMOVE) for action in staying):
        found |= {a.statement for a in step.actions if _does(a, PackageAction.REMOVE) and _names_none(a)}
    if any(action.command.name in _FETCHING and action.effect.writes for action in staying):
        found |= {action.statement for action in step.actions if action.command.name in _CHECKING}
    if any(_does(action, PackageAction.INSTALL, PackageAction.UPGRADE) for action in staying):
        tidying = (PackageAction.REFRESH, PackageAction.CLEAN)
        found |= {a.statement for a in step.actions if _does(a, *tidying) or is_cleanup(a)}
    return found


def _does(action: Action, *wanted: PackageAction) -> bool:
    return action.known.packages is not None and action.known.packages.action in wanted


def _names_none(action: Action) -> bool:
    """Whether it removes what nothing needs any more (`apt-get autoremove`)."""
    return action.known.packages is not None and not action.known.packages.names


def _package_words(
    step: Step, kept: set[int], packages: PackagePlan, further: Further
) -> tuple[frozenset[int], dict[int, tuple[str, ...]]]:
    dropped: set[int] = set()
    inserted: dict[int, tuple[str, ...]] = {}
    for action in step.actions:
        known = action.known.packages
        if (
            known is None
            or known.action not in (PackageAction.INSTALL, PackageAction.REMOVE)
            or action.statement not in kept
            or action.simple is None
        ):
            continue
        words = action.simple.words
        shift = len(words) - len(action.command.words)
        without = packages.dropped.keys() | packages.absent
        stay = {position for position, name in known.packages if name not in without}
        gone = {position for position, _ in known.packages} - stay
        dropped |= {words[position + shift].start for position in gone}
        names = tuple(name for name in further.taken_by(action) if name not in known.names)
        if known.action is PackageAction.INSTALL and names:
            stays = [position for position, _ in known.packages if position not in gone]
            before = (
                max(stays)
                if stays
                else min((p for p, _ in known.packages), default=len(action.command.words)) - 1
            )
            inserted[words[before + shift].start] = names
    return frozenset(dropped), inserted
