"""Commands that make users and groups, on Debian (shadow, adduser) and Alpine (busybox)."""

from __future__ import annotations

from restage.api.command import Command
from restage.api.effect import Effect
from restage.api.state import State
from restage.shell.commands import options

_WITH_VALUE = frozenset(
    {
        "-u",
        "--uid",
        "-g",
        "--gid",
        "-G",
        "--groups",
        "-d",
        "--home",
        "--home-dir",
        "-s",
        "--shell",
        "-c",
        "--comment",
        "--gecos",
        "-p",
        "--password",
        "--ingroup",
        "-h",
        "-k",
        "-K",
        "-b",
        "--base-dir",
        "-a",
        "-l",
        "--login",
    }
)
_ADD_USER = ("useradd", "adduser")
_ADD_GROUP = ("groupadd", "addgroup")
ADDS_ACCOUNTS = (*_ADD_USER, *_ADD_GROUP)
ACCOUNT_CHANGES = (
    "usermod",
    "groupmod",
    "passwd",
    "chpasswd",
    "gpasswd",
    "chage",
    "chsh",
    "deluser",
    "userdel",
    "delgroup",
    "groupdel",
)


def user_effect(command: Command, state: State) -> Effect | None:
    """The effect of a command on users and groups, or None: not such a command."""
    if command.name in ACCOUNT_CHANGES:
        return Effect(homes=_homes(command) if command.name == "usermod" else (), repeatable=True)
    if command.name not in ADDS_ACCOUNTS:
        return None
    parsed = options(command.arguments, _WITH_VALUE)
    name = parsed.operands[0] if parsed.operands else ""
    if command.name in _ADD_GROUP:
        return Effect(users=(name,), repeatable=True)
    flags = dict(parsed.flags)
    home = _told_home(command) or f"/home/{name}"
    makes_home = (command.name == "adduser" and not {"-H", "--no-create-home"} & flags.keys()) or {
        "-m",
        "--create-home",
    } & flags.keys()
    writes = (state.path(home),) if makes_home else ()
    return Effect(users=(name,), homes=_homes(command), writes=writes, repeatable=True)


def _told_home(command: Command) -> str | None:
    flags = dict(options(command.arguments, _WITH_VALUE).flags)
    told = flags.get("-d") or flags.get("--home") or flags.get("--home-dir")
    if told is None and command.name == "adduser":
        return flags.get("-h")
    base = flags.get("-b") or flags.get("--base-dir")
    name = next(iter(options(command.arguments, _WITH_VALUE).operands), "")
    return told or (f"{base}/{name}" if base and name and command.name == "useradd" else None)


def _homes(command: Command) -> tuple[tuple[str, str], ...]:
    """Under which directory /etc/passwd will have the user, by name and number."""
    parsed = options(command.arguments, _WITH_VALUE)
    flags = dict(parsed.flags)
    told = _told_home(command)
    name = next(iter(parsed.operands), "")
    home = told or (f"/home/{name}" if command.name in _ADD_USER else None)
    if not name or not home:
        return ()
    number = flags.get("-u") or flags.get("--uid")
    return tuple((known, home) for known in (name, number) if known)


def takes_next_number(command: Command) -> bool:
    """Whether a system user or group gets the first number that is free: adduser counts up, useradd down from 999."""
    counts_up = command.name in ("adduser", "addgroup")
    return counts_up and is_system(command) and not gives_number(command)


def gives_number(command: Command) -> bool:
    """Whether a command that makes a user or group gives its numeric id."""
    flags = dict(options(command.arguments, _WITH_VALUE).flags)
    return bool({"-u", "--uid", "--gid"} & flags.keys() or (command.name in _ADD_GROUP and "-g" in flags))


def is_system(command: Command) -> bool:
    """Whether it makes a system user or group, whose number depends on those that packages made before."""
    flags = dict(options(command.arguments, _WITH_VALUE).flags)
    return bool({"--system", "-r", "-S"} & flags.keys())
