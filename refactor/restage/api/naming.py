"""Places that the words of a command name outside the directories that it is known to write."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.region import Region
from restage.api.state import State

_OF_THE_SYSTEM = tuple(
    map(Region, "/bin /dev /etc /lib /proc /root/go /sbin /sys /tmp /usr/include /usr/lib /usr/share".split())
)
"""Where tools look for headers and settings, and what is gone with the command."""


def named_elsewhere(command: Command, known: tuple[Region, ...], state: State) -> Region | None:
    """A path by itself or behind a `=` that no file of the context is at: a tool may write there."""
    for number, word in enumerate(command.arguments):
        value = word.rpartition("=")[2]
        if not command.is_known(number + 1) or not value.startswith(("/", "../", "~/")):
            continue
        place = state.path(value)
        input_ = state.tree.is_file(place.path) or state.tree.is_directory(place.path)
        if not input_ and not any(around.covers(place) for around in (*known, *_OF_THE_SYSTEM)):
            return place
    return None
