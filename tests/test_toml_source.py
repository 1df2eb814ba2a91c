"""TOML that anybody may have written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.toml_source import read_toml, toml_of


def test_keys_of_some_parts_are_read() -> None:
    assert toml_of('a."b.c" . \'d\' = "a sentence. And another."') == {
        "a": {"b.c": {"d": "a sentence. And another."}}
    }


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 5_000}b = 1",
        f"[{'a.' * 5_000}b]",
        f"x = {{{'a.' * 5_000}b = 1}}",
        '"\\"" . ' * 5_000 + "b = 1",
        f"x = {'[' * 50_000}{']' * 50_000}",
        f"number = {'1' * 5_000}",
        "a = ",
    ],
    ids=["key", "table", "inline", "quoted", "nested", "number", "broken"],
)
def test_what_would_take_too_long_is_refused_as_what_is_broken(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        toml_of(text)
    assert read_toml(text) is None


@pytest.mark.parametrize("part", ["a", '"a"', "'a'", '"\\"="'])
@pytest.mark.parametrize(
    "shape", ["{} = 1", "  [{}]", "[[ {} ]]", "x = {{ {} = 1 }}", "x = {{ y = 1, {} = 1 }}"]
)
@pytest.mark.parametrize("dot", [".", " . "])
def test_a_key_of_absurdly_many_parts_is_not_read(part: str, shape: str, dot: str) -> None:
    assert read_toml(shape.format(dot.join([part] * 8))) is not None
    assert read_toml(shape.format(dot.join([part] * 100_000))) is None


def test_dots_of_a_text_are_no_key() -> None:
    text = f'text = "see {"a." * 100}"\nlist = ["{"a." * 100}"]  # {"..." * 100}\n'
    assert read_toml(text) is not None


def test_where_there_is_no_text_there_are_no_tables() -> None:
    assert read_toml(None) is None


@given(st.text())
def test_any_text_is_read_as_toml_or_refused(text: str) -> None:
    assert isinstance(read_toml(text), dict | None)
