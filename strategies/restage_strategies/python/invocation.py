"""How a Python is started: a module, a script, code on the command line, or nothing of them."""

from __future__ import annotations

import re
from enum import Enum

from restage.api import Command, Record

_PYTHON = re.compile(r"(?:python|pypy)(?:\d(?:\.\d+)?)?(?:-dbg)?|ipython3?")
_PIP = re.compile(r"pip-?(?:\d(?:\.\d+)?)?")
_VALUED = "WXQ"


class Mode(Enum):
    """What the interpreter is told to run."""

    MODULE = "module"
    SCRIPT = "script"
    CODE = "code"
    INPUT = "input"
    NOTHING = "nothing"
    VERSION = "version"


class Invocation(Record):
    """A started interpreter. `target` is the module, the path of the script as written, or the code."""

    program: str
    mode: Mode
    target: str = ""
    known: bool = True
    arguments: tuple[str, ...] = ()


def is_python(command: Command) -> bool:
    """Whether the command starts a Python interpreter."""
    return _PYTHON.fullmatch(command.name) is not None


def is_pip(command: Command) -> bool:
    """Whether the command is pip under one of its names."""
    return _PIP.fullmatch(command.name) is not None


def read_invocation(command: Command) -> Invocation:
    """Read the interpreter's own options (the Python documentation, «Command line and environment»)."""
    words = command.words
    position = 1
    while position < len(words):
        word = words[position]
        if word == "-":
            return Invocation(command.words[0], Mode.INPUT)
        if not word.startswith("-"):
            return _found(command, Mode.SCRIPT, word, position, words[position + 1 :])
        if word in ("--version", "--help", "-V", "-VV", "-h"):
            return Invocation(words[0], Mode.VERSION)
        for mode, letter in ((Mode.MODULE, "m"), (Mode.CODE, "c")):
            if not word.startswith("--") and letter in word and _flags(word[1 : word.index(letter)]):
                return _attached(command, mode, word.partition(letter)[2], position)
        position += 2 if not word.startswith("--") and word[-1] in _VALUED else 1
    return Invocation(words[0], Mode.NOTHING)


def _flags(letters: str) -> bool:
    return not set(letters) & set(_VALUED)


def _attached(command: Command, mode: Mode, target: str, position: int) -> Invocation:
    if target:
        return _found(command, mode, target, position, command.words[position + 1 :])
    if position + 1 < len(command.words):
        return _found(command, mode, command.words[position + 1], position + 1, command.words[position + 2 :])
    return Invocation(command.words[0], Mode.NOTHING)


def _found(command: Command, mode: Mode, target: str, position: int, rest: tuple[str, ...]) -> Invocation:
    return Invocation(command.words[0], mode, target, command.is_known(position), rest)
