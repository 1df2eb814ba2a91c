"""Commands with which people look around in a container, or talk to another from there."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.state import State
from restage.api.tree import Unknown
from restage.meaning.effects import SHELLS
from restage.meaning.looking import is_harmless

_ASKING = frozenset(
    """
    curl dig host mongo mongodump mongosh mysql mysqladmin mysqldump nc netcat nslookup pg_dump pg_isready ping psql
    redis-cli telnet wget
    """.split()
)
"""Their words are addresses and settings."""
_WATCHING = frozenset("clear htop ifconfig ip less more nano netstat ss top tree vi vim".split())


def looks_around(command: Command, state: State) -> bool:
    """Whether a command starts nothing of the application and names no file of it."""
    if command.name in _ASKING:
        return True
    if not (is_harmless(command.name) or command.name in _WATCHING or command.name in SHELLS):
        return False
    named = (state.path(word).path for word in command.arguments if not word.startswith("-"))
    return all(isinstance(state.tree.origin(path), Unknown) for path in named)
