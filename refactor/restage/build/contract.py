"""The runtime contract: what the image tells whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping

from restage.build.scope import DEFAULT_SHELL, Scope
from restage.record import Record


class RuntimeContract(Record):
    """The image configuration that must be the same before and after (law L5)."""

    environment: Mapping[str, str | None]
    directory: str | None
    user: str | None
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    exposed: frozenset[str]
    volumes: frozenset[str]
    labels: Mapping[str, str]
    healthcheck: str | None
    stopsignal: str | None
    shell: tuple[str, ...]
    onbuild: tuple[str, ...]
    maintainer: str | None


def contract(scope: Scope) -> RuntimeContract:
    """The contract of a finished stage."""
    return RuntimeContract(
        environment=dict(scope.environment),
        directory=scope.directory,
        user=scope.user or None,
        entrypoint=scope.entrypoint or (),
        command=scope.command or (),
        exposed=frozenset(_with_protocol(port) for port in scope.exposed),
        volumes=frozenset(scope.volumes),
        labels=dict(scope.labels),
        healthcheck=scope.healthcheck,
        stopsignal=scope.stopsignal,
        shell=scope.shell or DEFAULT_SHELL,
        onbuild=scope.onbuild,
        maintainer=scope.maintainer,
    )


def _with_protocol(port: str) -> str:
    return port if "/" in port else f"{port}/tcp"


def differences(
    before: RuntimeContract, after: RuntimeContract, announced: frozenset[str]
) -> tuple[str, ...]:
    """What is not the same, a phrase each; variables in `announced` may be gone or changed."""
    found = [
        f"{name.upper()} {getattr(before, name)!r} became {getattr(after, name)!r}"
        for name in RuntimeContract.__dataclass_fields__
        if name != "environment" and getattr(before, name) != getattr(after, name)
    ]
    for name in sorted({*before.environment, *after.environment} - announced):
        old, new = before.environment.get(name, ""), after.environment.get(name, "")
        if name not in after.environment or name not in before.environment or old != new:
            found.append(f"ENV {name} {old!r} became {new!r}")
    return tuple(found)


def is_root(user: str | None) -> bool:
    """Whether USER, or its absence, means root."""
    return (user or "root").partition(":")[0] in ("root", "0")
