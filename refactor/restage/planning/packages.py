"""The reduction build-tools: which of the installed OS packages the runtime stage does without."""

from __future__ import annotations

from dataclasses import field

from restage.api.claim import ClaimKind, Verdict
from restage.api.need import Need
from restage.api.reduction import Reduction
from restage.image.base import BaseImage, PackageManager, UnknownBase
from restage.image.os_packages import (
    Role,
    brings,
    brings_tools,
    creates_users,
    package_of,
    programs,
    role,
    runtime_packages,
)
from restage.meaning.needs import Needs, gathered
from restage.meaning.packages import PackageAction, PackageStep
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied
from restage.planning.called import called, run_again
from restage.planning.company import company_needed
from restage.planning.judge import Courage, holds, told_claims, verdict, why_not_held
from restage.planning.sorted import Sorted
from restage.record import Record, replace

REMOVED_AT_ONCE = "the same RUN removes it again"
REMOVED_LATER = "the file removes it again, in a layer that frees nothing"


class PackagePlan(Record):
    """Packages that stay in the builder, and those that come in their place, each with its reason."""

    dropped: dict[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    applied: Applied | None = None
    groups: frozenset[str] = frozenset()
    """Of apk's `--virtual` groups, those of which nothing stays: no later line may remove them."""

    def on(self, base: BaseImage | UnknownBase) -> PackagePlan:
        """The plan without additions that the runtime stage's image has by itself."""
        own = (base.packages if isinstance(base, BaseImage) else None) or frozenset()
        return replace(self, added={name: why for name, why in self.added.items() if name not in own})

    @property
    def wins(self) -> bool:
        """Whether the image holds less than before: what a RUN removes itself was never in a layer."""
        return any(why != REMOVED_AT_ONCE for why in self.dropped.values())


def installs(walk: Walk, sorted_: Sorted) -> tuple[tuple[PackageStep, ...], ...]:
    """The package manager commands of each RUN between the shared stage and the cut."""
    return tuple(
        tuple(action.known.packages for action in step.actions if action.known.packages is not None)
        for step in walk.steps[sorted_.first : sorted_.cut + 1]
    )


def plan_packages(
    walk: Walk,
    sorted_: Sorted,
    base: BaseImage | None,
    reductions: tuple[Reduction, ...],
    needs: tuple[Need, ...],
    why_not: str | None,
    courage: Courage,
) -> PackagePlan:
    """Decides for each installed package; `why_not` says that nothing may be dropped, and why."""
    runs = installs(walk, sorted_)
    steps = tuple(step for run in runs for step in run)
    candidates = [name for step in steps if step.action is PackageAction.INSTALL for name in step.names]
    if not candidates:
        return PackagePlan()
    claims = tuple(claim for reduction in reductions for claim in reduction.claims)
    failing = why_not_held(
        (claim for claim in claims if claim.kind is not ClaimKind.UNNAMED_PROGRAM), courage
    )
    told = told_claims(claims)
    subject = ", ".join(dict.fromkeys(candidates))
    if base is None or why_not or failing or not reductions:
        reason = (
            why_not
            or failing
            or ("no strategy can say what the products link to" if base else "the base image is not known")
        )
        return PackagePlan(applied=Applied("build-tools", subject, False, told, reason))
    careful = any(verdict(c) is not Verdict.PROVEN for c in claims if c.kind is ClaimKind.LIBRARIES_COVERED)
    unnamed = any(c.kind is ClaimKind.UNNAMED_PROGRAM and holds(c, courage) for c in claims)
    needed = gathered((*needs, *(need for reduction in reductions for need in reduction.needs)))
    decision = _Decision(
        base, needed, careful, unnamed, _makes_users(walk), called(walk), run_again(walk, sorted_)
    )
    compiles = toolchain_needed(needed, base)
    if compiles:
        return PackagePlan(applied=Applied("build-tools", subject, False, told, compiles))
    dropped = {name: why for name in dict.fromkeys(candidates) if (why := decision.why_dropped(name, runs))}
    added = company_needed(dropped, candidates, needed, base)
    added |= decision.in_place_of(dropped, candidates, any(step.clears for step in steps))
    return PackagePlan(
        dropped,
        added,
        Applied(
            "build-tools",
            ", ".join(dropped) or subject,
            bool(dropped),
            told,
            None if dropped else "every package may be needed at run time",
        ),
        frozenset(s.virtual for s in steps if s.virtual and all(name in dropped for name in s.names)),
    )


def toolchain_needed(needs: Needs, base: BaseImage) -> str | None:
    """Why the container needs a compiler or linker, which work only with all that the build has beside them."""
    for program, why in needs.programs.items():
        package = package_of(program.rpartition("/")[2], base)
        if package is not None and role(package, base.package_manager) is Role.BUILD:
            return f"{why}, which takes the whole toolchain"
    return None


def _removal(name: str, runs: tuple[tuple[PackageStep, ...], ...]) -> str | None:
    """Whether and where the file removes a package that it installed, by its name or that of its apk group."""
    installed_in = -1
    for number, run in enumerate(runs):
        for step in run:
            if step.action is PackageAction.INSTALL and name in step.names:
                installed_in, names = number, {name, step.virtual}
            elif step.action is PackageAction.REMOVE and installed_in >= 0 and names & set(step.names):
                return REMOVED_AT_ONCE if number == installed_in else REMOVED_LATER
    return None


def _makes_users(walk: Walk) -> bool:
    return any(action.effect.users for _, action in walk.actions)


class _Decision(Record):
    base: BaseImage
    needs: Needs
    careful: bool
    """Something may link to what a compiler brings."""
    unnamed: bool
    """No needed code names a program beyond `needs`."""
    makes_users: bool
    in_build: frozenset[str]
    """Programs that the RUN instructions call: a tool that none of them calls is there for the container."""
    run_again: frozenset[str]
    """Programs that the runtime stage itself runs while it is built."""

    def why_dropped(self, name: str, runs: tuple[tuple[PackageStep, ...], ...]) -> str | None:
        """Why the runtime stage does without the package; None: it stays."""
        manager = self.base.package_manager
        if (
            self._is_called(name)
            or name in self._needed_packages()
            or (self.makes_users and creates_users(name))
        ):
            return None
        declared = [
            step
            for run in runs
            for step in run
            if step.action is PackageAction.INSTALL and name in step.names and step.virtual
        ]
        removal = _removal(name, runs)
        if removal:
            return removal
        if manager is PackageManager.DNF:
            return None
        if declared and any(
            (step.virtual or "").lstrip(".").startswith(("build", "dev", "compile")) for step in declared
        ):
            return (
                "the file itself calls it a build dependency" if self._libraries(name) is not None else None
            )
        match role(name, manager):
            case Role.BUILD:
                return "only the build uses it" if self._libraries(name) is not None else None
            case Role.AMBIGUOUS:
                used = self.unnamed and {name, *programs(name, manager)} & self.in_build
                return "only commands of the build call it" if used else None
            case Role.RUNTIME | Role.UNKNOWN:
                return None

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
        return (*row.packages, *row.through) if self.careful else row.packages

    def in_place_of(self, dropped: dict[str, str], candidates: list[str], cleared: bool) -> dict[str, str]:
        """What comes in place of the dropped packages: their runtime libraries, and what they brought.

        `cleared`: what the file itself removes left nothing behind.
        """
        there = set(candidates) - dropped.keys()
        added: dict[str, str] = {}
        for name, why in dropped.items():
            if cleared and why in (REMOVED_AT_ONCE, REMOVED_LATER):
                continue
            for library in self._libraries(name) or ():
                added.setdefault(library, f"the libraries of {name}")
            for library in brings(name, self.base):
                reason = self._why_needed(library)
                if reason or self.careful:
                    added.setdefault(library, reason or f"came with {name}")
        return {name: why for name, why in added.items() if name not in there}
