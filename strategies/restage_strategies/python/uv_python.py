"""Which Python uv takes for an environment: one of the image, or one that it downloads."""

from __future__ import annotations

import posixpath
import re

from restage.api import BaseImage, Command, Made, Record, Region, State, read_toml
from restage_strategies.python.interpreter import find_interpreter
from restage_strategies.python.manifest import read_pyproject, table

_NEVER = ("never", "manual", "0", "false")
_TRUE = ("1", "true", "yes", "on")
_PACKAGE = re.compile(r"python3(?:\.\d+)?(?:-(?:minimal|full|dev|venv|pip|dbg))?")
# What these bring has no Python in it, nor does anything that they depend on, in Debian, Ubuntu and Alpine.
_WITHOUT = frozenset(
    "bash build-base build-essential bzip2 ca-certificates curl default-libmysqlclient-dev dumb-init g++ gcc git gnupg gosu "
    "jq libc6-dev libffi-dev libgl1 libglib2.0-0 libgomp1 libpq-dev libpq5 libsm6 libssl-dev libstdc++6 libxext6 "
    "linux-headers locales make musl-dev nano net-tools netcat-openbsd netcat-traditional openssl pkg-config postgresql-client "
    "procps sqlite3 sudo tar tini tzdata unzip wget xz-utils zip zlib1g-dev".split()
)
_CLAUSE = re.compile(r"(~=|===?|!=|<=|>=|<|>)\s*(\d{1,9}(?:\.\d{1,9})*)(\.\*)?")

_NEWEST = "3.99"
"""Stands for the Python of `python:3` and `python:latest`."""
_NO_PYTHON = "none"


class Unsettled(Record):
    """Nothing tells which Python uv takes, and why."""

    why: str


def downloaded_python(command: Command, state: State, root: str) -> tuple[Region, ...] | Unsettled:
    """Where uv puts a Python of its own for the project at `root`; empty where one of the image will do.

    uv's rules: a pinned version (`--python`, UV_PYTHON, `.python-version`), else `requires-python`; the first
    Python of the image that meets it, else a download.
    """
    given = {**state.environment, **dict(command.environment)}
    settings = _settings(state, root)
    asked = _option(command, "--python-preference") or given.get("UV_PYTHON_PREFERENCE")
    preference = asked or settings.get("python-preference")
    managed = (
        "--managed-python" in command.arguments or (given.get("UV_MANAGED_PYTHON") or "").lower() in _TRUE
    )
    if managed or preference == "only-managed":
        return (_place(state),)
    if (
        _stays_with_the_image(command, given)
        or preference == "only-system"
        or settings.get("python-downloads") in _NEVER
    ):
        return ()
    wanted = _option(command, "--python", "-p") or given.get("UV_PYTHON") or _pinned(state, root)
    if wanted is not None and "/" in wanted:
        return ()
    there = _versions(state)
    if isinstance(there, Unsettled):
        return there
    answers = {_fits(have, wanted, state, root) for have in there}
    if len(answers) > 1 or None in answers:
        return Unsettled(f"whether uv takes the image's Python for `{command}` is not known")
    return () if True in answers else (_place(state),)


def _fits(have: str | None, wanted: str | None, state: State, root: str) -> bool | None:
    if have == _NO_PYTHON:
        return False
    return _is_pin(wanted, have) if wanted else _is_required(_requires(state, root), have)


