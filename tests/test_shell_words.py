"""What a word of a script says: its quotes removed, its variables filled in, or said to be unknown."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.shell.quote import quote
from restage.shell.script import Literal, Opaque, Variable, parse
from shells import commands, word


@given(st.lists(st.text(alphabet="ab $\"'\\*~{},;é#=-", max_size=8), min_size=1, max_size=5))
def test_quoted_words_are_read_as_they_were(texts: list[str]) -> None:
    script = parse("c " + " ".join(quote(text) for text in texts))
    if "==" in texts:  # the grammar takes it for an operator outside a test, which makes the script opaque
        return
    (command,) = commands(script)
    assert [each.plain() for each in command.words[1:]] == texts


@given(st.lists(st.sampled_from(["a", "'b c'", '"d e"', "\\ ", '\\"', "'", '"', "x=y"]), max_size=6))
def test_quotes_are_removed_as_the_standard_library_does(pieces: list[str]) -> None:
    script = parse("c " + "".join(pieces))
    if script.opaque is None:
        (command,) = commands(script)
        assert [each.plain() for each in command.words] == shlex.split(script.text)


ENV = {"A": "x", "EMPTY": "", "LIST": "p q", "GLOB": "*.c", "NONE": None}


@pytest.mark.parametrize(
    ("text", "expected", "known"),
    [
        ("a\\ e'b c'\"d\"", "a eb cd", True),
        ("$A-${A}", "x-x", True),
        ('"$LIST"', "p q", True),
        ("$LIST", "p q", False),
        ("$GLOB", "*.c", False),
        ("$NONE/b", "$NONE/b", False),
        ("$MISSING/b", "$MISSING/b", False),
        ("${EMPTY:-y}${A:-z}", "yx", True),
        ("${EMPTY-y}", "${EMPTY-y}", False),
        ("${EMPTY-}b", "b", True),
        ("${A:?needed}", "x", True),
        ("${A%.*}", "${A%.*}", False),
        ("a$(b)", "a$(b)", False),
        ("a{b,c}", "a{b,c}", False),
        ("{}", "{}", True),
        ("'$A'\\$A", "$A$A", True),
        ('"a\\b\\"\\$"', 'a\\b"$', True),
        ("a~", "a~", True),
        ("~user/x", "~user/x", False),
        ("$'a\\n'", "$'a\\n'", False),
    ],
)
def test_the_text_of_a_word(text: str, expected: str, known: bool) -> None:
    assert word(text).text(ENV) == (expected, known)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("$LIST", ("p", "q")),
        ("a$LIST", ("ap", "q")),
        ('"$LIST"', ("p q",)),
        ("$EMPTY", ()),
        ('""', ("",)),
        ('"$EMPTY"', ("",)),
        ("a$EMPTY", ("a",)),
    ],
)
def test_an_unquoted_variable_becomes_as_many_words_as_it_holds(text: str, fields: tuple[str, ...]) -> None:
    assert word(text).fields(ENV) == (fields, True)


def test_the_parts_of_a_word() -> None:
    assert word('"$@"').parts == (Variable("@", True, "$@"),)
    assert word("~/x").parts == (Variable("HOME", True, "~"), Literal("/x"))
    assert word("a$(b)").parts == (Literal("a"), Opaque("$(b)"))
    assert word("${X:-y}").parts == (Variable("X", False, "${X:-y}", "y"),)


@pytest.mark.parametrize(
    ("text", "glob"),
    [
        ("*.c", True),
        ("[ab]", True),
        ("a?", True),
        ("'*'", False),
        ("\\*", False),
        ("[", False),
        ('"$A"*', True),
    ],
)
def test_unquoted_patterns_are_globs(text: str, glob: bool) -> None:
    assert word(text).has_glob is glob


@pytest.mark.parametrize("text", ["a\nb", "a\r", "\0"])
def test_a_line_end_cannot_be_quoted_on_a_line(text: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        quote(text)
