"""Programs that Go sources call by name, and other things that they ask the system for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import takewhile

from restage.api import COMMON_PROGRAMS, Record, Token, arguments_of, is_program, line_of, programs_in
from restage_strategies.go.handing import Parameter, handed_to, parameter_at
from restage_strategies.go.source import GoFile
from restage_strategies.go.starters import callers, named_fields, structures
from restage_strategies.go.tokens import constants_of, literal, significant

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_ITSELF = ("os.Executable(", "os.Args[0]")
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


class Calls(Record):
    """What was found in all the files of a program."""

    named: tuple[Call, ...]
    computed: tuple[str, ...]
    """Places that call a program whose name the code computes."""
    from_arguments: tuple[str, ...]
    """Those that take it from the command line."""
    untold: tuple[str, ...] = ()
    """Of `computed`, those in the project's own code for which no string names a program: settings may name any."""
    lines: tuple[tuple[str, ...], ...] = ()
    """The words of the calls in the project's own code, each up to the first that the code computes."""

    @property
    def direct(self) -> tuple[Call, ...]:
        """The calls that name their program themselves."""
        return tuple(call for call in self.named if call.direct)


def calls_in(files: Iterable[GoFile], root: str) -> Calls:
    """The programs that these files call.

    A computed name is looked for among the strings of its package and of those that import it: they may hand it over.
    """
    by_package: dict[str, list[GoFile]] = {}
    for file in files:
        by_package.setdefault(file.path.rpartition("/")[0], []).append(file)
    named: list[Call] = []
    computed: list[str] = []
    from_arguments: list[str] = []
    untold: list[str] = []
    lines: dict[tuple[str, ...], None] = {}
    for directory, package in by_package.items():
        if not any(_may_call(file) for file in package):
            continue
        search = _Search(package, root)
        if search.computed or search.handing:
            users = _users(directory, by_package, root.rstrip("/") + "/")
            search.handed_by(users)
        if search.computed:
            search.strings_of(users)
        named += search.named
        lines |= dict.fromkeys(search.lines if "/vendor/" not in f"{directory}/" else ())
        computed += search.computed
        from_arguments += search.from_arguments
        untold += () if search.handed else search.untold
    unique = {(call.program, call.vendored, call.direct): call for call in reversed(named)}
    return Calls(
        tuple(sorted(unique.values(), key=lambda c: c.where)),
        tuple(computed),
        tuple(from_arguments),
        tuple(untold),
        tuple(lines),
    )


def _users(directory: str, packages: dict[str, list[GoFile]], root: str) -> list[GoFile]:
    """The files of a package and of all that import it, one from another; those of others only where it is theirs."""
    found: dict[str, None] = {directory: None}
    waiting = [directory]
    while waiting:
        end = f"/{waiting.pop().removeprefix(root)}"
        for other, files in packages.items():
            imported = (f"/{each.path}" for file in files for each in file.imports)
            own = "/vendor/" not in f"{other}/" or "/vendor/" in directory
            if other not in found and own and any(path.endswith(end) for path in imported):
                found[other] = None
                waiting.append(other)
    return [file for each in found for file in packages[each]]


def _may_call(file: GoFile) -> bool:
    return bool(callers(file))


