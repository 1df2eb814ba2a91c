"""Commands of a RUN are dropped and added in the author's layout."""

import pytest

from restage.shell.narrow import Change, narrow, together
from restage.shell.script import parse
from shells import narrowed, script_of

DROPPED = {
    "the middle one of a chain with leading joiners": (
        "RUN a \\\n    && b x \\\n    && c\n",
        {"b"},
        "RUN a \\\n    && c\n",
    ),
    "the middle one of a chain with trailing joiners": (
        "RUN a && \\\n    b x && \\\n    c\n",
        {"b"},
        "RUN a && \\\n    c\n",
    ),
    "the first one": ("RUN a \\\n && b \\\n && c\n", {"a"}, "RUN b \\\n && c\n"),
    "the first one on its own line": ("RUN \\\n\ta && \\\n\tb\n", {"a"}, "RUN \\\n\tb\n"),
    "the last one": ("RUN a \\\n && b\n", {"b"}, "RUN a\n"),
    "the last one behind a trailing joiner": ("RUN a && \\\n  b", {"b"}, "RUN a"),
    "one of several on a line": ("RUN a && b && c\n", {"b"}, "RUN a && c\n"),
    "the end of a line": ("RUN a && b \\\n && c\n", {"b"}, "RUN a \\\n && c\n"),
    "the start of a line": ("RUN a \\\n && b && c\n", {"b"}, "RUN a \\\n && c\n"),
    "behind set -ex;": ("RUN set -ex; \\\n  a \\\n  && b\n", {"a"}, "RUN set -ex; \\\n  b\n"),
    "behind set -ex; at the end": ("RUN set -ex; \\\n  a; \\\n  b;\n", {"b"}, "RUN set -ex; \\\n  a;\n"),
    "behind set -eux with a trailing joiner": (
        "RUN set -ex; \\\n  a; \\\n  b\n",
        {"a"},
        "RUN set -ex; \\\n  b\n",
    ),
    "two in a row": ("RUN a \\\n && b \\\n && c \\\n && d\n", {"b", "c"}, "RUN a \\\n && d\n"),
    "all but one": ("RUN a \\\n && b \\\n && c\n", {"a", "c"}, "RUN b\n"),
    "with the comment above it": (
        "RUN a \\\n    # about b\n    && b \\\n    # about c\n    && c\n",
        {"b"},
        "RUN a \\\n    # about c\n    && c\n",
    ),
    "keeping the comment of what becomes first": (
        "RUN a \\\n    # about b\n    && b\n",
        {"a"},
        "RUN \\\n    # about b\n    b\n",
    ),
    "keeping a comment that a blank line sets apart": (
        "RUN a \\\n # general\n\n # about b\n && b \\\n && c\n",
        {"b"},
        "RUN a \\\n # general\n\n && c\n",
    ),
    "with line ends of Windows": ("RUN a \\\r\n && b \\\r\n && c\r\n", {"b"}, "RUN a \\\r\n && c\r\n"),
    "with the shell's own comment": ("RUN a && b # why\n", {"b"}, "RUN a\n"),
    "a joiner on its own line": (
        "RUN a \\\n  && \\\n  b \\\n  && \\\n  c\n",
        {"a"},
        "RUN b \\\n  && \\\n  c\n",
    ),
    "a list that stays in the background": ("RUN a & b && c\n", {"b"}, "RUN a & c\n"),
    "a list in the background": ("RUN a; b & c\n", {"b"}, "RUN a; c\n"),
    "the end of a list in the background": ("RUN a && b & c\n", {"b"}, "RUN a & c\n"),
    "the last list, in the background": ("RUN a; b &\n", {"b"}, "RUN a\n"),
    "all after a list in the background": ("RUN a & b\n", {"b"}, "RUN a &\n"),
    "whose joiner is weaker than the one that goes": ("RUN a && b; c\n", {"b"}, "RUN a; c\n"),
    "the end of a list in the background with other joiners": (
        "RUN a && \\\n  b & c && \\\n  d\n",
        {"b", "c"},
        "RUN a & \\\n  d\n",
    ),
    "lists that fail apart": ("RUN a; b && c\n", {"b"}, "RUN a; c\n"),
    "a line of a here-document": (
        "RUN <<EOF\na # a\n\n# b\nb x # b\n\nc\nEOF\n",
        {"b"},
        "RUN <<EOF\na # a\n\nc\nEOF\n",
    ),
    "the first line of a here-document": (
        "RUN <<EOF\n# a\na\n# b\nb\nEOF\n",
        {"a"},
        "RUN <<EOF\n# b\nb\nEOF\n",
    ),
    "the last line of a here-document": ("RUN <<EOF\na # a\nb\nEOF\n", {"b"}, "RUN <<EOF\na # a\nEOF\n"),
    "both sides of ||": ("RUN a && b || c && d\n", {"a", "b", "c"}, "RUN d\n"),
    "a compound command": (
        "RUN a \\\n && if x; \\\n    then y; fi \\\n && (u; v)\n",
        {"x"},
        "RUN a \\\n && (u; v)\n",
    ),
}
ADDED = {
    "on one line": ("RUN a && b x\n", "RUN a && b x && z\n"),
    "one alone": ("RUN a x", "RUN a x && z"),
    "before the shell's own comment": ("RUN a && b # why\n", "RUN a && b && z # why\n"),
    "before what ends the last": ("RUN a; b;\n", "RUN a; b && z;\n"),
    "with leading joiners": ("RUN a \\\n && b x \\\n && c\n", "RUN a \\\n && b x \\\n && c \\\n && z\n"),
    "with trailing joiners": ("RUN a && \\\n    b x\n", "RUN a && \\\n    b x && \\\n    z\n"),
    "below words on lines of their own": (
        "RUN a && b \\\n    x \\\n    y\n",
        "RUN a && b \\\n    x \\\n    y \\\n    && z\n",
    ),
    "below a comment line": (
        "RUN a && b \\\n    # about x\n    x\n",
        "RUN a && b \\\n    # about x\n    x \\\n    && z\n",
    ),
    "with line ends of Windows": ("RUN a \\\r\n && b\r\n", "RUN a \\\r\n && b \\\r\n && z\r\n"),
    "behind alternatives": ("RUN a || b\n", "RUN a || b && z\n"),
    "behind a compound command": ("RUN if a; then b; fi\n", "RUN if a; then b; fi && z\n"),
}


