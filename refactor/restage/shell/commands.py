"""The wrappers around a command, peeled off its argument list."""

import re
from collections.abc import Sequence

from restage.record import Record
from restage.shell.options import Parsed, leading_options, options, word_options

__all__ = [
    "Inline",
    "Parsed",
    "Plain",
    "Unwrapped",
    "basename",
    "leading_options",
    "options",
    "unwrap",
    "word_options",
]

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_SHELLS = frozenset({"sh", "bash", "dash", "ash"})
_SHELL_OPTIONS_WITH_VALUE = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})


class Plain(Record):
    """The command inside its wrappers, with what ``env`` and ``sudo`` set for it."""

    words: tuple[str, ...]
    assignments: tuple[tuple[str, str], ...] = ()
    wrappers: tuple[str, ...] = ()


class Inline(Record):
    """A script given to a shell as an argument (``sh -c``); ``arguments`` are its ``$0``, ``$1``, …"""

    script_text: str
    wrappers: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    assignments: tuple[tuple[str, str], ...] = ()


Unwrapped = Plain | Inline


class _Wrapper(Record):
    """How many operands stand before the command, which options take a value, which make it no wrapper."""

    operands: int = 0
    with_value: frozenset[str] = frozenset()
    otherwise: frozenset[str] = frozenset()
    assigns: bool = False


_WRAPPERS = {
    "exec": _Wrapper(with_value=frozenset({"-a"})),
    "command": _Wrapper(otherwise=frozenset({"-v", "-V"})),
    "builtin": _Wrapper(),
    "nohup": _Wrapper(),
    "setsid": _Wrapper(),
    "time": _Wrapper(with_value=frozenset({"-f", "-o", "--format", "--output"})),
    "nice": _Wrapper(with_value=frozenset({"-n", "--adjustment"})),
    "ionice": _Wrapper(with_value=frozenset({"-c", "-n", "-p"}), otherwise=frozenset({"-p"})),
    "stdbuf": _Wrapper(with_value=frozenset({"-i", "-o", "-e", "--input", "--output", "--error"})),
    "timeout": _Wrapper(operands=1, with_value=frozenset({"-k", "-s", "--kill-after", "--signal"})),
    "tini": _Wrapper(with_value=frozenset({"-p", "-e"})),
    "tini-static": _Wrapper(with_value=frozenset({"-p", "-e"})),
    "docker-init": _Wrapper(with_value=frozenset({"-p", "-e"})),
    "catatonit": _Wrapper(),
    "dumb-init": _Wrapper(with_value=frozenset({"-r", "--rewrite"})),
    "gosu": _Wrapper(operands=1),
    "su-exec": _Wrapper(operands=1),
    "env": _Wrapper(
        with_value=frozenset({"-u", "--unset", "-C", "--chdir"}),
        otherwise=frozenset({"-S", "--split-string", "-C", "--chdir"}),
        assigns=True,
    ),
    "sudo": _Wrapper(
        with_value=frozenset({"-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "--user", "--group"}),
        otherwise=frozenset({"-i", "-s", "-e", "-l", "-D", "-R", "--login", "--shell", "--edit", "--chdir"}),
        assigns=True,
    ),
}


def unwrap(words: Sequence[str]) -> Unwrapped:
    """Peels ``exec``, ``sudo``, ``env A=b``, ``tini --``, ``gosu user``, ``sh -c "…"`` off a command.

    What isn't understood of a wrapper (``env -S``, ``command -v``) stays: the wrapper is then the command.
    """
    assignments: list[tuple[str, str]] = []
    wrappers: list[str] = []
    rest = tuple(words)
    while rest and (wrapper := _WRAPPERS.get(basename(rest[0]))):
        inside = _inside(wrapper, rest[1:])
        if inside is None:
            break
        wrappers.append(basename(rest[0]))
        given, rest = inside
        assignments += given
    if rest and basename(rest[0]) in _SHELLS:
        flags = leading_options(rest[1:], _SHELL_OPTIONS_WITH_VALUE)
        if flags.has("-c") and flags.operands:
            text, *arguments = flags.operands
            wrappers.append(basename(rest[0]))
            return Inline(text, tuple(wrappers), tuple(arguments), tuple(assignments))
    return Plain(rest, tuple(assignments), tuple(wrappers))


def basename(program: str) -> str:
    """The last part of a program's path."""
    return program.rpartition("/")[2]


def _inside(
    wrapper: _Wrapper, arguments: Sequence[str]
) -> tuple[list[tuple[str, str]], tuple[str, ...]] | None:
    parsed = leading_options(arguments, wrapper.with_value)
    rest = list(parsed.operands)
    assignments: list[tuple[str, str]] = []
    while wrapper.assigns and rest and (found := _ASSIGNMENT.fullmatch(rest[0])):
        assignments.append((found[1], found[2]))
        rest.pop(0)
    rest = rest[wrapper.operands :]
    return None if parsed.has(*wrapper.otherwise) or not rest else (assignments, tuple(rest))
