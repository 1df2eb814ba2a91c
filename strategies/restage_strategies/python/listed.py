"""Installs of what other commands of the RUN read from a file: in a loop, by xargs, or as `$(cat requirements.txt)`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from restage.api import Case, Command, State, join, replace
from restage_strategies.python.invocation import Mode, is_pip, is_python, read_invocation

_READING = frozenset("cat grep egrep sed awk head tail tr sort uniq cut read echo xargs".split())
_XARGS_VALUED = frozenset("-I -n -P -L -d -s -E -a".split())
_NAME = re.compile(r"[A-Za-z0-9][\w.\[\],-]*(?:[=<>~!]=[\w.*]+)?")
_PATHS = re.compile(r"[\w./*?\[\]-]+")


def as_listed(command: Command, state: State, case: Case) -> Command:
    """The install with `-r FILE` in the place of names that only running tells, where the commands around it name the file.

    What these leave out of the file (comments mostly) is taken for asked for: more is looked up than is installed.
    """
    inner = _of_xargs(command) if command.name == "xargs" else command
    if inner is None or not _installs(inner):
        return command
    untold = [n for n, word in enumerate(inner.words) if word.startswith(("$", "`"))]
    if not untold and command.name != "xargs":
        return command
    around = [*_around(command, case), *(inner.words[n] for n in untold), *command.inputs, command.over]
    files = tuple(dict.fromkeys(place for text in around for place in _files(text, state)))
    names = _names(command.over) if untold and not files else ()
    if not files and not names:
        return command
    words = [
        word for n, word in enumerate(inner.words) if n not in untold and n + 1 not in _values(inner, untold)
    ]
    listed = [*names, *(word for place in files for word in ("-r", place))]
    return replace(inner, words=(*words, *listed), known=(True,) * (len(words) + len(listed)))


def _names(over: str) -> tuple[str, ...]:
    """The names that a `for` goes over, if all are told."""
    words = over.strip().rstrip(";").split()
    told = words[:1] == ["in"] and all(_NAME.fullmatch(word) for word in words[1:])
    return tuple(words[1:]) if told else ()


def _values(command: Command, untold: list[int]) -> set[int]:
    """Positions of untold words that are the value of `-r`."""
    return {n for n in untold if command.words[n - 1] in ("-r", "--requirement")}


def _of_xargs(command: Command) -> Command | None:
    """The command that xargs runs."""
    position = 1
    while position < len(command.words) and command.words[position].startswith("-"):
        position += 2 if command.words[position] in _XARGS_VALUED else 1
    inner = command.words[position:]
    return replace(command, words=inner, known=command.known[position:]) if inner else None


def _installs(command: Command) -> bool:
    if is_pip(command):
        return command.arguments[:1] == ("install",)
    invocation = read_invocation(command) if is_python(command) else None
    return (
        invocation is not None
        and (invocation.mode, invocation.target) == (Mode.MODULE, "pip")
        and invocation.arguments[:1] == ("install",)
    )


def _around(command: Command, case: Case) -> Iterator[str]:
    """The texts of the commands right before this one that read files, or say what a loop goes over."""
    position = next((n for n, other in enumerate(case.commands) if other.raw == command.raw), 0)
    for other in reversed(case.commands[:position]):
        if other.words and other.name not in _READING:
            return
        yield from (other.raw, *other.inputs)
    if command.name == "xargs":
        yield command.raw


def _files(text: str, state: State) -> Iterator[str]:
    """The files of the build context that a text names, patterns included."""
    for word in _PATHS.findall(text):
        path = state.path(word).path
        if state.tree.is_file(path):
            yield path
        elif any(sign in posixpath.basename(word) for sign in "*?["):
            folder, pattern = posixpath.split(path)
            names = sorted(state.tree.entries(folder))
            yield from (
                found
                for name in names
                if fnmatchcase(name, pattern) and state.tree.is_file(found := join(folder, name))
            )
