"""Shell scripts and RUN bodies, read for the tests of the shell's room."""

from __future__ import annotations

import re
from collections.abc import Callable

from restage.shell.narrow import Change, narrow
from restage.shell.script import Script, ShellWord, SimpleCommand, parse

_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_SKIPPED = re.compile(r"[ \t]*(#[^\n]*)?\r?\n")


def commands(script: Script) -> list[SimpleCommand]:
    """The commands of the statements of a script that is understood."""
    assert script.opaque is None, script.opaque
    return [command for statement in script.statements for command in statement.commands]


def word(text: str) -> ShellWord:
    """A text as an argument of a command."""
    return commands(parse(f"c {text}"))[0].words[1]


def joined(source: str) -> tuple[str, list[int]]:
    """The logical line of one RUN and where its characters come from; of a here-document its content."""
    if heredoc := re.match(r"RUN <<EOF\n", source):
        end = source.index("\nEOF") + 1
        return source[heredoc.end() : end], list(range(heredoc.end(), end))
    at = len("RUN ")
    text, origin = "", []
    while at < len(source):
        if continued := _CONTINUED.match(source, at):
            at = continued.end()
            while skipped := _SKIPPED.match(source, at):
                at = skipped.end()
        elif source[at] in "\r\n":
            break
        else:
            text, at = text + source[at], at + 1
            origin.append(at - 1)
    return text, origin


def script_of(source: str) -> tuple[Script, Callable[[int], int]]:
    """The script of one RUN, and where the characters of its logical line come from."""
    text, origin = joined(source)
    script = parse(text)
    assert script.opaque is None, script.opaque
    return script, origin.__getitem__


def narrowed(source: str, drop: set[str], words: set[str], insert: dict[str, tuple[str, ...]]) -> str:
    """Drops statements by their first word, words by their text; inserts after words."""
    script, body_map = script_of(source)
    found = {word.raw: word.start for s in script.statements for c in s.commands for word in c.words}
    statements = {i for i, s in enumerate(script.statements) if s.commands[0].words[0].raw in drop}
    change = Change(
        frozenset(statements),
        frozenset(found[word] for word in words),
        {found[word]: new for word, new in insert.items()},
    )
    return narrow(source, "\\", body_map, script, change)
