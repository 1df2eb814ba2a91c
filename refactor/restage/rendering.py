"""The lines of a plan as they will stand in the file, written as the author writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from restage.dockerfile.document import Document
from restage.dockerfile.instructions import From, Instruction, Run, ShellForm
from restage.planning.arrangement import (
    Arrangement,
    Keep,
    KeepFrom,
    Line,
    Narrow,
    New,
    NewFrom,
    Origin,
    Reason,
    Repeat,
)
from restage.record import Record
from restage.shell.narrow import Change, narrow
from restage.shell.script import parse


class Written(Record):
    """One instruction of the plan as it will stand in the file; `keeps` is the instruction that it is, if any."""

    text: str
    keeps: int | None
    reason: Reason | None
    opens_stage: bool = False


BOM = "\ufeff"


class Style(Record):
    """How the author writes: line ends, and keywords in capitals or not."""

    newline: str
    lower_case: bool
    as_word: str
    indent: str
    """White space before every instruction, if all have the same."""

    @staticmethod
    def of(document: Document, instructions: tuple[Instruction, ...]) -> Style:
        """What the file's own instructions show."""
        small = sum(document.text[i.span.start : i.span.end].lstrip()[:1].islower() for i in instructions)
        lower_case = small * 2 > len(instructions)
        written = next(
            (w for i in instructions if isinstance(i, From) for w in i.text.split() if w.lower() == "as"),
            None,
        )
        indents = {_indent(document.text[i.span.start : i.span.end]) for i in instructions}
        indent = indents.pop() if len(indents) == 1 else ""
        return Style(document.newline, lower_case, written or ("as" if lower_case else "AS"), indent)

    def keyword(self, text: str) -> str:
        """A keyword as the author would write it."""
        return text.lower() if self.lower_case else text

    def instruction(self, text: str) -> str:
        """A line of the file for a new instruction."""
        keyword, space, rest = text.partition(" ")
        return self.indent + self.keyword(keyword) + space + rest + self.newline


def _indent(source: str) -> str:
    source = source.removeprefix(BOM)
    return source[: len(source) - len(source.lstrip(" \t"))]


def written(
    document: Document, instructions: tuple[Instruction, ...], plan: Arrangement, style: Style
) -> Iterator[Written]:
    """Every instruction of the plan, in its order."""
    for kept in plan.head:
        yield _line(kept, document, instructions, style)
    for stage in plan.stages:
        yield _origin(stage.origin, document, instructions, style)
        for planned in stage.lines:
            yield _line(planned, document, instructions, style)


def source_of(document: Document, instruction: Instruction, style: Style) -> str:
    """An instruction as the author wrote it, with a line end even where it is the file's last."""
    text = document.text[instruction.span.start : instruction.span.end]
    return text if text.endswith("\n") else text + style.newline


def _origin(
    origin: Origin, document: Document, instructions: tuple[Instruction, ...], style: Style
) -> Written:
    match origin:
        case KeepFrom(instruction=number, name=name, image=image, because=because):
            return Written(
                _renamed(source_of(document, instructions[number], style), name, image, style),
                number,
                because,
            )
        case NewFrom(image=image, name=name, platform=platform, because=because):
            words = [
                "FROM",
                *([f"--platform={platform}"] if platform else []),
                image,
                *([style.as_word, name] if name else []),
            ]
            return Written(style.instruction(" ".join(words)), None, because, opens_stage=True)
        case _ as never:
            assert_never(never)


def _renamed(source: str, name: str | None, image: str | None, style: Style) -> str:
    """FROM with another image or stage name; everything else as the author wrote it."""
    bare = re.sub(r"(?m)^[ \t]*#[^\n]*", lambda comment: " " * len(comment.group()), source)
    words = [word for word in re.finditer(r"[^\s\\`]\S*", bare) if word.group() != BOM]
    position = next(n for n, word in enumerate(words[1:], start=1) if not word.group().startswith("--"))
    edits: list[tuple[int, int, str]] = []
    if image is not None:
        edits.append((*words[position].span(), image))
    has_name = len(words) > position + 2 and words[position + 1].group().lower() == "as"
    if name is not None and has_name:
        edits.append((*words[position + 2].span(), name))
    elif name is not None:
        end = words[position].end()
        edits.append((end, end, f" {style.as_word} {name}"))
    for start, end, text in reversed(edits):
        source = source[:start] + text + source[end:]
    return source


def _line(line: Line, document: Document, instructions: tuple[Instruction, ...], style: Style) -> Written:
    match line:
        case Keep(instruction=number, because=because, change=change) if change is not None:
            return Written(narrowed(change, document, instructions[number], style), number, because)
        case Keep(instruction=number, because=because):
            return Written(source_of(document, instructions[number], style), number, because)
        case Repeat(instruction=number, because=because):
            return Written(source_of(document, instructions[number], style), None, because)
        case Narrow(instruction=number, change=change, because=because):
            return Written(narrowed(change, document, instructions[number], style), None, because)
        case New(text=text, because=because):
            return Written(style.instruction(text), None, because)
        case _ as never:
            assert_never(never)


def narrowed(change: Change, document: Document, run: Instruction, style: Style) -> str:
    """The source of a RUN with the change made, in the author's layout."""
    assert isinstance(run, Run) and isinstance(run.command, ShellForm)
    begin = run.command.start
    source = source_of(document, run, style)
    heredoc = run.script_heredoc
    if heredoc is not None:
        ahead = heredoc.span.start - run.span.start
        return narrow(source, "\\", lambda offset: offset + ahead, parse(heredoc.content), change)
    return narrow(
        source,
        document.escape,
        lambda offset: run.mapping.source(offset + begin) - run.span.start,
        parse(run.command.text),
        change,
    )
