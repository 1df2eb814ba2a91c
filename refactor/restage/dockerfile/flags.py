"""The flags that each instruction takes, and what BuildKit refuses about them.

Follows `frontend/dockerfile/instructions/bflag.go`, and the flag definitions in `parse.go` beside it.
"""

from enum import Enum

from restage.record import Record


class Kind(Enum):
    """What a flag's value is."""

    TRUTH = "true or false, true where there is no value"
    TEXT = "text"
    TEXTS = "text, and the flag can be given more than once"


class FlagError(ValueError):
    """A flag that BuildKit refuses."""


_TEXT, _TRUTH, _TEXTS = Kind.TEXT, Kind.TRUTH, Kind.TEXTS
_FILES = {"chown": _TEXT, "chmod": _TEXT, "link": _TRUTH, "exclude": _TEXTS}

KNOWN: dict[str, dict[str, Kind]] = {
    "FROM": {"platform": _TEXT},
    "RUN": {"mount": _TEXTS, "network": _TEXT, "security": _TEXT, "device": _TEXTS},
    "COPY": {**_FILES, "from": _TEXT, "parents": _TRUTH},
    "ADD": {**_FILES, "keep-git-dir": _TRUTH, "checksum": _TEXT, "unpack": _TRUTH},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _TEXT),
}
"""Instructions that take flags, with these."""

UNCHECKED = frozenset({"ARG", "STOPSIGNAL"})
"""Instructions whose flags BuildKit never looks at."""


class Flags(Record):
    """The checked flags of one instruction."""

    texts: dict[str, str]
    truths: dict[str, bool]
    lists: dict[str, tuple[str, ...]]

    def text(self, name: str) -> str | None:
        """Return the value, None where it is not given or empty, which BuildKit does not tell apart."""
        return self.texts.get(name) or None

    def truth(self, name: str) -> bool | None:
        """Return whether the flag is set, None where it is not given."""
        return self.truths.get(name)

    def list(self, name: str) -> tuple[str, ...]:
        """Return all values, in order."""
        return self.lists.get(name, ())


_NONE = Flags({}, {}, {})


def checked(keyword: str, words: tuple[str, ...]) -> Flags:
    """Return the flags of an instruction. Raises FlagError."""
    if not words:
        return _NONE
    known = KNOWN.get(keyword, {})
    flags = Flags({}, {}, {})
    seen: set[str] = set()
    for word in words:
        flag, equals, value = word.partition("=")
        _check_name(flag, known, seen)
        _store(flags, flag, value, known[flag[2:]], has_value=bool(equals))
        seen.add(flag)
    return flags


def _check_name(flag: str, known: dict[str, Kind], seen: set[str]) -> None:
    if flag[2:] not in known:
        raise FlagError(f"unknown flag: {flag}")
    if flag in seen and known[flag[2:]] is not Kind.TEXTS:
        raise FlagError(f"duplicate flag specified: {flag}")


def _store(flags: Flags, flag: str, value: str, kind: Kind, *, has_value: bool) -> None:
    name = flag[2:]
    if not value.isascii():
        raise FlagError(f"BuildKit garbles characters that are not ASCII in a flag: {flag}")
    if (kind is Kind.TRUTH and has_value and not value) or (kind is not Kind.TRUTH and not has_value):
        raise FlagError(f"missing a value on flag: {flag}")
    match kind:
        case Kind.TEXT:
            flags.texts[name] = value
        case Kind.TEXTS:
            flags.lists[name] = (*flags.lists.get(name, ()), value)
        case Kind.TRUTH:
            if value.lower() not in ("true", "false", ""):
                raise FlagError(f"expecting boolean value for flag {flag}, not: {value}")
            flags.truths[name] = value.lower() != "false"
