"""Distributions and the modules that they bring, from the table in modules.json and the rule of names."""

from __future__ import annotations

import json
import sys
from dataclasses import field
from functools import cache
from pkgutil import get_data

from restage.api import Record
from restage_strategies.python.names import normalised

# What newer versions have dropped and older ones have.
_GONE = frozenset(
    "asynchat asyncore distutils imp smtpd cgi cgitb crypt pipes telnetlib lib2to3 nntplib tomllib zoneinfo __main__".split()
)


class _Table(Record):
    modules: dict[str, str] = field(hash=False)
    namespaces: dict[str, list[str]] = field(hash=False)
    programs: dict[str, str] = field(hash=False)


@cache
def _table() -> _Table:
    content = json.loads(get_data(__package__, "modules.json") or b"{}")
    return _Table(content["modules"], content["namespaces"], content["programs"])


def modules_of(distribution: str) -> frozenset[str]:
    """Top-level modules that a distribution brings: by the table, else those that its name may stand for."""
    told = _table().modules.get(distribution)
    if told is not None:
        return frozenset(told.split())
    plain = distribution.replace("-", "_")
    short = plain.removeprefix("python_").removeprefix("py") if plain.startswith(("python_", "py")) else plain
    return frozenset({plain, short, plain.removesuffix("_python")})


def brings(module: str, distribution: str) -> bool:
    """Whether a distribution may be where a module comes from."""
    if module.lower() in {name.lower() for name in modules_of(distribution)}:
        return True
    return (
        distribution.startswith(tuple(_table().namespaces.get(module, ())))
        if module in _table().namespaces
        else False
    )


def is_standard(module: str) -> bool:
    """Whether a module belongs to Python itself."""
    return module in sys.stdlib_module_names or module in _GONE


def distribution_of_program(name: str) -> str:
    """The distribution that a console program belongs to: by the table, else the one of its name."""
    return _table().programs.get(name, normalised(name))
