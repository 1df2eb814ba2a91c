"""Words of a shell command: what quoting leaves of them, and what only the running shell can know.

Follows POSIX.1-2017, Shell Command Language, sections 2.2 (quoting) and 2.6 (word expansions).
"""

import re
from collections.abc import Iterator, Mapping
from typing import assert_never

from restage.record import Record

_SPLITS_OR_GLOBS = re.compile(r"[\s*?\[]")


class Literal(Record):
    """Text that stands for itself, after quote removal."""

    text: str


class Variable(Record):
    """``$NAME`` or ``${NAME}``, a positional or a special parameter (``@``, ``1``, ``?``).

    ``quoted``: its value is neither split nor globbed. ``default``: what ``${NAME:-default}`` gives instead
    of nothing, where that is plain text.
    """

    name: str
    quoted: bool
    raw: str
    default: str | None = None


class Opaque(Record):
    """Text that only the running shell can know: ``$(…)``, ``$((…))``, ``${X%.*}``, ``{a,b}``."""

    raw: str


Part = Literal | Variable | Opaque


class ShellWord(Record):
    """One word; ``start`` and ``end`` are offsets into the text of its script.

    ``has_glob``: it holds an unquoted pattern, which stands as written in its literals.
    """

    start: int
    end: int
    raw: str
    parts: tuple[Part, ...]
    has_glob: bool = False

    def text(self, env: Mapping[str, str | None]) -> tuple[str, bool]:
        """The word with variables filled in from ``env``, and whether all of it is known.

        A variable that is missing or None in ``env`` is unknown and stays as written; an empty value means
        unset or empty. Not known either: an unquoted value that the shell splits (see ``fields``) or globs.
        """
        text, known = "", True
        for part in self.parts:
            value, sure = _value(part, env)
            text += value
            known = known and sure and not (_unquoted(part) and _SPLITS_OR_GLOBS.search(value))
        return text, known

    def fields(self, env: Mapping[str, str | None]) -> tuple[tuple[str, ...], bool]:
        """The arguments that this word becomes, split at blanks as the shell does; none, one or several."""
        done: list[str] = []
        current: str | None = None
        known = True
        for part in self.parts:
            value, sure = _value(part, env)
            known = known and sure and not (_unquoted(part) and re.search(r"[*?\[]", value))
            if not (sure and _unquoted(part)):
                current = (current or "") + value
                continue
            for piece in re.findall(r"\s+|\S+", value):
                if not piece.isspace():
                    current = (current or "") + piece
                elif current is not None:
                    done.append(current)
                    current = None
        return (*done, *([] if current is None else [current])), known

    def plain(self) -> str | None:
        """The text where nothing has to be known to read it, else None."""
        text, known = self.text({})
        return text if known else None

    def variables(self) -> Iterator[Variable]:
        """The variables that are filled in."""
        return (part for part in self.parts if isinstance(part, Variable))


def _unquoted(part: Part) -> bool:
    return isinstance(part, Variable) and not part.quoted


def _value(part: Part, env: Mapping[str, str | None]) -> tuple[str, bool]:
    match part:
        case Literal(text):
            return text, True
        case Variable(name, _, raw, default):
            value = env.get(name)
            if value is None:
                return raw, False
            return value or default or "", True
        case Opaque(raw):
            return raw, False
        case _:
            assert_never(part)
