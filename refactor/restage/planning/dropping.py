"""Of one installed OS package: why the runtime stage does without it, and what comes in its place."""

from __future__ import annotations

from restage.image.base import BaseImage, PackageManager
from restage.image.os_packages import (
    Role,
    brings,
    brings_tools,
    creates_users,
    lacked_by_runtimes,
    programs,
    recommended,
    role,
    runtime_of,
    runtime_packages,
)
from restage.meaning.needs import Needs
from restage.meaning.packages import PackageAction
from restage.planning.removed import REMOVED_AT_ONCE, REMOVED_LATER, Runs, removal
from restage.record import Record


def _is_declared(name: str, runs: Runs) -> bool:
    """Whether the file installs it in a group of apk that it calls one of the build."""
    steps = (step for run in runs for step in run.steps if step.action is PackageAction.INSTALL)
    groups = (step.virtual or "" for step in steps if name in step.names)
    return any(group.lstrip(".").startswith(("build", "dev", "compile")) for group in groups)


class Dropping(Record):
    """What decides on each package of a file."""

    base: BaseImage
    needs: Needs
    careful: bool
    """Something may link to what a compiler brings."""
    through: bool
    """Something may link to the libraries of headers that came with others."""
    unnamed: bool
    """No needed code names a program beyond `needs`."""
    makes_users: bool
    counts_ids: bool
    """A system user or group takes the next free number."""
    in_build: frozenset[str]
    """Programs that the RUN instructions call: a tool that none of them calls is there for the container."""
    run_again: frozenset[str]
    """Programs that the runtime stage itself runs while it is built."""
    runs_alone: bool = False
    """What was built needs no tool beside the runtime of its language."""

    def why_dropped(self, name: str, runs: Runs) -> str | None:
        """Why the runtime stage does without the package; None: it stays."""
        manager = self.base.package_manager
        moves_ids, removed = self._moves_ids(name, runs), removal(name, runs)
        if removed and not moves_ids and not self.run_again & {name, *programs(name, manager)}:
            return removed
        if name in self._needed_packages() or moves_ids or manager is PackageManager.DNF:
            return None
        if (runtime := self._runtime(name)) is not None:
            return f"{runtime} is enough: nothing uses the tools beside it"
        if self._is_called(name):
            return None
        if _is_declared(name, runs):
            known = self._libraries(name) is not None
            return "the file itself calls it a build dependency" if known else None
        match role(name, manager):
            case Role.BUILD:
                return "only the build uses it" if self._libraries(name) is not None else None
            case Role.AMBIGUOUS:
                used = self.unnamed and {name, *programs(name, manager)} & self.in_build
                return "only commands of the build call it" if used else None
            case Role.RUNTIME | Role.UNKNOWN:
                return None

    def _runtime(self, name: str) -> str | None:
        """The package with the runtime alone that will do in place of one with tools."""
        manager = self.base.package_manager
        used = {program.rpartition("/")[2] for program in self.needs.programs} | self.run_again
        is_enough = self.runs_alone and self.unnamed and not used & lacked_by_runtimes(manager)
        return runtime_of(name, manager) if is_enough else None

    def _moves_ids(self, name: str, runs: Runs) -> bool:
        """Whether users and groups of the package, or of what came with it, decide on the numbers of later ones."""
        if self.makes_users and creates_users(name):
            return True
        installs = [step for run in runs for step in run.steps if step.action is PackageAction.INSTALL]
        recommending = self.counts_ids and any(s.recommends and name in s.names for s in installs)
        others = recommended(name, self.base.package_manager) if recommending else ()
        named = {own for step in installs for own in step.names}
        return any(creates_users(other) for other in others if other not in named)

    def _is_called(self, name: str) -> bool:
        wanted = {program.rpartition("/")[2] for program in self.needs.programs} | self.run_again
        return bool(wanted & {name, *programs(name, self.base.package_manager)})

    def _why_needed(self, package: str) -> str | None:
        return next((why for names, why in self.needs.packages.items() if package in names), None)

    def _needed_packages(self) -> frozenset[str]:
        return frozenset(name for names in self.needs.packages for name in names if not name.endswith("-dev"))

    def _libraries(self, name: str) -> tuple[str, ...] | None:
        """The runtime libraries of a package of headers; None: no row tells them, so the package has to stay."""
        if not name.endswith(("-dev", "-devel", "-headers")) and "-dev" not in name:
            return ()
        if self.base.own_programs.intersection(brings_tools(name, self.base.package_manager)):
            # Headers of the distribution's second copy of what the base is for: nothing is built against them.
            return ()
        row = runtime_packages(name, self.base)
        if row is None:
            return None
        return (*row.packages, *row.through) if self.careful or self.through else row.packages

    def in_place_of(self, dropped: dict[str, str], candidates: list[str], cleared: bool) -> dict[str, str]:
        """What comes in place of the dropped packages: their runtime libraries, and what they brought.

        `cleared`: what the file itself removes left nothing behind.
        """
        there = set(candidates) - dropped.keys()
        added: dict[str, str] = {}
        for name, why in dropped.items():
            if cleared and why in (REMOVED_AT_ONCE, REMOVED_LATER):
                continue
            if (runtime := self._runtime(name)) is not None:
                added.setdefault(runtime, f"the runtime of {name}")
            for library in self._libraries(name) or ():
                added.setdefault(library, f"the libraries of {name}")
            for library in brings(name, self.base):
                reason = self._why_needed(library)
                if reason or self.careful:
                    added.setdefault(library, reason or f"came with {name}")
        return {name: why for name, why in added.items() if name not in there}
