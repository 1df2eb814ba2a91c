"""Commands that cannot run again because of what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.api.region import Region
from restage.meaning.actions import Action
from restage.meaning.effects import changes_system
from restage.meaning.packages import PackageAction, PackageStep, fetches_packages
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.walk import Step
from restage.record import Record
from restage.shell.narrow import together


class Unsortable(Record):
    """A step whose writes cannot be copied; it has to go into a shared stage."""

    step: int
    why: str


def _units(actions: list[tuple[Step, Action]]) -> Iterator[tuple[Step, tuple[Action, ...]]]:
    """The commands of each RUN in groups that run again as one or not at all."""
    for step in dict.fromkeys(id(step) for step, _ in actions):
        whole = next(found for found, _ in actions if id(found) == step)
        for unit in together(whole.script) if whole.script else (frozenset({0}),):
            yield whole, tuple(action for action in whole.actions if action.statement in unit)


def beside_builds(actions: list[tuple[Step, Action]], build: set[int]) -> set[int]:
    """Commands that cannot run again because one beside them builds, or because they read a variable that it set."""
    found: set[int] = set()
    for step, unit in _units(actions):
        if any(id(action) in build for action in unit):
            found.update(id(action) for action in unit if action.effect.changes)
            names = {name for action in unit for name in _assigned(action)}
            found.update(
                id(later)
                for later in step.actions
                if later.statement > max(action.statement for action in unit)
                and any(reads_variable(later.command.raw, name) for name in names)
                and (later.effect.changes or _changes_system(later))
            )
    return found - build


def _assigned(action: Action) -> Iterator[str]:
    """Names of the shell variables that a command sets for those after it."""
    if not action.command.words:
        yield from (name for name, _ in action.command.environment)
    elif action.command.name == "export":
        yield from (word.partition("=")[0] for word in action.command.arguments if "=" in word)


def reads_variable(text: str, name: str) -> bool:
    """Whether a text names the variable as a shell or a Dockerfile reads it."""
    return name in text and re.search(rf"\$\{{?{re.escape(name)}(?![A-Za-z0-9_])", text) is not None


def find_mixed(actions: list[tuple[Step, Action]], build: frozenset[int]) -> Unsortable | None:
    """A statement that both builds and changes the system can neither be copied nor repeated."""
    for step, unit in _units(actions):
        builds = next((action for action in unit if id(action) in build), None)
        for other in unit:
            if builds and _changes_system(other):
                return Unsortable(
                    step.position,
                    f"`{other.command}` "
                    + (
                        "installs what was built or fetched"
                        if other is builds
                        else f"stands in one statement with `{builds.command}`"
                    ),
                )
    return None


def relying_installs(actions: Iterable[tuple[Step, Action]]) -> Iterator[tuple[Step, Action, PackageStep]]:
    """Installs right after a repository's set-up script, which fetches the package lists and its own tools too."""
    setup: Step | None = None
    for step, action in actions:
        known = action.known.packages
        if sets_up(action):
            setup = step
        elif setup and known and known.action is PackageAction.REFRESH:
            setup = None
        elif setup and known and known.action is PackageAction.INSTALL:
            yield step, action, known


def sets_up(action: Action) -> bool:
    """Whether it is the set-up script of a package repository."""
    return action.effect.writes == REPOSITORY_PLACES


def relying_on_setup(
    actions: list[tuple[Step, Action]], build: frozenset[int], left: frozenset[str]
) -> Unsortable | None:
    """An install that a runtime stage can't repeat without the set-up script; not where all of it is to be left out."""
    if not any(sets_up(action) and id(action) in build for _, action in actions):
        return None
    for step, action, install in relying_installs(actions):
        if not left.issuperset(install.names):
            return Unsortable(step.position, f"`{action.command}` relies on the set-up script before it")
    return None


def relying_on_deleted(actions: list[tuple[Step, Action]], build: frozenset[int]) -> Unsortable | None:
    """An install by a key or list of a repository that was fetched, and is deleted again behind it."""
    for number, (step, install) in enumerate(actions):
        if not fetches_packages(install.known.packages):
            continue
        fetched = [
            place
            for _, action in actions[:number]
            if id(action) in build
            for place in action.effect.writes
            if any(one.covers(place) for one in REPOSITORY_PLACES)
        ]
        gone = [place for _, action in actions[number:] for place in action.effect.deletes]
        if any(deleted.covers(place) for place in fetched for deleted in gone):
            return Unsortable(step.position, f"`{install.command}` relies on what is deleted behind it")
    return None


def without_repositories(regions: tuple[Region, ...], left: frozenset[str]) -> tuple[Region, ...]:
    """The regions without the lists and keys of repositories, where packages are left out."""
    return tuple(place for place in regions if place not in REPOSITORY_PLACES) if left else regions


def _changes_system(action: Action) -> bool:
    """Whether it does more than writing files that a COPY could bring."""
    effect = action.effect
    untold = changes_system(action.command.name) and not effect.writes
    return bool(effect.packages or effect.removes or effect.users or untold)
