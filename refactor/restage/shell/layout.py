"""What stands between two statements in the author's source, and how two such gaps become one.

A gap is made of blanks, continuations, line ends, comment lines and one joiner.
"""

import re

from restage.record import Record

_JOINER = re.compile(r"&&|\|\||[;&]")
_TERMINATOR = re.compile(r"[ \t]*([;&])")


class Gap(Record):
    """The rest of a line, whole lines, the beginning of a line; within one line it is all head."""

    head: str
    lines: tuple[str, ...] = ()
    tail: str = ""

    @property
    def broken(self) -> bool:
        """Whether it ends a line."""
        return self.head.endswith("\n")

    @property
    def text(self) -> str:
        """As it stands in the source."""
        return self.head + "".join(self.lines) + self.tail

    def comments(self) -> tuple[str, ...]:
        """Its comment lines and blank lines."""
        return tuple(line for line in self.lines if is_comment(line) or not line.strip())

    def without_owned(self) -> tuple[str, ...]:
        """Its lines but for the comment directly above what follows."""
        count = len(self.lines)
        while count and is_comment(self.lines[count - 1]):
            count -= 1
        return self.lines[:count]


def gap(text: str) -> Gap:
    """Takes a gap apart."""
    first, *rest = text.splitlines(keepends=True) or [""]
    if not first.endswith("\n"):
        return Gap(first)
    tail = rest.pop() if rest and not rest[-1].endswith("\n") else ""
    return Gap(first, tuple(rest), tail)


def is_comment(line: str) -> bool:
    """Whether a whole line is a comment; one that names the interpreter is none."""
    return line.lstrip().startswith("#") and not line.lstrip().startswith("#!")


def between(before: Gap, after: Gap, joiner: str) -> str:
    """The gap that is left where the statements between ``before`` and ``after`` go."""
    if not after.broken:
        return after.text if not before.broken and _found(after) == joiner else _joined(before, joiner).text
    kept = tuple(line for line in before.without_owned() if line in before.comments())
    if kept and not kept[-1].strip() and after.lines and not after.lines[0].strip():
        kept = kept[:-1]
    if joiner == "\n":
        head = before.head if before.broken else after.head
        return Gap(head, (*kept, *after.lines), after.tail).text
    if _found(after) != joiner and before.broken and _found(Gap(before.head)) == joiner:
        bare = _joined(after, "")
        return Gap(before.head, (*kept, *bare.lines), bare.tail).text
    after = _joined(after, joiner)
    return Gap(after.head, (*kept, *after.lines), after.tail).text


def opening(before: Gap, after: Gap, escape: str) -> str:
    """What is left before the first statement that stays: ``before`` is the instruction's beginning."""
    if not after.broken:
        return before.text
    if before.broken:
        kept = before.without_owned()
        lines = after.comments()
        while lines and not lines[0].strip() and not (kept and kept[-1].strip()):
            lines = lines[1:]
        return Gap(before.head, (*kept, *lines), before.tail).text
    comments = tuple(line for line in after.comments() if line.strip())
    if not comments:
        return before.text
    line_end = "\r\n" if after.head.endswith("\r\n") else "\n"
    return f"{before.text.rstrip()} {escape}{line_end}{''.join(comments)}{_joined(after, '').tail}"


def closing(after: str, joiner: str) -> str:
    """What is left behind the last statement that stays: ``after`` is the instruction's end.

    ``joiner`` ended the list of that statement; ``&&``: it is in the last list, whose end stays as it is.
    """
    found = _TERMINATOR.match(after)
    rest = after[found.end() :] if found else after
    if joiner == "&":
        return " &" + rest
    return after if joiner == "&&" or not found or found[1] == ";" else rest


def _found(of: Gap) -> str:
    for line in (of.head, *of.lines, of.tail):
        if not is_comment(line) and (found := _JOINER.search(line)):
            return found[0]
    return ""


def _joined(of: Gap, joiner: str) -> Gap:
    """The gap with another joiner, or with none."""
    if _found(of) == joiner:
        return of
    head, *lines, tail = (_line_joined(line, joiner) for line in (of.head, *of.lines, of.tail))
    head = f" {head}" if head and not head[0].isspace() and not head.startswith(";") else head
    return Gap(head, tuple(line for line in lines if line.strip(" \t\r\n\\`")), tail)


def _line_joined(line: str, joiner: str) -> str:
    found = None if is_comment(line) else _JOINER.search(line)
    if not found:
        return line
    before, after = line[: found.start()], line[found.end() :]
    if not joiner:
        return before + after.lstrip(" \t")
    if joiner == ";" and before.strip() == "" and line.endswith("\n"):
        before = ""
    return before + joiner + after
