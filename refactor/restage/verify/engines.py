"""Container engines, called through their command line: that is what users have."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import assert_never


class EngineTrouble(Exception):
    """An engine does not do what any engine does: it is gone, hangs, or does not know its own containers."""


@dataclass(frozen=True)
class Docker:
    """Docker's command line with the engine's own BuildKit. Where its daemon is, DOCKER_HOST and its contexts say."""

    program: str


@dataclass(frozen=True)
class Buildx:
    """Docker with the buildx plugin: builders of their own, remote or clustered ones too."""

    program: str


@dataclass(frozen=True)
class Podman:
    """Podman, without a daemon."""

    program: str


@dataclass(frozen=True)
class Buildah:
    """Buildah builds; what it built is run and read by the podman beside it, with which it shares its images."""

    builder: str
    program: str


Engine = Docker | Buildx | Podman | Buildah
"""Every engine there is. `program` is what runs and reads images."""


@dataclass(frozen=True)
class NoEngine:
    """No engine answers here, and why."""

    why: str


@dataclass(frozen=True)
class Said:
    """The end of one command of an engine."""

    code: int
    output: str
    errors: str

    @property
    def lines(self) -> tuple[str, ...]:
        """All that it said, without empty lines; errors last."""
        return tuple(line for line in f"{self.output}\n{self.errors}".splitlines() if line.strip())


def engine_name(engine: Engine) -> str:
    """What `--engine` calls it."""
    return type(engine).__name__.lower()


def build_words(engine: Engine) -> tuple[str, ...]:
    """What a build begins with. podman and buildah drop HEALTHCHECK, SHELL and ONBUILD unless told the format."""
    match engine:
        case Docker(program):
            return (program, "build", "--progress", "plain")
        case Buildx(program):
            return (program, "buildx", "build", "--load", "--provenance=false", "--progress", "plain")
        case Podman(program):
            return (program, "build", "--format", "docker", "--layers")
        case Buildah(builder, _):
            return (builder, "bud", "--format", "docker", "--layers")
        case _ as never:
            assert_never(never)


_RUN = f"{os.getpid()}-{uuid.uuid4().hex[:6]}"
LABEL = f"restage.run={_RUN}"
"""On every container and network that this process makes: what carries it is ours to remove."""


HOST = blake2b(socket.gethostname().encode(), digest_size=3).hexdigest()
"""This machine, as names of ours tell it: several may share one engine."""


def fresh_name() -> str:
    """A name that nothing has yet, for a container, a network or an image of ours; it names machine and process too."""
    return f"restage-{os.getpid()}-{HOST}{uuid.uuid4().hex[:6]}"


def environment() -> dict[str, str]:
    """What the command line of an engine runs with: BuildKit, and progress in lines."""
    return {**os.environ, "DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain"}


def tell(engine: Engine, *words: str, seconds: float = 120) -> Said:
    """Gives the engine one command and waits for its end.

    Raises:
        EngineTrouble: it can't be started, or does not end in that many seconds (and is then stopped).
    """
    try:
        done = subprocess.run(
            [engine.program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            env=environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineTrouble(f"{engine.program} can't be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise EngineTrouble(f"`{words[0]}` of {engine.program} took more than {seconds:.0f} s") from None
    return Said(done.returncode, done.stdout, done.stderr)


def carry(engine: Engine, *words: str, data: bytes = b"", seconds: float = 120) -> bytes | None:
    """Gives the engine one command with bytes as its input; the bytes that it answers, None where it fails.

    Raises:
        EngineTrouble: it can't be started, or does not end in that many seconds (and is then stopped).
    """
    try:
        done = subprocess.run(
            [engine.program, *words],
            input=data,
            capture_output=True,
            timeout=seconds,
            env=environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineTrouble(f"{engine.program} can't be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise EngineTrouble(f"`{words[0]}` of {engine.program} took more than {seconds:.0f} s") from None
    return done.stdout if done.returncode == 0 else None


def remove(engine: Engine, *containers: str) -> None:
    """Ends containers and removes them with their volumes; podman would give them ten seconds to end by themselves."""
    at_once = ("--time", "0") if isinstance(engine, Podman | Buildah) else ()
    tell(engine, "rm", "--force", "--volumes", *at_once, *containers)


def follow(words: tuple[str, ...], hear: Callable[[str], None], seconds: float) -> Said:
    """Gives a builder one command and hears each line as it comes; all of them are `output`.

    Raises:
        EngineTrouble: it can't be started, or does not end in that many seconds (and is then stopped).
    """
    from threading import Timer

    lines: list[str] = []
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineTrouble(f"{words[0]} can't be started: {error.strerror}") from None
    alarm = Timer(seconds, _send, (process, signal.SIGKILL))
    alarm.start()
    try:
        assert process.stdout is not None
        for raw in process.stdout:
            lines.append(raw.decode("utf-8", "replace").rstrip("\r\n"))
            hear(lines[-1])
        code = process.wait()
    except BaseException:
        stop(process)
        raise
    finally:
        late = not alarm.is_alive()
        alarm.cancel()
    if late and code:
        raise EngineTrouble(f"the build took more than {seconds:.0f} s")
    return Said(code, "\n".join(lines), "")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a command of an engine, and the plugin that it started; a client that is asked to end cancels its build."""
    _send(process, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        _send(process, signal.SIGKILL)
        process.wait()


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To all of its session: docker hands no signal on to buildx, which would go on building."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