def _option(command: Command, *names: str) -> str | None:
    for word, following in zip(command.arguments, (*command.arguments[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        if option in names:
            return value if equals else following
    return None


def _place(state: State) -> Region:
    data = state.variable("XDG_DATA_HOME") or "~/.local/share"
    return state.path(state.variable("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python")


def _stays_with_the_image(command: Command, given: dict[str, str | None]) -> bool:
    told = {"--no-python-downloads", "--no-managed-python"} & set(command.arguments)
    never = (given.get("UV_PYTHON_DOWNLOADS") or "").lower() in _NEVER
    return bool(told) or never or (given.get("UV_NO_MANAGED_PYTHON") or "").lower() in _TRUE


def _settings(state: State, root: str) -> dict[str, object]:
    """uv's own settings of the project: uv.toml, else its table of pyproject.toml."""
    text = state.tree.text(posixpath.join(root, "uv.toml"))
    if text is None:
        return table(read_pyproject(root, state), "tool", "uv")
    return read_toml(text) or {}


def _pinned(state: State, root: str) -> str | None:
    for folder in dict.fromkeys((state.directory, root)):
        text = state.tree.text(posixpath.join(folder, ".python-version")) or ""
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if lines:
            return lines[0]
    return None


def _requires(state: State, root: str) -> str:
    lock = read_toml(state.tree.text(posixpath.join(root, "uv.lock"))) or {}
    wanted = lock.get("requires-python") or table(read_pyproject(root, state), "project").get(
        "requires-python"
    )
    return wanted if isinstance(wanted, str) else ""


def _versions(state: State) -> tuple[str | None, ...] | Unsettled:
    """The version of the image's Python, or all that it may have (None: one that is not known)."""
    found = find_interpreter("python3", state)
    version = found.version if found else None
    if state.base.family == "python":
        newest = isinstance(state.base, BaseImage) and (state.base.version or "3") == "3"
        return (_NEWEST if version is None and newest else version,)
    own = state.base.packages if isinstance(state.base, BaseImage) else None
    if any(_PACKAGE.fullmatch(name) for name in (*(own or ()), *state.packages)):
        return (version,)
    for folder in state.search_path:
        if isinstance(state.tree.origin(posixpath.join(folder, "python3")), Made):
            return (None,)
    if own is None:
        return Unsettled("whether the base has a Python that uv takes is not known")
    return (_NO_PYTHON,) if state.packages <= _WITHOUT else (_NO_PYTHON, version)


def _is_pin(wanted: str, have: str | None) -> bool | None:
    """Whether a request (`3.12`, `3.12.4`, `cpython@3.12`, `>=3.11`) takes the Python that is there."""
    number = re.fullmatch(r"(?:cpython@?|python)?(\d+(?:\.\d+){0,2})", wanted)
    if number is None:
        return _is_required(wanted, have) if _CLAUSE.match(wanted) else None
    parts = number.group(1).split(".")
    if len(parts) == 1:
        return None if have is None else have.split(".")[0] == parts[0]
    if have is None or (len(parts) == 3 and ".".join(parts[:2]) == have):
        return None
    return ".".join(parts[:2]) == have


def _is_required(wanted: str, have: str | None) -> bool | None:
    """Whether every clause of `>=3.10,<3.13` holds for a minor version; its newest patch counts."""
    clauses = [clause.strip() for clause in wanted.split(",") if clause.strip()]
    if not clauses:
        return True
    answers = [_holds(clause, have) for clause in clauses]
    return False if False in answers else None if None in answers else True


def _holds(clause: str, have: str | None) -> bool | None:
    found = _CLAUSE.fullmatch(clause)
    if found is None or have is None:
        return None
    sign, number, any_patch = found.groups()
    bound = tuple(int(part) for part in number.split("."))
    version = tuple(int(part) for part in have.split("."))
    minor = (*bound, 0)[:2]
    match sign:
        case ">=":
            return version >= minor
        case ">":
            return version > minor if len(bound) < 3 else version >= minor
        case "<=":
            return version < minor or (len(bound) > 2 and version == minor)
        case "<":
            return version < minor or (version == minor and len(bound) > 2 and bound[2] > 0)
        case "~=":
            return version >= minor and version[0] == bound[0] and (len(bound) < 3 or version == minor)
        case "!=":
            return version != minor if any_patch else True
        case _:
            return version == minor if any_patch else (None if version == minor else False)
