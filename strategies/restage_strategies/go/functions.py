"""The functions of a Go file: where each begins and ends, and which names it takes."""

from __future__ import annotations

from bisect import bisect_right

from restage.api import Record, Token, arguments_of

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_OF_TYPES = frozenset(".*[],<-")
"""Signs between the brackets of a function and its body: those of the types that it gives."""
_MOST_NAMES = 40
"""In front of one `=`."""
_MOST_TOKENS = 400
"""Of what one function takes."""
_MOST_OF_RESULT = 60
"""Of what it gives."""


class Function(Record):
    """A function, or one without a name that stands in no other."""

    name: str
    """Empty: it has none."""
    is_method: bool
    begin: int
    end: int
    """The positions of `func`, and behind the body."""
    named_at: int
    """The position of its name."""
    parameters: tuple[str, ...]
    """Their names; empty for one that takes any number of arguments."""
    inner: frozenset[str]
    """Names that functions inside of it take."""

    @property
    def hidden(self) -> frozenset[str]:
        """Names that inside of it aren't those of the package."""
        return self.inner | {*self.parameters}


def functions_of(found: list[Token]) -> list[Function]:
    """The functions of a file, in order; those inside another are no more than names there."""
    functions: list[Function] = []
    at = 0
    while at < len(found) - 3:
        function = _function(found, at) if found[at][1] == "func" and found[at - 1][1] != "type" else None
        if function is not None:
            functions.append(function)
        at = function.end if function else at + 1
    return functions


def _function(found: list[Token], at: int) -> Function | None:
    here = at + 1
    is_method = found[here][1] == "("
    if is_method:
        after = _closed(found, here)
        is_method = after + 1 < len(found) and found[after][0] == "word" and found[after + 1][1] == "("
        here = after if is_method else here
    named_at, name = here, found[here][1] if found[here][0] == "word" else ""
    if name:
        here = _closed(found, here + 1) if found[here + 1][1] == "[" else here + 1
    if here >= len(found) or found[here][1] != "(":
        return None
    body = _body(found, _closed(found, here))
    if body is None:
        return None
    end = _closed(found, body, len(found))
    own = _taken(found, here)
    inner = [
        taken
        for each in range(body, end)
        if found[each][1] == "func" and _has_no_name(found, each)
        for taken in _taken(found, each + 1)
    ]
    many = [taken for taken in own if taken.many]
    return Function(
        name,
        is_method,
        at,
        end,
        named_at,
        tuple("" if taken.many else taken.name for taken in own),
        frozenset(taken.name for taken in (*many, *inner)),
    )


def _closed(found: list[Token], at: int, most: int = _MOST_TOKENS) -> int:
    """The position behind the bracket that closes the one at a place; the end where none does in so many tokens."""
    depth = 0
    for position in range(at, min(at + most, len(found))):
        if found[position][0] == "sign":
            depth += (found[position][1] in _OPENING) - (found[position][1] in _CLOSING)
            if depth <= 0:
                return position + 1
    return len(found)


def _body(found: list[Token], at: int) -> int | None:
    """The position of the bracket that opens the body behind what a function gives; None: it has none."""
    last = min(at + _MOST_OF_RESULT, len(found))
    while at < last:
        kind, text, _ = found[at]
        if text == "{" and found[at - 1][1] not in ("interface", "struct"):
            return at
        if text in ("(", "{"):
            at = _closed(found, at)
        elif (kind == "word" and not _declares(found, at)) or text in _OF_TYPES:
            at += 1
        else:
            return None
    return None


def _declares(found: list[Token], at: int) -> bool:
    return found[at][1] in ("var", "const", "type") or (
        found[at][1] == "func" and not _has_no_name(found, at)
    )


class _Taken(Record):
    name: str
    many: bool
    """Whether it takes any number of arguments."""


def _taken(found: list[Token], opening: int) -> list[_Taken]:
    """The parameters between the brackets that open at a place."""
    parts = arguments_of(found, opening + 1)
    return [_Taken(part[0][1], part[1:2] != [] and part[1][1] == ".") for part in parts if part]


def _has_no_name(found: list[Token], at: int) -> bool:
    """Whether the `func` at a place is a type, or a function without a name."""
    return at + 1 < len(found) and found[at + 1][1] == "("


def around(functions: list[Function], at: int) -> Function | None:
    """The function that a place stands in."""
    number = bisect_right(functions, at, key=lambda function: function.begin)
    return functions[number - 1] if number and at < functions[number - 1].end else None


def is_given_anew(found: list[Token], function: Function, name: str) -> bool:
    """Whether anything inside of a function may give one of its parameters another value, or its name to another."""
    if name in function.inner:
        return True
    inside = range(function.begin, function.end - 1)
    if any(found[at][1] == "var" and found[at + 1][1] == "(" for at in inside):
        return True
    return any(found[at][1] == name and _is_given(found, at) for at in inside)


def _is_given(found: list[Token], at: int) -> bool:
    before = found[at - 1][1]
    if before in ("var", "const") or (before == "&" and found[at - 2][1] != "&"):
        return True
    if before == ".":
        return False
    position = at + 1
    for _ in range(_MOST_NAMES):  # `name, err := …`
        if [token[1] for token in found[position : position + 1]] != [","]:
            break
        position += 2
        while position < len(found) and found[position][1] in (".", "["):
            position = _closed(found, position) if found[position][1] == "[" else position + 2
    signs = "".join(token[1] for token in found[position : position + 2])
    return signs.startswith((":=", "+=")) or (signs.startswith("=") and not signs.startswith("=="))
