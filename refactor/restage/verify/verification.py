"""Two Dockerfiles, from build to verdict: is it the same program, and what is won."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Literal

from restage.api.observation import Observation
from restage.output.progress import Progress
from restage.record import Record
from restage.verify.another_server import its_own, with_its_settings
from restage.verify.compare import Announced, compare_contracts
from restage.verify.engines import Engine
from restage.verify.exporting import Memory
from restage.verify.failures import Failure
from restage.verify.files import Files, Promise, compare_files, may_vary, varied
from restage.verify.filesystem import FileSystem
from restage.verify.gain import Weight, weigh
from restage.verify.images import BuildFailed, Image, Recipe
from restage.verify.lessons import lessons
from restage.verify.links import Side, compare_links
from restage.verify.originals import Builds
from restage.verify.runs import Trial
from restage.verify.timing import Times, timings
from restage.verify.trying import Tried, try_both
from restage.verify.workspace import Workspace, workspace

Measured = Literal["sizes", "times"]
"""What is measured of the gain: sizes only, or build times too."""


class Task(Record):
    """What is to be verified, and how."""

    before: Recipe
    after: Recipe
    trials: tuple[Trial, ...] = (Trial(),)
    network: str = ""
    announced: Announced = field(default_factory=Announced)
    promise: Promise = field(default_factory=Promise)
    measured: Measured = "sizes"


class Unbuilt(Record):
    """One of the two does not build; `lines` are the last that it said."""

    side: Literal["before", "after"]
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Gain(Record):
    """Both images and their builds, and what was changed before the builds that were timed."""

    before: Weight
    after: Weight
    times_before: Times = field(default_factory=Times)
    times_after: Times = field(default_factory=Times)
    source: str | None = None
    manifest: str | None = None


class Verified(Record):
    """Both were built, compared and tried. Without failures the new one is the same program, as far as was tried."""

    failures: tuple[Failure, ...]
    files: Files
    tried: tuple[Tried, ...]
    gain: Gain
    notes: tuple[str, ...] = ()
    taught: tuple[Observation, ...] = ()
    """What the failures teach the next plan."""


Verdict = Unbuilt | Verified


def verify(engine: Engine, task: Task, progress: Progress, memory: Memory | None = None) -> Verdict:
    """Builds both, compares contract, files, links and runs, and measures. Nothing of it stays but the build cache.

    One `memory` for several verifications saves reading their base again.

    Raises:
        EngineTrouble: the engine can't be worked with, or a build takes longer than it may.
        Interrupted: the process was asked to end.
    """
    with workspace(engine) as work:
        return _Verification(work, task, progress, memory or Memory()).verdict()


class _Verification:
    """One verification under way."""

    def __init__(self, work: Workspace, task: Task, progress: Progress, memory: Memory) -> None:
        self.work, self.task, self.progress = work, task, progress
        self.builds = Builds(work, task.before, progress, memory)

    def verdict(self) -> Verdict:
        """The original first: if it does not build, nothing is blamed on the rewrite."""
        old = self.builds.built("before", self.task.before)
        if isinstance(old, BuildFailed):
            return Unbuilt("before", old.lines, tuple(self.builds.notes))
        new = self.builds.built("after", self.task.after)
        if isinstance(new, BuildFailed):
            return Unbuilt("after", new.lines, tuple(self.builds.notes))
        return self.compared(old, new)

    def compared(self, old: Image, new: Image) -> Verified:
        """Holds both against each other, part by part."""
        before, after = self.builds.original(old), self.builds.exported("after", new)
        base = self.builds.base()
        self.progress.begin("compare contract, files and links")
        contract = compare_contracts(old.config, new.config, self.task.announced)
        files = self.files(before, base, after)
        served = self.task.announced.server
        started = with_its_settings(old.config, new.config) if served else old.config
        sides = Side(before, started, base), Side(after, new.config)
        links = compare_links(*sides, self.task.promise.planned or ())
        self.progress.end(f"{len(before.entries)} and {len(after.entries)} paths")
        wrong = bool(contract or files.failures or links)
        tried = tuple(self.tried(old, new, trial, wrong) for trial in self.task.trials)
        runs = tuple(failure for one in tried for failure in one.failures)
        gain = self.gain(weigh(self.work, old, before), weigh(self.work, new, after))
        failures = (*contract, *links, *files.failures, *runs)
        taught = lessons(failures, tried, before, after, old.config.directory) if failures else ()
        notes = (*self.builds.notes, *its_own(served))
        return Verified(failures, files, tried, gain, notes, taught)

    def files(self, before: FileSystem, base: FileSystem, after: FileSystem) -> Files:
        """Compares the files; content that differs between two builds of the original is not compared."""
        found = compare_files(before, base, after, self.task.promise)
        if any(may_vary(failure) for failure in found.failures) and (twin := self.builds.twin()):
            again = self.builds.exported("before, built twice", twin)
            promise = replace(self.task.promise, varying=varied(before, again))
            return compare_files(before, base, after, promise)
        return found

    def tried(self, old: Image, new: Image, trial: Trial, wrong: bool) -> Tried:
        """Runs both in the same way. What is `wrong` already needs no second build of the original to excuse it."""
        self.progress.begin(f"run both{': ' if trial.arguments else ''}{' '.join(trial.arguments)}")
        again = (lambda: None) if wrong else self.builds.twin
        tried = try_both(self.work.engine, old, new, trial, self.task.network, again, self.task.announced)
        self.progress.end("alike" if not tried.failures else f"{len(tried.failures)} differences")
        return tried

    def gain(self, before: Weight, after: Weight) -> Gain:
        """What is won; build times only where they were asked for."""
        found = Gain(before, after)
        times = self.task.measured == "times"
        return _with_times(found, self.work, self.task, self.progress) if times else found


def measured(engine: Engine, task: Task, verified: Verified, progress: Progress) -> Verified:
    """The same verdict, with the times of builds: both are built again, and not compared again.

    Raises:
        EngineTrouble: the engine can't be worked with, or a build takes longer than it may.
        Interrupted: the process was asked to end.
    """
    with workspace(engine) as work:
        return replace(verified, gain=_with_times(verified.gain, work, task, progress))


def _with_times(gain: Gain, work: Workspace, task: Task, progress: Progress) -> Gain:
    found = timings(work, task.before, task.after, progress)
    return replace(
        gain, times_before=found.before, times_after=found.after, source=found.source, manifest=found.manifest
    )
