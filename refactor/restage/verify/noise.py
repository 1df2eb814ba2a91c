"""What differs between two runs of one and the same image: taken out before anything is compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"

_NOISE = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"\x1b\[[0-9;?]{0,20}[A-Za-z]", ""),
        (r"\r", ""),
        (r"\d{4}[-/]\d\d[-/]\d\d(?:[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?", "<time>"),
        (rf"\b\d{{1,2}}[ /-]{_MONTH}[ /-]\d{{4}}\b", "<time>"),
        (rf"\b{_MONTH}\.? {{1,3}}\d{{1,2}},? {{0,2}}(?:\d{{4}}\b)?", "<time> "),
        (r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AP]M\b)?", "<time>"),
        (r"\b\d{1,2}/\d{1,2}/\d{4}\b", "<time>"),
        (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "<id>"),
        (r"\b0x[0-9a-fA-F]+\b", "<address>"),
        (r"\b(?=[a-f]{0,11}\d)[0-9a-f]{12,64}\b", "<id>"),
        (r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "<address>"),
        (r"(?<=<address>):\d{5}\b", ":<port>"),
        (r"\bgoroutine \d+", "goroutine <n>"),
        (r"(?i)\b(pid|process|worker)( ?[:=#]? ?)\[?\d+\]?", r"\1\2<n>"),
        (r"(?<![\w.])\[\d+\]|(?<=\(node:)\d+|(?<=\[Nest\] )\d+", "<n>"),
        (r"\b\d+(?:\.\d+)? ?(?:ns|us|µs|ms|msecs?|s|secs?|seconds|minutes)\b", "<duration>"),
        (r'("(?:latency|duration|uptime|time|timestamp|ts|hostname)[a-z_]{0,20}": ?)(?:"[^"]{0,200}"|[\d.]+)', r"\1<n>"),
        (r"\b1[5-9]\d{8}(?:\.?\d{3,9})?\b", "<time>"),
        (r'(?i)((?:request|trace|session)[-_]?id|csrf\w{0,30}|nonce)("?[=:] ?"?)[\w+/=-]{8,200}', r"\1\2<id>"),
        (r'("buildId": ?"|/_next/(?:static|data)/)[\w-]{10,40}(?=["/])', r"\1<id>"),
        (r"(?<=[\w/] )\(\d+\)$", "(<n>)"),
        (r"[ \t]+", " "),
    )
)  # fmt: skip

_LONGEST = 4_000
"""Characters of a line that are looked at."""


def quiet(line: str) -> str:
    """One line without times, ids, addresses, durations and process numbers."""
    line = line[:_LONGEST]
    for pattern, by in _NOISE:
        line = pattern.sub(by, line)
    return line.strip()


def quiet_lines(text: str) -> tuple[str, ...]:
    """The lines of a text without noise and each once: a loop that waits prints one as often as time allows."""
    lines = (quiet(line) for line in re.split(r"\n|(?<=>)(?=<)", text))
    return tuple(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True)
class Varying:
    """A line that is not the same in two runs of one image: `kept` are the words that both runs have of it, in order."""

    lines: frozenset[str]
    kept: tuple[str, ...]

    def covers(self, line: str) -> bool:
        """Whether the line is this one once more: it has the kept words in their order."""
        if line in self.lines:
            return True
        words = iter(_words(line))
        return bool(self.kept) and all(word in words for word in self.kept)


def varying(one: Sequence[str], other: Sequence[str]) -> tuple[Varying, ...]:
    """The lines that are in only one of two runs of the same image, each with what it is like in the other run."""
    alone = [line for line in one if line not in {*other}]
    partners = [line for line in other if line not in {*one}]
    found: list[Varying] = []
    for line in alone:
        near = difflib.get_close_matches(line, partners, 1, 0.5)
        found.append(Varying(frozenset((line, *near)), _common(line, near[0]) if near else ()))
    return (*found, *(Varying(frozenset((line,)), ()) for line in partners))


def _words(line: str) -> list[str]:
    return re.findall(r"[\w<>]+|[^\w\s]", line)


def _common(one: str, other: str) -> tuple[str, ...]:
    words = _words(one)
    blocks = difflib.SequenceMatcher(None, words, _words(other), autojunk=False).get_matching_blocks()
    common = [word for block in blocks for word in words[block.a : block.a + block.size]]
    return tuple(common) if any(word.isalpha() for word in common) else ()


def without(lines: Iterable[str], varied: Sequence[Varying]) -> tuple[str, ...]:
    """The lines that are none of those that vary."""
    return tuple(line for line in lines if not any(one.covers(line) for one in varied))
