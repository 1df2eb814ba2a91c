"""Calls of a script's own functions stand for the commands of their bodies."""

import pytest

from restage.shell.script import parse_file
from shells import commands


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
