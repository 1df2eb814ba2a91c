"""A container is run, asked, and watched: what can be seen of it from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from restage.verify.engines import LABEL, Engine, EngineTrouble, fresh_name, remove, tell
from restage.verify.ports import listening
from restage.verify.probes import Answer, Probe, ask


@dataclass(frozen=True)
class Trial:
    """How an image is tried. Without a probe it runs until it ends or the time is over."""

    arguments: tuple[str, ...] = ()
    """Words after the image's name."""
    environment: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    """Further options of `docker run`."""
    probes: tuple[Probe, ...] = ()
    seconds: float = 10
    """How long it is watched at most; less if it ends or has answered."""
    health: tuple[str, ...] = ()
    """The command of the health check, run once in the container as the engine would."""


@dataclass(frozen=True)
class Seen:
    """What was seen of one container. Texts are as they came, noise and all."""

    exit: int | None
    """Its exit code; None while it still ran; 125 if the engine could not start it."""
    output: str
    errors: str
    answers: tuple[Answer, ...]
    """One for each probe, in their order; none at all unless every probe was answered."""
    ports: frozenset[int] | None = None
    """TCP ports on which it listens, but for those that the kernel chose; None: can't be seen from here."""
    health: str = ""
    """How the health check's command ended: `exit code 0`; empty where there is none."""


@contextmanager
def inner_network(engine: Engine) -> Iterator[str]:
    """A network without a way out, for as long as it is needed. Yields its name.

    Raises:
        EngineTrouble: the engine makes none.
    """
    name = fresh_name()
    said = tell(engine, "network", "create", "--internal", "--label", LABEL, name)
    if said.code:
        raise EngineTrouble(f"no network: {' '.join(said.lines)}")
    try:
        yield name
    finally:
        tell(engine, "network", "rm", name)


def run(engine: Engine, image: str, trial: Trial, network: str) -> Seen:
    """Starts a container and watches it until it ends, has answered, or time is over; then it is removed.

    Raises:
        EngineTrouble: the engine loses the container.
    """
    name = fresh_name()
    try:
        options = container_options(name, trial, network)
        started = tell(engine, "run", "--detach", *options, image, *trial.arguments)
        if started.code:
            return Seen(125, "", started.errors, ())
        return watched(engine, name, trial)
    finally:
        remove(engine, name)


def container_options(name: str, trial: Trial, network: str) -> tuple[str, ...]:
    """Options with which a container is made for a trial."""
    variables = (f"--env={key}={value}" for key, value in trial.environment.items())
    own = ("--pull=never", "--name", name, "--label", LABEL, "--network", network)
    return (*own, *variables, *trial.options)


def watched(engine: Engine, name: str, trial: Trial) -> Seen:
    """Watches a container that was started.

    Raises:
        EngineTrouble: the engine loses it.
    """
    answers = _watch(engine, name, trial)
    health = _healthy(engine, name, trial)
    state = container_state(engine, name)
    ports = listening(state.id, state.process) if state.exit is None else frozenset()
    log = tell(engine, "logs", name)
    return Seen(state.exit, log.output, log.errors, answers, ports, health)


@dataclass(frozen=True)
class ContainerState:
    """A container as the engine sees it. `process` is the number of its first process on the engine's machine."""

    id: str
    exit: int | None
    host: str
    process: int


def container_state(engine: Engine, name: str) -> ContainerState:
    """How a container is.

    Raises:
        EngineTrouble: the engine does not know it.
    """
    said = tell(engine, "inspect", "--type", "container", name)
    if said.code:
        raise EngineTrouble(f"the container is gone: {' '.join(said.lines)}")
    found = json.loads(said.output)[0]
    state = found["State"]
    hosts = [network["IPAddress"] for network in (found["NetworkSettings"].get("Networks") or {}).values()]
    code = None if state["Running"] else int(state["ExitCode"])
    return ContainerState(found["Id"], code, hosts[0] if hosts else "", int(state.get("Pid") or 0))


def _healthy(engine: Engine, name: str, trial: Trial) -> str:
    """How the health check ends, at last: a server takes its time."""
    end = time.monotonic() + trial.seconds
    while trial.health:
        said = tell(engine, "exec", name, *trial.health, seconds=60)
        if said.code == 0 or time.monotonic() > end or container_state(engine, name).exit is not None:
            return f"exit code {said.code}"
        time.sleep(0.5)
    return ""


def _watch(engine: Engine, name: str, trial: Trial) -> tuple[Answer, ...]:
    end = time.monotonic() + trial.seconds
    while time.monotonic() < end:
        state = container_state(engine, name)
        if state.exit is not None:
            return ()
        if trial.probes and state.host:
            answers = [answer for probe in trial.probes if (answer := ask(probe, state.host))]
            if len(answers) == len(trial.probes):
                time.sleep(0.5)  # what it logs about the answer
                return tuple(answers)
        time.sleep(0.25)
    return ()
