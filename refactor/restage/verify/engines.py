"""Container engines, called through their command line: that is what users have."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from dataclasses import dataclass


class EngineTrouble(Exception):
    """An engine does not do what any engine does: it is gone, hangs, or does not know its own containers."""


@dataclass(frozen=True)
class Docker:
    """Docker's command line with BuildKit. Where its daemon is, DOCKER_HOST and its contexts say."""

    program: str


Engine = Docker
"""Every engine there is. buildx, podman and buildah join it as a union."""


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


def find_engine() -> Engine | NoEngine:
    """The engine on PATH, if its daemon answers."""
    program = shutil.which("docker")
    if program is None:
        return NoEngine("no `docker` on PATH")
    engine = Docker(program)
    try:
        said = tell(engine, "version", "--format", "{{.Server.Version}}", seconds=30)
    except EngineTrouble as trouble:
        return NoEngine(str(trouble))
    return NoEngine(said.lines[-1] if said.lines else "docker is silent") if said.code else engine


def fresh_name() -> str:
    """A name that nothing has yet, for a container, a network or an image of ours; it names this process too."""
    return f"restage-{os.getpid()}-{uuid.uuid4().hex[:12]}"


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
            env={**os.environ, "DOCKER_BUILDKIT": "1"},
        )
    except OSError as error:
        raise EngineTrouble(f"{engine.program} can't be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise EngineTrouble(f"`{words[0]}` of {engine.program} took more than {seconds:.0f} s") from None
    return Said(done.returncode, done.stdout, done.stderr)
