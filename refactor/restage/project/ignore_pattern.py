"""One pattern of a `.dockerignore`, read as BuildKit reads it.

It has to be a pattern of Go's `filepath.Match`, but is then matched as a Go regular expression, in which `**`
stands for any number of directories. Where the two disagree (inside brackets), the regular expression counts.
"""

import re
from typing import assert_never

from restage.project.wildcard import Accepts, Many, Maybe, One, Step, Wildcard, go_match, literal
from restage.record import Record


class Exact(Record):
    """A pattern without wildcards."""

    path: str


class Prefix(Record):
    """A pattern whose only wildcard is `**` at its end."""

    start: str


class Suffix(Record):
    """A pattern whose only wildcard is `**` at its beginning."""

    end: str


Shape = Exact | Prefix | Suffix | Wildcard


class Pattern(Record):
    """One line that counts: what it says, whether it begins with `!`, and how it matches."""

    text: str
    exception: bool
    shape: Shape

    def matches(self, path: str) -> bool:
        """Whether the pattern names this very path (not one of its parents)."""
        match self.shape:
            case Exact(exact):
                return path == exact
            case Prefix(start):
                return path.startswith(start)
            case Suffix(end):
                return path.endswith(end) or (end.startswith("/") and path == end[1:])
            case Wildcard() as wildcard:
                return wildcard.matches(path)
            case _:
                assert_never(self.shape)


def shape_of(text: str) -> Shape | None:
    """How the cleaned text of a pattern, without its `!`, matches; None if no build takes it."""
    if go_match(text) is None:
        return None
    if not _is_special(text):
        return Exact(text)
    if text.startswith("**") and not _is_special(text[2:]):
        return Suffix(text[2:])
    if text.endswith("**") and not _is_special(text[:-2]):
        return Prefix(text[:-2])
    if _UNQUOTED.search(text):
        return None
    return _wildcard(_expression(text), text)


def _is_special(text: str) -> bool:
    return any(character in text for character in "*?[]\\")


def _expression(text: str) -> str:
    """The Go regular expression that BuildKit makes of a pattern, brackets not seen."""
    parts = _PIECE.sub(_translate, text)
    return parts[: -len(_FOLDERS)] + ".*" if parts.endswith(_FOLDERS) else parts


# BuildKit means to quote these and doesn't: beside a wildcard they are an alternation and a repetition.
_UNQUOTED = re.compile(r"\||\{\d+(?:,\d*)?\}")
_PIECE = re.compile(r"\*\*/?|\*|\?|\\.|[.+()$]", re.DOTALL)
_FOLDERS = "(.*/)?"


def _translate(piece: re.Match[str]) -> str:
    match piece[0]:
        case "**" | "**/":
            return _FOLDERS
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case escape if escape.startswith("\\"):
            return escape
        case special:
            return f"\\{special}"


_TOKEN = re.compile(
    r"(?P<folders>\(\.\*/\)\?)|(?P<rest>\.\*)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])(?P<many>\*)?"
    r"|(?P<escape>\\.)|(?P<start>\^)|(?P<plain>.)",
    re.DOTALL,
)


def _wildcard(expression: str, text: str) -> Wildcard | None:
    steps: list[Step] = []
    for token in _TOKEN.finditer(expression):
        if token.lastgroup == "start":
            # An anchor in the middle: it holds only if all before it matched nothing.
            steps = [One(_nothing)] if _must_read(steps) else []
            continue
        more = _steps(token)
        if more is None:
            return None
        steps.extend(more)
    return Wildcard(steps, text)


def _steps(token: re.Match[str]) -> list[Step] | None:
    if token["folders"]:
        return [Maybe(2), Many(_not_newline), One(literal("/"))]
    if token["rest"]:
        return [Many(_not_newline)]
    if token["plain"]:
        return [One(literal(token["plain"]))]
    accepts = _class(token["class"]) if token["class"] else _escape(token["escape"][1])
    if accepts is None:
        return None
    return [Many(accepts) if token["many"] else One(accepts)]


def _class(text: str) -> Accepts | None:
    if "[:" in text[1:]:
        return None  # `[[:alpha:]]`: Go knows it, nobody uses it
    try:
        expression = re.compile("[" + text[1:].replace("[", "\\["), re.ASCII)
    except re.error:
        return None
    return lambda character: expression.match(character) is not None


def _escape(character: str) -> Accepts | None:
    if character in "dDsSwWafnrtv":
        expression = re.compile(f"\\{character}", re.ASCII)
        return lambda other: expression.match(other) is not None
    return None if character.isalnum() or not character.isascii() else literal(character)


def _must_read(steps: list[Step]) -> bool:
    optional: set[int] = set()
    for index, step in enumerate(steps):
        match step:
            case Maybe(length):
                optional.update(range(index, index + length + 1))
            case Many():
                optional.add(index)
            case One():
                pass
            case _:
                assert_never(step)
    return len(optional) < len(steps)


def _not_newline(character: str) -> bool:
    return character != "\n"


def _nothing(_: str) -> bool:
    return False
