"""Words as BuildKit reads them: quotes, escapes, and variables put in.

Follows `ProcessWord` and `ProcessWords` in BuildKit's `frontend/dockerfile/shell/lex.go`.
"""

from collections.abc import Mapping
from enum import Enum

from .expansion import ExpansionError, Lookup
from .lexer import Lexer

__all__ = ["ExpansionError", "Platform", "expand", "expand_words", "variables"]


class Platform(Enum):
    """The system that the image is built on; Windows does not tell upper from lower case in names of
    variables.
    """

    UNIX = "unix"
    WINDOWS = "windows"


def expand(word: str, env: Mapping[str, str], escape: str = "\\", platform: Platform = Platform.UNIX) -> str:
    """Return `word` without its quotes and escapes and with the variables of `env` put in. Raises
    ExpansionError.
    """
    if not _is_special(word, escape):
        return word
    return Lexer(word, _lookup(env, platform), escape).read()[0]


def expand_words(
    word: str, env: Mapping[str, str], escape: str = "\\", platform: Platform = Platform.UNIX
) -> list[str]:
    """Return what `expand` gives, split at unquoted white space, also in values. Raises ExpansionError."""
    return Lexer(word, _lookup(env, platform), escape).read()[1]


def variables(word: str, escape: str = "\\") -> frozenset[str]:
    """Return the names that `word` reads, those in the words of `${name:-word}` included. Raises
    ExpansionError.
    """
    names: dict[str, str] = {}
    if "$" in word:
        Lexer(word, lambda name: names.setdefault(name, "set"), escape).read()
    return frozenset(names)


def _is_special(word: str, escape: str) -> bool:
    return "$" in word or '"' in word or "'" in word or escape in word


def _lookup(env: Mapping[str, str], platform: Platform) -> Lookup:
    if platform is Platform.UNIX:
        return env.get
    folded = {name.upper(): value for name, value in env.items()}
    return lambda name: folded.get(name.upper())
