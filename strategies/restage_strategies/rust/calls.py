"""Programs that Rust sources call by name (`std::process::Command` and its like)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from restage.api import COMMON_PROGRAMS, Record, Token, is_program, line_of, programs_in
from restage_strategies.rust.tokens import is_literal, shipped

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_MACROS = frozenset({"cmd", "run_cmd", "run_fun", "spawn"})
_MACRO_CRATES = frozenset({"duct", "xshell", "cmd_lib"})
_FUNCTIONS = frozenset({"which", "which_in", "which_global"})
_MAY_CALL = re.compile(r"\bCommand\b|\bExec\b|\bwhich|\bcmd\b|\brun_(?:cmd|fun)\b|\bspawn\b")
_MOST_CALLS = 300
"""In one file; what stands behind them is not looked at."""
_ARGUMENTS = frozenset({"args", "argv", "cli", "opt", "opts", "matches", "arg", "arguments"})
_READERS = frozenset({"args", "args_os", "Parser", "ArgMatches", "StructOpt", "get_matches"})


class Source(Record):
    """One Rust file."""

    path: str
    """Relative to the directory that places are told from."""
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens, tests left out."""
        return shipped(self.text)

    def where(self, token: Token) -> str:
        """The place of a token, for reports."""
        return f"{self.path}:{line_of(self.text, token[2])}"


class Call(Record):
    """A program that a source names."""

    program: str
    where: str


class Calls(Record):
    """What was found in all the files of a program."""

    named: tuple[Call, ...] = ()
    computed: tuple[str, ...] = ()
    """Places that call a program whose name the code computes."""
    from_arguments: tuple[str, ...] = ()
    """Those in a file that also reads the command line: the name may be one of its words."""
    untold: tuple[str, ...] = ()
    """Of `computed`, those for which no string names a program: settings may name any."""


def calls_in(sources: tuple[Source, ...]) -> Calls:
    """The programs that these files call; a computed name is looked for among the strings of all of them."""
    named: dict[str, Call] = {}
    computed: list[str] = []
    arguments: list[str] = []
    for source in sources:
        if not _MAY_CALL.search(source.text):
            continue
        search = _Search(source)
        for call in search.named:
            named.setdefault(call.program, call)
        computed += search.computed
        arguments += search.from_arguments
    handed = [call for source in sources for call in _handed(source)] if computed else []
    for call in handed:
        if call.program.rpartition("/")[2] in COMMON_PROGRAMS:
            named.setdefault(call.program, call)
    itself = any("current_exe" in source.text for source in sources)
    return Calls(
        tuple(sorted(named.values(), key=lambda c: c.where)),
        tuple(computed),
        tuple(arguments),
        () if handed or itself else tuple(computed),
    )


def _handed(source: Source) -> Iterator[Call]:
    """The well-known programs that strings of a file name."""
    for token in source.tokens:
        if is_literal(token) and token[1].rpartition("/")[2] in COMMON_PROGRAMS | _SHELLS:
            yield Call(token[1], source.where(token))


