"""Which engine is there: asked by its command line, and said in one line if none answers."""

from __future__ import annotations

import shutil

from restage.verify.engines import (
    Buildah,
    Buildx,
    Docker,
    Engine,
    EngineTrouble,
    NoEngine,
    Podman,
    engine_name,
    tell,
)

ENGINES = ("docker", "buildx", "podman", "buildah")
"""Names that `--engine` takes."""


def find_engine(wanted: str = "") -> Engine | NoEngine:
    """The engine of that name, else the first on PATH that answers: docker (with buildx where it has it), then podman."""
    match wanted:
        case "docker":
            return _docker()
        case "buildx":
            return _buildx()
        case "podman":
            return _podman()
        case "buildah":
            return _buildah()
        case _:
            return _any()


def _any() -> Engine | NoEngine:
    docker = _docker()
    if isinstance(docker, NoEngine):
        other = _podman() if shutil.which("podman") else docker
        return docker if isinstance(other, NoEngine) else other
    return Buildx(docker.program) if _has_buildx(docker) else docker


def _docker() -> Docker | NoEngine:
    program = shutil.which("docker")
    if program is None:
        return NoEngine("no `docker` on PATH: install Docker Engine, or podman")
    docker = Docker(program)
    answer = _answers(docker, "version", "--format", "{{.Server.Version}}")
    if not answer and _builds_by_plugin(docker) and not _has_buildx(docker):
        answer = "docker can't build without its buildx plugin: install it (docker-buildx-plugin, or docker-buildx)"
    return NoEngine(answer) if answer else docker


def _builds_by_plugin(docker: Docker) -> bool:
    """Clients since 23 leave BuildKit to the plugin."""
    major = tell(docker, "version", "--format", "{{.Client.Version}}").output.partition(".")[0]
    return major.isdigit() and int(major) >= 23


def _has_buildx(docker: Docker) -> bool:
    return tell(docker, "buildx", "version", seconds=30).code == 0


def _buildx() -> Buildx | NoEngine:
    docker = _docker()
    if isinstance(docker, NoEngine):
        return docker
    return (
        Buildx(docker.program)
        if _has_buildx(docker)
        else NoEngine("docker has no buildx: install its buildx plugin")
    )


def _podman() -> Podman | NoEngine:
    program = shutil.which("podman")
    if program is None:
        return NoEngine("no `podman` on PATH: install podman")
    answer = _answers(Podman(program), "version", "--format", "{{.Client.Version}}")
    return NoEngine(answer) if answer else Podman(program)


def _buildah() -> Buildah | NoEngine:
    builder = shutil.which("buildah")
    if builder is None:
        return NoEngine("no `buildah` on PATH: install buildah")
    podman = _podman()
    if isinstance(podman, NoEngine):
        return NoEngine("buildah builds, but runs nothing: install podman beside it")
    return Buildah(builder, podman.program)


def _answers(engine: Engine, *words: str) -> str:
    """Why an engine does not answer; empty: it does."""
    try:
        said = tell(engine, *words, seconds=30)
    except EngineTrouble as trouble:
        return str(trouble)
    return (said.lines[-1] if said.lines else f"{engine_name(engine)} is silent") if said.code else ""
