"""Which functions and types start a program, and which of their arguments names it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from restage.api import Token, arguments_of
from restage_strategies.go.rows import started_by
from restage_strategies.go.source import GoFile

_MOST_TOKENS = 100
"""How many of a value are looked at."""
_SYSTEM = {"Exec": 0, "ForkExec": 0, "StartProcess": 0}


def callers(file: GoFile) -> dict[tuple[str, str], int | None]:
    """Functions, by local name of their package, that start a program: which argument is its name; None: nothing tells."""
    found: dict[tuple[str, str], int | None] = {
        (each.name or known.package, verb): at
        for each in file.imports
        if (known := started_by(each.path)) is not None
        for verb, at in known.functions.items()
    }
    system = file.named("os", "syscall", "golang.org/x/sys/unix")
    return found | {(name, verb): at for name in system for verb, at in _SYSTEM.items() if verb in file.text}


def structures(file: GoFile) -> dict[tuple[str, str], str]:
    """Types, by local name of their package, whose values are commands: which field is the name."""
    known = ((each, started_by(each.path)) for each in file.imports)
    return {
        (each.name or starter.package, name): field
        for each, starter in known
        if starter is not None
        for name, field in starter.structures.items()
    }


def named_field(found: list[Token], start: int, field: str) -> list[Token] | None:
    """The value that names the program in a structure whose opening bracket is before `start`; None: it has none."""
    for words in arguments_of(found, start):
        if len(words) > 2 and words[0][1] == field and words[1][1] == ":":
            return words[2:]
    return None


def set_fields(found: list[Token], file: GoFile) -> Iterator[tuple[int, list[Token]]]:
    """Where the name of a command is set that was made before (`c.Path = found`), with the value."""
    made = structures(file)
    if not any(f".{field}" in file.text for field in made.values()):
        return
    fields = {package: field for (package, _), field in made.items()}
    # What a function starts by is a command too, and may be changed before it runs.
    commands = {name: fields[of] for name, of in _variables(found, {*made, *callers(file)}) if of in fields}
    for at in range(len(found) - 4):
        given = found[at + 3][1] == "=" and found[at + 4][1] != "="
        if given and found[at + 1][1] == "." and found[at + 2][1] == commands.get(found[at][1]):
            yield at, _until_end(found, at + 4, file.text)


def _until_end(found: list[Token], start: int, text: str) -> list[Token]:
    """The rest of a statement."""
    end = text.find("\n", found[start][2])
    line = takewhile(lambda token: token[2] < end or end < 0, found[start : start + _MOST_TOKENS])
    return list(takewhile(lambda token: token[1] not in (";", "}"), line))


def _variables(found: list[Token], pairs: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names that are of one of these types, or are given one (`c *exec.Cmd`, `c := new(exec.Cmd)`), with its package."""
    for at in range(1, len(found) - 2):
        if found[at + 1][1] != "." or (found[at][1], found[at + 2][1]) not in pairs:
            continue
        back = at - 1
        while back > 0 and found[back][1] in ("*", "&", "(", "new", "=", ":"):
            back -= 1
        if found[back][0] == "word":
            yield found[back][1], found[at][1]
