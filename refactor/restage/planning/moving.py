"""The move from a base to its sibling, and what stands against it."""

from __future__ import annotations

import re

from restage.dockerfile.instructions import Run, Volume
from restage.image.base import BaseImage, Variant
from restage.image.os_packages import creating_users, programs
from restage.image.siblings import Sibling
from restage.meaning.needs import Needs
from restage.meaning.packages import PackageAction
from restage.meaning.users import takes_next_number
from restage.planning.beside import reads_variable
from restage.planning.circumstances import Circumstances
from restage.planning.packages import PackagePlan
from restage.planning.touched import reads_left_out
from restage.record import Record


class Move(Record):
    """The move from a base to its sibling that is considered."""

    base: BaseImage
    found: Sibling
    about: Circumstances
    packages: PackagePlan
    needs: Needs

    @property
    def kept(self) -> frozenset[str]:
        """OS packages that the file installs and the runtime stage keeps, or gets in their place."""
        return (self.about.walk.final.packages - self.packages.dropped.keys()) | self.packages.added.keys()

    @property
    def installed(self) -> frozenset[str]:
        """Programs of these packages."""
        manager = self.found.base.package_manager
        return frozenset(program for name in self.kept for program in (name, *programs(name, manager)))


def obstacle(move: Move) -> str | None:
    """Why the runtime stage has to stay on the base."""
    return (
        _moving_ids(move)
        or _reads_lost_value(move)
        or _another_command(move)
        or _left_out(move)
        or _asks_for_more(move)
    )


def _moving_ids(move: Move) -> str | None:
    """adduser and addgroup give the next free number, which packages of the full base may have taken.

    useradd and groupadd count down from 999, where Debian's packages make none (measured on bookworm and trixie).
    """
    lost_packages = move.found.lost_packages
    lost = ["the packages of the full base"] if lost_packages is None else creating_users(lost_packages)
    for _, action in move.about.walk.actions:
        if not lost or id(action) not in move.about.repeated or not action.effect.users:
            continue
        if takes_next_number(action.command):
            return f"`{action.command}` would get another number without {lost[0]}"
    kept = _users_of_volumes(move)
    return f"the user of {kept} would get another number without {lost[0]}" if lost and kept else None


def _users_of_volumes(move: Move) -> str | None:
    """A package that makes a user, in an image with volumes: what was written there keeps the number it had.

    On bookworm redis-server's group is 102 on python:3.12 and 101 on its slim sibling, which has no _ssh (measured).
    """
    walk = move.about.walk
    if not move.about.mounted and not any(isinstance(step.instruction, Volume) for step in walk.steps):
        return None
    steps = (action.known.packages for _, action in walk.actions if id(action) in move.about.repeated)
    named = (step.names for step in steps if step is not None and step.action is PackageAction.INSTALL)
    return next((name for names in named for name in creating_users(frozenset(names))), None)


def _reads_lost_value(move: Move) -> str | None:
    """A variable of the build image whose value the data doesn't tell can't be set again."""
    lost = [name for name in move.found.lost_env if move.base.config.env.get(name) is None]
    for step in move.about.walk.steps:
        kept = step.position > move.about.cut or not isinstance(step.instruction, Run)
        name = next((name for name in lost if kept and reads_variable(step.instruction.text, name)), None)
        if name is not None:
            return f"line {step.instruction.line} reads {name}, which only the build image sets"
    return None


def _another_command(move: Move) -> str | None:
    """The command of the base, where the file names none: the sibling would start something else."""
    last, own = move.about.walk.scopes[-1], move.base.config
    if last.command != own.cmd or own.cmd == move.found.base.config.cmd:
        return None
    return f"the file names no command, and {' '.join(own.cmd)} is the base's own"


def _left_out(move: Move) -> str | None:
    """A command of the runtime stage that reads the documentation which slim images leave out."""
    for step, action in move.about.walk.actions:
        again = id(action) in move.about.repeated or step.position > move.about.cut
        path = reads_left_out(action) if again and move.found.base.variant is Variant.SLIM else None
        if path is not None:
            return f"line {step.instruction.line} reads {path}, which {move.found.reference_text} leaves out"
    return None


_SET_UP = re.compile(r"packages-microsoft-prod|-(?:apt-config|release|keyring|repo)\b")
"""Names of package files that bring a repository and ask for nothing."""


def _asks_for_more(move: Move) -> str | None:
    """A package file that dpkg unpacks, with what it asks for from the full base: dpkg fetches nothing."""
    if move.found.lost_packages == frozenset():
        return None
    for step, action in move.about.walk.actions:
        files = action.effect.packages if action.command.name == "dpkg" else frozenset()
        if id(action) not in move.about.repeated or all(_SET_UP.search(name) for name in files):
            continue
        later = step.actions[step.actions.index(action) :]
        if not any(other.known.packages and not other.known.packages.names for other in later):
            return (
                f"`{action.command}` fetches nothing that its package asks for, which the full base may have"
            )
    return None
