"""What has to be brought to the sibling of a base, and what stands against moving there."""

from __future__ import annotations

import posixpath

from restage.api.region import Region
from restage.api.tree import Unknown
from restage.dockerfile.instructions import Run, Volume
from restage.image.base import BaseImage, PackageManager, Variant
from restage.image.facilities import Facility, files_of, has, packages_for, provides
from restage.image.os_packages import (
    Role,
    brings,
    creating_users,
    package_of,
    programs,
    recommended,
    role,
    runtime_packages,
    writes_text,
)
from restage.image.siblings import Sibling
from restage.meaning.actions import Action
from restage.meaning.needs import Needs
from restage.meaning.packages import PackageAction
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.meaning.users import gives_number, is_system
from restage.planning.beside import reads_variable
from restage.planning.circumstances import Circumstances
from restage.planning.packages import PackagePlan
from restage.planning.touched import packages_touched, reads_left_out
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


class Brought(Record):
    """What comes along, each with its reason."""

    first: dict[str, str]
    """Packages that commands of the runtime stage need: installed before these run."""
    packages: dict[str, str]
    """Packages that the container needs."""
    files: dict[str, str]
    """Files to copy from the builder."""


def brought(move: Move) -> Brought | str:
    """What the move takes; a text says why it can't be made."""
    obstacle = _moving_ids(move) or _reads_lost_value(move) or _another_command(move) or _left_out(move)
    first = _for_commands(move)
    programs_ = _for_starts(move)
    for found in (obstacle, first, programs_):
        if isinstance(found, str):
            return found
    assert isinstance(first, dict) and isinstance(programs_, dict)
    first = {**_for_repositories(move), **first}
    packages = {**programs_, **_packages(move)}
    wanted = [*first, *packages]
    if wanted and (move.base.archived or move.base.package_manager is PackageManager.DNF):
        release = move.base.release
        return f"{', '.join(wanted)} would have to be installed, and the package index of {release} is gone"
    later = {name: why for name, why in packages.items() if name not in first}
    return Brought(first, later, {**_facilities(move), **_lost_files(move)})


def _moving_ids(move: Move) -> str | None:
    """adduser and addgroup give the next free number, which packages of the full base may have taken.

    useradd and groupadd count down from 999, where Debian's packages make none (measured on bookworm and trixie).
    """
    lost_packages = move.found.lost_packages
    lost = ["the packages of the full base"] if lost_packages is None else creating_users(lost_packages)
    for _, action in move.about.walk.actions:
        if not lost or id(action) not in move.about.repeated or not action.effect.users:
            continue
        counts_up = action.command.name in ("adduser", "addgroup")
        if counts_up and is_system(action.command) and not gives_number(action.command):
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


def _for_commands(move: Move) -> dict[str, str] | str:
    """Packages of programs that commands of the runtime stage call and the sibling lacks."""
    wanted: dict[str, str] = {}
    for step, action in move.about.walk.actions:
        if id(action) not in move.about.repeated and step.position <= move.about.cut:
            continue
        runs = f"`{action.command}` in line {step.instruction.line} runs in the runtime stage and needs"
        for program in (action.command.name, *action.effect.programs):
            if program not in move.found.lost_programs or program in move.installed:
                continue
            package = package_of(program, move.base)
            if package is None or role(package, move.base.package_manager) is Role.BUILD:
                return f"{runs} {program}"
            wanted.setdefault(package, f"{runs} {program}")
        for package in packages_touched(action, move.base):
            if package not in (move.found.lost_packages or ()) or package in move.kept:
                continue
            if role(package, move.base.package_manager) is Role.BUILD:
                return f"{runs} files of {package}"
            wanted.setdefault(package, f"{runs} files of {package}")
    return wanted


def _for_repositories(move: Move) -> dict[str, str]:
    """Package repositories that the file adds are mostly reached by HTTPS: apt needs certificates before it installs."""
    if not has(move.base, Facility.CERTIFICATES) or has(move.found.base, Facility.CERTIFICATES):
        return {}
    lists = REPOSITORY_PLACES[0]
    for step in move.about.walk.steps[move.about.first : move.about.cut + 1]:
        why = f"line {step.instruction.line} adds a package repository, which takes certificates to reach"
        wanted = dict.fromkeys(packages_for(Facility.CERTIFICATES, move.base), why)
        if any(lists.covers(placed.target) for placed in step.placed):
            return wanted
        for action in step.actions:
            if any(lists.covers(place) for place in action.effect.writes):
                return wanted
            if _brings_certificates(action, move):
                return {}
    return {}


def _brings_certificates(action: Action, move: Move) -> bool:
    """Whether the runtime stage installs certificates by this command, for themselves or as company of others."""
    manager = move.base.package_manager
    names = {*action.effect.packages} - move.packages.dropped.keys()
    if "--no-install-recommends" not in action.command.words:
        names |= {other for name in names for other in recommended(name, manager)}
    return id(action) in move.about.repeated and any(
        provides(name, Facility.CERTIFICATES, manager) for name in names
    )


def _for_starts(move: Move) -> dict[str, str] | str:
    """Packages of programs that a start needs and the sibling lacks."""
    wanted: dict[str, str] = {}
    for program, why in move.needs.programs.items():
        name = posixpath.basename(program)
        if name not in move.found.lost_programs or name in move.installed:
            continue
        package = package_of(name, move.base)
        if package is None:
            return f"{why}, and no package of {move.base.release} is known for {name}"
        wanted.setdefault(package, why)
    return wanted


def _packages(move: Move) -> dict[str, str]:
    base = move.base
    came = {library for name in move.about.walk.final.packages for library in brings(name, base)}
    there = _own(move.found.base) | move.kept
    had = _own(base) | move.about.walk.final.packages | move.kept | came
    wanted: dict[str, str] = {}
    for (apt, apk), why in move.needs.packages.items():
        name = apk if base.package_manager is PackageManager.APK else apt
        row = runtime_packages(name, base) if name else None
        for package in row.packages if row else (name,) if name else ():
            if package not in there and (package in had or name in had):
                wanted[package] = why
    return {**wanted, **_fonts(move, there)}


def _fonts(move: Move, there: frozenset[str]) -> dict[str, str]:
    """Fonts of the full base, for programs that would write with other ones without them."""
    writing = sorted(name for name in move.kept if writes_text(name, move.base.package_manager))
    names = packages_for(Facility.FONTS, move.base)
    own = _own(move.base)
    return {name: f"{writing[0]} writes with it" for name in names if writing and name in own - there}


def _own(base: BaseImage) -> frozenset[str]:
    return base.kindred_packages or frozenset()


def _lost_files(move: Move) -> dict[str, str]:
    """Files of the toolchain that the program itself reads."""
    lost = [Region(path) for path in move.found.lost_paths]
    tree = move.about.walk.final.tree
    return {
        path: why
        for path, why in move.needs.paths.items()
        if any(place.covers(Region(path)) for place in lost) and isinstance(tree.origin(path), Unknown)
    }


def _facilities(move: Move) -> dict[str, str]:
    base = move.base
    wanted: dict[str, str] = {}
    for facility, why in move.needs.facilities.items():
        if any(provides(name, facility, base.package_manager) for name in move.kept):
            continue
        if has(base, facility) and not has(move.found.base, facility):
            for path in files_of(facility, base)[:1]:
                wanted[path] = why
    return wanted
