"""Places that the words of a command name outside the directories that it is known to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from restage.api.command import Command
from restage.api.region import Region
from restage.api.state import State
from restage.api.tree import Changed

_OF_THE_SYSTEM = tuple(
    map(Region, "/bin /dev /etc /lib /proc /root/go /sbin /sys /tmp /usr/include /usr/lib /usr/share".split())
)
"""Where tools look for headers and settings, and what is gone with the command."""
_DEVICES = ("/dev/", "/proc/", "/sys/")

_OF_ADDRESSES = frozenset(
    "address api base basename baseurl domain endpoint host hostname href origin proxy route servlet uri url".split()
)
_OF_FOLDERS = frozenset("cache database db dir directory file folder out output socket".split())
_OF_PATHS = frozenset({"context path", "root path", "public path", "mount path"})
_OF_FILES = frozenset(
    "o out outdir outfile output destination dest dst dump export log save target write i input src source".split()
)
"""What options are called that are given what a program writes, or reads and fails without."""


def is_address(name: str) -> bool:
    """Whether what an option or variable of this name is given is part of an address, and no path (`--base-url=/app`)."""
    words = _words_of(name)
    if not _OF_FOLDERS.isdisjoint(words):
        return False
    is_prefix = "prefix" in words and len(words) > 1
    return is_prefix or not _OF_ADDRESSES.isdisjoint(words) or not _OF_PATHS.isdisjoint(_pairs(words))


def _words_of(name: str) -> list[str]:
    """The words of `--base-url`, `PUBLIC_URL`, `server.contextPath`, in small letters."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{one} {next_}" for one, next_ in pairwise(words))


def named_values(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each operand, and each value of an option or variable, with its name: `--out /srv` gives `--out` and `/srv`."""
    option = ""
    for word in words:
        name, sign, value = word.partition("=")
        if sign and re.fullmatch(r"-.*|[A-Za-z_]\w*", name):
            yield name, value
        elif not word.startswith("-"):
            yield option, word
        option = word if word.startswith("-") and not sign else ""


def told_places(words: Iterable[str], state: State) -> tuple[Region, ...] | None:
    """Where a program may write that is told places of the image by its words; None where that is not sure.

    A place is told by an operand, by an option for input or output, or it is there already: to copy one that is not fails.
    """
    found: list[Region] = []
    for name, value in named_values(words):
        if (
            not value.startswith(("/", "../", "~/"))
            or value.startswith(("//", *_DEVICES))
            or is_address(name)
        ):
            continue
        place = state.path(value)
        if place.path == "/" or state.tree.is_file(place.path):
            continue
        is_told = not name or not _OF_FILES.isdisjoint(_words_of(name))
        there = place if is_told else surely_there(place, state)
        if there is None:
            return None
        found.append(there)
    return tuple(found)


def surely_there(place: Region, state: State) -> Region | None:
    """The directory at or around a place that is surely in the image: one that a command or a COPY has made, or a home.

    A user who is told by a number may have none.
    """
    for home in (Region("/root"), Region(state.home)):
        if home.covers(place) and (home.path == "/root" or not state.user.isdigit()):
            return home
    made = {event.target for event in state.tree.events if isinstance(event, Changed)}
    while place.path != "/":
        if place in made or state.tree.is_directory(place.path):
            return place
        place = place.below("..")
    return None


def named_elsewhere(command: Command, known: tuple[Region, ...], state: State) -> Region | None:
    """A path by itself or behind a `=` that no file of the context is at: a tool may write there."""
    for number, word in enumerate(command.arguments):
        value = word.rpartition("=")[2]
        if not command.is_known(number + 1) or not value.startswith(("/", "../", "~/")):
            continue
        if _gives_address(command.arguments, number):
            continue
        place = state.path(value)
        input_ = state.tree.is_file(place.path) or state.tree.is_directory(place.path)
        if not input_ and not any(around.covers(place) for around in (*known, *_OF_THE_SYSTEM)):
            return place
    return None


def _gives_address(words: tuple[str, ...], at: int) -> bool:
    """Whether a word gives a part of an address: `--basePath=/api`, `--public-url /static/`."""
    option, sign, _ = words[at].partition("=")
    if not sign and at:
        option = words[at - 1]
    return option.startswith("-") and is_address(option)
