"""`${NAME:-default}` in compose files: the default is taken, as nothing is known of the environment."""

import re

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::?(?P<operator>[-+?])(?P<word>[^${}]*))?\}"
    r"|(?P<plain>[A-Za-z_]\w*))"
)
_DEEPEST = 8
_DOLLAR = "\0"


def interpolated(text: str) -> str:
    """The text with defaults in place; variables without one stay, as `${NAME}`, and `$$` is a dollar
    sign."""
    for _ in range(_DEEPEST):
        replaced = _VARIABLE.sub(_value, text)
        if replaced == text:
            break
        text = replaced
    return text.replace(_DOLLAR, "$")


def _value(match: re.Match[str]) -> str:
    if match["dollar"]:
        return _DOLLAR
    if match["operator"] == "-":
        return match["word"]
    if match["operator"] == "+":
        return ""
    return f"${{{match['name'] or match['plain']}}}"
