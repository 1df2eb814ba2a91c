"""A unified diff whose hunks carry the reasons of the edits in them."""

from __future__ import annotations

import difflib

from restage.engine import Rewritten
from restage.planning.arrangement import Reason
from restage.record import Record


class Hunk(Record):
    """One hunk: its header, its lines with their sign, and why."""

    header: str
    lines: tuple[str, ...]
    reasons: tuple[Reason, ...]


CONTEXT_LINES = 3
"""Lines around a change, as git shows them."""


def hunks(rewritten: Rewritten) -> tuple[Hunk, ...]:
    """The hunks of a rewrite, in the order of the file."""
    before = _lines(rewritten.document.text)
    after = _lines(rewritten.data.decode("utf-8", "surrogateescape"))
    edits = [
        (
            rewritten.document.line_of(edit.start),
            rewritten.document.line_of(max(edit.start, edit.end - 1)),
            edit.reasons,
        )
        for edit in rewritten.edits
    ]
    found: list[Hunk] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(
        CONTEXT_LINES
    ):
        first, last = group[0], group[-1]
        header = f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        lines: list[str] = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines.extend(" " + line for line in before[i1:i2])
                continue
            lines.extend("-" + line for line in before[i1:i2])
            lines.extend("+" + line for line in after[j1:j2])
        reasons = [
            reason
            for start, end, given in edits
            if start <= last[2] + 1 and end >= first[1]
            for reason in given
        ]
        found.append(Hunk(header, tuple(lines), tuple(dict.fromkeys(reasons))))
    return tuple(found)


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes, with octal escapes, where it has anything but plain characters."""
    data = path.encode("utf-8", "surrogateescape")
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in data):
        return path
    return '"' + "".join(chr(b) if 0x20 <= b < 0x7F and b not in b'"\\' else f"\\{b:03o}" for b in data) + '"'


def unified(rewritten: Rewritten, path: str) -> str:
    """The diff that `git apply` and `patch` take, without reasons."""
    path = path.lstrip("/")
    parts = [f"--- {_quoted('a/' + path)}\n", f"+++ {_quoted('b/' + path)}\n"]
    for hunk in hunks(rewritten):
        parts.append(hunk.header + "\n")
        for line in hunk.lines:
            parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)
