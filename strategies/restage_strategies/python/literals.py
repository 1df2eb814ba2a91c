"""Strings in Python sources, and the programs that a shell text in one of them runs."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from restage_strategies.python.syntax import string_value

if TYPE_CHECKING:
    import libcst

_STARTERS = frozenset("sudo env nohup time timeout nice exec command stdbuf xargs".split())
SHELLS = frozenset("sh bash dash ash zsh /bin/sh /bin/bash /bin/dash /bin/ash /usr/bin/bash".split())
_BUILTIN = frozenset(
    "cd echo export set unset exit true false if then else elif fi for while do done case esac read wait trap "
    "source . [ [[ test : return shift eval umask ulimit".split()
)


def _given_to_shell(words: list[str]) -> list[str]:
    """What `sh -c TEXT` and `bash FILE` run further; an empty name where that isn't told."""
    if words[0] not in SHELLS:
        return []
    position, is_text = after_options(words[1:])
    given = words[1 + position :]
    if is_text:
        return programs_of((" ".join(given).strip("'\""), True)) or [""]
    return given[:1] or [""]


def after_options(arguments: list[str]) -> tuple[int, bool]:
    """Where a shell's options end, and whether what follows is text to run (`-c`, `-lc`), and no script."""
    position, is_text = 0, False
    while position < len(arguments) and arguments[position].startswith(("-", "+")):
        letters = "" if arguments[position].startswith("--") else arguments[position]
        is_text = is_text or (letters.startswith("-") and "c" in letters)
        takes_next = "o" in letters or "O" in letters  # `-euo pipefail`
        position += 2 if takes_next else 1
    return position, is_text


def dotted(node: libcst.CSTNode | None) -> str:
    """`os.path.join` of an attribute chain; empty for anything else."""
    import libcst

    match node:
        case libcst.Name(value=name):
            return name
        case libcst.Attribute(value=value, attr=libcst.Name(value=name)):
            return f"{dotted(value)}.{name}"
        case _:
            return ""


def literal(node: libcst.BaseExpression) -> tuple[str, bool]:
    """The text of a string, or its beginning up to the first part that is computed; and whether it is whole."""
    import libcst

    if isinstance(node, libcst.SimpleString | libcst.ConcatenatedString):
        value = string_value(node)
        if value is not None:
            return value, True
        return literal(node.left) if isinstance(node, libcst.ConcatenatedString) else ("", False)
    parts = node.parts if isinstance(node, libcst.FormattedString) else ()
    text = ""
    for part in parts:
        if not isinstance(part, libcst.FormattedStringText):
            return text, False
        text += part.value
    return text, True


def program_of(words: list[str]) -> str:
    """The program that a command runs: `python -m pip install` is pip, by which more than Python is needed."""
    installs = words[1:3] == ["-m", "pip"] and words[3:4] in ([], [""], ["install"])
    return "pip" if installs and posixpath.basename(words[0]).startswith(("python", "pypy")) else words[0]


def programs_of(literal: tuple[str, bool]) -> list[str] | None:
    """The programs of a shell text: the first word of each of its commands."""
    text, whole = literal
    found: list[str] = []
    for part in re.split(r"&&|\|\||[;|\n]", text):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        words = [word for word in words if "=" not in word and word not in _STARTERS]
        if words and words[0] in _BUILTIN:
            continue
        if words and (whole or " " in part.lstrip() or part is not text):
            found += [program_of(words), *_given_to_shell(words)]
    return found or (None if not whole else [])
