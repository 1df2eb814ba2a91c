"""Takes statements and words out of a RUN instruction, or puts words in, in the author's layout."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from restage.record import Record
from restage.shell.layout import between, closing, gap, opening
from restage.shell.script import Script, SimpleCommand
from restage.shell.wording import Edit, Source, word_edits

_TRAILING_COMMENT = re.compile(r"[ \t]*;?[ \t]*#[^\n]*")
_ENDS_A_LIST = frozenset({";", "&", "\n"})


class Change(Record):
    """What to change in a script.

    ``drop_statements``: indices. ``drop_words``: where they start. ``insert_words``: by the start of the word
    after which they go, quoted for the shell; after a word that is dropped they take its place. ``ahead`` and
    ``behind``: simple commands before the first and after the last statement that stays, joined by ``&&``.
    Offsets are into the text of the script.
    """

    drop_statements: frozenset[int] = frozenset()
    drop_words: frozenset[int] = frozenset()
    insert_words: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def together(script: Script) -> tuple[frozenset[int], ...]:
    """The indices of the statements, in groups that can only be dropped as one.

    In ``a || b && c`` the group is ``a || b``: without ``a``, ``b`` would always run.
    """
    groups: list[set[int]] = []
    opened = 0  # the group with which the and-or list begins
    for index, statement in enumerate(script.statements):
        if not index or statement.joiner in _ENDS_A_LIST:
            opened = len(groups)
        if statement.joiner == "||":
            groups[opened:] = [set().union(*groups[opened:], {index})]
        else:
            groups.append({index})
    return tuple(frozenset(group) for group in groups)


def narrow(source: str, escape: str, body_map: Callable[[int], int], script: Script, change: Change) -> str:
    """The instruction ``source`` with the change made; all else in it stays as it is.

    ``body_map`` maps an offset in ``script.text`` to one in ``source``. Raises ValueError if the change drops
    every statement or a part of a group (see ``together``), or names a word that isn't there.
    """
    dropped = change.drop_statements
    if script.opaque or dropped >= set(range(len(script.statements))):
        raise ValueError("nothing would be left of the instruction")
    if any(group & dropped and not group <= dropped for group in together(script)):
        raise ValueError("statements joined by || can only be dropped together")
    written = Source(source, escape, body_map)
    edits = [*_statement_edits(written, script, dropped)]
    commands = [c for i, s in enumerate(script.statements) if i not in dropped for c in _all(s.commands)]
    edits += word_edits(written, commands, change.drop_words, change.insert_words)
    edits += _added(written, script, change)
    return _applied(source, edits)


def _added(written: Source, script: Script, change: Change) -> Iterator[Edit]:
    """The commands that come in addition; those behind stand on lines of their own where the others do."""
    spans = [written.span(statement.start, statement.end) for statement in script.statements]
    kept = [number for number in range(len(spans)) if number not in change.drop_statements]
    start, end = spans[kept[0]][0], spans[kept[-1]][1]
    if change.ahead:
        yield Edit(start, start, "".join(f"{command} && " for command in change.ahead))
    if change.behind:
        gaps = [written.text[spans[number - 1][1] : spans[number][0]] for number in kept[1:]]
        joiner = _chained(written, gaps, start, end)
        yield Edit(end, end, "".join(joiner + command for command in change.behind))


def _chained(written: Source, gaps: list[str], start: int, end: int) -> str:
    """How the author goes on with `&&`: as between other statements, else on a new line where the last word has one."""
    like = [gap for gap in gaps if "&&" in gap and "#" not in gap and gap.count("\n") == 1]
    indent = re.match(r"[ \t]*", written.text[written.line_start(end) :])
    if like:
        return like[-1]
    if "\n" not in written.text[start:end] or indent is None or not indent.group():
        return " && "
    return f" {written.escape}{written.newline}{indent.group()}&& "


def _all(commands: tuple[SimpleCommand, ...]) -> Iterator[SimpleCommand]:
    for command in commands:
        yield command
        yield from _all(command.nested)


def _statement_edits(written: Source, script: Script, dropped: frozenset[int]) -> Iterator[Edit]:
    places = [written.span(statement.start, _end(script, statement.end)) for statement in script.statements]
    kept = [index for index in range(len(places)) if index not in dropped]
    for before, after in zip([-1, *kept], [*kept, len(places)], strict=True):
        if after - before > 1:
            yield _removal(written, script, places, before, after)


def _removal(written: Source, script: Script, places: list[tuple[int, int]], before: int, after: int) -> Edit:
    """Drops all statements between two that stay (-1 and the number of statements are beyond them)."""
    text = written.text
    joiner = _joiner([statement.joiner for statement in script.statements[before + 1 : after + 1]])
    start = places[before][1] if before >= 0 else 0
    end = places[after][0] if after < len(places) else len(text)
    first = gap(text[start : places[before + 1][0]])
    last = text[places[after - 1][1] : end]
    if after == len(places):
        return Edit(start, end, closing(last, joiner))
    if before < 0:
        return Edit(start, end, opening(first, gap(last), written.escape))
    return Edit(start, end, between(first, gap(last), joiner))


def _joiner(joiners: list[str]) -> str:
    """What joins the statements left and right: what ended the list of the left one, else ``&&``."""
    return next((joiner for joiner in joiners if joiner in _ENDS_A_LIST), "&&")


def _end(script: Script, end: int) -> int:
    """Behind the comment at the end of the line, if there is one."""
    found = _TRAILING_COMMENT.match(script.text, end)
    return found.end() if found else end


def _applied(source: str, edits: list[Edit]) -> str:
    done, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            raise ValueError("changes overlap")
        done += [source[at : edit.start], edit.text]
        at = edit.end
    return "".join([*done, source[at:]])
