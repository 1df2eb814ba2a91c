"""Reads one word of a script, character by character, into its parts.

Where an expansion ends is known from the grammar (``spans``); quotes and backslashes are read here. The
grammar finds the ends of words too, so the two readings check each other.
"""

import re
from collections.abc import Mapping

from restage.shell.word import Literal, Opaque, Part, ShellWord, Variable

Spans = Mapping[int, int]
"""Where each ``$(…)``, ``${…}``, ``$((…))``, ``<(…)``, array and backquoted command starts and ends."""

_BLANK = " \t\n"
_OPERATORS = ";&|<>()"
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])")
_BRACED = re.compile(
    r"\$\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:(:?[-=])([^$`\\'\"{}]*)|:?\?[^{}]*)?\}"
)
_TILDE = re.compile(r"~(?=[/\s;&|<>()]|\Z)")
_USER_HOME = re.compile(r"~[A-Za-z0-9_+-]+")
_ANSI_QUOTED = re.compile(r"\$'[^'\\]*(?:\\[^'][^'\\]*)*'")
_PLAIN = re.compile(r"[^ \t\n;&|<>()\\'\"$`~*?\[\]{},.]+")
_PLAIN_IN_QUOTES = re.compile(r"[^\"\\$`]+")


class Unreadable(Exception):
    """The text isn't what the grammar took it for; the message says what was met."""


def read_word(
    text: str, start: int, spans: Spans, *, value: bool = False, within: int | None = None
) -> ShellWord:
    """The word that starts at ``start``.

    ``value``: the right side of an assignment, whose variables aren't split. ``within``: the end of the
    ``[[ ]]`` around it, where operators are words. Raises Unreadable when a quote isn't closed.
    """
    reader = _Reader(text, start, spans, value, within)
    reader.run()
    raw = text[start : reader.at]
    parts = (Opaque(raw),) if reader.brace == 3 and not value else tuple(reader.parts)
    return ShellWord(start, reader.at, raw, parts, reader.glob and not value)


class _Reader:
    def __init__(self, text: str, start: int, spans: Spans, value: bool, within: int | None) -> None:
        self.text, self.start, self.at, self.spans = text, start, start, spans
        self.value = value
        self.ends = _BLANK + _OPERATORS if within is None else _BLANK
        self.limit = len(text) if within is None else within
        self.parts: list[Part] = []
        self.glob = self.bracket = False
        self.brace = 0  # 1 after {, 2 after its comma or dots, 3 after its }: a brace expansion

    def run(self) -> None:
        while self.at < self.limit:
            char = self.text[self.at]
            if self.at in self.spans:
                self.expansion(in_quotes=False)
            elif char in self.ends or char == "`":  # the end of a command in backquotes
                return
            else:
                self.step(char)

    def step(self, char: str) -> None:
        if plain := _PLAIN.match(self.text, self.at):
            self.literal(plain.group(), plain.end())
        elif char == "\\":
            self.backslash()
        elif char == "'":
            end = self.find("'", self.at + 1)
            self.literal(self.text[self.at + 1 : end], end + 1)
        elif char == '"':
            self.double_quotes()
        elif char == "$":
            self.dollar(in_quotes=False)
        elif char == "~" and self.at == self.start:
            self.tilde()
        else:
            self.pattern(char)
            self.literal(char, self.at + 1)

    def literal(self, text: str, end: int) -> None:
        if self.parts and isinstance(last := self.parts[-1], Literal):
            self.parts[-1] = Literal(last.text + text)
        else:
            self.parts.append(Literal(text))
        self.at = end

    def find(self, needle: str, start: int) -> int:
        end = self.text.find(needle, start)
        if end < 0:
            raise Unreadable(f"a quote {needle} that isn't closed")
        return end

    def backslash(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "\n":
            self.at += 2
        else:
            self.literal(following or "\\", self.at + 2 if following else self.at + 1)

    def double_quotes(self) -> None:
        before = len(self.parts)
        self.at += 1
        while True:
            if plain := _PLAIN_IN_QUOTES.match(self.text, self.at):
                self.literal(plain.group(), plain.end())
            char = self.text[self.at : self.at + 1]
            if char in ('"', ""):
                break
            if char != "\\":
                self.dollar(in_quotes=True)
            elif self.text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\", "\n"):
                self.backslash()
            else:
                self.literal("\\", self.at + 1)
        self.at = self.find('"', self.at) + 1
        if len(self.parts) == before:
            self.literal("", self.at)

    def dollar(self, in_quotes: bool) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if self.at in self.spans:
            self.expansion(in_quotes)
        elif parameter := _PARAMETER.match(self.text, self.at):
            self.part(Variable(parameter[1], in_quotes or self.value, parameter[0]), parameter.end())
        elif not in_quotes and following == '"':
            self.part(Opaque("$"), self.at + 1)
        elif not in_quotes and following == "'":
            self.ansi_quoted()
        elif self.text[self.at] == "`":
            raise Unreadable("a backquote that isn't closed")
        else:
            self.literal("$", self.at + 1)

    def ansi_quoted(self) -> None:
        found = _ANSI_QUOTED.match(self.text, self.at)
        if found is None:
            raise Unreadable("a quote $' that shells read differently")
        self.part(Opaque(found.group()), found.end())

    def expansion(self, in_quotes: bool) -> None:
        end = self.spans[self.at]
        raw = self.text[self.at : end]
        self.part(_braced(raw, in_quotes or self.value) or Opaque(raw), end)

    def part(self, part: Part, end: int) -> None:
        self.parts.append(part)
        self.at = end

    def tilde(self) -> None:
        if found := _TILDE.match(self.text, self.at):
            self.part(Variable("HOME", True, "~"), found.end())
        elif found := _USER_HOME.match(self.text, self.at):
            self.part(Opaque(found.group()), found.end())
        else:
            self.literal("~", self.at + 1)

    def pattern(self, char: str) -> None:
        """Notes what makes the word a pattern or a brace expansion."""
        self.glob = self.glob or char in "*?" or (char == "]" and self.bracket)
        self.bracket = self.bracket or char == "["
        dots = self.text.startswith("..", self.at)
        if (self.brace, char) in ((0, "{"), (1, ","), (2, "}")) or (self.brace == 1 and dots):
            self.brace += 1


def _braced(raw: str, quoted: bool) -> Variable | None:
    found = _BRACED.fullmatch(raw)
    if found is None:
        return None
    name, operator, default = found.groups()
    # ${X-y} tells unset from empty, which the caller's environment does not.
    if operator in ("-", "=") and default:
        return None
    return Variable(name, quoted, raw, default)
