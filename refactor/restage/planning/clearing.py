"""What package managers leave in a layer of the runtime stage: it goes in the RUN that brought it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api.region import Region
from restage.dockerfile.instructions import Onbuild, Run
from restage.image.base import PackageManager
from restage.meaning.actions import Action
from restage.meaning.mounts import mount_targets
from restage.meaning.packages import PackageAction
from restage.meaning.walk import Step
from restage.planning.arrangement import Line, Narrow, New, Repeat
from restage.planning.drafting import Drafting
from restage.record import Record, replace
from restage.shell.narrow import Change
from restage.shell.quote import quote

LISTS = Region("/var/lib/apt/lists")
"""What `apt-get update` fetches: a later install reads it, and nothing else."""
APT = frozenset({"apt", "apt-get", "apt-cache", "apt-file", "aptitude", "dselect", "synaptic"})
"""Programs that read the lists."""
_CLEARED = "what the package manager fetched stays out of the layer"
_TOGETHER = "in one RUN with the package lists, which then need not stay"


class _Part(Record):
    """A line of the runtime stage that is a RUN, with what it runs of it."""

    step: Step
    change: Change
    actions: tuple[Action, ...]

    def does(self, *wanted: PackageAction) -> bool:
        """Whether one of its commands tells apt one of these."""
        found = (action.known.packages for action in self.actions)
        return any(one and one.manager is PackageManager.APT and one.action in wanted for one in found)


def cleared(lines: tuple[Line, ...], draft: Drafting) -> Iterator[Line]:
    """The lines, each RUN that the plan repeats without what its package manager fetched for itself.

    The author's own lines below the cut stay as they are.
    """
    lines = tuple(_in_one_run(lines, draft))
    for number, line in enumerate(lines):
        part = _part(line, draft)
        behind = () if part is None else tuple(dict.fromkeys(_clearing(part, lines[number + 1 :], draft)))
        if part is None or not behind:
            yield line
        else:
            yield _changed(line, part, replace(part.change, behind=behind), _CLEARED)


def _part(line: Line, draft: Drafting) -> _Part | None:
    """A RUN that the plan repeats, where it is a plain chain of commands."""
    match line:
        case Repeat(instruction=number):
            change = Change()
        case Narrow(instruction=number, change=change):
            pass
        case _:
            return None
    step = draft.walk.step_of(number)
    if step.script is None or any(one.joiner not in ("", "&&", ";") for one in step.script.statements):
        return None
    kept = tuple(action for action in step.actions if action.statement not in change.drop_statements)
    return _Part(step, change, kept)


def _changed(line: Line, part: _Part, change: Change, why: str) -> Line:
    assert isinstance(line, Repeat | Narrow)
    because = replace(line.because, evidence=(*line.because.evidence, why))
    return Narrow(part.step.instruction.index, change, because)


def _clearing(part: _Part, later: tuple[Line, ...], draft: Drafting) -> Iterator[str]:
    """The commands that take out what the commands of a RUN fetched."""
    if part.change.ahead and not _deletes(LISTS, part):
        yield f"rm -rf {LISTS}/*"
    for action in part.actions:
        found = action.known.packages
        if action.command.conditional or _is_wrapped(action):
            continue
        for place in action.effect.leaves:
            if _is_free(place, part) and "$" not in place.path and not _is_used(place, draft):
                yield f"rm -rf {quote(place.path)}"
        if found is None:
            continue
        match found.manager, found.action:
            case PackageManager.APT, PackageAction.REFRESH:
                free = _is_free(LISTS, part) and not _reads_lists(draft)
                if free and not any(_relies(line, draft) for line in later):
                    yield f"rm -rf {LISTS}/*"
            case PackageManager.APK, PackageAction.INSTALL if "--no-cache" not in action.command.words:
                if _is_free(Region("/var/cache/apk"), part) and _is_free(Region("/etc/apk/cache"), part):
                    yield "rm -rf /var/cache/apk/*"
            case PackageManager.DNF, PackageAction.INSTALL | PackageAction.UPGRADE:
                if _is_free(Region("/var/cache"), part) and not _cleans(part):
                    yield f"{action.command.name} clean all"
            case _:
                pass


def _is_wrapped(action: Action) -> bool:
    """Whether it runs as somebody else (`sudo`)."""
    return action.simple is None or len(action.simple.words) != len(action.command.words)


def _is_free(place: Region, part: _Part) -> bool:
    """Whether the place is a directory of the layer, and the RUN doesn't clear it by itself."""
    return not _is_mounted(place, part) and not _deletes(place, part)