class _Search:
    """The calls of one package."""

    def __init__(self, package: list[GoFile], root: str) -> None:
        self.named: list[Call] = []
        self.lines: list[tuple[str, ...]] = []
        self.computed: list[str] = []
        self.from_arguments: list[str] = []
        self.handing: list[tuple[Parameter, str]] = []
        """Parameters of the project's functions that name a program, each with the place that starts it."""
        self.handed = False
        """Whether some string names a program that may be handed to a call."""
        self._root = root.rstrip("/") + "/"
        self._package = package
        for file in package:
            starting, made = callers(file), structures(file)
            if made or any(f".{verb}" in file.text for _, verb in starting):
                self._file(file, significant(file.text), starting, made)

    @property
    def untold(self) -> list[str]:
        """The computed calls of the project's own code, those of the program itself left out."""
        itself = any(sign in file.text for file in self._package for sign in _ITSELF)
        return [] if itself else [where for where in self.computed if "vendor/" not in where]

    @cached_property
    def _values(self) -> dict[str, str]:
        return constants_of(significant(file.text) for file in self._package)

    def _file(
        self,
        file: GoFile,
        found: list[Token],
        starting: dict[tuple[str, str], int],
        made: frozenset[tuple[str, str]],
    ) -> None:
        for at in range(len(found) - 3):
            if found[at + 1][1] != "." or (at and found[at - 1][1] == "."):
                continue
            pair, where = (found[at][1], found[at + 2][1]), self._where(file, found[at][2])
            position = starting.get(pair)
            if position is not None and found[at + 3][1] == "(":
                self._call(found, at, position, where)
            elif position is not None:
                self._value_of(found, at, position, where)
            elif pair in made and found[at + 3][1] == "{":
                for named in named_fields(found, at + 4):
                    self._name_or_computed(self._value(named), where)

    def _call(self, found: list[Token], at: int, position: int, where: str) -> None:
        arguments = arguments_of(found, at + 4)
        told = arguments[position] if position < len(arguments) else []
        name = self._value(told)
        if name is not None:
            self._started(name, arguments[position + 1 :], where)
            return
        if _ARGUMENTS.search("".join(token[1] for token in told)):
            self.from_arguments.append(where)
            return
        taken = parameter_at(found, at, told[0][1]) if len(told) == 1 else None
        if taken is not None:
            self.handing.append((taken, where))
        else:
            self.computed.append(where)

    def _value_of(self, found: list[Token], at: int, position: int, where: str) -> None:
        """`var command = exec.Command`: what calls of the new name give; any other use of the function tells nothing."""
        back = at - 2 if at > 1 and found[at - 2][1] != ":" else at - 3
        if at > 2 and found[at - 1][1] == "=" and found[back][0] == "word":
            self.handing.append((Parameter(found[back][1], position), where))
        else:
            self.computed.append(where)

    def handed_by(self, files: list[GoFile]) -> None:
        """Name what calls in these files hand over; a place that takes something else is computed."""
        for taken, where in self.handing:
            calls = handed_to(taken, files)
            for file, arguments in calls:
                name = self._value(arguments[taken.position])
                if name is not None:
                    self._started(
                        name, arguments[taken.position + 1 :], self._where(file, arguments[0][0][2])
                    )
            if not calls or any(self._value(given[taken.position]) is None for _, given in calls):
                self.computed.append(where)

    def _name_or_computed(self, name: str | None, where: str) -> None:
        if name is None:
            self.computed.append(where)
        else:
            self._started(name, [], where)

    def _started(self, name: str, arguments: list[list[Token]], where: str) -> None:
        """What this name starts, or this whole command line."""
        values = (self._value(argument) for argument in arguments)
        self.lines.append((name, *takewhile(bool, (value or "" for value in values))))
        for program in programs_in(name) if " " in name.strip() else (name,):
            self._named(program, where)
        if name.rpartition("/")[2] in _SHELLS:
            self._shell(arguments, where)

    def _shell(self, arguments: list[list[Token]], where: str) -> None:
        """The text behind `-c`; a shell that runs a script file names nothing."""
        # Also in a slice of arguments, and in front of what is added to it.
        texts = [text for part in arguments for token in part if (text := literal(token))]
        texts += [text for part in arguments if (text := self._value(part))]
        told = [text for text in dict.fromkeys(texts) if not text.startswith("-")]
        if len(told) == len(set(texts)) and told:
            return
        for text in told:
            for program in programs_in(text):
                self._named(program, where)
        if not told:
            self.computed.append(where)

    def _named(self, name: str, where: str, direct: bool = True) -> None:
        if is_program(name):
            self.named.append(Call(name, where, direct))

    def _value(self, argument: list[Token]) -> str | None:
        if len(argument) != 1:
            return None
        value = literal(argument[0])
        return value if value is not None else self._values.get(argument[0][1])

    def strings_of(self, files: list[GoFile]) -> None:
        """The well-known programs that strings of these files name."""
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
        return f"{file.path.removeprefix(self._root)}:{line_of(file.text, offset)}"
