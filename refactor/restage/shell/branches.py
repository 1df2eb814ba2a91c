"""Which branch of a condition a command stands in, and whether a branch is run in any case."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from restage.record import Record

if TYPE_CHECKING:
    from tree_sitter import Node


class Branch(Record):
    """One branch of an `if`, a `case`, or a list of `&&` and `||`."""

    fork: int
    """Offset of the condition, which tells it from others of the script."""
    number: int
    of: int
    """How many branches there are of which one runs; 0 where it may be that none does."""


SKIPPED = Branch(-1, 0, 0)
"""Behind `||`, or in a function whose calls are not known."""


def branch_at(node: Node, offset: int) -> Branch | None:
    """The branch of a compound command at an offset; None of what is no condition: a loop is taken to run at least once."""
    match node.type:
        case "if_statement":
            clauses = [each for each in node.children if each.type in ("elif_clause", "else_clause")]
            is_whole = any(each.type == "else_clause" for each in clauses)
            number, of = _before(clauses, offset), len(clauses) + 1
        case "case_statement":
            items = [each for each in node.children if each.type == "case_item"]
            is_whole = any(each.children[0].text == b"*" for each in items)
            number, of = _before(items, offset) - 1, len(items)
        case _:
            return None
    return Branch(node.start_byte, number, of if is_whole else 0)


def _before(nodes: Iterable[Node], offset: int) -> int:
    return sum(node.start_byte <= offset for node in nodes)


def one_surely_runs(ways: Iterable[tuple[Branch, ...]]) -> bool:
    """Whether one of several commands of a script runs in any case; each is told by the branches around it, outermost first."""
    found = sorted(ways, key=lambda way: [(branch.fork, branch.number) for branch in way])
    if not found or not found[0]:
        return bool(found)
    return any(_is_whole([*group]) for _, group in groupby(found, lambda way: way[0].fork))


def _is_whole(ways: list[tuple[Branch, ...]]) -> bool:
    """Whether each branch of one condition has a command that surely runs in it."""
    of = ways[0][0].of
    numbers = groupby(ways, key=lambda way: way[0].number)
    sure = [one_surely_runs(way[1:] for way in group) for _, group in numbers]
    return 0 < of == sum(sure)
