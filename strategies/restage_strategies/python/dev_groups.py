"""Dependency groups that are only for development: what an install brought for them alone, and what takes it out."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable
from typing import Any

from restage.api import Command, Prune, Record, Region, State, read_toml, replace
from restage_strategies.python.names import Requirement, is_name
from restage_strategies.python.rows import has_heavy

_DEV = re.compile(
    r"(?:dev|develop|development|devel|tests?|testing|lint(?:ing|ers?)?|docs?|typ(?:es?|ing)|mypy|format(?:ting)?|quality|qa|ci|style|pre-?commit|coverage|local-dev|notebooks?)"
)
MOST_NAMES = 25
INSTALLERS_OWN = frozenset(
    """
    anyio attrs backports-tarfile build cachecontrol cachy certifi cffi charset-normalizer cleo clikit crashtest cryptography
    distlib dulwich fastjsonschema filelock findpython h11 html5lib httpcore httpx idna importlib-metadata installer
    jaraco-classes jaraco-context jaraco-functools jeepney jinja2 jsonschema keyring lockfile markupsafe more-itertools msgpack
    packaging pastel pbs-installer pexpect pip pipenv pkginfo platformdirs poetry poetry-core poetry-dynamic-versioning dunamai
    poetry-plugin-export ptyprocess pycparser pylev pyproject-hooks pyrsistent python-dateutil rapidfuzz requests
    requests-toolbelt secretstorage setuptools shellingham six sniffio tomli tomlkit trove-classifiers typing-extensions
    urllib3 virtualenv virtualenv-clone webencodings wheel xattr zipp zstandard
    """.split()
)
"""Poetry and pipenv, and what they depended on in any release: beside them it must not be taken out."""

_OF_BASE = re.compile(r"/usr(?:/local)?(?:/lib(?:/python[\d.]+(?:/(?:site|dist)-packages)?)?)?")
_HEAVY = frozenset("basedpyright jedi mypy pyright".split())
"""Tools of development that surely take more than 20 MB (measured: 62 MB of mypy, 35 of jedi)."""


class DevGroups(Record):
    """What an install brought for development alone. `kept` are the other distributions of the lock."""

    prune: Prune
    only: frozenset[str]
    kept: frozenset[str]
    by: tuple[str, ...]
    """The words of the command that installed it."""
    user: str
    """Who ran it: an environment in a home directory is another one for another user."""


def is_shared(place: Region) -> bool:
    """Whether what is installed there lies among the installers': the folders of the base's own Python."""
    return _OF_BASE.fullmatch(place.path) is not None


def among_installers(
    only: frozenset[str], kept: frozenset[str], command: Command, state: State
) -> DevGroups | None:
    """What pip takes out of the base's own Python, where the installers are too.

    What is left is copied over what the base has, some 20 MB a second time: that much has to go to win anything.
    """
    only -= INSTALLERS_OWN
    found = by_name(("python", "-m", "pip"), only, kept | INSTALLERS_OWN, command, state)
    if found is None or state.base.family != "python":
        return None
    pays = bool(only & _HEAVY) or has_heavy(map(Requirement, only))
    return replace(found, prune=replace(found.prune, pays=pays))


def by_name(
    pip: tuple[str, ...], only: frozenset[str], kept: frozenset[str], command: Command, state: State
) -> DevGroups | None:
    """The groups that pip takes out one by one; None where they are too many to be read."""
    told = (*pip, "uninstall", "--yes", *sorted(only))
    return groups_left(told, state, only, kept, command) if len(only) <= MOST_NAMES else None


def groups_left(
    told: tuple[str, ...], state: State, only: frozenset[str], kept: frozenset[str], command: Command
) -> DevGroups | None:
    """The groups and the words that take them out; None for nothing to take, for a name that is none, for odd words.

    In quotes a word that begins with `~`, or has a variable of an unknown base, would not be what it was.
    """
    if not only or not all(map(is_name, only)):
        return None
    if any(word.startswith("~") or "$" in word or not word.isprintable() for word in told):
        return None
    number = len(only)
    what = f"{number} distribution{'' if number == 1 else 's'} of development groups"
    prune = Prune(state.directory, shlex.join(told), what)
    return DevGroups(prune, only, kept, command.words, state.user)


def are_dev(groups: Iterable[str]) -> bool:
    """Whether every group is one for development, by its name; False for none at all."""
    named = list(groups)
    return bool(named) and all(_DEV.fullmatch(name.lower()) for name in named)


def read_lock(name: str, directory: str, state: State) -> dict[str, Any] | None:
    """The content of a lock in TOML; None where there is none that can be read."""
    return read_toml(state.tree.text(posixpath.join(directory, name))) or None
