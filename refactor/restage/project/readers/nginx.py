"""nginx's configuration language: directives with their words, and blocks of them.

Follows what nginx's own reader does (`ngx_conf_read_token`): words end at white space, `;` or `{`; quotes and comments
count where a word begins; `${name}` and a backslash before any character are part of a word.
"""

from __future__ import annotations

import re

from restage.record import Record

DEEPEST = 50
"""Blocks in blocks are read this far; nginx's own go five deep."""

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+|\#[^\n]*)"
    r"|(?P<sign>[;{}])"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')(?=[\s;{)]|$)"
    r"|(?P<word>(?:\$\{|\\.|[^\s;{}\"'\#\\])(?:\$\{|\\.|[^\s;{\\])*)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\"'\\ ;{}])")


class Directive(Record):
    """One directive. `block` is None where it ends with `;`."""

    line: int
    words: tuple[str, ...]
    """Its name first, quotes taken off."""
    block: tuple[Directive, ...] | None = None

    @property
    def name(self) -> str:
        """Its first word."""
        return self.words[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words after its name."""
        return self.words[1:]


class BadNginx(Record):
    """A text that nginx would not read."""

    line: int
    why: str


class _Open:
    """A block that is not closed yet."""

    def __init__(self, line: int, words: tuple[str, ...]) -> None:
        self.line, self.words = line, words
        self.directives: list[Directive] = []


def read_nginx(text: str) -> tuple[Directive, ...] | BadNginx:
    """The directives of a configuration file; files that it includes are not read."""
    place, line = 0, 1
    blocks = [_Open(1, ())]
    words: list[str] = []
    first = 1
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            return BadNginx(line, f"a quote or a word is not closed: {text[place : place + 20]!r}")
        if token["word"] or token["quoted"]:
            first = first if words else line
            words.append(_plain(token[0]))
        elif token["sign"]:
            problem = _at_sign(token["sign"], blocks, tuple(words), first if words else line)
            if problem is not None:
                return BadNginx(line, problem)
            words = []
        line += token[0].count("\n")
        place = token.end()
    if words:
        return BadNginx(first, f"{words[0]} does not end with `;`")
    if len(blocks) > 1:
        return BadNginx(blocks[-1].line, f"the block of {blocks[-1].words[0]} is not closed")
    return tuple(blocks[0].directives)


def _at_sign(sign: str, blocks: list[_Open], words: tuple[str, ...], line: int) -> str | None:
    """Ends a directive, opens or closes a block; what is wrong with that, if anything."""
    match sign:
        case ";" if words:
            blocks[-1].directives.append(Directive(line, words))
        case "{" if words and len(blocks) <= DEEPEST:
            blocks.append(_Open(line, words))
        case "}" if not words and len(blocks) > 1:
            done = blocks.pop()
            blocks[-1].directives.append(Directive(done.line, done.words, tuple(done.directives)))
        case _:
            return f"`{sign}` stands where nothing {'ends' if sign == ';' else 'begins or ends'}"
    return None


def _plain(token: str) -> str:
    """A word without its quotes, and without the backslashes that nginx takes away."""
    if token[0] in "\"'" and len(token) > 1 and token[-1] == token[0]:
        token = token[1:-1]
    return _ESCAPED.sub(r"\1", token)
