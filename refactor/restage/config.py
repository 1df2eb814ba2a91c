"""Settings of a project: `[tool.restage.verify]` in pyproject.toml, or `[verify]` in restage.toml, next to the Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from restage.record import Record


class BadConfig(Exception):
    """Settings that can't be understood; the message names file and key."""


class VerifySettings(Record):
    """How an application is tried."""

    commands: tuple[tuple[str, ...], ...] = ()
    """Words in place of CMD, each a trial of its own."""
    urls: tuple[tuple[int, str], ...] = ()
    """(port, path) that the running container is asked for."""
    environment: Mapping[str, str] = field(default_factory=dict)
    network: str = ""
    """A network of the engine; empty: one without a way out, made for the trial."""
    timeout: float | None = None
    """Seconds that a container is watched at most."""
    allow: tuple[str, ...] = ()
    """Paths of the image that may be missing or differ; `*` stands for anything."""


class Building(Record):
    """How images are built and tried, as the command line says it."""

    engine: str = ""
    options: tuple[str, ...] = ()
    """Of the builder's command line."""
    network: str = "default"
    """Of the builds."""
    smoke: tuple[str, ...] = ()
    quick: bool = False
    target: str = ""
    """The stage that is built; empty: the last."""


_LARGEST_FILE = 1024 * 1024
_KEYS = {"command", "url", "environment", "network", "timeout", "allow"}


def verify_settings(folder: Path) -> VerifySettings:
    """The settings next to a Dockerfile; restage.toml comes first.

    Raises:
        BadConfig: they can't be understood.
    """
    for name, place in (("restage.toml", ("verify",)), ("pyproject.toml", ("tool", "restage", "verify"))):
        table = _table(folder / name, place)
        if table is not None:
            return _settings(table, folder / name)
    return VerifySettings()


def _table(file: Path, place: tuple[str, ...]) -> dict[str, Any] | None:
    from restage.project.toml_source import toml_of

    try:
        found: Any = toml_of(_text(file))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise BadConfig(f"{file}: {error}") from None
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    if found is not None and not isinstance(found, dict):
        raise BadConfig(f"{file}: {'.'.join(place)} has to be a table")
    return found


def _text(file: Path) -> str:
    if file.stat().st_size > _LARGEST_FILE:
        raise ValueError("it is larger than 1 MB")
    return file.read_text("utf-8")


def _settings(table: dict[str, Any], file: Path) -> VerifySettings:
    unknown = sorted({*table} - _KEYS)
    if unknown:
        raise BadConfig(f"{file}: unknown key {unknown[0]!r}; there are {', '.join(sorted(_KEYS))}")
    try:
        timeout = table.get("timeout")
        return VerifySettings(
            commands=tuple(command_words(text) for text in _texts(table, "command")),
            urls=tuple(port_and_path(text) for text in _texts(table, "url")),
            environment={str(key): str(value) for key, value in dict(table.get("environment", {})).items()},
            network=str(table.get("network", "")),
            timeout=None if timeout is None else float(timeout),
            allow=_texts(table, "allow"),
        )
    except (TypeError, ValueError) as error:
        raise BadConfig(f"{file}: {error}") from None


def _texts(table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, ())
    values = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(each, str) for each in values):
        raise ValueError(f"{key} has to be text, or a list of texts")
    return values


def command_words(text: str) -> tuple[str, ...]:
    """The words of a command as a shell splits them.

    Raises:
        ValueError: a quote is not closed.
    """
    import shlex

    return tuple(shlex.split(text))


def is_url(text: str) -> bool:
    """Whether a trial is a question to a server and not a command."""
    return text.startswith(("http://", ":"))


def port_and_path(text: str) -> tuple[int, str]:
    """Port and path of `http://localhost:8080/health` or `:8080/health`.

    Raises:
        ValueError: it is neither.
    """
    rest = text.removeprefix("http://")
    host, slash, path = rest.partition("/")
    port = host.rpartition(":")[2] if ":" in host else "80"
    if not is_url(text) or not port.isdigit():
        raise ValueError(f"{text!r} is no address like http://localhost:8080/health")
    return int(port), slash + path or "/"
