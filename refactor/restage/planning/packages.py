"""The reduction build-tools: which of the installed OS packages the runtime stage does without."""

from __future__ import annotations

from dataclasses import field

from restage.api.claim import Claim, ClaimKind, Verdict
from restage.api.need import Need
from restage.api.reduction import Reduction
from restage.api.tree import Unknown
from restage.image.base import BaseImage, UnknownBase
from restage.image.os_packages import Role, package_of, role
from restage.meaning.actions import Action
from restage.meaning.needs import Needs, gathered
from restage.meaning.packages import PackageAction
from restage.meaning.users import takes_next_number
from restage.meaning.walk import Walk
from restage.planning.arrangement import Applied
from restage.planning.called import called, run_again
from restage.planning.company import company_needed
from restage.planning.dropping import Dropping
from restage.planning.judge import Courage, holds, told_claims, verdict, why_not_held
from restage.planning.removed import REMOVED_AT_ONCE, PackagesOfRun, Runs, dropped_groups, gone_alone
from restage.planning.repeated_whole import installed_whole
from restage.planning.sorted import Sorted
from restage.record import Record, replace


class PackagePlan(Record):
    """Packages that stay in the builder, and those that come in their place, each with its reason."""

    dropped: dict[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    applied: Applied | None = None
    absent: frozenset[str] = frozenset()
    """What no line may remove in the runtime stage: groups of apk of which nothing stays, packages that its base lacks."""

    def on(self, base: BaseImage | UnknownBase) -> PackagePlan:
        """The plan without additions that the runtime stage's image has by itself."""
        own = (base.packages if isinstance(base, BaseImage) else None) or frozenset()
        return replace(self, added={name: why for name, why in self.added.items() if name not in own})

    def without(self, lost: frozenset[str], walk: Walk) -> PackagePlan:
        """The plan on a base without these packages: apt fails to remove what it has never heard of."""
        installed = {name for _, action in walk.actions for name in action.effect.packages}
        return replace(self, absent=self.absent | (lost - installed))

    @property
    def wins(self) -> bool:
        """Whether the image holds less than before: what a RUN removes itself was never in a layer."""
        return any(why != REMOVED_AT_ONCE for why in self.dropped.values())


def _runs(walk: Walk, sorted_: Sorted) -> Runs:
    """The RUNs between the shared stage and the cut."""
    return tuple(
        PackagesOfRun(
            tuple(
                action.known.packages
                for action in step.actions
                if action.known.packages is not None and not _may_not_remove(action)
            ),
            any(_takes_files(action) for action in step.actions if not sorted_.builds(action)),
        )
        for step in walk.steps[sorted_.first : sorted_.cut + 1]
    )


def _may_not_remove(action: Action) -> bool:
    found = action.known.packages
    return found is not None and found.action is PackageAction.REMOVE and action.command.conditional


_HANDING_ON = frozenset("cat cp dd install ln mv rsync sed tar".split())
_SYSTEM = ("/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/etc/", "/opt/")


def _takes_files(action: Action) -> bool:
    """Whether a command hands on files of the system that no command of the file made."""
    return action.command.name in _HANDING_ON and any(
        place.path.startswith(_SYSTEM) and isinstance(action.state.tree.origin(place.path), Unknown)
        for place in action.effect.reads
    )


_ALL_COME_AGAIN = "what installs them runs again as a whole"


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
    runs = _runs(walk, sorted_)
    steps = tuple(step for run in runs for step in run.steps)
    candidates = [name for step in steps if step.action is PackageAction.INSTALL for name in step.names]
    if not candidates:
        return PackagePlan()
    claims = tuple(claim for reduction in reductions for claim in reduction.claims)
    told, subject = told_claims(claims), ", ".join(dict.fromkeys(candidates))
    needed = gathered((*needs, *(need for reduction in reductions for need in reduction.needs)))
    certain = (claim for claim in claims if claim.kind is not ClaimKind.UNNAMED_PROGRAM)
    reason = why_not or why_not_held(certain, courage) or _unplannable(base, reductions, needed)
    if base is None or reason:
        alone = gone_alone(runs, run_again(walk, sorted_), _makes_users(walk))
        applied = Applied("build-tools", subject, False, told, reason)
        return PackagePlan(alone, applied=applied, absent=dropped_groups(steps, alone))
    dropping = Dropping(
        base,
        needed,
        careful=any(
            verdict(claim) is not Verdict.PROVEN for claim in _of(claims, ClaimKind.LIBRARIES_COVERED)
        ),
        through=any(_of(claims, ClaimKind.C_LINKAGE)),
        unnamed=_all_hold(_of(claims, ClaimKind.UNNAMED_PROGRAM), courage),
        makes_users=_makes_users(walk),
        counts_ids=any(
            takes_next_number(action.command) for _, action in walk.actions if action.effect.users
        ),
        in_build=called(walk),
        run_again=run_again(walk, sorted_),
        runs_alone=any(_of(claims, ClaimKind.JAR_RUNTIME)),
    )
    dropped = {name: why for name in dict.fromkeys(candidates) if (why := dropping.why_dropped(name, runs))}
    whole = installed_whole(walk, sorted_, dropped)
    dropped = {name: why for name, why in dropped.items() if name not in whole}
    added = dropping.in_place_of(dropped, candidates, any(step.clears for step in steps))
    added = company_needed(dropped, [*candidates, *added], needed, base) | added
    why_none = None if dropped else _ALL_COME_AGAIN if whole else "every package may be needed at run time"
    applied = Applied("build-tools", ", ".join(dropped) or subject, bool(dropped), told, why_none)
    return PackagePlan(dropped, added, applied, dropped_groups(steps, dropped))


def _of(claims: tuple[Claim, ...], kind: ClaimKind) -> list[Claim]:
    return [claim for claim in claims if claim.kind is kind]


def _all_hold(claims: list[Claim], courage: Courage) -> bool:
    """Whether there are any, and each holds: what one program leaves open, another does not tell."""
    return bool(claims) and all(holds(claim, courage) for claim in claims)


def _unplannable(base: BaseImage | None, reductions: tuple[Reduction, ...], needs: Needs) -> str | None:
    """Why nothing can be said of the packages, or every one of them is needed."""
    if base is None:
        return "the base image is not known"
    if not reductions:
        return "no strategy can say what the products link to"
    return toolchain_needed(needs, base)


def toolchain_needed(needs: Needs, base: BaseImage) -> str | None:
    """Why the container needs a compiler or linker, which work only with all that the build has beside them."""
    for program, why in needs.programs.items():
        package = package_of(program.rpartition("/")[2], base)
        if package is not None and role(package, base.package_manager) is Role.BUILD:
            return f"{why}, which takes the whole toolchain"
    return None


def _makes_users(walk: Walk) -> bool:
    return any(action.effect.users for _, action in walk.actions)
