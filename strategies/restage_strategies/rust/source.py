"""One Rust file."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from restage.api import Record, Token
from restage_strategies.rust.functions import Function, functions_of
from restage_strategies.rust.tokens import shipped


class Source(Record):
    """One Rust file."""

    path: str
    """Relative to the directory that places are told from."""
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens, tests left out."""
        return shipped(self.text)

    def where(self, token: Token) -> str:
        """The place of a token, for reports."""
        return f"{self.path}:{bisect_left(self._ends, token[2]) + 1}"

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    @cached_property
    def functions(self) -> list[Function]:
        """Its functions, of two around a place the inner one first."""
        return functions_of(self.tokens)
