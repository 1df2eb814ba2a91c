"""The lines of scripts and Makefiles as their readers see them: joined, and with what stands for a tool spelled out."""

import re
from collections.abc import Iterator

_LONGEST_LINE = 10_000
_ASSIGNED = re.compile(r"[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]{0,3}=[ \t]*(.*)")
_TOOL = re.compile(r"\b(?:docker|podman|nerdctl|kubectl|oc)\b")
_VARIABLE = re.compile(r"\$(?:\((\w+)\)|\{(\w+)\}|(\w+))")


def script_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines, and how many lines come before each.

    One that ends in a backslash is joined to the next; comments and lines of over 10,000 characters are left out.
    A variable that was given a command of a container tool (`DC = docker compose`) is replaced by it.
    """
    tools: dict[str, str] = {}
    for number, joined in _joined(text):
        line = _spelled_out(joined, tools)
        assigned = _ASSIGNED.match(line)
        if assigned is not None and _TOOL.search(assigned[2]):
            tools[assigned[1]] = assigned[2].strip().strip("\"'")
        yield number, line


def _joined(text: str) -> Iterator[tuple[int, str]]:
    waiting = ""
    start = 0
    for number, line in enumerate(text.split("\n")):
        line = line.rstrip("\r")
        if not waiting:
            start = number
        if line.endswith("\\") and len(waiting) < _LONGEST_LINE:
            waiting += line[:-1] + " "
            continue
        joined = waiting + line
        waiting = ""
        if len(joined) < _LONGEST_LINE and not joined.lstrip().startswith("#"):
            yield start, joined


def _spelled_out(line: str, tools: dict[str, str]) -> str:
    if not tools or "$" not in line:
        return line
    written = _VARIABLE.sub(lambda found: tools.get(found[1] or found[2] or found[3], found[0]), line)
    return written if len(written) < _LONGEST_LINE else line
