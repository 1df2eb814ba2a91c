"""Records: frozen dataclasses whose methods are written once, not generated for each class.

`@dataclass(frozen=True)` writes six methods of each class as source text and compiles them. That takes 0.35 ms
a class, and for the two hundred classes of a cold start it was half of all the time. A record is a dataclass too
(`field`, `fields`, `replace` and `match` know it), but one that is told to generate nothing, which takes 0.02 ms:
it inherits its methods from here. Only where very many of a class are made, an `__init__` of its own pays: it gets one
then, four times as fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, dataclass_transform


class _Layout(NamedTuple):
    """What the methods of a record have to know of its class."""

    names: tuple[str, ...]
    known: frozenset[str]
    defaults: dict[str, Any]
    factories: dict[str, Callable[[], Any]]
    compared: Callable[[object], object]
    hashed: Callable[[object], object]
    shown: tuple[str, ...]


_MANY = 100
"""So many records of a class are made before it gets an `__init__` of its own: no cold run gets there for many."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """The base of all records: `class Span(Record)` behaves as `@dataclass(frozen=True) class Span` does."""

    _layout: ClassVar[_Layout]
    _records_made: ClassVar[int]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._layout = _layout(dataclass(init=False, repr=False, eq=False)(cls))
        cls._records_made = 0
        if "__init__" not in cls.__dict__:
            cls.__init__ = Record.__init__  # type: ignore[method-assign]  # not one that was made for its parent

    def __init__(self, *values: Any, **named: Any) -> None:
        layout = self._layout
        state = self.__dict__
        _count(type(self))
        if len(values) < len(layout.names):
            state.update(layout.defaults)
        state.update(zip(layout.names, values, strict=False))
        if named:
            state.update(named)
        if len(state) < len(layout.names):
            state.update({name: make() for name, make in layout.factories.items() if name not in state})
        given = len(values) + len(named)
        if state.keys() != layout.known or given > len(state) or (named and _twice(layout, values, named)):
            raise TypeError(_complaint(type(self), values, named))

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        key = self._layout.compared
        return key(self) == key(other)

    def __hash__(self) -> int:
        return hash(self._layout.hashed(self))

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._layout.shown)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(record, /, **changes):
        """A record with other values in some fields, as `dataclasses.replace` makes it, in a fifth of its time."""
        layout, given = record._layout, record.__dict__
        if not changes.keys() <= layout.known:
            raise TypeError(_complaint(type(record), (), given | changes))
        made = object.__new__(type(record))
        state = made.__dict__
        for name in layout.names:
            state[name] = given[name]
        state.update(changes)
        return made


def _layout(record: type[Any]) -> _Layout:
    found = fields(record)
    names = tuple([each.name for each in found])
    return _Layout(
        names=names,
        known=frozenset(names),
        defaults={each.name: each.default for each in found if each.default is not MISSING},
        factories={each.name: each.default_factory for each in found if each.default_factory is not MISSING},
        compared=_key([each.name for each in found if each.compare]),
        hashed=_key([each.name for each in found if (each.compare if each.hash is None else each.hash)]),
        shown=tuple([each.name for each in found if each.repr]),
    )


def _count(record: type[Record]) -> None:
    record._records_made += 1
    if record._records_made == _MANY and record.__init__ is Record.__init__:
        record.__init__ = _own_init(record._layout)  # type: ignore[method-assign]


def _own_init(layout: _Layout) -> Callable[..., None]:
    """What `Record.__init__` does, written out for the fields of one class."""
    names: dict[str, Any] = {"_absent": object()}
    names |= {f"_default_{name}": value for name, value in layout.defaults.items()}
    names |= {f"_make_{name}": make for name, make in layout.factories.items()}
    lines = [f"def __init__(_self, {', '.join(_parameter(name, layout) for name in layout.names)}):"]
    lines += [f" if {name} is _absent: {name} = _make_{name}()" for name in layout.factories]
    lines += [" _state = _self.__dict__", *(f" _state[{name!r}] = {name}" for name in layout.names)]
    exec("\n".join(lines), names)
    made: Callable[..., None] = names["__init__"]
    return made


def _parameter(name: str, layout: _Layout) -> str:
    if name in layout.defaults:
        return f"{name}=_default_{name}"
    return f"{name}=_absent" if name in layout.factories else name


def _key(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else _nothing


def _nothing(record: object) -> tuple[()]:
    return ()


def _twice(layout: _Layout, values: tuple[Any, ...], named: dict[str, Any]) -> set[str]:
    return named.keys() & set(layout.names[: len(values)])


def _complaint(record: type[Record], values: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Why a record can't be made of these values."""
    layout = record._layout
    there = {*layout.names[: len(values)], *named, *layout.defaults, *layout.factories}
    problems = {
        "too many values": [repr(value) for value in values[len(layout.names) :]],
        "unknown": sorted(named.keys() - layout.known),
        "given twice": sorted(_twice(layout, values, named)),
        "missing": [name for name in layout.names if name not in there],
    }
    told = (f"{what}: {', '.join(which)}" for what, which in problems.items() if which)
    return f"{record.__qualname__}({', '.join(layout.names)}): {'; '.join(told)}"
