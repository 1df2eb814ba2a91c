"""What the runtime stage repeats of a RUN that stays in the builder too."""

from __future__ import annotations

from collections.abc import Iterator

from restage.meaning.packages import PackageAction
from restage.meaning.walk import Step
from restage.planning.arrangement import Line, Narrow, Reason, Repeat
from restage.planning.drafting import Drafting
from restage.planning.narrowing import RuntimeRun, runtime_run
from restage.shell.narrow import Change


def repeated_run(step: Step, draft: Drafting) -> Iterator[Line]:
    """The line of the runtime stage, if there is one; of an `apt-get update` also where only a later install needs it."""
    number = step.instruction.index
    match runtime_run(step, draft.sorted, draft.packages, draft.further):
        case None:
            if _refreshes_for_later(step, draft):
                yield _only_refresh(step)
        case RuntimeRun(change=None, why=why):
            yield Repeat(number, Reason(why))
        case RuntimeRun(change=change, why=why, evidence=evidence) if change is not None:
            yield Narrow(number, change, Reason(why, evidence))


def _refreshes_for_later(step: Step, draft: Drafting) -> bool:
    """Whether a later install of the runtime stage relies on the package lists that this step fetches."""
    if not _does(step, PackageAction.REFRESH):
        return False
    relying = [
        later for later in draft.walk.steps[step.position + 1 :] if not _does(later, PackageAction.REFRESH)
    ]
    return any(_does(later, PackageAction.INSTALL) and _is_kept(later, draft) for later in relying)


def _does(step: Step, what: PackageAction) -> bool:
    return any(
        action.known.packages is not None and action.known.packages.action is what for action in step.actions
    )


def _is_kept(step: Step, draft: Drafting) -> bool:
    if step.position > draft.sorted.cut:
        return True
    return runtime_run(step, draft.sorted, draft.packages, draft.further) is not None


def _only_refresh(step: Step) -> Line:
    why = Reason("a later install relies on these package lists")
    others = {
        action.statement
        for action in step.actions
        if action.known.packages is None or action.known.packages.action is not PackageAction.REFRESH
    }
    if not others:
        return Repeat(step.instruction.index, why)
    return Narrow(step.instruction.index, Change(drop_statements=frozenset(others)), why)
