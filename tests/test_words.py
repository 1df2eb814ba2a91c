"""Words expand as in BuildKit, whose own tables are in test_conformance; these cases are ours."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restage.dockerfile.words import ExpansionError, Platform, expand, expand_words, variables

ENVIRONMENT = {"A": "one two", "EMPTY": "", "VERSION": "1.2.3", "FILE": "/a/b/c.tar.gz"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("plain", "plain"),
        ("$A-${A}", "one two-one two"),
        ("'$A' \"$A\" \\$A", "$A one two $A"),
        ("${NONE:-x}${EMPTY:-y}${EMPTY-z}", "xy"),
        ("${A:+x}${EMPTY:+y}${EMPTY+z}", "xz"),
        ("${A:?needed}", "one two"),
        ("${VERSION%.*}|${VERSION%%.*}", "1.2|1"),
        ("${VERSION#*.}|${VERSION##*.}", "2.3|3"),
        ("${FILE##*/}|${FILE%%.*}|${FILE%?gz}", "c.tar.gz|/a/b/c|/a/b/c.tar"),
        ("${VERSION/./-}|${VERSION//./-}|${FILE/b*r/x}", "1-2.3|1-2-3|/a/x.gz"),
        ("${FILE#nothing}${VERSION%x*}", "/a/b/c.tar.gz1.2.3"),
        ("${VERSION%\\*}|${FILE//\\//_}", "1.2.3|_a_b_c.tar.gz"),
        ("a<b<<c", "a<b<<c"),
        ("$", "$"),
    ],
)
def test_words_expand(word: str, expected: str) -> None:
    assert expand(word, ENVIRONMENT) == expected


@pytest.mark.parametrize(
    "word",
    [
        "'",
        '"',
        "${",
        "${}",
        "${A",
        "${A:=x}",
        "${NONE?}",
        "${EMPTY:?why}",
        "${A:#x}",
        "${A#\\x}",
        "${A/x}",
        "${A^}",
    ],
)
def test_bad_words_are_refused(word: str) -> None:
    with pytest.raises(ExpansionError):
        expand(word, ENVIRONMENT)


def test_the_message_of_the_author_is_in_the_refusal() -> None:
    with pytest.raises(ExpansionError, match="NONE: set it"):
        expand("${NONE:?set it}", {})


def test_the_escape_is_the_one_of_the_file() -> None:
    assert expand("C:\\dir`$A", {}, escape="`") == "C:\\dir$A"


def test_windows_does_not_tell_case_apart() -> None:
    assert expand("$path", {"PATH": "C:\\"}, platform=Platform.WINDOWS) == "C:\\"
    assert expand("$path", {"PATH": "C:\\"}, platform=Platform.UNIX) == ""


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("a  b", ["a", "b"]),
        ("x$A", ["xone", "two"]),
        ('x"$A"', ["xone two"]),
        ("'a b' c\\ d", ["a b", "c d"]),
        ("", []),
        ("$EMPTY", []),
    ],
)
def test_words_split(word: str, expected: list[str]) -> None:
    assert expand_words(word, ENVIRONMENT) == expected


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("plain", set()),
        ("$A-${B}", {"A", "B"}),
        ("${A:-$B} ${C:?$D} ${E#$F}", {"A", "B", "C", "D", "E", "F"}),
        ("'$A' \"$B\" \\$C", {"B"}),
    ],
)
def test_variables_are_the_names_that_a_word_reads(word: str, names: set[str]) -> None:
    assert variables(word) == names


@given(st.text(alphabet="a$A{}:-+?#%/*\\`'\"< \u00a0\udc80é"))
@example("${a:-" * 10_000)
@example("${A#" + "*a" * 50 + "}")
@example("$" + "a" * 100_000)
def test_any_word_expands_or_is_refused(word: str) -> None:
    environment = {"A": "a" * 5_000}
    for read in (expand, expand_words):
        try:
            assert read(word, environment) is not None
        except ExpansionError as error:
            assert str(error)


@given(st.text(alphabet="abc*?"), st.text(alphabet="abc"))
def test_a_prefix_and_a_suffix_that_match_leave_the_rest(pattern: str, value: str) -> None:
    environment = {"V": value}
    assert value.endswith(expand(f"${{V#{pattern}}}", environment))
    assert value.startswith(expand(f"${{V%{pattern}}}", environment))
    if not set(pattern) & {"*", "?", "#", "%"}:
        assert expand(f"${{V#{pattern}}}", environment) == value.removeprefix(pattern)
        assert expand(f"${{V%{pattern}}}", environment) == value.removesuffix(pattern)
