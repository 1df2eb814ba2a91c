"""How variables of compose, YAML and HCL are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.readers.interpolation import interpolated
from restage.project.readers.yaml_source import Malformed, Section, documents


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A:-x}", "x"),
        ("${A-x}", "x"),
        ("${A:-}", ""),
        ("a${A:-${B:-c}}d", "acd"),
        ("$A ${B}", "${A} ${B}"),
        ("${A:?needed}", "${A}"),
        ("${A:+x}", ""),
        ("$$A $${B:-c}", "$A ${B:-c}"),
        ("$ ${ $1", "$ ${ $1"),
    ],
)
def test_compose_variables_become_their_defaults(text: str, value: str) -> None:
    assert interpolated(text) == value


def test_yaml_keeps_texts_lines_and_merges() -> None:
    [found] = documents("a: &a {x: 0o17, y: ~}\nb:\n  <<: *a\n  x: 22:22\n")
    assert found == {"a": {"x": "0o17", "y": None}, "b": {"x": "22:22", "y": None}}
    assert isinstance(found, Section)
    assert found.lines == {"a": 1, "b": 2}


@given(st.text(alphabet="ab:-[]{}&*<>|\n \t'\"#!%\0\\", max_size=60))
def test_any_text_is_read_as_yaml_or_malformed(text: str) -> None:
    try:
        documents(text)
    except Malformed as error:
        assert str(error)


@given(st.text(alphabet='target"x{}[]=,:\n/*#\\ $', max_size=60))
def test_any_hcl_is_read(text: str) -> None:
    from restage.project.readers.hcl import blocks

    assert all(block.line >= 1 for block in blocks(f'target "x" {{ {text}'))
