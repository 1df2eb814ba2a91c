"""Python text to a syntax tree, for any text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst


def parse_source(text: str) -> libcst.Module | None:
    """The syntax tree of a source; None where it isn't Python as the parser knows it, or nests too deep."""
    import libcst

    try:
        return libcst.parse_module(text)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, ValueError):
        return None


def string_value(node: libcst.BaseExpression) -> str | None:
    """The value of a string literal; None for another expression, and for one that no Python takes."""
    import libcst

    if not isinstance(node, libcst.SimpleString | libcst.ConcatenatedString):
        return None
    try:
        value = node.evaluated_value
    except (ValueError, SyntaxError, RecursionError):
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
