"""What distributions load and call, from the table in rows.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import field
from functools import cache
from pkgutil import get_data
from typing import Any

from restage.api import Record
from restage_strategies.python.names import Requirement


class Row(Record):
    """What one distribution needs beyond its wheel.

    `apt` and `apk` are OS packages (a `-dev` name: the runtime libraries that belong to it); `programs` are
    those that it may call; `data` are folders of the prefix, beside libraries and scripts, that it puts files
    into; `facilities` are kinds of system data that it reads.
    """

    apt: tuple[str, ...] = ()
    apk: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()


class _Table(Record):
    needs: dict[str, Any] = field(hash=False)
    plain: frozenset[str]
    heavy: frozenset[str]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]


@cache
def _table() -> _Table:
    content = json.loads(get_data(__package__, "rows.json") or b"{}")
    plain, heavy = (frozenset(" ".join(content[key]).split()) for key in ("plain", "heavy"))
    families = content["families"]
    return _Table(content["needs"], plain, heavy, tuple(families["prefixes"]), tuple(families["suffixes"]))


def find_row(
    requirement: Requirement, python: str | None = None, beside: frozenset[str] = frozenset()
) -> Row | None:
    """The row of a distribution as it is asked for; None where there is none.

    `python` (`3.12`) tells whether the version asked for had a wheel for it or was compiled; `beside` are the
    names asked for with it, one of which may bring what it needs (psycopg-binary for psycopg).
    """
    table, name = _table(), requirement.name
    found = [table.needs.get(f"{name}[{extra}]") for extra in requirement.extras]
    rows = [row for row in found if row is not None]
    if not rows and name in table.needs:
        rows = [table.needs[name]]
    rows = [{} if beside.intersection(row.get("unless", ())) else row for row in rows]
    if rows:
        return _merged([_row(row, requirement.pinned, python) for row in rows])
    known = name in table.plain or name.startswith(table.prefixes) or name.endswith(table.suffixes)
    return Row() if known and name else None


def has_heavy(requirements: Iterable[Requirement]) -> bool:
    """Whether the wheels of what is asked for surely take more than 20 MB, with all that they bring."""
    return any(requirement.name in _table().heavy for requirement in requirements)


def data_folders(
    requirements: Iterable[Requirement], unread: Iterable[str], there: Iterable[str]
) -> tuple[str, ...]:
    """Folders of the prefix, beside libraries and scripts, that an install may put files into.

    `there` are those that the prefix surely has: copying one that is absent fails.
    """
    rows = [find_row(requirement) for requirement in requirements]
    folders = {folder for row in rows if row is not None for folder in row.data}
    if None in rows or any(True for _ in unread):
        # A wheel of which nothing is known may carry data files for the places where programs look for them.
        folders.update(there)
    return tuple(sorted(folders))


def _row(content: dict[str, Any], pinned: str | None, python: str | None) -> Row:
    sdist = content.get("sdist")
    if sdist and pinned and _older(pinned, sdist["wheels"].get(python or "")):
        content = {**content, **sdist}
    elif "before" in content and not (pinned and _older(pinned, content["before"])):
        return Row(data=tuple(content.get("data", ())))
    return Row(**{name: tuple(content.get(name, ())) for name in Row.__dataclass_fields__})


def _merged(rows: list[Row]) -> Row:
    return Row(
        **{
            name: tuple(dict.fromkeys(item for row in rows for item in getattr(row, name)))
            for name in Row.__dataclass_fields__
        }
    )


def _older(version: str, than: str | None) -> bool:
    return than is not None and _numbers(version) < _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])
