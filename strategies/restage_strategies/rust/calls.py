"""Programs that Rust sources call by name (`std::process::Command` and its like)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice, takewhile

from restage.api import COMMON_PROGRAMS, Record, Token, is_program, line_of, programs_in
from restage_strategies.rust.handing import Parameter, handed_to, parameter_at
from restage_strategies.rust.starters import MAY_START, Starters
from restage_strategies.rust.tokens import is_literal, shipped

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
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
    lines: tuple[tuple[str, ...], ...] = ()
    """The words that the code says for each call, what it computes left out."""


def calls_in(sources: tuple[Source, ...]) -> Calls:
    """The programs that these files call; a computed name is looked for among the strings of all of them."""
    named: dict[str, Call] = {}
    computed: list[str] = []
    arguments: list[str] = []
    lines: dict[tuple[str, ...], None] = {}
    for source in sources:
        if not MAY_START.search(source.text):
            continue
        search = _Search(source)
        search.handed_by(sources)
        for call in search.named:
            named.setdefault(call.program, call)
        computed += search.computed
        lines |= dict.fromkeys(search.lines)
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
        tuple(lines),
    )


def _handed(source: Source) -> Iterator[Call]:
    """The well-known programs that strings of a file name."""
    for token in source.tokens:
        if is_literal(token) and token[1].rpartition("/")[2] in COMMON_PROGRAMS | _SHELLS:
            yield Call(token[1], source.where(token))


def _literals(found: list[Token], start: int) -> list[str]:
    """The strings of one statement behind a place."""
    rest = takewhile(lambda token: is_literal(token) or token[1] != ";", found[start + 1 : start + 60])
    return [token[1] for token in rest if is_literal(token)]


class _Search:
    """The calls of one file."""

    def __init__(self, source: Source) -> None:
        self.named: list[Call] = []
        self.lines: list[tuple[str, ...]] = []
        self.computed: list[str] = []
        self.from_arguments: list[str] = []
        self._handing: list[tuple[Parameter, str]] = []
        self._source, self._tokens = source, source.tokens
        self._starters = Starters(source.tokens)
        found = ((at, self._starters.argument_at(at)) for at in range(len(self._tokens)))
        for at, start in islice(((at, start) for at, start in found if start is not None), _MOST_CALLS):
            self._call(at, start)
        self.computed += [
            source.where(token) for at, token in enumerate(self._tokens) if self._starters.is_handed_on(at)
        ]

    def handed_by(self, sources: Iterable[Source]) -> None:
        """Name what calls in these files hand over; a place that takes something else is computed."""
        for taken, where in self._handing:
            told: set[bool] = set()
            for source in sources:
                if f"{taken.function}(" in source.text:
                    told |= {self._handed(source, at, start) for at, start in handed_to(taken, source.tokens)}
            if told != {True}:
                self.computed.append(where)

    def _handed(self, source: Source, at: int, start: int) -> bool:
        """Whether a call of a function that starts a program tells which."""
        token = source.tokens[start + 1 if source.tokens[start][1] == "&" else start]
        if not is_literal(token):
            return False
        where = source.where(source.tokens[at])
        self._all((token[1],), where)
        if token[1].rpartition("/")[2] in _SHELLS:
            self._shell(source.tokens, start, where)
        return True

    def _call(self, at: int, start: int) -> None:
        if start >= len(self._tokens):
            return
        where = self._source.where(self._tokens[at])
        name = self._value(start)
        if self._tokens[at][1] == "Exec" and self._tokens[at + 2][1] == "shell":
            self._all(programs_in(name or ""), where)
            return
        if name is None:
            self._untold(at, start, where)
            return
        name = name.rstrip("\0")
        if self._tokens[at + 1][1] == "!" or " " in name:
            self._all(programs_in(name), where)
            return
        self._all((name,), where)
        self.lines.append((name, *_literals(self._tokens, start)))
        if name.rpartition("/")[2] in _SHELLS:
            self._shell(self._tokens, start, where)

    def _untold(self, at: int, start: int, where: str) -> None:
        taken = parameter_at(self._tokens, at, start) if self._stands_alone(start) else None
        if taken is not None:
            self._handing.append((taken, where))
        else:
            (self.from_arguments if self._from_arguments(start) else self.computed).append(where)

    def _stands_alone(self, start: int) -> bool:
        """Whether an argument is one name and nothing else."""
        end = start + (2 if self._tokens[start][1] == "&" else 1)
        return end < len(self._tokens) and self._tokens[end][1] in (")", ",")

    def _from_arguments(self, start: int) -> bool:
        """Whether an argument of the command line is handed on, by the names that such things go by."""
        words: set[str] = set()
        for token in self._tokens[start : start + 12]:
            if token[1] in (")", ",", ";"):
                break
            words.add(token[1])
        return bool(words & _ARGUMENTS and self._starters.words & _READERS)

    def _shell(self, found: list[Token], start: int, where: str) -> None:
        """The text behind `-c`; a shell that runs a script file names nothing."""
        texts = _literals(found, start)
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
