"""A RUN is narrowed in the author's layout, and what is left is exactly what should be."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.shell.narrow import Change, narrow, together
from restage.shell.script import Script, parse

_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_SKIPPED = re.compile(r"[ \t]*(#[^\n]*)?\r?\n")


def joined(source: str) -> tuple[str, list[int]]:
    """The logical line of one RUN and where its characters come from; of a here-document its content."""
    if heredoc := re.match(r"RUN <<EOF\n", source):
        end = source.index("\nEOF") + 1
        return source[heredoc.end() : end], list(range(heredoc.end(), end))
    at = len("RUN ")
    text, origin = "", []
    while at < len(source):
        if continued := _CONTINUED.match(source, at):
            at = continued.end()
            while skipped := _SKIPPED.match(source, at):
                at = skipped.end()
        elif source[at] in "\r\n":
            break
        else:
            text, at = text + source[at], at + 1
            origin.append(at - 1)
    return text, origin


def script_of(source: str) -> tuple[Script, Callable[[int], int]]:
    text, origin = joined(source)
    script = parse(text)
    assert script.opaque is None, script.opaque
    return script, origin.__getitem__


def narrowed(source: str, drop: set[str], words: set[str], insert: dict[str, tuple[str, ...]]) -> str:
    """Drops statements by their first word, words by their text; inserts after words."""
    script, body_map = script_of(source)
    found = {word.raw: word.start for s in script.statements for c in s.commands for word in c.words}
    statements = {i for i, s in enumerate(script.statements) if s.commands[0].words[0].raw in drop}
    change = Change(
        frozenset(statements),
        frozenset(found[word] for word in words),
        {found[word]: new for word, new in insert.items()},
    )
    return narrow(source, "\\", body_map, script, change)


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


INSTALL = "RUN apt-get install -y \\\n    curl \\\n    # the compiler\n    gcc \\\n    git \\\n && rm x\n"
REWORDED: dict[str, tuple[str, set[str], dict[str, tuple[str, ...]], str]] = {
    "a line of its own goes with its comment": (
        INSTALL,
        {"gcc"},
        {},
        INSTALL.replace("    # the compiler\n    gcc \\\n", ""),
    ),
    "the last line of its own": (INSTALL, {"git"}, {}, INSTALL.replace("    git \\\n", "")),
    "the last line of all": ("RUN i \\\n  curl \\\n  # c\n  gcc\n", {"gcc"}, {}, "RUN i \\\n  curl\n"),
    "before a joiner at the end of the line": (
        "RUN i \\\n  curl \\\n  gcc && \\\n  b\n",
        {"gcc"},
        {},
        "RUN i \\\n  curl && \\\n  b\n",
    ),
    "before a semicolon": ("RUN i \\\n  curl \\\n  gcc; b\n", {"gcc"}, {}, "RUN i \\\n  curl; b\n"),
    "within a line": ("RUN i curl gcc git && b\n", {"gcc"}, {}, "RUN i curl git && b\n"),
    "at the start of a line": ("RUN i \\\n  gcc git \\\n  vim\n", {"gcc"}, {}, "RUN i \\\n  git \\\n  vim\n"),
    "at the end of a line": ("RUN i \\\n  gcc git \\\n  vim\n", {"git"}, {}, "RUN i \\\n  gcc \\\n  vim\n"),
    "a whole line of several": (
        "RUN i \\\n  gcc git \\\n  vim\n",
        {"gcc", "git"},
        {},
        "RUN i \\\n  vim\n",
    ),
    "before a redirect": ("RUN i curl gcc >x\n", {"gcc"}, {}, "RUN i curl >x\n"),
    "behind a redirect": ("RUN i >x gcc curl\n", {"gcc"}, {}, "RUN i >x curl\n"),
    "inside an if": ("RUN if a; then i b c; fi\n", {"b"}, {}, "RUN if a; then i c; fi\n"),
    "in a here-document": (
        "RUN <<EOF\ni \\\n  a \\\n  b\nc\nEOF\n",
        {"b"},
        {},
        "RUN <<EOF\ni \\\n  a\nc\nEOF\n",
    ),
    "aligned continuations stay aligned": (
        "RUN i   \\\n  curl  \\\n  gccx  \\\n  b     \\\n && z\n",
        {"gccx"},
        {},
        "RUN i   \\\n  curl  \\\n  b     \\\n && z\n",
    ),
    "one more on its own line": (
        INSTALL,
        set(),
        {"curl": ("libx", "liby")},
        INSTALL.replace("    curl \\\n", "    curl \\\n    libx \\\n    liby \\\n"),
    ),
    "one more where the list begins": (
        INSTALL,
        set(),
        {"-y": ("libx",)},
        INSTALL.replace("-y \\\n", "-y \\\n    libx \\\n"),
    ),
    "one more at the end": (
        "RUN i \\\r\n\tcurl\r\n",
        set(),
        {"curl": ("a",)},
        "RUN i \\\r\n\tcurl \\\r\n\ta\r\n",
    ),
    "one more within a line": ("RUN i a c && b\n", set(), {"a": ("x", "y")}, "RUN i a x y c && b\n"),
    "one in the place of another": (
        INSTALL,
        {"gcc"},
        {"gcc": ("libgomp1",)},
        INSTALL.replace("gcc", "libgomp1"),
    ),
    "one more and one less": ("RUN i a gcc\n", {"gcc"}, {"a": ("x",)}, "RUN i a x\n"),
}


@pytest.mark.parametrize(("source", "words", "insert", "expected"), REWORDED.values(), ids=REWORDED)
def test_words_are_dropped_and_inserted(
    source: str, words: set[str], insert: dict[str, tuple[str, ...]], expected: str
) -> None:
    assert narrowed(source, set(), words, insert) == expected


def test_statements_and_words_go_at_once() -> None:
    source = "RUN up \\\n && i \\\n    a \\\n    gcc \\\n && make x \\\n && rm y\n"
    assert (
        narrowed(source, {"make", "up"}, {"gcc"}, {"a": ("b",)}) == "RUN i \\\n    a \\\n    b \\\n && rm y\n"
    )


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


NAMES = [f"cmd{letter}" for letter in "abcdef"]
CONTINUATION = st.sampled_from([" \\\n    ", " \\\n\t", " \\  \n", " \\\n\n  "])
BLANK = st.one_of(st.just(" "), CONTINUATION)


@st.composite
def gaps(draw: st.DrawFn, name: str) -> str:
    """A joiner with blanks around it, and at times a comment on the statement that follows."""
    joiner = draw(st.sampled_from(["&&", "&&", "&&", ";", "||", "&"]))
    before, after = draw(BLANK), draw(BLANK)
    comment = f"  # {name} is next\n  "
    if draw(st.booleans()) and "\n" in before:
        before = before.rstrip(" \t") + comment
    elif draw(st.booleans()) and "\n" in after:
        after = after.rstrip(" \t") + comment
    return (before if joiner != ";" or "\n" in before else "") + joiner + after


@st.composite
def runs(draw: st.DrawFn) -> tuple[str, list[str]]:
    names = NAMES[: draw(st.integers(2, 6))]
    source = "RUN" + draw(BLANK)
    for index, name in enumerate(names):
        words = [name, *(f"{name}-{n}" for n in range(draw(st.integers(0, 3))))]
        source += draw(gaps(name)) if index else ""
        source += words[0] + "".join(draw(BLANK) + word for word in words[1:])
    return source + draw(st.sampled_from(["", "\n", ";\n", " &\n"])), names


def words_of(script: Script) -> list[list[str]]:
    return [[word.raw for word in c.words] for s in script.statements for c in s.commands]


def lists_of(script: Script) -> list[list[str]]:
    """The commands of each and-or list, and whether it runs in the background."""
    lists: list[list[str]] = []
    for statement in script.statements:
        command = statement.commands[0]
        if not lists or statement.joiner in (";", "&"):
            lists.append([])
        lists[-1].append(command.words[0].raw + (" &" if command.background else ""))
    return lists


@given(runs(), st.data())
def test_what_is_left_is_what_was_not_dropped(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, _ = run
    script, body_map = script_of(source)
    groups = data.draw(st.lists(st.sampled_from(together(script)), unique=True))
    dropped = frozenset().union(*groups)
    if len(dropped) == len(script.statements):
        return
    stays = [s for i, s in enumerate(script.statements) if i not in dropped]
    spare = [word for s in stays for c in s.commands for word in c.words[1:]]
    words = data.draw(st.lists(st.sampled_from(spare), unique=True)) if spare else []
    change = Change(dropped, frozenset(word.start for word in words))

    result = narrow(source, "\\", body_map, script, change)

    text, _ = joined(result)
    after = parse(text)
    assert after.opaque is None, result
    gone = {word.raw for word in words}
    assert words_of(after) == [
        [word.raw for word in c.words if word.raw not in gone] for s in stays for c in s.commands
    ], result
    names = {s.commands[0].words[0].raw for s in stays}
    expected = [[name for name in names_of if name.split()[0] in names] for names_of in lists_of(script)]
    assert lists_of(after) == [names_of for names_of in expected if names_of], result
    assert not re.search(r"(&&|\|\||\\)\s*$", result), result


@given(runs(), st.data())
def test_inserted_words_stand_behind_their_anchor(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, _ = run
    script, body_map = script_of(source)
    every = [word for s in script.statements for c in s.commands for word in c.words]
    anchor = data.draw(st.sampled_from(every))
    result = narrow(source, "\\", body_map, script, Change(insert_words={anchor.start: ("new1", "new2")}))
    found = [word for words in words_of(parse(joined(result)[0])) for word in words]
    index = found.index("new1")
    assert found[index - 1 : index + 2] == [anchor.raw, "new1", "new2"], result
    assert [word for word in found if not word.startswith("new")] == [word.raw for word in every], result


@given(runs())
def test_a_change_of_nothing_changes_nothing(run: tuple[str, list[str]]) -> None:
    script, body_map = script_of(run[0])
    assert narrow(run[0], "\\", body_map, script, Change()) == run[0]


@given(runs(), st.data())
def test_comments_go_with_what_they_are_about(run: tuple[str, list[str]], data: st.DataObject) -> None:
    source, names = run
    script, body_map = script_of(source)
    group = data.draw(st.sampled_from(together(script)))
    if len(group) == len(names):
        return
    result = narrow(source, "\\", body_map, script, Change(group))
    for index, name in enumerate(names):
        if index not in group and f"# {name} " in source:
            assert f"# {name} " in result, result
