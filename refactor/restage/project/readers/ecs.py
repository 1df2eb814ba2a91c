"""Containers of task definitions of Amazon ECS; they name an image, never a Dockerfile.

Source: the reference of task definition parameters.
"""

from collections.abc import Iterable, Iterator

from restage.project.consumer import Command, Consumer, Role, ShellText, Words
from restage.project.readers.yaml_source import Section

_IN_A_SHELL = "CMD-SHELL"


def containers(file: str, documents: Iterable[Section]) -> Iterator[Consumer]:
    """The containers of a task definition."""
    for document in documents:
        for container in document.items_of("containerDefinitions"):
            if isinstance(container, Section) and container.text("image"):
                yield Consumer(
                    file=file,
                    line=container.lines["image"],
                    kind="platform",
                    commands=tuple(_commands(container)),
                    directory=container.text("workingDirectory"),
                    image=container.text("image"),
                    service=container.text("name"),
                )


def _commands(container: Section) -> Iterator[Command]:
    for key, role in (("entryPoint", Role.ENTRYPOINT), ("command", Role.COMMAND)):
        if words := _words(container, key):
            yield Words(role, words)
    check = _words(container.section("healthCheck"), "command")
    if check[:1] == (_IN_A_SHELL,):
        yield ShellText(Role.HEALTHCHECK, " ".join(check[1:]))
    elif check[:1] == ("CMD",):
        yield Words(Role.HEALTHCHECK, check[1:])


def _words(section: Section, key: str) -> tuple[str, ...]:
    return tuple(item for item in section.items_of(key) if isinstance(item, str))
