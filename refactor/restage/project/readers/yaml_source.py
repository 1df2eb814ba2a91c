"""YAML as plain data with line numbers, for files that nobody vouches for.

Scalars stay text (a port is "8080", never a number in base 60), nulls are None. Built from the parser's
events, so that depth, aliases and size are limited while it is read, and merge keys cost what they give.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.events import Event

LARGEST_TEXT = 1024 * 1024
_DEEPEST = 60
_MOST_VALUES = 200_000


class Malformed(Exception):
    """Not YAML, or more of it than a sane file has; the message says which."""


class Section(dict[str, "Value"]):
    """A mapping, and the line (from 1) that each of its keys stands on."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    def section(self, *keys: str) -> "Section":
        """The mapping found by following the keys; an empty one if there is none."""
        found: Value = self
        for key in keys:
            found = found.get(key) if isinstance(found, Section) else None
        return found if isinstance(found, Section) else Section()

    def items_of(self, key: str) -> "list[Value]":
        """The sequence below a key; empty if there is none."""
        found = self.get(key)
        return found if isinstance(found, list) else []

    def text(self, key: str) -> str | None:
        """The scalar below a key; None if there is none."""
        found = self.get(key)
        return found if isinstance(found, str) else None

    def sections(self) -> "Iterator[tuple[str, Section, int]]":
        """The mappings directly below, with their keys and lines."""
        for key, value in self.items():
            if isinstance(value, Section):
                yield key, value, self.lines[key]


Value = str | None | list["Value"] | Section


def documents(text: str) -> list[Value]:
    """The documents of a YAML text. Raises Malformed for what isn't YAML and for bombs; never hangs."""
    import yaml

    if len(text) > LARGEST_TEXT:
        raise Malformed("it is larger than 1 MB")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(yaml.parse(text, Loader=loader)).documents()
    except (yaml.YAMLError, ValueError) as error:
        raise Malformed(f"it isn't valid YAML{_where(error)}") from error


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f" (line {mark.line + 1})"


class _Builder:
    def __init__(self, events: "Iterator[Event]") -> None:
        self._events = events
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._count = 0

    def documents(self) -> list[Value]:
        from yaml import events

        found: list[Value] = []
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                self._anchors.clear()
                found.append(self._value(next(self._events), 0))
        return found

    def _value(self, event: "Event", depth: int) -> Value:
        from yaml import events

        before = self._count
        self._grow(1, depth)
        value: Value
        match event:
            case events.AliasEvent():
                value, size = self._anchors.get(event.anchor or "", (None, 1))
                self._grow(size, depth)
                return value
            case events.SequenceStartEvent():
                value = self._sequence(depth)
            case events.MappingStartEvent():
                value = self._mapping(depth)
            case events.ScalarEvent():
                value = None if _is_null(event) else event.value
            case _:
                raise Malformed("it ends too early")
        if event.anchor:
            self._anchors[event.anchor] = (value, self._count - before)
        return value

    def _grow(self, by: int, depth: int) -> None:
        self._count += by
        if depth > _DEEPEST or self._count > _MOST_VALUES:
            raise Malformed("it is nested too deeply, or its aliases unfold to too much")

    def _sequence(self, depth: int) -> list[Value]:
        from yaml.events import SequenceEndEvent

        found: list[Value] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found

    def _mapping(self, depth: int) -> Section:
        from yaml.events import MappingEndEvent

        own, merged = Section(), Section()
        while not isinstance(event := next(self._events), MappingEndEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            key = self._value(event, depth + 1)
            value = self._value(next(self._events), depth + 1)
            if key == "<<":
                for section in value if isinstance(value, list) else [value]:
                    _add(merged, section)
            elif isinstance(key, str):
                own[key], own.lines[key] = value, line
        _add(own, merged)
        return own


def _add(section: Section, defaults: Value) -> None:
    if isinstance(defaults, Section):
        for key, value in defaults.items():
            if key not in section:
                section[key], section.lines[key] = value, defaults.lines[key]


def _is_null(event: "Event") -> bool:
    plain = getattr(event, "style", None) in (None, "")
    return plain and getattr(event, "value", None) in ("", "~", "null", "Null", "NULL")
