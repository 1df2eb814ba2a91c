"""Programs that Rust sources call by name (`std::process::Command` and its like)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice, takewhile

from restage.api import COMMON_PROGRAMS, Record, Token, is_program, programs_in
from restage_strategies.rust.bindings import ITSELF, bindings, stands_alone, value_at
from restage_strategies.rust.functions import Function, around
from restage_strategies.rust.handing import Handed, Parameter, handed_to
from restage_strategies.rust.source import Source
from restage_strategies.rust.starters import MAY_START, Starters
from restage_strategies.rust.tokens import is_literal

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_MOST_CALLS = 300
"""In one file; what stands behind them is not looked at."""
_MOST_INSIDE = 20_000
"""How many tokens of a function are looked at for what may give its parameters other values."""
_ARGUMENTS = frozenset({"args", "argv", "cli", "opt", "opts", "matches", "arg", "arguments"})
_READERS = frozenset({"args", "args_os", "Parser", "ArgMatches", "StructOpt", "get_matches"})


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
    searches = [_Search(source) for source in sources if MAY_START.search(source.text)]
    given = handed_to((taken for search in searches for taken, _ in search.handing), sources)
    for search in searches:
        search.take(given)
    named: dict[str, Call] = {}
    for search in searches:
        for call in search.named:
            named.setdefault(call.program, call)
    computed = [where for search in searches for where in search.computed]
    handed = [call for source in sources for call in _handed(source)] if computed else []
    for call in handed:
        if call.program.rpartition("/")[2] in COMMON_PROGRAMS:
            named.setdefault(call.program, call)
    return Calls(
        tuple(sorted(named.values(), key=lambda c: c.where)),
        tuple(computed),
        tuple(where for search in searches for where in search.from_arguments),
        () if handed else tuple(where for search in searches for where in search.untold),
        tuple(dict.fromkeys(line for search in searches for line in search.lines)),
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
        self.untold: list[str] = []
        """Of `computed`, all but those that start the program itself."""
        self.handing: list[tuple[Parameter, str]] = []
        """Parameters of the project's functions that name a program, each with the place that starts it."""
        self._source, self._tokens = source, source.tokens
        self._bound: dict[Function, frozenset[str]] = {}
        self._starters = Starters(source.tokens)
        found = ((at, self._starters.argument_at(at)) for at in range(len(self._tokens)))
        for at, start in islice(((at, start) for at, start in found if start is not None), _MOST_CALLS):
            self._call(at, start)
        for at, token in enumerate(self._tokens):
            if self._starters.is_handed_on(at):
                self._computed(source.where(token))

    def take(self, given: Mapping[Parameter, list[Handed]]) -> None:
        """Name what calls hand over; a place that takes something else is computed."""
        for taken, where in self.handing:
            told = [self._handed(use) for use in given.get(taken, [])]
            if not told or not all(told):
                self._computed(where)

    def _handed(self, use: Handed) -> bool:
        """Whether a use of a function that starts a program tells which."""
        source = use.source
        if use.start is None:
            return False
        start = use.start + (source.tokens[use.start][1] == "&")
        name, where = value_at(source.tokens, start), source.where(source.tokens[use.at])
        if name == ITSELF:
            self.computed.append(where)
        elif name is not None:
            self._all((name,), where)
            if name.rpartition("/")[2] in _SHELLS:
                self._shell(source.tokens, start, where)
        return name is not None

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
        if name == ITSELF:
            self.computed.append(where)
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
        taken = self._parameter(at, start)
        if taken is not None:
            self.handing.append((taken, where))
        elif self._from_arguments(start):
            self.from_arguments.append(where)
        else:
            self._computed(where)

    def _parameter(self, at: int, start: int) -> Parameter | None:
        """The parameter that an argument is; None: it is none, or may hold something else than what callers gave."""
        start += self._tokens[start][1] == "&"
        function = around(self._source.functions, at)
        if function is None or not stands_alone(self._tokens, start):
            return None
        name = self._tokens[start][1]
        if function.end - function.body > _MOST_INSIDE:
            return None
        if name not in function.parameters or name in self._bound_in(function):
            return None
        return Parameter(function.name, function.parameters.index(name), function.is_method)

    def _bound_in(self, function: Function) -> frozenset[str]:
        if function not in self._bound:
            given = bindings(self._tokens, function.body, function.end)
            self._bound[function] = frozenset(name for name, _ in given)
        return self._bound[function]

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

    def _computed(self, where: str) -> None:
        self.computed.append(where)
        self.untold.append(where)

    def _value(self, start: int) -> str | None:
        """The string that an argument is: a literal, or a name that is given one and never anything else."""
        start = min(start + (self._tokens[start][1] == "&"), len(self._tokens) - 1)
        token = self._tokens[start]
        if is_literal(token):
            return token[1]
        if token[0] != "word" or not stands_alone(self._tokens, start):
            return value_at(self._tokens, start)
        values = self._given.get(token[1], set())
        return next(iter(values)) if len(values) == 1 else None

    @cached_property
    def _given(self) -> dict[str, set[str | None]]:
        """Each name that is given something, with the strings; None stands for anything else."""
        values: dict[str, set[str | None]] = {}
        for name, value in bindings(self._tokens, 0, len(self._tokens)):
            values.setdefault(name, set()).add(value)
        for function in self._source.functions:
            for name in function.named:
                values.setdefault(name, set()).add(None)
        return values