@pytest.mark.parametrize(("source", "expected"), ADDED.values(), ids=ADDED)
def test_a_command_is_added_at_the_end(source: str, expected: str) -> None:
    script, body_map = script_of(source)
    assert narrow(source, "\\", body_map, script, Change(behind=("z",))) == expected


def test_commands_are_added_around_what_stays() -> None:
    script, body_map = script_of(source := "RUN a && b x \\\n    y && c\n")
    x, y = (word.start for word in script.statements[1].commands[0].words[1:])
    change = Change(frozenset({0, 2}), frozenset({y}), {x: ("w",)}, ahead=("u v",), behind=("z",))
    assert narrow(source, "\\", body_map, script, change) == "RUN u v && b x \\\n    w \\\n    && z\n"


@pytest.mark.parametrize(("source", "drop", "expected"), DROPPED.values(), ids=DROPPED)
def test_a_statement_is_dropped(source: str, drop: set[str], expected: str) -> None:
    assert narrowed(source, drop, set(), {}) == expected


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("a && b; c", [{0}, {1}, {2}]),
        ("a || b && c", [{0, 1}, {2}]),
        ("x; a && b || c; d", [{0}, {1, 2, 3}, {4}]),
        ("a || b; c || d", [{0, 1}, {2, 3}]),
    ],
)
def test_alternatives_stand_together(text: str, groups: list[set[int]]) -> None:
    assert [set(group) for group in together(parse(text))] == groups


@pytest.mark.parametrize(
    "change",
    [
        Change(frozenset({0, 1, 2})),
        Change(frozenset({0})),
        Change(drop_words=frozenset({1})),
        Change(drop_words=frozenset({5})),
        Change(insert_words={99: ("x",)}),
    ],
    ids=["everything", "half of an alternative", "no word", "a command's name", "beyond"],
)
def test_a_change_that_makes_no_sense_is_an_error(change: Change) -> None:
    script, body_map = script_of("RUN a || b x && c")
    with pytest.raises(ValueError, match=r"."):
        narrow("RUN a || b x && c", "\\", body_map, script, change)
