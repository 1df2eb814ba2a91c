"""Packages that the file itself removes again."""

from __future__ import annotations

from restage.image.base import PackageManager
from restage.image.os_packages import creates_users, programs
from restage.meaning.packages import PackageAction, PackageStep
from restage.record import Record


class PackagesOfRun(Record):
    """The package manager's commands of a RUN, but for removals that may not happen."""

    steps: tuple[PackageStep, ...]
    takes_files: bool
    """Another command of it, which the runtime stage repeats, reads files of the system."""


Runs = tuple[PackagesOfRun, ...]

REMOVED_AT_ONCE = "the same RUN removes it again"
REMOVED_LATER = "the file removes it again, in a layer that frees nothing"


def removal(name: str, runs: Runs) -> str | None:
    """Whether and where the file at last removes a package that it installed, by its name or that of its apk group.

    Not for a RUN that keeps what it took from the package's files.
    """
    installed_in, fed, found = -1, False, None
    groups: set[str | None] = set()
    for number, run in enumerate(runs):
        for step in run.steps:
            if step.action is PackageAction.INSTALL and name in step.names:
                installed_in, fed, found, groups = number, run.takes_files, None, groups | {step.virtual}
            elif step.action is not PackageAction.REMOVE or installed_in < 0:
                continue
            elif name in step.names or groups <= set(step.names):
                found = REMOVED_AT_ONCE if number == installed_in else REMOVED_LATER
    return None if fed and found == REMOVED_AT_ONCE else found


def dropped_groups(steps: tuple[PackageStep, ...], dropped: dict[str, str]) -> frozenset[str]:
    """apk's groups of which nothing stays."""
    return frozenset(s.virtual for s in steps if s.virtual and all(name in dropped for name in s.names))


def gone_alone(runs: Runs, again: frozenset[str], makes_users: bool) -> dict[str, str]:
    """What apk removes with all that it brought in the RUN that installed it: the image never had it, whatever it needs."""
    apk = PackageManager.APK
    names = {name for run in runs for step in run.steps if step.manager is apk for name in step.names}
    return {
        name: REMOVED_AT_ONCE
        for name in sorted(names)
        if removal(name, runs) == REMOVED_AT_ONCE
        and not again & {name, *programs(name, apk)}
        and not (makes_users and creates_users(name))
    }
