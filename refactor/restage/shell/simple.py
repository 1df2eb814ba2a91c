"""One simple command from its items: words, assignments, redirects (POSIX, 2.9.1)."""

import re
from collections.abc import Iterator, Sequence

from restage.record import Record
from restage.shell.grammar import Item
from restage.shell.quoting import Spans, Unreadable, read_word
from restage.shell.script import Redirect
from restage.shell.word import Opaque, ShellWord

_NO_TARGET = frozenset({"<<", "<<-", ">&-", "<&-"})
_ASSIGNED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_CHANGED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[|\+=)")
_NUMBER = re.compile(r"[0-9]+")


class Content(Record):
    """What a simple command consists of."""

    words: tuple[ShellWord, ...] = ()
    assignments: tuple[tuple[str, ShellWord], ...] = ()
    redirects: tuple[Redirect, ...] = ()


def content(text: str, items: Sequence[Item], spans: Spans) -> Content:
    """Reads the items of one command. Raises Unreadable where quoting and grammar disagree."""
    words: list[ShellWord] = []
    assignments: list[tuple[str, ShellWord]] = []
    redirects: list[Redirect] = []
    groups = _adjacent(items)
    for group in groups:
        first = group[0]
        if first.kind == "redirect":
            target = None if first.text in _NO_TARGET else next(groups, None)
            redirects.append(_redirect(text, first, _word(text, target, spans) if target else None))
        elif first.node.type == "variable_assignment" and not words:
            assignments.append(_assignment(text, group, spans))
        else:
            words.append(_word(text, group, spans))
    return Content(tuple(words), tuple(assignments), tuple(redirects))


def test_words(text: str, start: int, end: int, spans: Spans) -> tuple[ShellWord, ...]:
    """The words from ``[`` to ``]``, or from ``[[`` to ``]]``, where operators are words too."""
    words: list[ShellWord] = []
    while True:
        while text[start:end] and (text[start].isspace() or text.startswith("\\\n", start)):
            start += 1 if text[start].isspace() else 2
        if start >= end:
            return tuple(words)
        words.append(read_word(text, start, spans, within=end))
        start = words[-1].end
        if start > end or not words[-1].raw:
            raise Unreadable(f"not understood near {words[-1].raw[:30]!r}")


def _adjacent(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Pieces that stand together are one word, however the grammar cuts them."""
    group: list[Item] = []
    for item in items:
        if group and item.kind == group[-1].kind == "piece" and item.start == group[-1].end:
            group.append(item)
            continue
        if group:
            yield group
        group = [item]
    if group:
        yield group


def _word(text: str, group: Sequence[Item], spans: Spans) -> ShellWord:
    word = read_word(text, group[0].start, spans)
    if group[0].kind != "piece" or word.end != group[-1].end:
        raise Unreadable(f"not understood near {word.raw[:30]!r}")
    return word


def _assignment(text: str, group: Sequence[Item], spans: Spans) -> tuple[str, ShellWord]:
    """The name and its value; of an element or something added the value isn't known."""
    start, end = group[0].start, group[-1].end
    found = _ASSIGNED.match(text, start)
    if found:
        value = read_word(text, found.end(), spans, value=True)
        if value.end != end:
            raise Unreadable(f"not understood near {text[start:end][:30]!r}")
        return found[1], value
    found = _CHANGED.match(text, start)
    if not found:
        raise Unreadable(f"not understood near {text[start:end][:30]!r}")
    raw = text[found.end() : end]
    return found[1], ShellWord(found.end(), end, raw, (Opaque(raw),))


def _redirect(text: str, item: Item, target: ShellWord | None) -> Redirect:
    if target is None and item.text not in _NO_TARGET:
        raise Unreadable("a redirect without a target")
    number = _NUMBER.match(text, item.start, item.end)
    fd = int(number[0][:4]) if number else None
    end = target.end if target else item.end
    return Redirect(item.text, target, fd, item.start, end, _document(text, item))


def _document(text: str, item: Item) -> str | None:
    if item.text not in ("<<", "<<-"):
        return None
    body = next((child for child in item.node.children if child.type == "heredoc_body"), None)
    written = text[body.start_byte : body.end_byte] if body else ""
    return re.sub(r"^\t+", "", written, flags=re.MULTILINE) if item.text == "<<-" else written
