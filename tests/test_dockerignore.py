"""`.dockerignore` hides what BuildKit hides. The expectations were read off BuildKit's own matcher."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.project.dockerignore import Dockerignore

RULES = [
    # text, excluded, kept
    ("node_modules", ["node_modules", "node_modules/a/b"], ["src/node_modules", "node_modules2"]),
    ("/node_modules/", ["node_modules", "node_modules/a"], ["src/node_modules"]),
    ("./dist//js/../css", ["dist/css/a"], ["dist/js", "dist"]),
    ("**/node_modules", ["node_modules", "a/b/node_modules", "a/node_modules/x"], ["a/node_modules2"]),
    ("**/*.pyc", ["a.pyc", "a/b/c.pyc", "a.pyc/d"], ["a.py"]),
    ("*.md", ["README.md"], ["docs/README.md"]),
    ("*/temp*", ["a/temporary.txt", "a/temp"], ["temp", "a/b/temp"]),
    ("temp?", ["tempa", "tempa/x"], ["temp", "tempab"]),
    ("src/**", ["src/a", "src/a/b"], ["src", "srcs"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["a/xb", "ab"]),
    ("**", ["a", "a/b"], []),
    ("**/", ["a", "a/b"], []),
    ("**foo", ["foo", "xfoo", "a/xfoo"], ["foox"]),
    ("log[0-9]", ["log1", "log1/a"], ["loga", "log"]),
    ("[^a]b", ["xb", "zb/c"], ["ab"]),
    ("[!a]b", ["!b", "ab"], ["xb"]),
    (r"a\*b", ["a*b"], ["axb"]),
    ("a.b*", ["a.bc"], ["axbc"]),
    ("a{b}*", ["a{b}c"], ["abc"]),
    ("*.{md,txt}", ["a.{md,txt}"], ["a.md", "a.txt"]),
    ("*\n!src", ["a", "a/b"], ["src", "src/a/b"]),
    ("*\n!src/**", ["a", "src"], ["src/a", "src/b/c"]),
    ("*\n!src/*.go", ["src", "src/a.c", "src/a/b.c"], ["src/a.go"]),
    ("!src\n*", ["src", "src/a"], []),
    ("docs\n!docs/README.md", ["docs", "docs/a"], ["docs/README.md"]),
    ("*.md\n!README*.md\nREADME-secret.md", ["a.md", "README-secret.md"], ["README-x.md"]),
    ("*.md\nREADME-secret.md\n!README*.md", ["a.md"], ["README-x.md", "README-secret.md"]),
    # An exception that couldn't change its directory's answer isn't remembered for what lies below.
    ("*/x\n!d", ["d/x", "e/x"], ["d", "d/y"]),
    ("# a\n#b\n a ", ["a"], ["# a", "#b"]),
    (" # a", ["# a"], ["a"]),
    ("\ufeffa\r\nb\r\n\r\n", ["a", "b"], ["c"]),
    ("! src\nsrc", ["src"], []),
    ("src\n! src", [], ["src"]),
    ("/!src", [], ["src", "!src"]),
    ("a\n.\n", ["a"], ["b"]),
    ("a\n/", ["a"], ["b"]),
    ("../a", [], ["a"]),
    ("", [], ["a", ".git"]),
]


@pytest.mark.parametrize(("text", "excluded", "kept"), RULES)
def test_hides_what_buildkit_hides(text: str, excluded: list[str], kept: list[str]) -> None:
    ignore = Dockerignore.parse(text)
    assert ignore.problem is None
    assert [path for path in [*excluded, *kept] if ignore.excludes(path)] == excluded


@pytest.mark.parametrize(
    "line", ["!", "!/", "[a", "a[", "[]a]", "a[b-]", "\\", "a\\", "[b-a]", "*" + "a" * 70_000]
)
def test_says_what_no_build_takes_and_obeys_the_rest(line: str) -> None:
    ignore = Dockerignore.parse(f"b\n{line}\nc")
    assert ignore.problem is not None
    assert "line 2" in ignore.problem
    assert ignore.excludes("b")
    assert ignore.excludes("c")


@pytest.mark.parametrize("line", ["a|b*", "a{2}*"])
def test_does_not_pretend_to_read_what_buildkit_reads_by_accident(line: str) -> None:
    assert Dockerignore.parse(line).problem is not None


def test_takes_linear_time_for_a_pattern_that_makes_a_backtracking_matcher_hang() -> None:
    ignore = Dockerignore.parse("**/" + "*a" * 40 + "b\n" + "**/" * 40 + "x*y")
    assert not ignore.excludes("a" * 4_000)
    assert ignore.excludes("a" * 4_000 + "b")
    assert ignore.excludes("a/" * 1_000 + "xy")


@pytest.mark.parametrize(
    ("text", "directory", "reopened"),
    [
        ("a\n!a/b", "a", True),
        ("a\n!a/b/**", "a/b", True),
        ("a\n!b", "a", False),
        ("a\n!ab/c", "a", False),
        ("a\n!**/c", "a", True),
        ("a", "a", False),
        ("*\n!.env*", "node_modules", False),
        ("*\n!s*/x", "src", True),
        ("*\n!s*/x", "lib", False),
        ("*\n!*/a/*", "lib/b", False),
        ("*\n!*/a/*", "lib/a", True),
        ("*\n!x[^a]y", "xb", True),
        ("*\n!**/c", "a/b/d", True),
    ],
)
def test_knows_which_hidden_directories_an_exception_can_reopen(
    text: str, directory: str, reopened: bool
) -> None:
    assert Dockerignore.parse(text).may_reopen(directory) is reopened


PATTERN_TEXT = st.text(alphabet="ab/*?[]!^-\\.#| \r\n{}", max_size=40)
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "[", "!a", "^"]), min_size=1, max_size=4).map("/".join)


@given(PATTERN_TEXT, PATHS)
def test_reads_any_text(text: str, path: str) -> None:
    assert Dockerignore.parse(text).excludes(path) in (True, False)


@given(PATTERN_TEXT, PATHS)
def test_what_is_below_an_excluded_directory_stays_excluded_without_exceptions(text: str, path: str) -> None:
    ignore = Dockerignore.parse(text.replace("!", ""))
    assert not ignore.excludes(path) or ignore.excludes(f"{path}/below")


@given(PATTERN_TEXT, PATHS, PATHS)
def test_nothing_is_kept_below_a_hidden_directory_that_no_exception_reopens(
    text: str, directory: str, below: str
) -> None:
    ignore = Dockerignore.parse(f"*\n{text}")
    if ignore.excludes(directory) and not ignore.may_reopen(directory):
        assert ignore.excludes(f"{directory}/{below}")
