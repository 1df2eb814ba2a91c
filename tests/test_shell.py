"""RUN bodies and entrypoint scripts are read as commands, or said to be opaque."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.shell.commands import Inline, Plain, leading_options, options, unwrap, word_options
from restage.shell.quote import quote
from restage.shell.script import (
    LONGEST,
    Literal,
    Opaque,
    Script,
    ShellWord,
    SimpleCommand,
    Variable,
    parse,
    parse_file,
)


def commands(script: Script) -> list[SimpleCommand]:
    assert script.opaque is None, script.opaque
    return [command for statement in script.statements for command in statement.commands]


def words(script: Script) -> list[str]:
    return [" ".join(word.raw for word in command.words) for command in commands(script)]


def word(text: str) -> ShellWord:
    return commands(parse(f"c {text}"))[0].words[1]


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


def called(text: str) -> list[str]:
    script = parse_file(text)
    return [" ".join(word.text({})[0] for word in c.words) for c in commands(script)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('f() { a; exec "$@"; }\nf "$@"\n', ["a", "exec $@"]),
        ('f() { exec gosu $1 "$@"; }\nf app x\n', ["exec gosu app app x"]),
        ('f() { shift; a "$@"; }\nf x\n', ["shift", "a $@"]),
        ("f() { g; }\ng() { a; }\nf\n", ["a"]),
        ("f() { a; f; }\nf\n", ["a", "f"]),
        ("function f { a $1; }\nf b; f\n", ["a b", "a "]),
        ("f() { a; }\n", []),
    ],
)
def test_calls_of_own_functions_run_their_bodies(text: str, expected: list[str]) -> None:
    assert called(text) == expected


def test_a_called_function_stands_where_its_call_stands() -> None:
    script = parse_file("f() { a; if b; then c; fi; }\nf; x || f; (f)\n")
    found = [(c.words[0].raw, c.conditional, c.subshell) for c in commands(script)]
    assert found == [
        ("a", False, False),
        ("b", True, False),
        ("c", True, False),
        ("x", False, False),
        ("a", True, False),
        ("b", True, False),
        ("c", True, False),
        ("a", False, True),
        ("b", True, True),
        ("c", True, True),
    ]


def test_functions_that_multiply_are_opaque() -> None:
    layers = "".join(f"f{n}() {{ {'; '.join([f'f{n + 1}'] * 9)}; }}\n" for n in range(8))
    assert parse_file(f"{layers}f0\n").opaque


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ("npm start", Plain(("npm", "start"))),
        ("exec node a.js", Plain(("node", "a.js"), (), ("exec",))),
        ("env A=b C=d node", Plain(("node",), (("A", "b"), ("C", "d")), ("env",))),
        ("env -S node", Plain(("env", "-S", "node"))),
        ("env", Plain(("env",))),
        ("/usr/bin/tini -g -- node -x", Plain(("node", "-x"), (), ("tini",))),
        ("dumb-init gosu app:app node", Plain(("node",), (), ("dumb-init", "gosu"))),
        ("sudo -EH -u app A=b node", Plain(("node",), (("A", "b"),), ("sudo",))),
        ("nice -n 5 nohup stdbuf -oL node", Plain(("node",), (), ("nice", "nohup", "stdbuf"))),
        ("timeout -k 5 10 node", Plain(("node",), (), ("timeout",))),
        ("command -v node", Plain(("command", "-v", "node"))),
        ("sh run.sh -c", Plain(("sh", "run.sh", "-c"))),
        ("sh -c 'a && b'", Inline("a && b", ("sh",))),
        ("exec bash -lc 'a'", Inline("a", ("exec", "bash"))),
        ("bash -euo pipefail -c 'a \"$@\"' x y", Inline('a "$@"', ("bash",), ("x", "y"))),
        ("env A=b /bin/sh -ec a", Inline("a", ("env", "sh"), (), (("A", "b"),))),
    ],
)
def test_wrappers_are_peeled_off(argv: str, expected: Plain | Inline) -> None:
    assert unwrap(shlex.split(argv)) == expected


def test_options_as_gnu_programs_read_them() -> None:
    parsed = options(shlex.split("-xzf a b --dir=c --out d -- -e"), frozenset({"-f", "--out"}))
    assert parsed.flags == (("-x", None), ("-z", None), ("-f", "a"), ("--dir", "c"), ("--out", "d"))
    assert parsed.operands == ("b", "-e")
    assert parsed.has("-q", "-z")
    assert parsed.value("-f", "--dir") == "c"
    assert parsed.value("-x") is None


def test_a_short_option_carries_its_value_and_a_dash_is_an_operand() -> None:
    parsed = options(["-fa", "-", "-o"], frozenset({"-f", "-o"}))
    assert parsed.flags == (("-f", "a"), ("-o", None))
    assert parsed.operands == ("-",)


def test_leading_options_end_at_the_first_operand() -> None:
    parsed = leading_options(["-u", "app", "node", "-v"], frozenset({"-u"}))
    assert (parsed.flags, parsed.operands) == ((("-u", "app"),), ("node", "-v"))


def test_options_with_one_dash_do_not_cluster() -> None:
    parsed = word_options(
        ["build", "-trimpath", "-o", "a", "-ldflags=-s -w", "."], frozenset({"-o", "-ldflags"})
    )
    assert parsed.flags == (("-trimpath", None), ("-o", "a"), ("-ldflags", "-s -w"))
    assert parsed.operands == ("build", ".")


@pytest.mark.parametrize("text", ["a\nb", "a\r", "\0"])
def test_a_line_end_cannot_be_quoted_on_a_line(text: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        quote(text)
