"""TOML that anybody may have written."""

from __future__ import annotations

import pytest

from restage.project.toml_source import toml_of


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
        f"# {' ' * 1_100_000}",
        "a = ",
    ],
    ids=["key", "table", "inline", "quoted", "nested", "large", "broken"],
)
def test_what_would_take_too_long_is_refused_as_what_is_broken(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        toml_of(text)
