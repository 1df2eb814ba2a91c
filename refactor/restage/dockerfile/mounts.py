"""The `--mount` flag of RUN.

Follows `frontend/dockerfile/instructions/commands_runmount.go` of BuildKit, as far as it looks at a mount
before variables have values.
"""

import re
from functools import cache

from .forms import Mount


class MountError(ValueError):
    """A mount that BuildKit refuses."""


def mount(value: str) -> Mount:
    """Return what the value of a `--mount` flag says. Raises MountError."""
    attributes: dict[str, str] = {}
    for part in _fields(value):
        name, equals, text = part.partition("=")
        name = name.lower()
        attributes[name] = text if equals else "true"
        if equals and name == "from" and "$" in text[:-1]:
            raise MountError("'from' doesn't support variable expansion, define alias stage instead")
    return Mount(attributes.get("type", "bind").lower(), attributes)


def _fields(value: str) -> list[str]:
    """Split as CSV: a field in quotes may hold commas, and a doubled quote stands for one."""
    if '"' not in value:
        return value.split(",")
    fields: list[str] = []
    at = -1
    while at < len(value):
        match = _field().match(value, at + 1)
        if match is None:
            raise MountError("failed to parse csv mounts: a quote inside a field, or one that does not end")
        fields.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        at = match.end()
    return fields


@cache
def _field() -> re.Pattern[str]:
    return re.compile(r'(?:"((?>[^"]|"")*+)"|([^",]*+))(?=,|\Z)')