class _Search:
    """The calls of one file."""

    def __init__(self, source: Source) -> None:
        self.named: list[Call] = []
        self.computed: list[str] = []
        self.from_arguments: list[str] = []
        self._source, self._tokens = source, source.tokens
        self._words = {text for kind, text, _ in self._tokens if kind == "word"}
        found = ((at, self._call_at(at)) for at in range(len(self._tokens)))
        for at, start in islice(((at, start) for at, start in found if start is not None), _MOST_CALLS):
            self._call(at, start)

    def _call_at(self, at: int) -> int | None:
        """The position of the first argument where a call of a program begins."""
        texts = [token[1] for token in self._tokens[at : at + 4]]
        if texts == ["Command", "::", "new", "("] and self._is_process(at):
            return at + 4
        if texts[:3] == ["Exec", "::", "cmd"] or texts[:3] == ["Exec", "::", "shell"]:
            return at + 4
        if texts[1:3] == ["!", "("] and texts[0] in _MACROS and self._words & _MACRO_CRATES:
            return at + 3
        if texts[1:2] == ["("] and texts[0] in _FUNCTIONS and "which" in self._words:
            return at + 2 if self._tokens[at][0] == "word" and not self._is_method(at) else None
        if texts[:2] == ["cmd", "("] and "duct" in self._words and not self._is_method(at):
            return at + 2
        return None

    def _is_method(self, at: int) -> bool:
        return at > 0 and self._tokens[at - 1][1] in (".", "fn")

    def _is_process(self, at: int) -> bool:
        """`clap` has a Command too: what stands in front, or what the file imports, tells them apart."""
        if at >= 2 and self._tokens[at - 1][1] == "::":
            return self._tokens[at - 2][1] not in ("clap", "serenity", "poise", "builder")
        imported = self._imported_from("Command")
        return (
            imported != "clap" if imported else not ("clap" in self._words and "process" not in self._words)
        )

    def _imported_from(self, name: str) -> str | None:
        """The module that a `use` takes the name from: `process` of `std::process::{self, Command}`."""
        for at, (kind, text, _) in enumerate(self._tokens):
            if kind != "word" or text != "use":
                continue
            words = []
            for token in self._tokens[at + 1 : at + 120]:
                if token[1] == ";":
                    break
                words.append(token[1])
            if "Command" in words and ("process" in words or "clap" in words):
                return "process" if "process" in words else "clap"
        return None

    def _call(self, at: int, start: int) -> None:
        if start >= len(self._tokens):
            return
        where = self._source.where(self._tokens[at])
        name = self._value(start)
        if self._tokens[at][1] == "Exec" and self._tokens[at + 2][1] == "shell":
            self._all(programs_in(name or ""), where)
            return
        if name is None:
            (self.from_arguments if self._from_arguments(start) else self.computed).append(where)
            return
        if self._tokens[at + 1][1] == "!":
            self._all(programs_in(name), where)
            return
        self._all((name,), where)
        if name.rpartition("/")[2] in _SHELLS:
            self._shell(start, where)

    def _from_arguments(self, start: int) -> bool:
        """Whether an argument of the command line is handed on, by the names that such things go by."""
        words: set[str] = set()
        for token in self._tokens[start : start + 12]:
            if token[1] in (")", ",", ";"):
                break
            words.add(token[1])
        return bool(words & _ARGUMENTS and self._words & _READERS)

    def _shell(self, start: int, where: str) -> None:
        """The text behind `-c`; a shell that runs a script file names nothing."""
        texts: list[str] = []
        for token in self._tokens[start + 1 : start + 60]:
            if token[1] == ";":
                break
            if is_literal(token):
                texts.append(token[1])
        if "-c" not in texts and not any(text.startswith("-") and "c" in text for text in texts):
            return
        told = [text for text in texts if not text.startswith("-")]
        for text in told:
            self._all(programs_in(text), where)
        if not told:
            self.computed.append(where)

    def _all(self, programs: Iterable[str], where: str) -> None:
        self.named += [Call(program, where) for program in programs if is_program(program)]

    def _value(self, start: int) -> str | None:
        """The string that an argument is: a literal, or a name that is given one and never anything else."""
        token = self._tokens[start]
        if token[1] == "&":
            token = self._tokens[min(start + 1, len(self._tokens) - 1)]
        if is_literal(token):
            return token[1]
        if token[0] != "word":
            return None
        values = self._given.get(token[1], set())
        return next(iter(values)) if len(values) == 1 else None

    @cached_property
    def _given(self) -> dict[str, set[str | None]]:
        """Each name that is given something, with the strings; None stands for anything else."""
        values: dict[str, set[str | None]] = {}
        found = self._tokens
        for at in range(len(found) - 2):
            sign, after = found[at + 1][1], found[at + 2]
            if found[at][0] != "word" or sign not in ("=", ":") or after[1] == "=":
                continue
            if sign == ":":  # the value stands behind a type, if there is one at all
                equals = next(
                    (n for n in range(at + 2, min(at + 9, len(found) - 1)) if found[n][1] == "="), None
                )
                after = found[at] if equals is None else found[equals + 1]
            values.setdefault(found[at][1], set()).add(after[1] if is_literal(after) else None)
        return values
