"""Images: built, and read for their contract and their size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restage.verify.engines import Buildx, Docker, Engine, EngineTrouble, build_words, follow, tell
from restage.verify.podman_store import stored_config


@dataclass(frozen=True)
class Recipe:
    """What is built."""

    dockerfile: Path
    context: Path
    network: str = "default"
    """As `docker build --network` takes it: `host` where only the host reaches the package registries."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Values of ARGs."""
    seconds: float = 3600
    """How long the build may take at most."""
    options: tuple[str, ...] = ()
    """Further options of the builder, as its command line takes them: `--builder=farm`, `--secret=id=npm`."""
    target: str = ""
    """The stage that is built; empty: the last."""


@dataclass(frozen=True)
class ImageConfig:
    """The runtime contract as the engine keeps it in the image; empty and absent are the same."""

    environment: Mapping[str, str]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    user: str
    directory: str
    exposed: frozenset[str]
    volumes: frozenset[str]
    labels: Mapping[str, str]
    healthcheck: str
    stopsignal: str
    shell: tuple[str, ...]
    onbuild: tuple[str, ...]


@dataclass(frozen=True)
class Image:
    """An image that is there. `size` is in bytes, all layers together."""

    name: str
    config: ImageConfig
    size: int
    id: str = ""
    """What the engine calls it: the same content has the same."""


@dataclass(frozen=True)
class BuildFailed:
    """A build that failed, with the last lines that it said."""

    lines: tuple[str, ...]


def _unheard(line: str) -> None:
    """Nobody listens."""


def build(
    engine: Engine, recipe: Recipe, name: str, hear: Callable[[str], None] = _unheard
) -> Image | BuildFailed:
    """Builds an image and gives it a name; `hear` gets each line of the build as it comes.

    Raises:
        EngineTrouble: the build takes longer than it may.
    """
    network = () if recipe.network == "default" else ("--network", recipe.network)
    options = [f"--build-arg={key}={value}" for key, value in recipe.arguments.items()]
    target = ("--target", recipe.target) if recipe.target else ()
    where = [*target, "--file", str(recipe.dockerfile), "--tag", name, str(recipe.context)]
    said = follow((*build_words(engine), *network, *options, *recipe.options, *where), hear, recipe.seconds)
    if said.code:
        return BuildFailed(tuple(line[:300] for line in said.lines if not line.startswith("---"))[-12:])
    return inspect(engine, name)


def is_there(engine: Engine, name: str) -> bool:
    """Whether the engine has an image of that name, without asking a registry."""
    return tell(engine, "image", "inspect", "--format", "{{.Id}}", name).code == 0


def inspect(engine: Engine, name: str) -> Image:
    """An image that the engine has.

    Raises:
        EngineTrouble: it hasn't.
    """
    said = tell(engine, "image", "inspect", name)
    if said.code:
        raise EngineTrouble(said.lines[-1] if said.lines else f"no image {name}")
    found = json.loads(said.output)[0]
    health = found.get("Healthcheck") or found.get("HealthCheck")  # where podman keeps it
    config = {**(found["Config"] or {}), **({"Healthcheck": health} if health else {})}
    stored = stored_config(engine, str(found["Id"]))
    config |= {name: stored[name] for name in ("Shell", "OnBuild") if stored.get(name)}
    return Image(name, _config(config), int(found["Size"]), str(found["Id"]))


def _config(raw: Mapping[str, Any]) -> ImageConfig:
    def words(name: str) -> tuple[str, ...]:
        return tuple(raw.get(name) or ())

    health = raw.get("Healthcheck")
    variables = (entry.partition("=") for entry in raw.get("Env") or ())
    return ImageConfig(
        environment={name: value for name, _, value in variables},
        entrypoint=words("Entrypoint"),
        command=words("Cmd"),
        user=raw.get("User") or "",
        directory=raw.get("WorkingDir") or "/",
        exposed=frozenset(raw.get("ExposedPorts") or ()),
        volumes=frozenset(raw.get("Volumes") or ()),
        labels=dict(raw.get("Labels") or {}),
        healthcheck=json.dumps(health, sort_keys=True) if health else "",
        stopsignal=raw.get("StopSignal") or "",
        shell=words("Shell"),
        onbuild=words("OnBuild"),
    )


@contextmanager
def lent(engine: Engine, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Lets images answer to other names (wanted → the one that answers) for a while; a name that is taken stays.

    Yields:
        The names that were lent.

    Raises:
        EngineTrouble: an image that should answer is not there.
    """
    given: list[str] = []
    try:
        for wanted, answers in names.items():
            if is_there(engine, wanted):
                continue
            said = tell(engine, "tag", answers, wanted)
            if said.code:
                raise EngineTrouble(f"{answers} can't answer for {wanted}: {' '.join(said.lines)}")
            given.append(wanted)
        yield tuple(given)
    finally:
        forget(engine, given)


def forget(engine: Engine, names: Sequence[str]) -> None:
    """Takes names away; the layers stay in the engine's build cache."""
    keep = ("--no-prune",) if isinstance(engine, Docker | Buildx) else ()
    if names:
        tell(engine, "image", "rm", "--force", *keep, *names)
