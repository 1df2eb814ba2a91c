"""Strings in Python sources, and the programs that a shell text in one of them runs."""

from __future__ import annotations

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
    for position, word in enumerate(words[1:], 2):
        if not word.startswith("-"):
            return [word]
        if is_command_option(word):
            return programs_of((" ".join(words[position:]).strip("'\""), True)) or [""]
    return [""]


def is_command_option(word: str) -> bool:
    """Whether the shell takes the next word as text to run (`-c`, `-lc`)."""
    return word.startswith("-") and not word.startswith("--") and "c" in word


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
            found += [words[0], *_given_to_shell(words)]
    return found or (None if not whole else [])
