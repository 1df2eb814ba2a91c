"""The programs that one package of Go calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile

from restage.api import COMMON_PROGRAMS, Record, Token, arguments_of, is_program, programs_in
from restage_strategies.go.functions import Function, around
from restage_strategies.go.handing import Handed, Parameter, parameter_of
from restage_strategies.go.source import GoFile
from restage_strategies.go.sources import Names, Sources, directory_of
from restage_strategies.go.starters import callers, named_field, set_fields, structures
from restage_strategies.go.tokens import ITSELF, literal, significant

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_ARGUMENTS = re.compile(r"\bos\.Args\b(?!\[0\])|\bflag\.Args?\(")


class Call(Record):
    """A program that a source names."""

    program: str
    where: str
    """`main.go:12`, relative to where the sources were looked for."""
    direct: bool = True
    """Whether the name stands in the call itself; else among the strings of a package that computes names."""

    @property
    def vendored(self) -> bool:
        """Whether the code of others calls it."""
        return "vendor/" in self.where


class PackageCalls:
    """The calls of one package."""

    def __init__(self, package: list[GoFile], sources: Sources) -> None:
        self.named: list[Call] = []
        self.lines: list[tuple[str, ...]] = []
        self.computed: list[str] = []
        self.untold: list[str] = []
        """Of `computed`, all but those that start the program itself."""
        self.from_arguments: list[str] = []
        self.handing: list[tuple[Parameter, str]] = []
        """Parameters of the project's functions that name a program, each with the place that starts it."""
        self.handed = False
        """Whether some string names a program that may be handed to a call."""
        self._sources = sources
        self._parameters: dict[tuple[str, int, str], Parameter | None] = {}
        for file in package:
            called = {name for _, name in (*callers(file), *structures(file))}
            if any(f".{name}" in file.text for name in called):
                self._file(file)

    def _file(self, file: GoFile) -> None:
        found, starting, made = file.tokens, callers(file), structures(file)
        for at in range(len(found) - 3):
            if found[at + 1][1] != "." or (at and found[at - 1][1] == "."):
                continue
            pair = (found[at][1], found[at + 2][1])
            if pair in starting and found[at + 3][1] == "(":
                self._call(file, at, starting[pair])
            elif pair in starting:
                self._value_of(file, at, starting[pair])
            elif pair in made and found[at + 3][1] == "{":
                value = named_field(found, at + 4, made[pair])
                if value is not None:
                    self._set(file, at, value)
        for at, value in set_fields(found, file):
            self._set(file, at, value)

    def _call(self, file: GoFile, at: int, position: int | None) -> None:
        found, where = file.tokens, self._where(file, file.tokens[at][2])
        arguments = arguments_of(found, at + 4)
        told = arguments[position] if position is not None and position < len(arguments) else []
        names = self._names(file, at)
        name = names.value(told)
        if name is not None and position is not None:
            self._started(name, arguments[position + 1 :], names, where)
            return
        if _ARGUMENTS.search("".join(token[1] for token in told)):
            self.from_arguments.append(where)
            return
        taken = self._parameter(file, names.function, told[0][1]) if len(told) == 1 else None
        if taken is not None:
            self.handing.append((taken, where))
        else:
            self._computed(where)

    def _parameter(self, file: GoFile, function: Function | None, name: str) -> Parameter | None:
        if function is None:
            return None
        asked = (file.path, function.begin, name)
        if asked not in self._parameters:
            self._parameters[asked] = parameter_of(file.tokens, function, name, file)
        return self._parameters[asked]

    def _value_of(self, file: GoFile, at: int, position: int | None) -> None:
        """`var command = exec.Command`: what calls of the new name give; any other use of the function tells nothing."""
        found, where = file.tokens, self._where(file, file.tokens[at][2])
        back = at - 2 if at > 1 and found[at - 2][1] != ":" else at - 3
        if position is not None and at > 2 and found[at - 1][1] == "=" and found[back][0] == "word":
            is_field = found[back - 1][1] == "."
            taken = Parameter(directory_of(file), found[back][1], position, is_field)
            self.handing.append((taken, where))
        else:
            self._computed(where)

    def _set(self, file: GoFile, at: int, value: list[Token]) -> None:
        names = self._names(file, at)
        name, where = names.value(value), self._where(file, file.tokens[at][2])
        if name is None:
            self._computed(where)
        else:
            self._started(name, [], names, where)

    def _names(self, file: GoFile, at: int) -> Names:
        return Names(self._sources, directory_of(file), around(file.functions, at))

    def take(self, given: Mapping[Parameter, list[Handed]]) -> None:
        """Name what calls hand over; a place that takes something else is computed."""
        for taken, where in self.handing:
            uses = given.get(taken, [])
            told = [self._handed(taken, use) for use in uses]
            if not uses or not all(told):
                self._computed(where)

    def _handed(self, taken: Parameter, use: Handed) -> bool:
        """Whether a use of a function that starts a program tells which."""
        if use.arguments is None or taken.position >= len(use.arguments):
            return False
        name = use.names.value(use.arguments[taken.position])
        if name is not None:
            rest = use.arguments[taken.position + 1 :]
            self._started(name, rest, use.names, self._where(use.file, use.offset))
        return name is not None

    def _started(self, name: str, arguments: list[list[Token]], names: Names, where: str) -> None:
        """What this name starts, or this whole command line."""
        if name == ITSELF:
            self.computed.append(where)
            return
        values = (names.value(argument) for argument in arguments)
        self.lines.append((name, *takewhile(bool, (value or "" for value in values))))
        for program in programs_in(name) if " " in name.strip() else (name,):
            self._named(program, where)
        if name.rpartition("/")[2] in _SHELLS:
            self._shell(arguments, names, where)

    def _shell(self, arguments: list[list[Token]], names: Names, where: str) -> None:
        """The text behind `-c`; a shell that runs a script file names nothing."""
        # Also in a slice of arguments, and in front of what is added to it.
        texts = [text for part in arguments for token in part if (text := literal(token))]
        texts += [text for part in arguments if (text := names.value(part))]
        told = [text for text in dict.fromkeys(texts) if not text.startswith("-")]
        if len(told) == len(set(texts)) and told:
            return
        for text in told:
            for program in programs_in(text):
                self._named(program, where)
        if not told:
            self._computed(where)

    def _computed(self, where: str) -> None:
        self.computed.append(where)
        if "vendor/" not in where:
            self.untold.append(where)

    def _named(self, name: str, where: str, direct: bool = True) -> None:
        if is_program(name):
            self.named.append(Call(name, where, direct))

    def take_strings(self, files: list[GoFile]) -> None:
        """Name the well-known programs that strings of these files name."""
        for file in files:
            for token in significant(file.text):
                value = literal(token)
                folder, _, name = value.rpartition("/") if value else ("", "", "")
                if folder and not folder.startswith("/"):
                    continue  # an import
                if value and (name in COMMON_PROGRAMS or name in _SHELLS):
                    self.handed = True
                if value and name in COMMON_PROGRAMS:
                    self._named(value, self._where(file, token[2]), direct=False)

    def _where(self, file: GoFile, offset: int) -> str:
        return f"{file.path.removeprefix(self._sources.root)}:{file.line(offset)}"
