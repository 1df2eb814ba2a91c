"""Patterns in the words of a command: what they may name, and what they surely do."""

from __future__ import annotations

from fnmatch import fnmatchcase

from restage.api.region import Region
from restage.api.state import State
from restage.api.tree import Changed


def is_pattern(text: str) -> bool:
    """Whether the shell would look for files that it matches."""
    return any(sign in text for sign in "*?[{")


def parent_of_glob(text: str, state: State) -> Region:
    """The region of a path, or the directory above a pattern."""
    parts: list[str] = []
    for part in text.split("/"):
        if is_pattern(part):
            return state.path("/".join(parts) or ("/" if text.startswith("/") else "."))
        parts.append(part)
    return state.path(text)


def made_and_matched(pattern: str, state: State) -> tuple[Region, ...]:
    """Of what a pattern takes, all that commands are known to have made: `bin/*` takes bin/server, if that was built."""
    wanted = state.path(pattern).path.split("/")
    made = (event.target.path.split("/") for event in state.tree.events if isinstance(event, Changed))
    found = (
        Region("/".join(parts[: len(wanted)]))
        for parts in made
        if len(parts) >= len(wanted) and all(map(_matches, parts, wanted))
    )
    return tuple(dict.fromkeys(found))


def _matches(name: str, pattern: str) -> bool:
    hidden = name.startswith(".") and not pattern.startswith(".")
    return fnmatchcase(name, pattern) and not hidden
