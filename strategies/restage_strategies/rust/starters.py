"""Where Rust code starts a program: `Command::new` under any name, crates around it, and the calls of the C library."""

from __future__ import annotations

import re
from functools import cached_property

from restage.api import Record, Token

MAY_START = re.compile(
    r"\bCommand\b|\bExec\b|\bwhich|\bcmd\b|\brun_(?:cmd|fun)\b|\bspawn\b|\bexec[vl]|\bposix_spawn|\bsystem\b|\bpopen\b"
)
_MACROS = frozenset({"cmd", "run_cmd", "run_fun", "spawn"})
_MACRO_CRATES = frozenset({"duct", "xshell", "cmd_lib"})
_FUNCTIONS = frozenset({"which", "which_in", "which_global"})
_OF_THE_SYSTEM = re.compile(r"(?:f?exec[vl][pe]{0,2}|execveat|posix_spawnp?|system|popen)\Z")


class Starters(Record):
    """What starts a program in one file."""

    tokens: list[Token]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the file."""
        return frozenset(text for kind, text, _ in self.tokens if kind == "word")

    def argument_at(self, at: int) -> int | None:
        """The position of the first argument where a call of a program begins."""
        texts = [token[1] for token in self.tokens[at : at + 4]]
        if texts[0] in self._names and texts[1:] == ["::", "new", "("] and self._is_process(at):
            return at + 4
        if texts[:3] == ["Exec", "::", "cmd"] or texts[:3] == ["Exec", "::", "shell"]:
            return at + 4
        if texts[1:3] == ["!", "("] and texts[0] in _MACROS and self.words & _MACRO_CRATES:
            return at + 3
        if texts[1:2] != ["("] or self.tokens[at][0] != "word" or self._is_method(at):
            return None
        is_function = texts[0] in _FUNCTIONS and "which" in self.words
        is_duct = texts[0] == "cmd" and "duct" in self.words
        return at + 2 if is_function or is_duct or self._is_of_the_system(at) else None

    def is_handed_on(self, at: int) -> bool:
        """Whether `Command::new` stands there as a value: `names.map(Command::new)`."""
        texts = [token[1] for token in self.tokens[at : at + 3]]
        called = self.tokens[at + 3][1:2] == ("(",) if at + 3 < len(self.tokens) else False
        return texts[0] in self._names and texts[1:] == ["::", "new"] and not called and self._is_process(at)

    @cached_property
    def _names(self) -> frozenset[str]:
        """What the file calls the type: `Cmd` after `use std::process::Command as Cmd` or `type Cmd = Command`."""
        found = {"Command"}
        for at in range(len(self.tokens) - 2):
            before, word, after = (token[1] for token in self.tokens[at : at + 3])
            if before == "Command" and word == "as":
                found.add(after)
            elif before == "type" and after == "=" and any(t[1] == "Command" for t in self._until_end(at)):
                found.add(word)
        return frozenset(found)

    def _until_end(self, at: int) -> list[Token]:
        end = next((n for n in range(at, min(at + 20, len(self.tokens))) if self.tokens[n][1] == ";"), at)
        return self.tokens[at:end]

    def _is_of_the_system(self, at: int) -> bool:
        """`libc::system(…)`, `nix::unistd::execvp(…)`, or the same imported."""
        if not _OF_THE_SYSTEM.match(self.tokens[at][1]):
            return False
        if at >= 2 and self.tokens[at - 1][1] == "::":
            return self.tokens[at - 2][1] in ("libc", "unistd")
        return bool(self.words & {"libc", "nix"}) and self.tokens[at][1] != "system"

    def _is_method(self, at: int) -> bool:
        return at > 0 and self.tokens[at - 1][1] in (".", "fn")

    def _is_process(self, at: int) -> bool:
        """`clap` has a Command too: what stands in front, or what the file imports, tells them apart."""
        if at >= 2 and self.tokens[at - 1][1] == "::":
            return self.tokens[at - 2][1] not in ("clap", "serenity", "poise", "builder")
        imported = self._imported_from(self.tokens[at][1])
        return imported != "clap" if imported else not ("clap" in self.words and "process" not in self.words)

    def _imported_from(self, name: str) -> str | None:
        """The module that a `use` takes the name from: `process` of `std::process::{self, Command}`."""
        for at, (kind, text, _) in enumerate(self.tokens):
            if kind != "word" or text != "use":
                continue
            words = []
            for token in self.tokens[at + 1 : at + 120]:
                if token[1] == ";":
                    break
                words.append(token[1])
            if name in words and ("process" in words or "clap" in words):
                return "process" if "process" in words else "clap"
        return None