def _is_used(place: Region, draft: Drafting) -> bool:
    """Whether another line names something in the place, and would fail without it (`chown`)."""
    touched = [one for _, a in draft.walk.actions for one in (*a.effect.reads, *a.effect.writes)]
    placed = (target.target for step in draft.walk.steps for target in step.placed)
    return any(place.covers(other) for other in (*touched, *placed))


def _is_mounted(place: Region, part: _Part) -> bool:
    run = part.step.instruction
    assert isinstance(run, Run)
    return any(target.overlaps(place) for target in mount_targets(run, part.step.state))


def _deletes(place: Region, part: _Part) -> bool:
    return any(gone.overlaps(place) for action in part.actions for gone in action.effect.deletes)


def _cleans(part: _Part) -> bool:
    steps = (action.known.packages for action in part.actions)
    return any(step is not None and step.action is PackageAction.CLEAN for step in steps)


def _relies(line: Line, draft: Drafting) -> bool:
    """Whether a line of the runtime stage may need package lists that an earlier one fetched."""
    if isinstance(line, New):
        return False
    step = draft.walk.step_of(line.instruction)
    if isinstance(step.instruction, Onbuild) or step.opaque:
        return True
    dropped = line.change.drop_statements if isinstance(line, Narrow) else frozenset()
    ahead = isinstance(line, Narrow) and bool(line.change.ahead)
    for action in step.actions:
        if action.statement in dropped or action.command.name not in APT:
            continue
        found = action.known.packages
        refreshes = found is not None and found.action is PackageAction.REFRESH
        if refreshes or ahead:
            return False
        if found is None or found.action in (PackageAction.INSTALL, PackageAction.UPGRADE):
            return True
    return False


def _in_one_run(lines: tuple[Line, ...], draft: Drafting) -> Iterator[Line]:
    """An `apt-get update` that stands alone goes into the only install that relies on it, in the line below."""
    waiting: tuple[Line, str] | None = None
    for number, line in enumerate(lines):
        if waiting is not None:
            part, (refresh, command), waiting = _part(line, draft), waiting, None
            if part is not None and _takes_up(part, lines[number + 1 :], draft):
                yield _changed(line, part, replace(part.change, ahead=(command,)), _TOGETHER)
                continue
            yield refresh
        text = _only_refresh(line, draft)
        if text is None:
            yield line
        else:
            waiting = line, text
    if waiting is not None:
        yield waiting[0]


def _only_refresh(line: Line, draft: Drafting) -> str | None:
    """The one command of a line that fetches package lists and does nothing else."""
    part = _part(line, draft)
    if part is None or part.step.instruction.flags or _reads_lists(draft) or part.step.script is None:
        return None
    match part.actions:
        case (action,) if part.does(PackageAction.REFRESH) and not _is_wrapped(action):
            statement = part.step.script.statements[action.statement]
            return part.step.script.text[statement.start : statement.end]
        case _:
            return None


def _takes_up(part: _Part, later: tuple[Line, ...], draft: Drafting) -> bool:
    """Whether the RUN is the only install that relies on the lists before it."""
    script = part.step.script
    return (
        part.does(PackageAction.INSTALL)
        and not part.does(PackageAction.REFRESH)
        and script is not None
        and all(statement.joiner in ("", "&&") for statement in script.statements)
        and not any(_is_wrapped(action) for action in part.actions if action.known.packages)
        and not _is_mounted(LISTS, part)
        and not any(_relies(line, draft) for line in later)
    )


def _reads_lists(draft: Drafting) -> bool:
    """Whether a program that the container runs may read package lists."""
    if draft.started is None:
        return True
    return any(posixpath.basename(name) in APT for name in draft.started)
