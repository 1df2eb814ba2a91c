"""The options of HEALTHCHECK.

Follows `parseOptInterval` and `parseHealthcheck` in BuildKit's `frontend/dockerfile/instructions/parse.go`.
"""

import re

from .flags import FlagError, Flags

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_SHORTEST = 1e-3


def options(flags: Flags) -> tuple[tuple[str, str], ...]:
    """Return the options as written, in the order of their names. Raises FlagError."""
    for name, value in flags.texts.items():
        if value and name == "retries":
            _check_retries(value)
        elif value:
            _check_duration(name, value)
    return tuple(sorted(flags.texts.items()))


def _check_retries(value: str) -> None:
    # Nine digits are more than any engine counts, and keep Python and Go of one mind about the range.
    if not re.fullmatch(r"[+-]?0*[0-9]{1,9}", value):
        raise FlagError(f'--retries takes a number, not "{value}"')
    if int(value) < 0:
        raise FlagError(f"--retries cannot be negative ({int(value)})")


def _check_duration(name: str, value: str) -> None:
    number = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    parts = re.findall(rf"({number})([a-zµμ]+)", value)
    unsigned = value.lstrip("+-") if value[1:2] not in ("+", "-") else value
    readable = "".join(map("".join, parts)) == unsigned and all(unit in _SECONDS for _, unit in parts)
    if unsigned != "0" and not readable:
        raise FlagError(f'time: invalid duration "{value}"')
    seconds = sum(float(amount) * _SECONDS[unit] for amount, unit in parts)
    if seconds and (value.startswith("-") or seconds < _SHORTEST * 0.9999999):
        raise FlagError(f'Interval "{name}" cannot be less than 1ms')
