"""Both images are tried in the same way, and what is seen of them is compared."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from restage.record import Record
from restage.verify.compare import NOTHING, Announced, compare_runs
from restage.verify.engines import Engine, fresh_name, remove, tell
from restage.verify.failures import Failure, HealthDiffers, PortMissing
from restage.verify.images import Image, ImageConfig
from restage.verify.ports import listening
from restage.verify.probes import Answer, HttpProbe, Probe, TcpProbe, ask
from restage.verify.runs import Seen, Trial, container_options, container_state, inner_network, run


class Tried(Record):
    """One trial of both images."""

    trial: Trial
    before: Seen
    after: Seen
    failures: tuple[Failure, ...]


Again = Callable[[], Image | None]
"""Builds the original a second time, from the ground up: what differs between its two builds proves nothing."""


@contextmanager
def network_for(engine: Engine, wanted: str) -> Iterator[str]:
    """The network that was asked for, else one of our own without a way out."""
    if wanted:
        yield wanted
        return
    with inner_network(engine) as name:
        yield name


def try_both(
    engine: Engine,
    old: Image,
    new: Image,
    trial: Trial,
    network: str,
    again: Again,
    announced: Announced = NOTHING,
) -> Tried:
    """Runs both; a difference is looked at again, and what the original itself varies is left out.

    Raises:
        EngineTrouble: the engine loses a container.
    """
    with network_for(engine, network) as name:
        trial = asked_of(engine, old, trial, name)
        befores, afters = [run(engine, old.name, trial, name)], [run(engine, new.name, trial, name)]
        failures = _compared(befores, afters, announced)
        if failures:
            befores.append(run(engine, old.name, trial, name))
            afters.append(run(engine, new.name, trial, name))
            failures = _compared(befores, afters, announced)
        if failures and (twin := again()):
            befores.insert(1, run(engine, twin.name, trial, name))
            failures = _compared(befores, afters, announced)
        return Tried(trial, befores[0], afters[0], failures)


def asked_of(engine: Engine, image: Image, trial: Trial, network: str) -> Trial:
    """The trial with the image's health check, and with questions that it answers where none are given."""
    trial = replace(trial, health=health_command(image.config))
    if trial.probes or trial.arguments:
        return trial
    return replace(trial, probes=discover(engine, image, trial, network))


def _compared(befores: Sequence[Seen], afters: Sequence[Seen], announced: Announced) -> tuple[Failure, ...]:
    return (*compare_runs(befores, afters, announced), *_ports(befores, afters), *_health(befores, afters))


def _ports(befores: Sequence[Seen], afters: Sequence[Seen]) -> Iterator[PortMissing]:
    if any(seen.ports is None for seen in (*befores, *afters)):
        return
    always = frozenset.intersection(*(seen.ports or frozenset() for seen in befores))
    ever = frozenset.union(*(seen.ports or frozenset() for seen in afters))
    yield from (PortMissing(port) for port in sorted(always - ever))


def _health(befores: Sequence[Seen], afters: Sequence[Seen]) -> Iterator[HealthDiffers]:
    had, has = ({seen.health for seen in side} for side in (befores, afters))
    if not had & has:
        yield HealthDiffers(" or ".join(sorted(had)), " or ".join(sorted(has)))


def health_command(config: ImageConfig) -> tuple[str, ...]:
    """The words with which an engine runs the health check; none where there is none."""
    test = json.loads(config.healthcheck).get("Test") or [] if config.healthcheck else []
    if test[:1] == ["CMD-SHELL"]:
        return (*(config.shell or ("/bin/sh", "-c")), *test[1:])
    return tuple(test[1:]) if test[:1] == ["CMD"] else ()


def discover(engine: Engine, image: Image, trial: Trial, network: str) -> tuple[Probe, ...]:
    """Questions that the image answers, at the ports that it exposes or listens on."""
    name = fresh_name()
    try:
        if tell(engine, "run", "--detach", *container_options(name, trial, network), image.name).code:
            return ()
        return tuple(answer.probe for answer in _asked(engine, name, image.config, trial.seconds))
    finally:
        remove(engine, name)


def _asked(engine: Engine, name: str, config: ImageConfig, seconds: float) -> list[Answer]:
    """Answers of all ports, as far as there are any before time is over."""
    end = time.monotonic() + seconds
    exposed = {int(port.partition("/")[0]) for port in config.exposed if not port.endswith("/udp")}
    answers: dict[int, Answer] = {}
    while time.monotonic() < end:
        state = container_state(engine, name)
        if state.exit is not None:
            return []
        open_ = listening(state.id, state.process) or frozenset()
        for port in sorted((exposed | open_) - {*answers}):
            answer = ask(HttpProbe(port), state.host) if state.host else None
            if answer:
                answers[port] = answer
        if answers and {*answers} >= exposed | open_:
            break
        time.sleep(0.25)
    return [*answers.values(), *_plain(engine, name, exposed - {*answers})]


def _plain(engine: Engine, name: str, ports: set[int]) -> Iterator[Answer]:
    """Answers of ports that speak something other than HTTP."""
    host = container_state(engine, name).host
    for port in sorted(ports):
        if host and (answer := ask(TcpProbe(port), host)):
            yield answer
