"""The grammar's tree as a flat row of items: words, operators, redirects, compound commands.

The tree of tree-sitter-bash nests one thing in several ways (a redirect around a whole list, words below a
redirect, the rest of the line below a here-document). In source order they are what the author wrote, so the
tree is laid flat here and put together again in ``chains``.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from restage.record import Record
from restage.shell.quoting import Unreadable

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Kind = Literal["piece", "redirect", "operator", "break", "compound", "comment", "body"]

MAY_NOT_RUN = frozenset(
    {
        "if_statement",
        "for_statement",
        "c_style_for_statement",
        "while_statement",
        "case_statement",
        "function_definition",
    }
)
"""Compound commands whose inner commands may not run."""
COMPOUND = MAY_NOT_RUN | {"subshell", "compound_statement", "test_command"}
CASE_ENDS = frozenset({";;", ";&", ";;&"})
SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_EXPANSIONS = SUBSTITUTIONS | {"expansion", "arithmetic_expansion", "array"}
_PASSED_THROUGH = frozenset(
    {
        "program",
        "list",
        "pipeline",
        "redirected_statement",
        "negated_command",
        "command",
        "command_name",
        "variable_assignments",
        "declaration_command",
        "unset_command",
    }
)
_CLAUSES = frozenset({"elif_clause", "else_clause", "do_group"})
_OF_A_COMMAND = frozenset({"command", "command_name", "declaration_command", "unset_command"})
_PIECES = _EXPANSIONS | frozenset(
    {
        "word",
        "number",
        "string",
        "raw_string",
        "ansi_c_string",
        "translated_string",
        "concatenation",
        "simple_expansion",
        "brace_expression",
        "variable_assignment",
        "variable_name",
        "special_variable_name",
        "test_operator",
        "extglob_pattern",
        "regex",
    }
)
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})
_SEQUENCE = "sequence"
_COMPARISONS = frozenset({"==", "=~", "!="})
_OPERATORS = frozenset({"&&", "||", ";", "&", "|", "|&", "!"})
_BLANK = re.compile(r"(?:[ \t\n]|\\\n)*")
_LONE_DASH = re.compile(r"(?<=[ \t])-(?=[ \t]{0,8}<<)")
"""The word before a here-document (`python - <<EOF`), which the grammar does not take."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class Item(Record):
    """A piece of the row; ``node`` is what it came from, ``text`` what an operator or a redirect says."""

    kind: Kind
    start: int
    end: int
    node: "Node"
    text: str = ""


def tree(text: str) -> "Node":
    """The syntax tree; its byte offsets are character offsets. Raises Unreadable for what isn't shell."""
    if control := re.search(r"[\x00\r]", text):
        raise Unreadable(f"the control character {control[0]!r}")
    # One byte for each character, so that offsets are the same; like them, a dot is a plain letter of a word.
    letters = _LONE_DASH.sub(".", _BEYOND_ASCII.sub(".", text))
    root = _parsed(letters)
    while operators := [*_taken_for_patterns(root)]:
        for operator in operators:
            letters = letters[: operator.start_byte] + ".." + letters[operator.end_byte :]
        root = _parsed(letters)
    for node in _errors(root):
        raise Unreadable(f"not understood near {text[node.start_byte :][:30]!r}")
    return root


def spans(root: "Node") -> dict[int, int]:
    """Where each expansion ends, by where it starts."""
    return {node.start_byte: node.end_byte for node in outermost([root], _EXPANSIONS, inside=True)}


@cache
def _parser() -> "Parser":
    from tree_sitter import Language, Parser
    from tree_sitter_bash import language

    return Parser(Language(language()))


def _parsed(letters: str) -> "Node":
    return _parser().parse(letters.encode("ascii")).root_node


def _taken_for_patterns(root: "Node") -> Iterator["Node"]:
    """In ``$(test $a == b && c)`` the grammar takes ``b && c`` for a pattern, as it would be in ``[[ ]]``."""
    for pattern in outermost([root], frozenset({"regex"})):
        operator, command = pattern.prev_sibling, pattern.parent
        if operator and operator.type in _COMPARISONS and command and command.type == "command":
            yield operator


