"""Packages that the runtime stage installs beyond the author's, and which line of the file takes them up."""

from __future__ import annotations

import re

from restage.meaning.actions import Action
from restage.meaning.packages import PackageAction
from restage.meaning.walk import Step
from restage.planning.packages import PackagePlan
from restage.record import Record


class Further(Record):
    """Packages that the runtime stage installs beyond the author's, and the command that takes them up."""

    names: tuple[str, ...]
    host: int | None
    """Identity (`id`) of the install command; None: no command of the file can."""

    def taken_by(self, action: Action) -> tuple[str, ...]:
        """The names that this command takes up."""
        return self.names if id(action) == self.host else ()


def host_of(steps: tuple[Step, ...], packages: PackagePlan) -> int | None:
    """The first install that keeps a package, else the first at all: it takes further packages up."""
    installs = [
        (action, known)
        for step in steps
        for action in step.actions
        if (known := action.known.packages)
        and known.action is PackageAction.INSTALL
        and not known.virtual
        and action.simple is not None
        and not action.command.conditional
        and not _asks(action)
    ]
    keeping = [
        action for action, known in installs if any(name not in packages.dropped for name in known.names)
    ]
    return id(keeping[0]) if keeping else id(installs[0][0]) if installs else None


def _asks(action: Action) -> bool:
    """Whether apt or dnf asks before it installs more than it was told: nobody answers, and the build fails."""
    words = action.command.words
    return not (
        action.command.name == "apk"
        or {"--yes", "--assume-yes", "--assumeyes", "--quiet=2"} & set(words)
        or any(re.fullmatch(r"-[a-zA-Z]*(?:y|qq)[a-zA-Z]*", word) for word in words)
    )
