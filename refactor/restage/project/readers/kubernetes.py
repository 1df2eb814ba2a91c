"""Containers of Kubernetes manifests; they name an image, never a Dockerfile."""

from collections.abc import Iterable, Iterator, Mapping

from restage.project.consumer import Command, Consumer, Role, Words
from restage.project.readers.yaml_source import Section, Value

_PROBES = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_POD_SPECS: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_TEMPLATE = ("spec", "template", "spec")


def containers(file: str, documents: Iterable[Section]) -> Iterator[Consumer]:
    """The containers of every document that describes pods, or is a list of such."""
    for document in documents:
        for item in document.items_of("items") or [document]:
            if isinstance(item, Section):
                yield from _pod(file, item.section(*_POD_SPECS.get(item.text("kind") or "", _TEMPLATE)))


def _pod(file: str, spec: Section) -> Iterator[Consumer]:
    for key in ("initContainers", "containers"):
        for container in spec.items_of(key):
            if isinstance(container, Section) and container.text("image"):
                yield _container(file, container)


def _container(file: str, container: Section) -> Consumer:
    return Consumer(
        file=file,
        line=container.lines["image"],
        kind="kubernetes",
        commands=tuple(_commands(container)),
        volumes=tuple(
            path
            for mount in container.items_of("volumeMounts")
            if isinstance(mount, Section) and (path := mount.text("mountPath"))
        ),
        directory=container.text("workingDir"),
        image=container.text("image"),
        values=tuple(_texts(container.items_of("env"), "value")),
        service=container.text("name"),
    )


def _commands(container: Section) -> Iterator[Command]:
    for key, role in (("command", Role.ENTRYPOINT), ("args", Role.COMMAND)):
        if container.items_of(key):
            yield Words(role, _words(container, key))
    for keys in _PROBES:
        probe = container.section(*keys, "exec")
        if probe.items_of("command"):
            yield Words(Role.HEALTHCHECK, _words(probe, "command"))


def _words(section: Section, key: str) -> tuple[str, ...]:
    return tuple(item for item in section.items_of(key) if isinstance(item, str))


def _texts(items: Iterable[Value], key: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Section) and (text := item.text(key)):
            yield text
