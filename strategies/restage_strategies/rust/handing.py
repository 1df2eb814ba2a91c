"""Programs that a function of the project takes by name and starts: `fn run(program: &str, args: &[&str])`."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Record, Token, arguments_of

_MOST_BACK = 4_000
"""How many tokens in front of a call are looked at for the function that it stands in."""


class Parameter(Record):
    """One parameter of a function of the project."""

    function: str
    position: int
    """`self` not counted."""
    is_method: bool


def parameter_at(found: list[Token], at: int, start: int) -> Parameter | None:
    """The parameter of the function around a place that the argument at `start` is; None: it is none."""
    name = found[start + 1][1] if found[start][1] == "&" and start + 1 < len(found) else found[start][1]
    for begin in range(at, max(at - _MOST_BACK, -1), -1):
        if found[begin][1] == "fn" and begin + 2 < len(found) and found[begin + 1][0] == "word":
            opening = next(
                (n for n in range(begin + 2, begin + 60) if found[n : n + 1] and found[n][1] == "("), None
            )
            return None if opening is None else _parameter(found, begin, opening, name)
    return None


def _parameter(found: list[Token], begin: int, opening: int, name: str) -> Parameter | None:
    parameters = arguments_of(found, opening + 1)
    is_method = any(token[1] == "self" for token in parameters[0][:4])
    for position, words in enumerate(parameters):
        texts = [word[1] for word in words[:3] if word[1] != "mut"]
        if texts[:2] == [name, ":"]:
            # A comma between angle brackets would count as one between parameters.
            told = all("<" not in (word[1] for word in each) for each in parameters[:position])
            return Parameter(found[begin + 1][1], position - is_method, is_method) if told else None
    return None


def handed_to(parameter: Parameter, found: list[Token]) -> Iterator[tuple[int, int]]:
    """Where tokens call a function of this name, and where the argument begins that they give for the parameter."""
    for at in range(1, len(found) - 1):
        if found[at][1] != parameter.function or found[at + 1][1] != "(" or found[at - 1][1] == "fn":
            continue
        if parameter.is_method and found[at - 1][1] != ".":
            continue
        arguments = arguments_of(found, at + 2)
        if parameter.position < len(arguments) and arguments[parameter.position]:
            first = arguments[parameter.position][0]
            start = at + 2
            while found[start] is not first:
                start += 1
            yield at, start
