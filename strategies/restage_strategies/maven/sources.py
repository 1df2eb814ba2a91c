"""What a project's sources say: tools of the JDK that they use, programs that they call, files that they open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from restage.api import Context, Record
from restage_strategies.maven.source_text import SourceText, read_source

_ENDINGS = (".java", ".kt", ".scala", ".groovy", ".clj")
_SKIPPED = ("node_modules", ".git", "target", "build", "out", ".idea", ".gradle")
_TESTS = ("/src/test/", "/src/it/", "/src/integration-test/", "/src/testFixtures/")
_JDK = re.compile(
    r"\b(?:javax\.tools|com\.sun\.tools|com\.sun\.source|com\.sun\.jdi|com\.sun\.javadoc|jdk\.jshell|jdk\.javadoc"
    r"|sun\.jvmstat|sun\.tools|jdk\.security\.jarsigner|java\.util\.spi\.ToolProvider)\b"
)
_CALL = re.compile(
    r"\bProcessBuilder\s*\(|\.exec\s*\(|\bProcessExecutor\s*\(|\bCommandLine\s*\(|\bCommandLine\.parse\s*\("
    r"|\.command\s*\("
)
_WRAPPING = re.compile(
    r"\s*(?:new\s+String\s*\[\s*\]\s*\{|(?:java\.util\.)?Arrays\.asList\s*\(|List\.of\s*\(|listOf\s*\("
    r"|mutableListOf\s*\(|arrayOf\s*\(|Seq\s*\(|Array\s*\()?\s*"
)
_EXECUTED = re.compile(r'"\s*\.\s*execute\s*\(\s*\)|"\s*\.\s*!{1,2}')
_PROGRAM = re.compile(r"[\w./+-]+")
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})
_RUNS = ("Runtime", "Process", "exec")


class Call(Record):
    """A program that a source calls by name, and where."""

    program: str
    where: str


class Survey(Record):
    """The sources of a build context, searched."""

    context: Context

    @cached_property
    def _files(self) -> tuple[tuple[str, SourceText], ...]:
        found: list[tuple[str, SourceText]] = []
        for path in self.context.walk("", _SKIPPED):
            if path.endswith(_ENDINGS) and not any(part in f"/{path}" for part in _TESTS):
                text = self.context.text(path)
                if text is not None:
                    found.append((path, read_source(text)))
        return tuple(found)

    @property
    def count(self) -> int:
        """How many source files there are."""
        return len(self._files)

    @property
    def searched(self) -> str:
        """What was searched, for reports."""
        return "1 source file" if self.count == 1 else f"{self.count} source files"

    @cached_property
    def jdk(self) -> tuple[str, ...]:
        """Where the JDK's own tools are used."""
        return tuple(
            f"{path}:{source.line(found.start())} uses {found.group()}"
            for path, source in self._files
            if (found := _JDK.search(source.code))
        )

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The programs that are called by name."""
        return tuple(call for call, _ in self._found if call is not None)

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """Where a program is called whose name is made at run time."""
        return tuple(where for call, where in self._found if call is None)

    @cached_property
    def _found(self) -> tuple[tuple[Call | None, str], ...]:
        return tuple(
            found
            for path, source in self._files
            if any(word in source.code for word in _RUNS)
            for found in _calls(path, source)
        )

    @cached_property
    def strings(self) -> tuple[tuple[str, str], ...]:
        """Every string literal with its file."""
        return tuple((content, path) for path, source in self._files for _, content in source.strings)

    def opens(self, name: str) -> bool:
        """Whether a file or directory of exactly this name is opened."""
        wanted = f'("{name}"'
        return any(
            source.code[max(at - 5, 0) : at].endswith(("File", "of", "get", "Path"))
            for _, source in self._files
            if (at := source.code.find(wanted)) >= 0
        )

    def names(self, name: str) -> bool:
        """Whether a string literal has the name in it."""
        return any(name in content for content, _ in self.strings)


def _calls(path: str, source: SourceText) -> Iterator[tuple[Call | None, str]]:
    strings = dict(source.strings)
    for found in _CALL.finditer(source.code):
        if found.group().startswith(".exec") and "Runtime" not in source.code:
            continue
        if found.group().startswith(".command") and "ProcessBuilder" not in source.code:
            continue
        where = f"{path}:{source.line(found.start())}"
        at = _WRAPPING.match(source.code, found.end())
        start = at.end() if at else found.end()
        if source.code[start : start + 1] == ")":
            continue
        yield from _named(strings, start, source, where)
    for found in _EXECUTED.finditer(source.code):
        for start, text in source.strings:
            if start + len(text) + 1 == found.start():
                yield from _named(strings, start, source, f"{path}:{source.line(start)}")


def _named(
    strings: dict[int, str], start: int, source: SourceText, where: str
) -> Iterator[tuple[Call | None, str]]:
    content = strings.get(start)
    words = content.split() if content else []
    if not words or not _PROGRAM.fullmatch(words[0]):
        yield None, where
        return
    yield Call(words[0], where), where
    if words[0] in _SHELLS:
        rest = words[2:] if words[1:2] == ["-c"] else _following(strings, start, source)
        if not rest:
            yield None, where
        yield from ((Call(word, where), where) for word in rest[:1] if _PROGRAM.fullmatch(word))


def _following(strings: dict[int, str], start: int, source: SourceText) -> list[str]:
    """The words of the literal behind `-c`, where one stands there before the statement ends."""
    end = source.code.find(";", start)
    later = sorted(at for at in strings if start < at < (end if end >= 0 else start + 400))
    texts = [strings[at] for at in later if not strings[at].startswith("-")]
    return texts[0].split() if texts else []
