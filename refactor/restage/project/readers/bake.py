"""Targets of docker-bake files, as JSON or HCL."""

import json
import re
from collections.abc import Iterator, Mapping

from restage.project.consumer import Consumer, folder_of, inside
from restage.project.readers.hcl import Block, Item, blocks

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_MOST_PARENTS = 100


def targets(file: str, text: str) -> Iterator[Consumer]:
    """The targets that build a Dockerfile of the repository. Raises ValueError for JSON that isn't."""
    found = list(_json_blocks(text) if file.endswith(".json") else blocks(text))
    variables = {
        block.label: _text(block.attributes.get("default")) for block in found if block.kind == "variable"
    }
    by_name = {block.label: block.attributes for block in found if block.kind == "target"}
    for block in found:
        if block.kind == "target":
            given = _Attributes(_inherited(by_name, block.label, set()), variables)
            consumer = _target(file, block, given)
            if consumer is not None:
                yield consumer


def _json_blocks(text: str) -> Iterator[Block]:
    try:
        root = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    for kind in ("variable", "target"):
        section = root.get(kind) if isinstance(root, dict) else None
        for label, attributes in section.items() if isinstance(section, dict) else ():
            if isinstance(attributes, dict):
                yield Block(kind, label, 1, attributes)


def _inherited(by_name: Mapping[str, dict[str, Item]], name: str, seen: set[str]) -> dict[str, Item]:
    own = by_name.get(name, {})
    parents = own.get("inherits")
    merged: dict[str, Item] = {}
    for parent in parents if isinstance(parents, list) else ():
        if isinstance(parent, str) and parent not in seen and len(seen) < _MOST_PARENTS:
            seen.add(parent)
            merged |= _inherited(by_name, parent, seen)
    return merged | own


class _Attributes:
    def __init__(self, attributes: dict[str, Item], variables: Mapping[str, str | None]) -> None:
        self.items = attributes
        self._variables = variables

    def text(self, value: Item) -> str | None:
        """A text with the defaults of variables in place; None for anything else."""
        plain = _text(value)
        if plain is None:
            return None
        return _VARIABLE.sub(lambda match: self._variables.get(match[1]) or match[0], plain)


def _text(value: Item) -> str | None:
    return value if isinstance(value, str) else None


def _target(file: str, block: Block, given: _Attributes) -> Consumer | None:
    items = given.items
    context = inside(folder_of(file), given.text(items.get("context", ".")) or "$")
    named = given.text(items.get("dockerfile", "Dockerfile")) or "$"
    dockerfile = None if context is None else inside(context, named)
    if dockerfile is None or "dockerfile-inline" in items:
        return None
    return Consumer(
        file=file,
        line=block.line,
        kind="bake",
        dockerfile=dockerfile,
        context=context,
        target=given.text(items.get("target")),
        build_args=tuple(_arguments(given)),
        image=next(_tags(given), None),
        service=block.label,
    )


def _arguments(given: _Attributes) -> Iterator[tuple[str, str | None]]:
    arguments = given.items.get("args")
    for name, value in arguments.items() if isinstance(arguments, dict) else ():
        yield name, given.text(value)


def _tags(given: _Attributes) -> Iterator[str]:
    tags = given.items.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        if text := given.text(tag):
            yield text
