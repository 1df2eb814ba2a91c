"""Services of compose files, with what the override files beside them add."""

import shlex
from collections.abc import Iterator, Mapping

from restage.project.consumer import (
    Command,
    Consumer,
    Role,
    ShellText,
    Words,
    folder_of,
    inside,
)
from restage.project.readers.interpolation import interpolated
from restage.project.readers.yaml_source import Section, Value
from restage.record import replace


def services(files: Mapping[str, Section]) -> Iterator[Consumer]:
    """The services of the compose files of one directory.

    A service that says nothing of its build is taken to be the one of the same name that does, in another of
    the files or in the one that it extends: override files are merged so.
    """
    found = [_service(*entry) for entry in _entries(files)]
    for service in found:
        if service.dockerfile is not None:
            yield service
            continue
        other = next((one for one in found if one.service == service.service and one.dockerfile), None)
        yield service if other is None else _completed(service, other)


def _entries(files: Mapping[str, Section]) -> Iterator[tuple[str, str, Section, int]]:
    for file, root in files.items():
        for name, service, line in root.section("services").sections():
            extends = service.section("extends")
            file_of_base = inside(folder_of(file), extends.text("file") or "")
            base = files.get(file_of_base or file, root)
            name_of_base = extends.text("service") or service.text("extends") or ""
            yield file, name, _merged(base.section("services", name_of_base), service), line


def _merged(base: Section, service: Section) -> Section:
    merged = Section()
    merged.update(base)
    merged.update(service)
    return merged


def _completed(service: Consumer, other: Consumer) -> Consumer:
    return replace(
        service,
        dockerfile=other.dockerfile,
        context=other.context,
        target=service.target or other.target,
        image=service.image or other.image,
    )


def _service(file: str, name: str, service: Section, line: int) -> Consumer:
    build = service.section("build")
    context = service.text("build") or build.text("context")
    dockerfile: str | None = None
    folder: str | None = None
    if "dockerfile_inline" not in build and (context or build.text("dockerfile")):
        folder = inside(folder_of(file), interpolated(context or "."))
        if folder is not None:
            dockerfile = inside(folder, interpolated(build.text("dockerfile") or "Dockerfile"))
    return Consumer(
        file=file,
        line=line,
        kind="compose",
        dockerfile=dockerfile,
        context=folder if dockerfile is not None else None,
        target=_text(build, "target"),
        build_args=tuple(_pairs(build.get("args"))),
        commands=tuple(_commands(service)),
        volumes=tuple(_volumes(service)),
        directory=_text(service, "working_dir"),
        image=_text(service, "image"),
        values=tuple(value for _, value in _pairs(service.get("environment")) if value),
        service=name,
        container=_text(service, "container_name"),
    )


def _text(section: Section, key: str) -> str | None:
    found = section.text(key)
    return None if found is None else interpolated(found)


def _pairs(value: Value) -> Iterator[tuple[str, str | None]]:
    """What is written as a mapping or as a list of NAME=value."""
    if isinstance(value, Section):
        for key, item in value.items():
            yield key, interpolated(item) if isinstance(item, str) else None
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            key, equals, given = interpolated(item).partition("=")
            yield key, given if equals else None


def _commands(service: Section) -> Iterator[Command]:
    for key, role in (("entrypoint", Role.ENTRYPOINT), ("command", Role.COMMAND)):
        words = _words(service.get(key))
        if words is not None:
            yield Words(role, words)
    test = service.section("healthcheck").get("test")
    if isinstance(test, str):
        yield ShellText(Role.HEALTHCHECK, interpolated(test))
        return
    match _words(test):
        case ("CMD", *rest):
            yield Words(Role.HEALTHCHECK, tuple(rest))
        case ("CMD-SHELL", *rest):
            yield ShellText(Role.HEALTHCHECK, " ".join(rest))
        case _:
            pass


def _words(value: Value) -> tuple[str, ...] | None:
    if isinstance(value, list):
        return tuple(interpolated(item) for item in value if isinstance(item, str))
    if not isinstance(value, str):
        return None
    text = interpolated(value)
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def _volumes(service: Section) -> Iterator[str]:
    """The targets of volumes and binds; what is at a tmpfs goes with the container."""
    for item in service.items_of("volumes"):
        if isinstance(item, str):
            source, colon, rest = interpolated(item).partition(":")
            yield rest.partition(":")[0] if colon else source
        elif isinstance(item, Section) and (target := _text(item, "target")):
            yield target
