"""Programs that a function of the project takes by name and starts: `func run(name string, args ...string)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from restage.api import Record, Token, arguments_of
from restage_strategies.go.functions import Function, around, functions_of, is_given_anew
from restage_strategies.go.source import GoFile
from restage_strategies.go.sources import Names, Sources, directory_of, is_vendored
from restage_strategies.go.starters import callers
from restage_strategies.go.tokens import significant


class Parameter(Record):
    """One parameter of a function of the project."""

    directory: str
    """That of its package."""
    function: str
    position: int
    is_method: bool
    """Whether it stands behind a dot in its own package too: a method, or a field."""


class Handed(Record):
    """What one use of a function gives it."""

    file: GoFile
    offset: int
    arguments: list[list[Token]] | None
    """None: nothing tells what it is given; it is handed on itself there."""
    names: Names


def parameter_of(found: list[Token], function: Function, name: str, file: GoFile) -> Parameter | None:
    """The parameter of this name; None: it may hold something else than what callers gave, or none can be found."""
    if not function.name or name not in function.parameters or is_given_anew(found, function, name):
        return None
    position = function.parameters.index(name)
    return Parameter(directory_of(file), function.name, position, function.is_method)


def handed_to(parameters: Iterable[Parameter], sources: Sources) -> Mapping[Parameter, list[Handed]]:
    """What each use of their functions gives these parameters, in one pass over the files."""
    given: dict[Parameter, list[Handed]] = defaultdict(list)
    asked: dict[str, tuple[GoFile, list[Parameter]]] = {}
    for parameter in dict.fromkeys(parameters):
        for file in _reach(parameter, sources):
            if parameter.function in file.text:
                asked.setdefault(file.path, (file, []))[1].append(parameter)
    for file, several in asked.values():
        for parameter, handed in _in_file(file, several, sources):
            given[parameter].append(handed)
    return given


def _reach(parameter: Parameter, sources: Sources) -> list[GoFile]:
    """The files that can speak of a function: who holds an interface needs no import to call a method."""
    if not parameter.function[0].isupper():
        return sources.packages[parameter.directory]
    anywhere = parameter.is_method and not is_vendored(parameter.directory)
    return sources.all_files() if anywhere else sources.users(parameter.directory)


def _in_file(
    file: GoFile, parameters: list[Parameter], sources: Sources
) -> Iterable[tuple[Parameter, Handed]]:
    asked: dict[str, list[Parameter]] = defaultdict(list)
    for parameter in parameters:
        asked[parameter.function].append(parameter)
    found = significant(file.text)
    functions = functions_of(found)
    declared = {function.named_at for function in functions}
    for at in range(1, len(found) - 1):
        if found[at][1] not in asked or at in declared or _is_another(found, at, file):
            continue
        names = Names(sources, directory_of(file), around(functions, at))
        arguments = arguments_of(found, at + 2) if found[at + 1][1] == "(" else None
        for parameter in asked[found[at][1]]:
            if _means(parameter, found, at, file) and _may_give(parameter, arguments):
                yield parameter, Handed(file, found[at][2], arguments, names)


def _is_another(found: list[Token], at: int, file: GoFile) -> bool:
    """Whether a name is a key, a label or a package, or is given a function there that starts programs itself."""
    after = "".join(token[1] for token in found[at + 1 : at + 3])
    if after.startswith(".") or (after.startswith(":") and after != ":="):
        return True
    value = at + (3 if after == ":=" else 2)
    given = after == ":=" or (after.startswith("=") and after != "==")
    return given and value + 2 < len(found) and (found[value][1], found[value + 2][1]) in callers(file)


def _means(parameter: Parameter, found: list[Token], at: int, file: GoFile) -> bool:
    """Whether a name stands where this function's name would: behind a dot, or not."""
    behind = found[at - 1][1] == "."
    if parameter.is_method or behind:
        return behind and (parameter.is_method or directory_of(file) != parameter.directory)
    return directory_of(file) == parameter.directory or any(each.name == "." for each in file.imports)


def _may_give(parameter: Parameter, arguments: list[list[Token]] | None) -> bool:
    """Whether a call has enough arguments; one that is a call may stand for several."""
    if arguments is None or (parameter.position < len(arguments) and arguments[parameter.position]):
        return True
    return len(arguments) == 1 and arguments[0][-1:] != [] and arguments[0][-1][1] == ")"