def _errors(root: "Node") -> Iterator["Node"]:
    stack = [root] if root.has_error else []
    while stack:
        node = stack.pop()
        if node.is_error or (node.is_missing and not _needless(node)):
            yield node
        stack.extend(child for child in reversed(node.children) if child.has_error)


def _needless(missing: "Node") -> bool:
    """In ``{ if a; then b; fi }`` the grammar misses a semicolon that no shell does."""
    before = missing.prev_sibling
    return missing.type == ";" and before is not None and before.type in COMPOUND


def outermost(nodes: Sequence["Node"], types: frozenset[str], *, inside: bool = False) -> Iterator["Node"]:
    """The nodes of these types at or below ``nodes``, in source order; those in others only on demand."""
    stack = [*reversed(nodes)]
    while stack:
        node = stack.pop()
        if node.type in types:
            yield node
            if not inside:
                continue
        stack.extend(reversed(node.children))


def row(text: str, nodes: Sequence["Node"]) -> Iterator[Item]:
    """The items of a sequence of statements, in source order, with a break after each statement and keyword.

    Raises Unreadable if something that isn't blank would be skipped, or for a node that isn't known here.
    """
    end = nodes[0].start_byte if nodes else 0
    for item in _flat(nodes):
        if item.kind != "break":
            if item.start < end or not _BLANK.fullmatch(text, end, item.start):
                raise Unreadable(f"not understood near {text[end : end + 30]!r}")
            end = item.end
        yield item


def _flat(nodes: Sequence["Node"]) -> Iterator[Item]:
    # The type of the parent goes along: asking a node for its parent walks down from the root.
    stack: list[tuple[Node | Item, str]] = [(node, _SEQUENCE) for node in reversed(nodes)]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, Item):
            yield node
        elif parent == _SEQUENCE and node.is_named and node.type not in {"comment", *_CLAUSES}:
            stack += ((_item("break", node), ""), (node, ""))
        elif node.type in _CLAUSES:
            stack.extend((child, _SEQUENCE) for child in reversed(node.children))
        elif node.type in _PASSED_THROUGH:
            stack.extend((child, node.type) for child in reversed(node.children))
        elif node.type in _REDIRECTS:
            stack.extend((part, node.type) for part in reversed(_redirect(node)))
        else:
            yield from _leaf(node, parent)


def _leaf(node: "Node", parent: str) -> Iterator[Item]:
    if node.type == "comment":
        yield _item("comment", node)
    elif node.type in COMPOUND:
        yield _item("compound", node)
    elif node.type in _PIECES or (not node.is_named and parent in _OF_A_COMMAND):
        yield _item("piece", node)
    elif node.type in _OPERATORS:
        yield _item("operator", node)
    elif parent == _SEQUENCE and not node.is_named and node.type not in CASE_ENDS:
        # A keyword, or a bracket of a compound command: it covers its text and ends what stands before it.
        yield _item("comment", node)
        yield _item("break", node)
    else:
        raise Unreadable(f"shell syntax {node.type!r}")


def _item(kind: Kind, node: "Node") -> Item:
    return Item(kind, node.start_byte, node.end_byte, node, node.type if kind == "operator" else "")


def _redirect(node: "Node") -> list["Node | Item"]:
    """The operator, with what stands before and in it, as one item; then words and the rest of the line."""
    parts = list(node.children)
    until = next(i for i, part in enumerate(parts) if not part.is_named)
    operator = parts[until]
    if parts[until + 1 : until + 2] and parts[until + 1].type == "heredoc_start":
        until += 1
    first = Item("redirect", node.start_byte, parts[until].end_byte, node, operator.type)
    return [first, *(_rest(part) for part in parts[until + 1 :])]


def _rest(part: "Node") -> "Node | Item":
    return _item("body", part) if part.type in ("heredoc_body", "heredoc_end") else part
