"""What Django's management commands write."""

from __future__ import annotations

import posixpath
import re

from restage.api import Effect, Region, State, unknown
from restage_strategies.python.databases import database_outside
from restage_strategies.python.elsewhere import with_places
from restage_strategies.python.own_code import run_free_code, run_own_code
from restage_strategies.python.setting_paths import Directories, assigned
from restage_strategies.python.shipped import imported_files

# Uploads go to MEDIA_ROOT when the application runs: no command of a build makes it.
_ROOTS = ("STATIC_ROOT", "COMPRESS_ROOT")
_MODULE = re.compile(r"""DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]""")
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
        inside = f"/management/commands/{action}.py"
        files = [found for found in state.tree.walk(folder.path) if found.endswith(inside)]
        files += _used_settings(folder.path, arguments, state) if files else []
        entries = [(found, state.tree.text(found) or "") for found in files]
        return with_places(run_free_code(subject, state, *places), entries, state)
    database = database_outside(folder, state) if action in _STORES else None
    if database is not None:
        return unknown(f"{subject} writes to the database {database}, outside the project")
    further = outputs(folder, arguments, state) if action in _COLLECTS else ()
    return run_own_code(subject, state, *further, *places)


def outputs(folder: Region, arguments: tuple[str, ...], state: State) -> tuple[Region, ...]:
    """Directories outside the project that its settings name for collected files; the module that is used counts most."""
    used = _used_settings(folder.path, arguments, state)
    files = [*(path for path in _settings(folder.path, state) if path not in used), *used]
    names = assigned((path, state.tree.text(path) or "") for path in files)
    directories = Directories(names, state)
    told = (state.variable(name) or directories.of(name) for name in _ROOTS if name in names)
    places = (state.path(place) for place in told if place)
    return tuple(dict.fromkeys(place for place in places if not folder.covers(place)))


def _settings(directory: str, state: State) -> list[str]:
    found = [
        path
        for path in state.tree.walk(directory)
        if path.endswith(".py") and "settings" in posixpath.relpath(path, directory)
    ]
    return found[:_MOST_SETTINGS]


def _used_settings(directory: str, arguments: tuple[str, ...], state: State) -> list[str]:
    """The module that an option, a variable or manage.py names, after those that it imports."""
    script = state.tree.text(posixpath.join(directory, "manage.py")) or ""
    option = re.search(r"--settings[= ]([\w.]+)", " ".join(arguments))
    named = [option[1] if option else "", state.variable("DJANGO_SETTINGS_MODULE"), *_MODULE.findall(script)]
    module = next((name for name in named if name), "settings").replace(".", "/")
    waiting = [posixpath.join(directory, f"{module}{ending}") for ending in (".py", "/__init__.py")]
    found = list[str]()
    while waiting and len(found) < _MOST_SETTINGS:
        path = waiting.pop(0)
        text = state.tree.text(path)
        if text is not None and path not in found:
            found.insert(0, path)
            waiting += imported_files(path, text, state.tree)
    return found
