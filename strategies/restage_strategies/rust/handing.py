"""Programs that a function of the project takes by name and starts: `fn run(program: &str, args: &[&str])`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from restage.api import Record, Token, arguments_of
from restage_strategies.rust.source import Source


class Parameter(Record):
    """One parameter of a function of the project."""

    function: str
    position: int
    """`self` not counted."""
    is_method: bool


class Handed(Record):
    """What one use of a function gives a parameter."""

    source: Source
    at: int
    start: int | None
    """Where the argument begins; None: nothing tells what it is given, the function is handed on itself there."""


def handed_to(parameters: Iterable[Parameter], sources: Iterable[Source]) -> Mapping[Parameter, list[Handed]]:
    """What each use of their functions gives these parameters, in one pass over the files."""
    asked: dict[str, list[Parameter]] = defaultdict(list)
    for parameter in dict.fromkeys(parameters):
        asked[parameter.function].append(parameter)
    given: dict[Parameter, list[Handed]] = defaultdict(list)
    for source in sources if asked else ():
        if not any(name in source.text for name in asked):
            continue
        for at in _uses(source.tokens, asked):
            for parameter in asked[source.tokens[at][1]]:
                for start in _given(parameter, source.tokens, at):
                    given[parameter].append(Handed(source, at, start))
    return given


def _uses(found: list[Token], names: Mapping[str, object]) -> Iterator[int]:
    """Where these names stand for anything that may be called: in no declaration, import, path or key."""
    imports = False
    for at in range(1, len(found) - 1):
        kind, text, _ = found[at]
        if kind == "word" and text == "use":
            imports = True
        elif text == ";":
            imports = False
        elif kind == "word" and text in names:
            imported = imports and found[at + 1][1] != "as"
            if not imported and not _is_part(found, at):
                yield at


def _is_part(found: list[Token], at: int) -> bool:
    """Whether a name is declared, or that of a module, a macro, or a field that is given a value."""
    after = [token[1] for token in found[at + 1 : at + 3]]
    return (
        found[at - 1][1] in ("fn", "mod")
        or after[0] in ("!", ":")
        or (after[0] == "::" and after[1:] != ["<"])
    )


def _given(parameter: Parameter, found: list[Token], at: int) -> Iterator[int | None]:
    """Where the argument begins that a use gives the parameter, once; not at all where another is meant."""
    before, called = found[at - 1][1], found[at + 1][1] == "("
    if before == ".":
        position = parameter.position if parameter.is_method and called else None
    elif before == "::":  # `Runner::run(&runner, program)`
        position = parameter.position + parameter.is_method
    else:
        position = None if parameter.is_method else parameter.position
    if position is None:
        return
    if not called:
        yield None
        return
    arguments = arguments_of(found, at + 2)
    if position < len(arguments) and arguments[position]:
        yield at + 2 + sum(len(argument) + 1 for argument in arguments[:position])
