"""A record has to do what the frozen dataclass of the same fields does."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.record import Record


class Place(Record):
    """Every kind of field."""

    name: str
    size: int
    note: str = "none"
    tags: list[str] = field(default_factory=list, hash=False)
    memory: int = field(default=0, compare=False, repr=False)


class Room(Place):
    """Inherits its fields."""

    doors: int = 1


class Empty(Record):
    """No fields."""


def model() -> type[Any]:
    """The dataclass that Room imitates."""

    @dataclass(frozen=True)
    class Place:
        name: str
        size: int
        note: str = "none"
        tags: list[str] = field(default_factory=list, hash=False)
        memory: int = field(default=0, compare=False, repr=False)

    @dataclass(frozen=True)
    class Room(Place):
        doors: int = 1

    Room.__qualname__ = "Room"
    return Room


MODEL = model()
VALUES = st.lists(st.integers(0, 1), max_size=8)
NAMED = st.dictionaries(
    st.sampled_from(["name", "size", "note", "tags", "memory", "doors", "colour"]), st.integers(0, 1)
)


def made(kind: Callable[..., Any], values: list[int], named: dict[str, int]) -> Any:
    try:
        return kind(*values, **named)
    except TypeError:
        return None


@given(VALUES, NAMED)
def test_a_record_is_made_of_the_values_that_make_a_dataclass(
    values: list[int], named: dict[str, int]
) -> None:
    ours, theirs = made(Room, values, named), made(MODEL, values, named)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert vars(ours) == vars(theirs)
        assert repr(ours) == repr(theirs)


@given(st.tuples(VALUES, NAMED), st.tuples(VALUES, NAMED))
def test_records_are_equal_where_dataclasses_are(
    one: tuple[list[int], dict[str, int]], other: tuple[list[int], dict[str, int]]
) -> None:
    ours, theirs = [[made(kind, *each) for each in (one, other)] for kind in (Room, MODEL)]
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    if ours[0] is not None and ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])


def test_what_is_not_hashed_may_be_unhashable_and_nothing_else() -> None:
    assert hash(Place("a", 1, tags=["x"])) == hash(Place("a", 1))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Place("a", 1, note=["x"]))  # type: ignore[arg-type]


def test_every_record_has_its_own_default() -> None:
    assert Place("a", 1).tags is not Place("a", 1).tags


def test_records_of_two_classes_are_never_equal() -> None:
    assert Place("a", 1) != Room("a", 1)
    assert Place("a", 1) != ("a", 1, "none", [], 0)
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())


def test_a_record_does_not_change() -> None:
    place = Place("a", 1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="name"):
        place.name = "b"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="size"):
        del place.size
    assert place == Place("a", 1)


def test_the_standard_library_takes_a_record_for_a_dataclass() -> None:
    room = Room("a", 1, doors=2)
    assert replace(room, size=3) == Room("a", 3, doors=2)
    assert dataclasses.asdict(room) == vars(room)
    assert pickle.loads(pickle.dumps(room)) == copy.copy(room) == copy.deepcopy(room) == room


def test_patterns_match_by_position() -> None:
    match Room("a", 1, doors=2):
        case Room(name, size, _, _, _, doors):
            assert (name, size, doors) == ("a", 1, 2)


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        (("a",), {}, r"missing: size"),
        (("a", 1), {"colour": 1}, r"unknown: colour"),
        (("a", 1), {"name": "b"}, r"given twice: name"),
        (("a", 1, "", [], 0, 1), {}, r"too many values: 1"),
    ],
)
def test_the_error_says_what_is_wrong(values: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=rf"^Place\(name, size, note, tags, memory\): {message}$"):
        Place(*values, **named)
