"""Parser directives: `# syntax=…`, `# escape=…` and `# check=…` above everything else in the file.

Follows `frontend/dockerfile/parser/directives.go` of BuildKit.
"""

import json
import re
from functools import cache

from .document import Document
from .spaces import SPACE

NAMES = frozenset({"syntax", "escape", "check"})
"""The directives that BuildKit knows; any other line ends the search for more."""

_GO_SPACE = "\t\n\f\r "
"""What Go's regular expressions mean by `\\s`; Python's also takes `\\v` and more."""


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"([a-zA-Z][a-zA-Z0-9]*+)[{_GO_SPACE}]*+=([^\n]+)\Z")


def parse_directive(line: str, marker: str = "#") -> tuple[str, str] | None:
    """Return name and value if the line is a directive, None for every other line, also for comments."""
    if not line.startswith(marker):
        return None
    match = _pattern().match(line[len(marker) :].lstrip(SPACE))
    if match is None or match[1].lower() not in NAMES:
        return None
    # Where nothing but white space follows the sign, BuildKit's value is the last character of it.
    return match[1].lower(), match[2].strip(_GO_SPACE) or match[2][-1]


def detect_syntax(document: Document) -> str | None:
    """Return the image that `# syntax=` names, from which BuildKit takes the frontend.

    BuildKit also takes `// syntax=`, a JSON object, and a directive below a `#!` line, none of which its
    Dockerfile parser would take for a directive (`DetectSyntax` in directives.go).
    """
    text = document.text[1:] if document.bom else document.text
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    for marker in ("#", "//"):
        value = _first(text, "syntax", marker)
        if value is not None:
            return value.partition(" ")[0]
    return _json_syntax(text)


def _first(text: str, name: str, marker: str) -> str | None:
    position, seen = 0, set[str]()
    while position < len(text):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)].removesuffix("\r")
        directive = parse_directive(line, marker)
        if directive is None or directive[0] in seen:
            return None
        if directive[0] == name:
            return directive[1]
        seen.add(directive[0])
        position = end + 1 if end >= 0 else len(text)
    return None


def _json_syntax(text: str) -> str | None:
    if not text.lstrip("\t\n\r ").startswith("{"):
        return None
    try:
        value = json.loads(text).get("syntax")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, str) else None
