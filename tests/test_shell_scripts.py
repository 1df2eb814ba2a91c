"""RUN bodies and entrypoint scripts are read as commands, or said to be opaque."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.shell.script import LONGEST, Script, parse, parse_file
from shells import commands


def words(script: Script) -> list[str]:
    return [" ".join(word.raw for word in command.words) for command in commands(script)]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("a && b && c", [("", "a"), ("&&", "b"), ("&&", "c")]),
        ("a || b; c & d", [("", "a"), ("||", "b"), (";", "c"), ("&", "d")]),
        ("a\n\nb;\nc # d\n# e\nf", [("", "a"), ("\n", "b"), (";", "c"), ("\n", "f")]),
        ("a | b |& c && d", [("", "a | b |& c"), ("&&", "d")]),
        ("(a; b) && { c; } > x; ! d", [("", "(a; b)"), ("&&", "{ c; } > x"), (";", "! d")]),
        ("if a; then b; fi && c", [("", "if a; then b; fi"), ("&&", "c")]),
        ("a > x && b 2>&1 c", [("", "a > x"), ("&&", "b 2>&1 c")]),
        ("cat <<E > x\ny\nE\nb", [("", "cat <<E > x\ny\nE"), ("\n", "b")]),
        ("a <<E | b && c\ny\nE\nd", [("", "a <<E | b && c\ny\nE"), ("\n", "d")]),
        ("a && \\\n  b", [("", "a"), ("&&", "b")]),
        ("", []),
        ("# only this", []),
        ("é && b", [("", "é"), ("&&", "b")]),
    ],
)
def test_a_chain_is_cut_into_statements(text: str, statements: list[tuple[str, str]]) -> None:
    script = parse(text)
    assert script.opaque is None
    assert [(s.joiner, text[s.start : s.end]) for s in script.statements] == statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a >x b 2>&1 c", ["a b c"]),
        (">x a b", ["a b"]),
        ("a <<<b c &>d e", ["a c e"]),
        ("a \"b\"c'd'$e*.f", ["a \"b\"c'd'$e*.f"]),
        ("set -ex; export A=b C; unset D", ["set -ex", "export A=b C", "unset D"]),
        ("local a=(b c) d=()", ["local a=(b c) d=()"]),
        ("[ -f a ] && [[ a =~ ^(b|c)$ && d ]]", ["[ -f a ]", "[[ a =~ ^(b|c)$ && d ]]"]),
        ("case $a in b|c) d;; *) e | f;; esac", ["d", "e", "f"]),
        ("while a; do b; done < c", ["", "a", "b"]),
        ("until a; do b; done", ["a", "b"]),
        ("for i in a b; do c $i; done", ["", "c $i"]),
        ("for ((i=0; i<3; i++)); do a; done", ["a"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("f() { if a; then b; fi }\nc", ["a", "b", "c"]),
        ("((i++)); a $((1 + 2)) $", ["", "a $((1 + 2)) $"][1:]),
        ("$A b; ${C} d; eval e; . f", ["$A b", "${C} d", "eval e", ". f"]),
        ("a {} \\; {b,c} b=c @d a#b", ["a {} \\; {b,c} b=c @d a#b"]),
    ],
)
def test_the_words_of_each_command(text: str, expected: list[str]) -> None:
    assert words(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("python <<END\nimport a\n\tb\nEND\n", "import a\n\tb\n"),
        ("python - <<'END' && x\nimport a\nEND\n", "import a\n"),
        ("f() {\npython3 -u <<-END\n\timport a\n\tEND\n}\nuntil f; do sleep 1; done", "import a\n"),
        ("cat < file", None),
    ],
)
def test_a_here_document_is_told_with_what_reads_it(text: str, document: str | None) -> None:
    first, *_ = parse(text).commands()
    assert next((r.document for r in first.redirects if r.document is not None), None) == document


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("for f in a/*.txt b; do x $f; done", " in a/*.txt b; "),
        ("while read f; do x $f; done < list", "< list"),
        ("x $f", ""),
    ],
)
def test_what_a_loop_goes_over_is_told_with_its_commands(text: str, over: str) -> None:
    assert [*parse(text).commands()][-1].over == over


def test_assignments_and_redirects() -> None:
    (command,) = commands(parse("A=b C= D=$(e) x 2>> log < in 2>&1 3>&- <<E\nE"))
    assert [(name, value.raw) for name, value in command.assignments] == [
        ("A", "b"),
        ("C", ""),
        ("D", "$(e)"),
    ]
    assert [(r.fd, r.operator, r.target and r.target.raw) for r in command.redirects] == [
        (2, ">>", "log"),
        (None, "<", "in"),
        (2, ">&", "1"),
        (3, ">&-", None),
        (None, "<<", None),
    ]


@pytest.mark.parametrize("text", ["A=(1 2)", "A+=x", "A[0]=x", "A={b,c}$(d)"])
def test_what_a_shell_makes_of_some_values_is_unknown(text: str) -> None:
    ((name, value),) = commands(parse(text))[0].assignments
    assert name == "A"
    assert value.plain() is None


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("a && b; c", "abc"),
        ("a && b || c && d", "ad"),
        ("a || b || c", "a"),
        ("if a; then b; fi; c", "c"),
        ("for i in x; do a; done; case x in y) b;; esac; c", "c"),
        ("f() { a; }; c", "c"),
        ("[ -f x ] && b; c", "[c"),
        ("a; [ -f x ] && b", "a[b"),
        ("! a && b; c", "ac"),
        ("(a; { b; })", "ab"),
        ("a || { b; c $(d); }", "a"),
    ],
)
def test_which_commands_surely_run(text: str, sure: str) -> None:
    script = parse(text)
    assert "".join(c.words[0].raw for c in commands(script) if c.words and not c.conditional) == sure


def test_what_happens_in_a_subshell_stays_there() -> None:
    script = parse("a; (b; (c)) && d | e; f $(g) & { h; }")
    scopes = {c.words[0].raw: c.scope for c in script.commands()}
    assert scopes["a"] == scopes["h"] == ()
    assert scopes["b"] == scopes["c"][:1] != ()
    assert len({scopes[name] for name in "bcdefg"}) == 6
    assert [c.words[0].raw for c in script.commands() if c.background] == ["g", "f"]
    assert not commands(script)[0].subshell
    assert commands(script)[1].subshell


def test_positions_in_a_pipeline() -> None:
    found = commands(parse("a | (b; c) | d; e"))
    assert [(c.piped, c.pipe_to) for c in found] == [
        (False, True),
        (True, True),
        (True, True),
        (True, False),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("a $(b c)", ["b c"]),
        ("a $(test $b == c && d e) f", ["test $b == c", "d e"]),
        ("a $(test b == c && d) $(test e == f || g)", ["test b == c", "d", "test e == f", "g"]),
        ("a $([[ $b == c* ]] && d)", ["[[ $b == c* ]]", "d"]),
        ("a `b c`", ["b c"]),
        ('a "x$(b "$(c)")"', ['b "$(c)"']),
        ("A=$(b) c ${d:-$(e)}", ["b", "e"]),
        ("a <(b | c)", ["b", "c"]),
        ("[ -n $(b) ]", ["b"]),
        ("a <<E\n$(b)\nE", ["b"]),
        ("a <<'E'\n$(b)\nE", []),
        ("a > $(b)", ["b"]),
    ],
)
def test_commands_in_substitutions(text: str, nested: list[str]) -> None:
    (command,) = commands(parse(text))
    assert [" ".join(word.raw for word in c.words) for c in command.nested] == nested


def test_the_commands_of_loops_and_choices_over_a_substitution_are_found() -> None:
    script = parse("for i in $(a); do b; done; case $(c) in d) e;; esac; (($(f)))")
    assert [c.words[0].raw for c in script.commands() if c.words] == list("abcef")


@pytest.mark.parametrize(
    "text",
    [
        "a && ",
        "if a; then b",
        'a "b',
        "a 'b",
        "a $(b",
        "a ) b",
        "a \\ b",
        "a\r\nb",
        "a\0b",
        "case a in",
        "a ;; b",
        "a `b \\$c`",
        "f() { a; ",
        "( " * 60 + "a" + ")" * 60,
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_not_understood_is_opaque(text: str) -> None:
    script = parse(text)
    assert script.opaque
    assert script.statements == ()


@given(st.text(alphabet="ab \n;&|()<>$`\"'\\{}[]=#!*~-1é\t", max_size=40))
def test_any_text_is_read_or_opaque_and_words_are_where_they_say(text: str) -> None:
    script = parse(text)
    for command in script.commands():
        for each in command.words:
            assert text[each.start : each.end] == each.raw
            assert command.start <= each.start <= each.end <= command.end
    ends = [0, *(s.end for s in script.statements)]
    assert all(before <= s.start < s.end for before, s in zip(ends, script.statements, strict=False))


@pytest.mark.parametrize(
    ("shebang", "ours"),
    [
        ("#!/bin/sh", True),
        ("#!/usr/bin/env bash", True),
        ("#! /bin/bash -e", True),
        ("#!/usr/bin/env -S bash -eu", True),
        ("#!/usr/bin/dumb-init /bin/sh", True),
        ("# no shebang", True),
        ("#!/usr/bin/python3", False),
        ("#!/bin/zsh", False),
        ("#!", False),
    ],
)
def test_the_shebang_says_whose_script_it_is(shebang: str, ours: bool) -> None:
    assert (parse_file(f"{shebang}\na\n").opaque is None) is ours
