"""What `.dockerignore` hides from a build.

Follows the rules published for `.dockerignore` and what BuildKit makes of them: lines are cleaned as paths,
the last pattern that matches decides, and a pattern that matched a directory holds for all below it.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property, lru_cache

from restage.project.ignore_pattern import Pattern, shape_of
from restage.project.wildcard import go_match
from restage.record import Record

# What Go's strings.TrimSpace takes away; Python's strip takes more.
_GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_LONGEST_LINE = 64 * 1024  # what the scanner of BuildKit takes


_Matched = tuple[bool, ...]


class Dockerignore(Record):
    """The patterns of one file, in order; `problem` says what no build would take, if there is something."""

    patterns: tuple[Pattern, ...] = ()
    problem: str | None = None
    _directories: dict[str, _Matched] = field(default_factory=dict, compare=False, repr=False)
    _judged: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> "Dockerignore":
        """Reads the text of a file. Never raises: a line that BuildKit rejects is left out, and is the
        problem."""
        patterns: list[Pattern] = []
        problem: str | None = None
        for number, line in _lines(text):
            pattern = None if len(line) >= _LONGEST_LINE else _pattern(line)
            if pattern is not None:
                patterns.append(pattern)
            elif problem is None:
                problem = f"line {number} is not a pattern that a build accepts: {line[:60]}"
        return cls(tuple(patterns), problem)

    def excludes(self, path: str) -> bool:
        """Whether the path (relative to the context, `/` between names, normalised) is hidden from the build.

        A directory can be excluded and still be there, because something below it isn't: ask `may_reopen`.
        """
        if not self.patterns or not path:
            return False
        known = self._judged.get(path)
        if known is None:
            known = self._judged[path] = self._judge(path)[0] if self._reopens else self._hides(path)
        return known

    def may_reopen(self, directory: str) -> bool:
        """Whether a `!` line can bring back something below this excluded directory."""
        return any(pattern.exception and _leads_into(directory, pattern.text) for pattern in self.patterns)

    @cached_property
    def _reopens(self) -> bool:
        return any(pattern.exception for pattern in self.patterns)

    def _hides(self, path: str) -> bool:
        """Without `!` lines: whether a pattern names the path or a directory above it."""
        hidden, end = False, 0
        while not hidden and end != -1:
            end = path.find("/", end + 1)
            above = path if end == -1 else path[:end]
            known = self._judged.get(above)
            hidden = any(pattern.matches(above) for pattern in self.patterns) if known is None else known
            self._judged[above] = hidden
        return hidden

    def _judge(self, path: str) -> tuple[bool, _Matched]:
        # BuildKit asks from the top down and hands each directory's answers to what lies below it.
        above: _Matched = ()
        end = path.find("/")
        while end != -1:
            directory = path[:end]
            known = self._directories.get(directory)
            if known is None:
                known = self._directories[directory] = self._match(directory, above)[1]
            above = known
            end = path.find("/", end + 1)
        return self._match(path, above)

    def _match(self, path: str, above: _Matched) -> tuple[bool, _Matched]:
        excluded = False
        matched: list[bool] = []
        for index, pattern in enumerate(self.patterns):
            hit = bool(above) and above[index]
            # A pattern that couldn't change the answer isn't tried, and so doesn't count for what lies below
            # either.
            if not hit and pattern.exception == excluded:
                hit = pattern.matches(path)
            matched.append(hit)
            if hit:
                excluded = not pattern.exception
        return excluded, tuple(matched)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.startswith("#"):
            continue
        trimmed = _trim(line)
        if trimmed:
            yield number, trimmed


def _trim(text: str) -> str:
    return text.strip(_GO_SPACE)


def _leads_into(directory: str, text: str) -> bool:
    names, parts = text.removesuffix("/**").split("/"), directory.split("/")
    wildcards = [go_match(name) for name in names]
    if any("**" in name or "[" in name for name in names) or None in wildcards:
        return True  # these can match across a slash
    return len(names) >= len(parts) and all(
        wildcard is not None and wildcard.matches(part)
        for wildcard, part in zip(wildcards, parts, strict=False)
    )


@lru_cache(maxsize=1024)  # the same lines stand in many projects
def _pattern(line: str) -> Pattern | None:
    # Cleaned twice, as BuildKit does: by the reader of the file without the `!`, by the matcher with it.
    mark = "!" if line.startswith("!") else ""
    text = _trim(line.removeprefix(mark))
    if text:
        text = posixpath.normpath(text).lstrip("/") or "/"
    text = posixpath.normpath(_trim(mark + text))
    exception = text.startswith("!")
    text = text.removeprefix("!")
    shape = shape_of(text) if text else None
    return None if shape is None else Pattern(text, exception, shape)
