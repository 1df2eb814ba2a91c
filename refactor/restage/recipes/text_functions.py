"""Functions of make that only work on text (GNU make manual, 8.2 and 8.3)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from restage.recipes.plain import UNTOLD

_LISTS = ("find ", "ls ", "git ls-files")
_GOES_ON = frozenset("|;&><`$")


def lists_files(text: str) -> bool:
    """Whether a shell text prints names of files that are there, and does nothing else."""
    return (
        text.startswith(_LISTS) and not _GOES_ON & {*text} and "-exec" not in text and "-delete" not in text
    )


SELECTING = frozenset({"filter", "filter-out", "sort", "strip"})
"""Functions that leave of names of files none but such."""


def _each(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda names: " ".join(change(name) for name in names.split())


def _directory(name: str) -> str:
    return name[: name.rfind("/") + 1] or "./"


def _untold(*_: str) -> str:
    return UNTOLD


def _first(names: str) -> str:
    return next(iter(names.split()), "")


def _last(names: str) -> str:
    return next(reversed(names.split()), "")


TEXT_FUNCTIONS: Mapping[str, Callable[..., str]] = {
    "strip": lambda text: " ".join(text.split()),
    "subst": lambda old, new, text: text.replace(old, new) if old else text + new,
    "addprefix": lambda prefix, names: _each(lambda name: prefix + name)(names),
    "addsuffix": lambda suffix, names: _each(lambda name: name + suffix)(names),
    "notdir": _each(posixpath.basename),
    "dir": _each(_directory),
    "firstword": _first,
    "lastword": _last,
    "sort": lambda names: " ".join(sorted({*names.split()})),
    **dict.fromkeys(
        "wildcard patsubst filter filter-out word words wordlist join suffix basename realpath abspath findstring and".split(),
        _untold,
    ),
}
"""By name; of those that give UNTOLD no more is known than that they change nothing."""
