"""The lexer of words, which expands variables and splits at the same time.

Follows `frontend/dockerfile/shell/lex.go` of BuildKit. Where a byte is not UTF-8, BuildKit puts U+FFFD in
its place and restage keeps it.
"""

import re
from functools import cache
from typing import NoReturn

from . import patterns
from .expansion import ExpansionError, Lookup, NestingError
from .spaces import SPACE

_DEEPEST = 50


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(r"""[^$<'"}/\s\\`]+""")


class Lexer:
    """One pass over a word.

    `raw_quotes` and `raw_escapes` leave quotes and escapes in; `keep_unset` leaves variables without a
    value as they are written. The heredoc reader needs these (`heredocsFromLine` in BuildKit's parser.go).
    """

    def __init__(
        self,
        source: str,
        lookup: Lookup,
        escape: str = "\\",
        *,
        raw_quotes: bool = False,
        raw_escapes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self._source = source
        self._lookup = lookup
        self._escape = escape
        self._raw_quotes = raw_quotes
        self._raw_escapes = raw_escapes
        self._keep_unset = keep_unset
        self._at = 0
        self._depth = 0
        # One buffer for all levels, as in BuildKit: a substitution with an operand drops what stood before it
        # in its word.
        self._word: list[str] = []

    def read(self) -> tuple[str, list[str]]:
        """Return the word expanded, and the same split into words. Raises ExpansionError."""
        return self._read_until("", raw_escapes=self._raw_escapes)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._source[self._at : self._at + 1]
        self._at += 1
        return character

    def _read_until(self, stop: str, *, raw_escapes: bool) -> tuple[str, list[str]]:
        if self._depth > _DEEPEST:
            raise NestingError(f"more than {_DEEPEST} substitutions inside each other")
        outer, self._raw_escapes = self._raw_escapes, raw_escapes
        self._depth += 1
        self._word.clear()
        result: list[str] = []
        words: list[str] = []
        plain = _plain()
        while self._at < len(self._source):
            if match := plain.match(self._source, self._at):
                self._at = match.end()
                result.append(match[0])
                self._word.append(match[0])
            elif self._peek() == stop:
                break
            else:
                self._read_special(result, words)
        else:
            if stop:
                raise ExpansionError(f"unexpected end of statement while looking for matching {stop}")
        self._at += 1
        self._end_word(words)
        self._depth -= 1
        self._raw_escapes = outer
        return "".join(result), words

    def _read_special(self, result: list[str], words: list[str]) -> None:
        character = self._peek()
        if character == "$":
            text = self._dollar()
            for part in text:
                self._add(part, words)
        elif character in ("'", '"', "<"):
            text = {"'": self._single_quoted, '"': self._double_quoted, "<": self._angle}[character]()
            self._word.append(text)
        elif self._next() == self._escape:
            text = (self._escape if self._raw_escapes else "") + self._next()
            self._word.append(text)
        else:
            text = character
            self._add(character, words)
        result.append(text)

    def _add(self, character: str, words: list[str]) -> None:
        if character in SPACE:
            self._end_word(words)
        else:
            self._word.append(character)

    def _end_word(self, words: list[str]) -> None:
        if word := "".join(self._word):
            words.append(word)
            self._word.clear()

    def _angle(self) -> str:
        start = self._at
        self._at += 1
        if self._peek() == "<":
            self._at += 1
            while self._peek() in ("\t", "\r", " "):
                self._at += 1
        return self._source[start : self._at]

    def _single_quoted(self) -> str:
        start, end = self._at, self._source.find("'", self._at + 1)
        if end < 0:
            self._unterminated("single-quote")
        self._at = end + 1
        return self._source[start : end + 1] if self._raw_quotes else self._source[start + 1 : end]

    def _double_quoted(self) -> str:
        self._at += 1
        result = ['"'] if self._raw_quotes else []
        while (character := self._peek()) != '"':
            if character == "$":
                result.append(self._dollar())
                continue
            if not character:
                self._unterminated("double-quote")
            self._at += 1
            if character == self._escape:
                result.extend([character] if self._raw_escapes else [])
                if not self._peek():
                    continue
                if self._peek() in ('"', "$", self._escape):
                    character = self._next()
            result.append(character)
        self._at += 1
        return "".join([*result, '"'] if self._raw_quotes else result)

    def _unterminated(self, quote: str) -> NoReturn:
        raise ExpansionError(f"unexpected end of statement while looking for matching {quote}")

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._value_or(name, f"${name}") if name else "$"
        self._at += 1
        if not self._peek():
            raise ExpansionError("syntax error: missing '}'")
        if self._peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution")
        name = self._name()
        modifier = self._next()
        if modifier == "}":
            return self._value_or(name, f"${{{name}}}")
        if modifier == "/":
            return self._replace(name)
        if modifier == ":":
            modifier += self._next()
        if modifier in ("#", "%"):
            return self._strip(name, modifier)
        return self._choose(name, modifier)

    def _value_or(self, name: str, written: str) -> str:
        value = self._lookup(name)
        if value is None:
            return written if self._keep_unset else ""
        return value

    def _choose(self, name: str, modifier: str) -> str:
        if modifier.removeprefix(":") not in ("-", "+", "?") or modifier == "":
            raise ExpansionError(f"unsupported modifier ({modifier}) in substitution")
        word = self._operand("}", raw_escapes=False)
        value = self._lookup(name)
        if value is None and self._keep_unset:
            return f"${{{name}{modifier}{word}}}"
        missing = value is None or (modifier[0] == ":" and not value)
        match modifier[-1]:
            case "-":
                return word if missing else value or ""
            case "+":
                return "" if missing else word
        if missing:
            state = "unset" if value is None else "empty"
            raise ExpansionError(f"{name}: {word or f'is not allowed to be {state}'}")
        return value or ""

    def _strip(self, name: str, modifier: str) -> str:
        pattern = self._operand("}", raw_escapes=True)
        value = self._lookup(name)
        if value is None and self._keep_unset:
            return f"${{{name}{modifier}{pattern}}}"
        strip = patterns.without_prefix if modifier == "#" else patterns.without_suffix
        return strip(value or "", pattern.removeprefix(modifier), longest=pattern.startswith(modifier))

    def _replace(self, name: str) -> str:
        everywhere = self._peek() == "/"
        self._at += everywhere
        pattern = self._operand("/", raw_escapes=True)
        replacement = self._operand("}", raw_escapes=True)
        value = self._lookup(name)
        if value is None and self._keep_unset:
            return f"${{{name}/{pattern}/{replacement}}}"
        return patterns.replaced(value or "", pattern, replacement, everywhere=everywhere)

    def _operand(self, stop: str, *, raw_escapes: bool) -> str:
        try:
            return self._read_until(stop, raw_escapes=raw_escapes)[0]
        except ExpansionError as error:
            if self._at < len(self._source) or isinstance(error, NestingError):
                raise
            raise ExpansionError(f"syntax error: missing '{stop}'") from error

    def _name(self) -> str:
        start, source = self._at, self._source
        first = self._peek()
        if first.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif first and first in "@*#?-$!":
            self._at += 1
        else:
            while (character := self._peek()).isalpha() or character.isdecimal() or character == "_":
                self._at += 1
        return source[start : self._at]
