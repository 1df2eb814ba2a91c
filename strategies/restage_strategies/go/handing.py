"""Programs that a function of the project takes by name and starts: `func run(name string, args ...string)`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from restage.api import Record, Token, arguments_of
from restage_strategies.go.source import GoFile
from restage_strategies.go.tokens import significant

_MOST_BACK = 4_000
"""How many tokens in front of a call are looked at for the function that it stands in."""


class Parameter(Record):
    """One parameter of a function of the project."""

    function: str
    position: int


def parameter_at(found: list[Token], at: int, name: str) -> Parameter | None:
    """The parameter of this name of the declared function around a place; None: it is none."""
    for begin in range(at, max(at - _MOST_BACK, -1), -1):
        if found[begin][1] == "func" and begin + 2 < len(found):
            here = begin + 1
            if found[here][1] == "(":  # the receiver of a method, or a function without a name
                here += sum(map(len, arguments_of(found, here + 1))) + 2
            if here + 1 < len(found) and found[here][0] == "word" and found[here + 1][1] == "(":
                return _parameter(found, here, name)
            return None
    return None


def _parameter(found: list[Token], here: int, name: str) -> Parameter | None:
    for position, words in enumerate(arguments_of(found, here + 2)):
        if words and words[0][1] == name and all(word[1] != "." for word in words[1:2]):
            return Parameter(found[here][1], position)
    return None


def handed_to(parameter: Parameter, files: Iterable[GoFile]) -> list[tuple[GoFile, list[list[Token]]]]:
    """The arguments of each call of a function of this name that gives the parameter, with its file."""
    given: list[tuple[GoFile, list[list[Token]]]] = []
    for file in files:
        if f"{parameter.function}(" not in file.text:
            continue
        found = _significant(file.text)
        for at in range(1, len(found) - 1):
            called = found[at][1] == parameter.function and found[at + 1][1] == "("
            if called and found[at - 1][1] not in ("func", ")"):
                arguments = arguments_of(found, at + 2)
                if parameter.position < len(arguments) and arguments[0] and arguments[parameter.position]:
                    given.append((file, arguments))
    return given


_significant = lru_cache(maxsize=8)(significant)
