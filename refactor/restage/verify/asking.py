"""From what was asked for to a task: which engine, which context, how the images are tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from restage.config import Building, VerifySettings, command_words, is_url, port_and_path, verify_settings
from restage.engine import Rewritten
from restage.record import Record
from restage.verify.compare import Announced
from restage.verify.engines import Engine, EngineTrouble, NoEngine
from restage.verify.files import Promise
from restage.verify.finding import find_engine
from restage.verify.images import Recipe
from restage.verify.probes import HttpProbe
from restage.verify.runs import Trial
from restage.verify.verification import Task

_PATIENCE = 20.0
"""Seconds that a container is watched, where nothing says otherwise."""


class Asked(Record):
    """Two Dockerfiles that are to be held against each other."""

    before: Path
    after: Path
    context: Path
    building: Building
    plan: Rewritten | None = None
    """The plan that the second was made by, if it is restage's own."""
    beside: Path | None = None
    """Where the settings lie, if not next to the first."""


def engine_for(building: Building) -> Engine:
    """The engine that was asked for, or the one that is there.

    Raises:
        EngineTrouble: there is none; the message says what to install.
    """
    engine = find_engine(building.engine)
    if isinstance(engine, NoEngine):
        raise EngineTrouble(engine.why)
    return engine


def task_for(asked: Asked) -> Task:
    """What is to be verified, and how; settings lie next to the first Dockerfile.

    Raises:
        BadConfig: the settings can't be understood.
        ValueError: a trial can't be understood.
    """
    building = asked.building
    settings = _with_smoke(verify_settings(asked.beside or asked.before.parent), building.smoke)
    before = Recipe(
        asked.before, asked.context, building.network, options=building.options, target=building.target
    )
    announced, promise = Announced(), Promise(allowed=settings.allow)
    if asked.plan is not None:
        from restage.verify import planned as plans

        announced = plans.announced(asked.plan)
        promise = replace(promise, planned=plans.explained(asked.plan), moved=plans.moved(asked.plan))
    return Task(
        before=before,
        after=replace(before, dockerfile=asked.after),
        trials=tuple(_trials(settings)),
        network=settings.network,
        announced=announced,
        promise=promise,
        measured="sizes" if building.quick else "times",
    )


def _with_smoke(settings: VerifySettings, smoke: tuple[str, ...]) -> VerifySettings:
    """The settings, with the trials of the command line in place of theirs."""
    if not smoke:
        return settings
    return replace(
        settings,
        urls=tuple(port_and_path(text) for text in smoke if is_url(text)),
        commands=tuple(command_words(text) for text in smoke if not is_url(text)),
    )


def _trials(settings: VerifySettings) -> list[Trial]:
    """One trial of the image as it starts by itself, and one for each command."""
    seconds = settings.timeout or _PATIENCE
    probes = tuple(HttpProbe(port, path) for port, path in settings.urls)
    own = Trial(environment=settings.environment, probes=probes, seconds=seconds)
    commands = [replace(own, arguments=words, probes=()) for words in settings.commands]
    return [*([own] if probes or not commands else []), *commands]
