"""What has to be brought to the sibling of a base."""

from __future__ import annotations

import posixpath

from restage.api.region import Region
from restage.api.tree import Unknown
from restage.image.base import BaseImage, PackageManager
from restage.image.facilities import Facility, files_of, has, packages_for, provides
from restage.image.os_packages import (
    Role,
    brings,
    package_of,
    recommended,
    role,
    runtime_packages,
    writes_text,
)
from restage.image.owned_files import comes_with
from restage.meaning.actions import Action
from restage.meaning.repositories import REPOSITORY_PLACES
from restage.planning.moving import Move, obstacle
from restage.planning.touched import packages_touched
from restage.record import Record


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
    first = _for_commands(move)
    programs_ = _for_starts(move)
    for found in (obstacle(move), first, programs_):
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
    return Brought(first, later, {**_facilities(move, frozenset(wanted)), **_lost_files(move)})


_FETCHING = frozenset({"curl", "wget"})


def _lacks_certificates(move: Move) -> bool:
    return has(move.base, Facility.CERTIFICATES) is True and not has(move.found.base, Facility.CERTIFICATES)


def _for_commands(move: Move) -> dict[str, str] | str:
    """Packages of programs that commands of the runtime stage call and the sibling lacks."""
    wanted: dict[str, str] = {}
    for step, action in move.about.walk.actions:
        if id(action) not in move.about.repeated and step.position <= move.about.cut:
            continue
        if action.command.name in _FETCHING and _lacks_certificates(move):
            why = f"`{action.command}` in line {step.instruction.line} reaches a server with them"
            wanted |= dict.fromkeys(packages_for(Facility.CERTIFICATES, move.base), why)
        runs = f"`{action.command}` in line {step.instruction.line} runs in the runtime stage and needs"
        for program in (action.command.name, *action.effect.programs):
            if program not in move.found.lost_programs or program in move.installed:
                continue
            package = package_of(program, move.base)
            if package in action.state.packages - move.packages.dropped.keys():
                continue  # installed again before it, though removed in the end
            if package is None or role(package, move.base.package_manager) is Role.BUILD:
                return f"{runs} {program}"
            wanted.setdefault(package, f"{runs} {program}")
        for package in packages_touched(action, move.base):
            if package not in (move.found.lost_packages or ()) or comes_with(package, move.kept):
                continue
            if role(package, move.base.package_manager) is Role.BUILD:
                return f"{runs} files of {package}"
            wanted.setdefault(package, f"{runs} files of {package}")
    return wanted


def _for_repositories(move: Move) -> dict[str, str]:
    """Package repositories that the file adds are mostly reached by HTTPS: apt needs certificates before it installs."""
    if not _lacks_certificates(move):
        return {}
    if not move.kept:  # no package of any repository is left
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
        lost = name in move.found.lost_programs or _is_of_system(program, move)
        if not lost or name in move.installed:
            continue
        package = package_of(name, move.base)
        if package is None:
            return f"{why}, and no package of {move.base.release} is known for {name}"
        wanted.setdefault(package, why)
    return wanted


_SYSTEM = ("/usr/bin", "/bin")


def _is_of_system(program: str, move: Move) -> bool:
    """Whether the path is that of a package of the full base, where both images have the program elsewhere: /usr/bin/python3."""
    directory, name = posixpath.split(program)
    if directory not in _SYSTEM or name not in move.base.own_programs:
        return False
    package = package_of(name, move.base)
    if not isinstance(move.about.walk.final.tree.origin(program), Unknown) or package is None:
        return False
    return package in (move.found.lost_packages or (package,)) and not comes_with(package, move.kept)


def _packages(move: Move) -> dict[str, str]:
    base = move.base
    came = {library for name in move.about.walk.final.packages for library in brings(name, base)}
    there = _own(move.found.base) | move.kept
    had = _own(base) | move.about.walk.final.packages | move.kept | came
    may_have_had = base.kindred_packages is None
    wanted: dict[str, str] = {}
    for (apt, apk), why in move.needs.packages.items():
        name = apk if base.package_manager is PackageManager.APK else apt
        row = runtime_packages(name, base) if name else None
        for package in row.packages if row else (name,) if name else ():
            if package not in there and (may_have_had or package in had or name in had):
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


def _facilities(move: Move, coming: frozenset[str]) -> dict[str, str]:
    """Files that hold what is needed, unless a package of the runtime stage does."""
    base = move.base
    wanted: dict[str, str] = {}
    for facility, why in move.needs.facilities.items():
        if any(provides(name, facility, base.package_manager) for name in move.kept | coming):
            continue
        if has(base, facility) and not has(move.found.base, facility):
            for path in files_of(facility, base)[:1]:
                wanted[path] = why
    return wanted
