"""The words of a command: what wraps it, and its options."""

import shlex

import pytest

from restage.shell.commands import Inline, Plain, leading_options, options, unwrap, word_options


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
