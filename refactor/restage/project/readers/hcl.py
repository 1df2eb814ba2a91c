"""The plain part of HCL: blocks, texts, lists and maps. Expressions other than these are None."""

import re
from collections.abc import Iterator

from restage.record import Record

Item = str | None | list["Item"] | dict[str, "Item"]

_TOKEN = re.compile(
    r'"(?P<text>(?:[^"\\\n]|\\.)*)"|(?P<mark>[{}\[\]=,:\n])|(?P<skip>#[^\n]*|//[^\n]*|[ \t\r]+)'
    r'|(?P<comment>/\*)|(?P<word>[^\s{}\[\]=,:"#]+|")'
)
_ESCAPE = re.compile(r"\\(.)")
_DEEPEST = 20


class Block(Record):
    """`kind "label" { … }`: the line it starts on (from 1) and its attributes."""

    kind: str
    label: str
    line: int
    attributes: dict[str, Item]


class _Token(Record):
    sort: str
    text: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The blocks at the top of an HCL text; what isn't one is passed over."""
    reader = _Reader(list(_tokens(text)))
    while (token := reader.take()) is not None:
        if token.sort != "word":
            continue
        label = reader.peek()
        if label is not None and label.sort == "text":
            reader.take()
            opening = reader.take()
            if opening is not None and opening.text == "{":
                yield Block(token.text, label.text, token.line, reader.body(0))


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while (match := _TOKEN.match(text, at)) is not None:
        at = match.end()
        sort = match.lastgroup or "skip"
        if sort == "comment":
            end = text.find("*/", at)
            at = len(text) if end == -1 else end + 2
        elif sort != "skip":
            yield _Token(sort, _ESCAPE.sub(r"\1", match[sort]), line)
        line += text.count("\n", match.start(), at)


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> _Token | None:
        token = self.peek()
        self._at += token is not None
        return token

    def body(self, depth: int) -> dict[str, Item]:
        """What stands before the closing brace, which is taken too."""
        found: dict[str, Item] = {}
        while (token := self.take()) is not None and not self._is(token, "}"):
            following = self.peek()
            if following is None or token.sort == "mark":
                continue
            if self._is(following, "=") or self._is(following, ":"):
                self.take()
                found[token.text] = self._value(depth + 1)
            elif self._is(following, "{"):
                self.take()
                self._nested(depth)
        return found

    def _nested(self, depth: int) -> dict[str, Item] | None:
        if depth < _DEEPEST:
            return self.body(depth + 1)
        self._at = len(self._tokens)
        return None

    def _value(self, depth: int) -> Item:
        token = self.take()
        if token is None:
            return None
        if self._is(token, "{"):
            return self._nested(depth)
        if self._is(token, "["):
            return self._list(depth)
        alone = self.peek()
        if token.sort == "text" and (alone is None or alone.sort == "mark"):
            return token.text
        if token.text in ("\n", "}"):
            self._at -= 1
            return None
        self._pass_over()
        return None

    def _pass_over(self) -> None:
        open_marks = 0
        while (token := self.peek()) is not None:
            open_marks += self._is(token, "{") + self._is(token, "[")
            if open_marks == 0 and token.sort == "mark" and token.text in "\n,]}":
                return
            open_marks -= open_marks > 0 and token.sort == "mark" and token.text in "]}"
            self.take()

    def _list(self, depth: int) -> list[Item]:
        found: list[Item] = []
        while (token := self.peek()) is not None:
            if self._is(token, "]"):
                self.take()
                break
            if depth > _DEEPEST:
                self._at = len(self._tokens)
            elif token.sort == "mark" and token.text in "\n,":
                self.take()
            else:
                before = self._at
                found.append(self._value(depth + 1))
                self._at += self._at == before
        return found

    @staticmethod
    def _is(token: _Token, mark: str) -> bool:
        return token.sort == "mark" and token.text == mark
