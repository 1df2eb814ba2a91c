"""The second, independent reader (law L8): dockerfile-parse has to see the same instructions.

Of dockerfile-parse only `structure` is used: its setters, its path constructor, `envs` and `is_multistage`
do other things than their names say. It reads a shadow of the file (see `shadow`), which leaves it what it
knows: where instructions begin and end, their keyword and their text.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from restage.record import Record

from .forms import Node
from .shadow import Shadow, plain, shadow

_MOST_LINES = 10_000
"""Of one instruction: dockerfile-parse joins lines in quadratic time."""


class Disagreement(Record):
    """Where the two readers differ first: a line counted from 1, what each says, in words."""

    line: int
    ours: str
    theirs: str


def agree(data: bytes, instructions: Sequence[Node]) -> Disagreement | None:
    """Return None if the second reader finds these instructions in the file, else the first difference.

    `instructions` are those that `instructions.instructions` gives for `data`. Never raises.
    """
    longest = max((node.end_line - node.line - _heredoc_lines(node) for node in instructions), default=0)
    if longest > _MOST_LINES:
        return Disagreement(1, f"an instruction of {longest} lines", "too long for the second reader")
    copy = shadow(data)
    try:
        theirs = _structure(copy)
    except Exception as error:  # a failure of the second reader is a disagreement, whatever it is
        return Disagreement(1, f"{len(instructions)} instructions", f"{type(error).__name__}: {error}")
    return _first_difference(instructions, theirs, copy) or _misplaced(data, instructions, copy.escape)


def _heredoc_lines(node: Node) -> int:
    return sum(heredoc.content.count("\n") for heredoc in node.heredocs)


def _structure(copy: Shadow) -> list[dict[str, Any]]:
    from dockerfile_parse import DockerfileParser

    structure = DockerfileParser(fileobj=BytesIO(copy.data)).structure
    return [entry for entry in structure if entry["instruction"] != "COMMENT"]


def _first_difference(
    ours: Sequence[Node], theirs: Sequence[dict[str, Any]], copy: Shadow
) -> Disagreement | None:
    for node, entry in zip(ours, theirs, strict=False):
        last = entry["endline"]
        first = (node.keyword, node.line, node.end_line, _value(node), _contents(node))
        second = (
            entry["instruction"],
            entry["startline"] + 1,
            copy.ends.get(last, last) + 1,
            copy.value(entry["value"]).strip(),
            copy.bodies.get(last, ()),
        )
        if first != second:
            return Disagreement(node.line, _described(first), _described(second))
    if len(ours) != len(theirs):
        line = max(1, *(node.line for node in ours)) if ours else 1
        return Disagreement(line, f"{len(ours)} instructions", f"{len(theirs)} instructions")
    return None


def _value(node: Node) -> str:
    return plain(node.text[len(node.keyword) :]).strip()


def _contents(node: Node) -> tuple[str, ...]:
    return tuple(heredoc.content for heredoc in node.heredocs)


def _described(fields: Iterable[object]) -> str:
    keyword, line, end_line, value, contents = fields
    heredocs = f", heredocs {contents!r}" if contents else ""
    return f"{keyword} on lines {line} to {end_line}: {value}{heredocs}"


def _misplaced(data: bytes, instructions: Sequence[Node], escape: str) -> Disagreement | None:
    """Return the first instruction whose span is not its lines, or whose characters are not where it says."""
    text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(min(starts[-1] + len(line) + 1, len(text)))
    for node in instructions:
        whole = (starts[node.line - 1], starts[min(node.end_line, len(lines))])
        if (node.span.start, node.span.end) != whole:
            return Disagreement(node.line, f"the instruction is at {node.span}", f"its lines are at {whole}")
        if not _is_mapped(text, node, escape):
            return Disagreement(node.line, node.text, "other characters at that place of the file")
    return None


def _is_mapped(text: str, node: Node, escape: str) -> bool:
    """Whether every part of the logical line stands where it should and is all of its line but the escape."""
    pieces = node.text_mapping.pieces
    ends = [start for start, _ in pieces[1:]] + [len(node.text)]
    for number, ((logical, physical), end) in enumerate(zip(pieces, ends, strict=True), 1):
        stop = physical + end - logical
        if physical < node.span.start or text[physical:stop] != node.text[logical:end]:
            return False
        rest = _rest_of_line(text, stop)
        if rest.rstrip(" \t") != escape and (rest or number < len(pieces)):
            return False
    return True


def _rest_of_line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at : end if end >= 0 else len(text)].rstrip("\r")
