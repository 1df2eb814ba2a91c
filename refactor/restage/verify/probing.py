"""The original is built and tried once, and asked what static reading can't know."""

from __future__ import annotations

from dataclasses import replace

from restage.api.observation import LinkedLibrary, Observation
from restage.output.progress import Progress
from restage.record import Record
from restage.verify.engines import Engine, carry, engine_name, fresh_name, remove, tell
from restage.verify.exporting import Memory
from restage.verify.glimpses import Glimpses
from restage.verify.images import BuildFailed, Image
from restage.verify.links import Side
from restage.verify.originals import Builds
from restage.verify.runs import Trial, container_options, container_state, watched
from restage.verify.seen_files import Trace, observations
from restage.verify.tracing import PLACE, Bundle, read_traces, strace
from restage.verify.trying import asked_of, network_for
from restage.verify.verification import Task, Unbuilt
from restage.verify.workspace import Workspace, workspace

_GLIMPSES = "only what was open at the moments of looking is known of files and programs"


class Probed(Record):
    """What the original showed."""

    observations: tuple[Observation, ...]
    trace: Trace
    notes: tuple[str, ...]
    """What could not be seen, and why."""


def probe(engine: Engine, task: Task, progress: Progress, memory: Memory) -> Probed | Unbuilt:
    """Builds the original, reads its files, and tries it under observation. Nothing stays but the build cache.

    Raises:
        EngineTrouble: the engine can't be worked with, or the build takes longer than it may.
        Interrupted: the process was asked to end.
    """
    with workspace(engine) as work:
        builds = Builds(work, task.before, progress, memory)
        made = builds.built("before", task.before)
        if isinstance(made, BuildFailed):
            return Unbuilt("before", made.lines, tuple(builds.notes))
        side = Side(builds.original(made), made.config, builds.base())
        traces = [_followed(work, made, trial, task.network, progress) for trial in task.trials]
        trace = Trace()
        for one, _ in traces:
            trace |= one
        notes = dict.fromkeys((*builds.notes, *(note for _, note in traces if note)))
        return Probed(observations(trace, side), trace, tuple(notes))


def told(probed: Probed, engine: Engine) -> str:
    """What was seen, in one line."""
    packages = {one.package for one in probed.observations if isinstance(one, LinkedLibrary)} - {""}
    links = f", links to libraries of {', '.join(sorted(packages))}" if packages else ""
    opened, started = len(probed.trace.opened), len(probed.trace.started)
    return f"probed with {engine_name(engine)}: opened {opened} files, started {started} programs{links}"


def _followed(
    work: Workspace, image: Image, trial: Trial, network: str, progress: Progress
) -> tuple[Trace, str]:
    """What one trial shows, and a note where that can't be everything."""
    progress.begin(
        f"before: try it under observation{': ' if trial.arguments else ''}{' '.join(trial.arguments)}"
    )
    with network_for(work.engine, network) as name:
        trial = asked_of(work.engine, image, trial, name)
        bundle = strace()
        found = _traced(work.engine, image, trial, name, bundle) if bundle else None
        note = ""
        if found is None:
            found = _glimpsed(work.engine, image, trial, name)
            why = "strace can't follow the container" if bundle else "there is no strace here: install it"
            note = f"{why}; {_GLIMPSES if found else 'which files it opens was not seen'}"
    progress.end(f"{len(found.opened)} files, {len(found.started)} programs" if found else "nothing was seen")
    return found or Trace(), note


def _traced(engine: Engine, image: Image, trial: Trial, network: str, bundle: Bundle) -> Trace | None:
    """A run that strace follows, from its first program on; None where it can't."""
    config, name = image.config, fresh_name()
    words = bundle.command((*config.entrypoint, *(trial.arguments or config.command)), "run")
    options = (*container_options(name, trial, network), "--cap-add=SYS_PTRACE", "--entrypoint", words[0])
    health = bundle.command(trial.health, "health") if trial.health else ()
    try:
        if tell(engine, "create", *options, image.name, *words[1:]).code:
            return None
        if (
            carry(engine, "cp", "-", f"{name}:/", data=bundle.archive) is None
            or tell(engine, "start", name).code
        ):
            return None
        watched(engine, name, replace(trial, health=health))
        archive = carry(engine, "cp", f"{name}:{PLACE}", "-")
        return read_traces(archive, config.directory) if archive else None
    finally:
        remove(engine, name)


def _glimpsed(engine: Engine, image: Image, trial: Trial, network: str) -> Trace | None:
    """A run whose processes are looked at from outside; None where they can't be seen."""
    name = fresh_name()
    try:
        if tell(
            engine, "create", *container_options(name, trial, network), image.name, *trial.arguments
        ).code:
            return None
        with Glimpses(container_state(engine, name).id) as glimpses:
            if tell(engine, "start", name).code == 0:
                watched(engine, name, trial)
        return glimpses.trace
    finally:
        remove(engine, name)
