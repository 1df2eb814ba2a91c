"""Go source text as tokens, in linear time whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from restage.api import Token

# Every alternative also matches when its end is missing, so no position is tried twice over a long stretch.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<raw>`[^`]*`?)
    |(?P<string>"(?:[^"\\\n]|\\.)*"?)
    |(?P<rune>'(?:[^'\\\n]|\\.)*'?)
    |(?P<word>[^\W\d]\w*)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}

_BLANK = frozenset({"space", "comment"})

ITSELF = "/proc/self/exe"
"""How Linux names the running program: what `os.Args[0]` and `os.Executable()` come to."""
_MOST_NAMES = 40
"""In front of one `=`."""
_ITSELF = ("os.Args[0]", "os.Executable()")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Go file, white space and comments included; their texts joined are the file.

    Kinds: `comment`, `raw`, `string`, `rune`, `word`, `space`, `sign`.
    """
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match.group(), match.start()


def significant(text: str) -> list[Token]:
    """The tokens without white space and comments."""
    found = _TOKEN.finditer(text)
    return [
        (match.lastgroup or "", match.group(), match.start())
        for match in found
        if match.lastgroup not in _BLANK
    ]


def literal(token: Token) -> str | None:
    """The value of a string literal, or None for any other token; rare escapes stay without their backslash."""
    kind, text, _ = token
    match kind:
        case "raw":
            return text.strip("`")
        case "string":
            inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
            return _ESCAPE.sub(lambda found: _ESCAPED.get(found.group(1), found.group(1)), inner)
        case _:
            return None


def constants_of(files: Iterable[list[Token]]) -> dict[str, str]:
    """Names that are given one string and never anything else, in the whole package."""
    return {name: value for name, value in strings_of_names(files).items() if value != ITSELF}


def strings_of_names(files: Iterable[list[Token]]) -> dict[str, str]:
    """As `constants_of`, with those besides that are given the running program."""
    values: dict[str, set[str | None]] = {}
    for found in files:
        for at in range(1, len(found) - 2):
            if found[at][1] == "&" and found[at - 1][1] != "&":
                values.setdefault(found[at + 1][1], set()).add(None)  # `flag.StringVar(&name, …)`
            elif found[at][1] == "=" and found[at + 1][1] != "=":
                for name, value in _given(found, at):
                    values.setdefault(name, set()).add(value)
    single = {name: next(iter(told)) for name, told in values.items() if len(told) == 1}
    return {name: value for name, value in single.items() if value is not None}


def is_itself(found: list[Token], at: int) -> bool:
    """Whether `os.Args[0]` or `os.Executable()` stands at a place, and nothing is added to it."""
    text = "".join(token[1] for token in found[at : at + 7])
    return any(
        text.startswith(told) and text[len(told) : len(told) + 1] not in ("+", "[") for told in _ITSELF
    )


def _given(found: list[Token], at: int) -> Iterator[tuple[str, str | None]]:
    """The names in front of a `=`, each with its string; of several only the first is known, if it is the program itself."""
    back = at - 2 if found[at - 1][1] in (":", "string", "+") else at - 1
    value = ITSELF if is_itself(found, at + 1) else literal(found[at + 1])
    if "+" in (found[at - 1][1], found[at + 2][1]):
        value = None
    names = [found[back][1]] if found[back][0] == "word" else []
    while names and len(names) < _MOST_NAMES and found[back - 1][1] == ",":
        back -= 2
        names.insert(0, found[back][1])
    if len(names) > 1 and value != ITSELF:
        value = None
    yield from ((name, value if number == 0 else None) for number, name in enumerate(names))
