"""What Django's management commands write."""

from __future__ import annotations

import posixpath
import re

from restage.api import Effect, Region, State, region, unknown
from restage_strategies.python.databases import database_outside
from restage_strategies.python.own_code import run_free_code, run_own_code

ROOTS = ("STATIC_ROOT", "MEDIA_ROOT", "COMPRESS_ROOT", "LOCALE_ROOT")
_ASSIGNED = re.compile(rf"^[ \t]*({'|'.join(ROOTS)})[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*([^\n]+)", re.MULTILINE)
_LITERAL = re.compile(r"""['"]([^'"\n]+)['"]""")
_UPWARDS = re.compile(
    r"""dirname\(\s*(?:str\()?\s*(?:settings\.)?\w*(?:BASE|ROOT|PROJECT|SITE)\w*|\.parent\b|['"]\.\."""
)
_MOST_SETTINGS = 40
_COLLECTS = frozenset({"collectstatic", "compress", "tailwind", "build", "assets"})
_OWN_COMMANDS = _COLLECTS | frozenset(
    "compilemessages makemessages migrate makemigrations check test loaddata createcachetable createsuperuser "
    "compilejsi18n sass compilescss flush dumpdata showmigrations spectacular graphql_schema".split()
)


_STORES = frozenset("migrate loaddata createsuperuser createcachetable flush".split())


def is_manage(path: str) -> bool:
    """Whether a script is Django's own entry (`manage.py`)."""
    return posixpath.basename(path) in ("manage.py", "manage")


def manage_effect(path: str, arguments: tuple[str, ...], state: State) -> Effect:
    """`manage.py COMMAND`: the project's directory, and the configured outputs outside of it."""
    action = next((word for word in arguments if not word.startswith("-")), "")
    folder = state.path(posixpath.dirname(path)) if path else state.path()
    places = () if folder.path == "/" else (folder,)
    subject = f"manage.py {action}".strip()
    if action not in _OWN_COMMANDS:
        return run_free_code(subject, state, *places)
    database = database_outside(folder, state) if action in _STORES else None
    if database is not None:
        return unknown(f"{subject} writes to the database {database}, outside the project")
    further = outputs(folder, state) if action in _COLLECTS else ()
    return run_own_code(subject, state, *further, *places)


def outputs(folder: Region, state: State) -> tuple[Region, ...]:
    """Directories outside the project that its settings name for collected files."""
    found: list[Region] = []
    for path in _settings(folder.path, state):
        for name, value in _ASSIGNED.findall(state.tree.text(path) or ""):
            told = state.variable(name)
            found += [state.path(told)] if told else _named(value, folder)
    return tuple(dict.fromkeys(place for place in found if not folder.covers(place)))


def _named(value: str, folder: Region) -> list[Region]:
    literals = _LITERAL.findall(value)
    absolute = [literal for literal in literals if literal.startswith("/") and len(literal) > 1]
    if absolute and "join" not in value:
        return [region(absolute[-1])]
    names = [literal for literal in literals if literal != ".." and not literal.startswith("/")]
    # `join(dirname(BASE_DIR), 'static')` lies beside the project.
    return [folder.below("..", names[-1])] if names and _UPWARDS.search(value) else []


def _settings(directory: str, state: State) -> list[str]:
    found = [
        path
        for path in state.tree.walk(directory)
        if path.endswith(".py") and "settings" in posixpath.relpath(path, directory)
    ]
    return found[:_MOST_SETTINGS]
