"""Which functions and types start a program, and which of their arguments names it."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Token, arguments_of
from restage_strategies.go.rows import started_by
from restage_strategies.go.source import GoFile

_SYSTEM = {"Exec": 0, "ForkExec": 0, "StartProcess": 0}
_STRUCTURES = frozenset({"Cmd", "ExecTask"})
"""`exec.Cmd{Path: …}` and `execute.ExecTask{Command: …}`."""
_FIELDS = frozenset({"Path", "Command"})


def callers(file: GoFile) -> dict[tuple[str, str], int]:
    """Functions, by local name of their package, that start a program: which argument is its name."""
    found = {
        (each.name or known.package, verb): at
        for each in file.imports
        if (known := started_by(each.path)) is not None
        for verb, at in known.functions.items()
    }
    system = file.named("os", "syscall", "golang.org/x/sys/unix")
    return found | {(name, verb): at for name in system for verb, at in _SYSTEM.items() if verb in file.text}


def structures(file: GoFile) -> frozenset[tuple[str, str]]:
    """Types, by local name of their package, whose values are commands."""
    known = ((each, started_by(each.path)) for each in file.imports)
    return frozenset(
        (each.name or starter.package, name)
        for each, starter in known
        if starter is not None
        for name in _STRUCTURES
        if f".{name}{{" in file.text
    )


def named_fields(found: list[Token], start: int) -> Iterator[list[Token]]:
    """The values that name the program in a structure whose opening bracket is before `start`."""
    for field in arguments_of(found, start):
        if len(field) > 2 and field[0][1] in _FIELDS and field[1][1] == ":":
            yield field[2:]
