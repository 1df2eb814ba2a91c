"""What one Python source calls: programs by name, libraries by name, read from its syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from restage.api import Record, line_of
from restage.api.search import Search
from restage_strategies.python.literals import programs_of
from restage_strategies.python.syntax import parse_source

# A cheap search first: parsing costs a second for each megabyte, and few files call anything.
_HINT = Search(
    re.compile(
        r"\b(?:subprocess|os\.system|os\.popen|popen|Popen|create_subprocess_\w+|find_library|CDLL|LoadLibrary|dlopen"
        r"|which\(|pexpect|pty\.|open_process|run_process|plumbum|(?:from|import) (?:sh|invoke)\b|import os as"
        r"|os\.exec|os\.spawn|check_output|getoutput|startfile|\bpip\.(?:main|_internal)|(?:from|import) pip\b"
        r"|\w*Stdio(?:Server|Transport)|\w*MCP(?:Server|Tool|Client))"
    ),
    (
        *("subprocess", "os.", "open", "find_library", "CDLL", "LoadLibrary", "which(", "pexpect", "pty."),
        *("run_process", "plumbum", "import sh", "from sh", "import invoke", "from invoke", "import os as"),
        *("check_output", "getoutput", "startfile", "Stdio", "MCP", "pip.", "from pip", "import pip"),
    ),
)
_MOST_CHARACTERS = 400_000
_PLAIN_CALL = re.compile(
    r"\b(?:subprocess\.(?:run|call|check_call|check_output|Popen)|os\.system|os\.popen|Popen|getoutput)"
    r"[ \t]*\([ \t]*(\[?)[ \t]*(?:[rbu]*(['\"])([^'\"\n]{0,400})\2)?"
)


class Finding(Record):
    """A program or library that a source names; an empty name is told only when it runs."""

    name: str
    line: int
    library: bool = False


def may_call(text: str) -> bool:
    """Whether a text search finds anything that could start a program or load a library."""
    return _HINT.search(text) is not None


@lru_cache(maxsize=512)
def calls(text: str) -> tuple[Finding, ...]:
    """Everything that the source starts or loads, in order."""
    if not may_call(text):
        return ()
    from libcst.metadata import MetadataWrapper, PositionProvider

    from restage_strategies.python.call_reader import CallReader

    if len(text) > _MOST_CHARACTERS:
        return (Finding("", 1),)
    module = parse_source(text)
    if module is None:
        return tuple(_plain_calls(text))
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    found: list[Finding] = []
    for call, name, library in CallReader(wrapper.module).findings():
        found.append(Finding(name, positions[call].start.line, library))
    return tuple(dict.fromkeys(found))


def _plain_calls(text: str) -> Iterator[Finding]:
    """The same by text search, for sources of an older Python that the parser does not take."""
    for call in _PLAIN_CALL.finditer(text):
        bracket, _, written = call.groups()
        line = line_of(text, call.start())
        words = [written] if bracket and written else programs_of((written or "", written is not None))
        yield from (Finding(name, line) for name in ([""] if words is None else words))
