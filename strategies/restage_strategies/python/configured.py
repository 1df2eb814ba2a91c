"""Starts that a configuration file spells out: supervisord, Procfiles, uWSGI."""

from __future__ import annotations

import configparser
import posixpath
import shlex
from collections.abc import Iterator
from fnmatch import fnmatchcase

from restage.api import Command, Need, PathNeed, ProgramNeed, Resolution, State, commands_of, region
from restage.api.tree import Changed


def supervisor(command: Command, state: State) -> Resolution:
    """`supervisord -c FILE`: the command of every program section, includes followed once."""
    path = _option(command, "-c", "--configuration") or next(
        (
            p
            for p in (
                "supervisord.conf",
                "etc/supervisord.conf",
                "/etc/supervisord.conf",
                "/etc/supervisor/supervisord.conf",
            )
            if _text(p, state) is not None
        ),
        None,
    )
    needs: list[Need] = [ProgramNeed(command.words[0], f"`{command}` runs it")]
    text = _text(path, state) if path else None
    if text is None and path in (None, _PACKAGED) and "supervisor" in state.packages:
        path, text = _PACKAGED, _PACKAGED_TEXT
    sections = _sections(path, text, state) if path and text is not None else None
    if sections is None:
        return Resolution(
            needs=tuple(needs), anything="the programs of supervisord are not known", complete=False
        )
    needs += [PathNeed(place, f"`{command}` reads it") for place, _ in sections if state.tree.is_file(place)]
    runs: list[Command] = []
    for place, content in sections:
        for found in _programs(content):
            commands = commands_of(found, state)
            if commands is None:
                return Resolution(
                    needs=tuple(needs), anything=f"{place} has a command that is not plain", complete=False
                )
            runs += commands
    return Resolution(runs=tuple(runs), needs=tuple(needs))


_PACKAGED = "/etc/supervisor/supervisord.conf"
_PACKAGED_TEXT = "[include]\nfiles = /etc/supervisor/conf.d/*.conf\n"
"""What the package of Debian and Ubuntu says of programs in its own file."""


def _sections(path: str, text: str, state: State) -> tuple[tuple[str, str], ...] | None:
    """The configuration and what it includes, each with its path in the image; None where some of it is not known."""
    place = state.path(path).path
    found = [(place, text)]
    for pattern in _included(text):
        directory, _, name = state.path(posixpath.dirname(place), pattern).path.rpartition("/")
        if any(sign in directory for sign in "*?[%$") or _is_made_below(directory, state):
            return None
        for entry in state.tree.entries(directory):
            if fnmatchcase(entry, name):
                content = _text(posixpath.join(directory, entry), state)
                if content is None:
                    return None
                found.append((posixpath.join(directory, entry), content))
    return tuple(found)


def _is_made_below(directory: str, state: State) -> bool:
    """Whether a command may have put a file of its own there."""
    return any(
        isinstance(event, Changed)
        and region(directory).covers(event.target)
        and event.target.path != directory
        for event in state.tree.events
    )


def _included(text: str) -> list[str]:
    parser = _parser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return ["$"]
    return (parser.get("include", "files", fallback=None) or "").split()


def _parser() -> configparser.ConfigParser:
    return configparser.ConfigParser(
        interpolation=None, strict=False, inline_comment_prefixes=(";", " #"), allow_no_value=True
    )


def _programs(text: str) -> Iterator[str]:
    """supervisord replaces `%(ENV_X)s` by the variable X, and `%%` by one `%`."""
    parser = _parser()
    try:
        parser.read_string(text)
    except configparser.Error:
        yield "$(unreadable)"
        return
    for section in parser.sections():
        if section.startswith(("program:", "eventlistener:", "fcgi-program:")) and (
            told := parser.get(section, "command", fallback=None)
        ):
            line = told.replace("\n", " ").replace("%(ENV_", "${").replace(")s", "}").replace("%%", "%")
            directory = parser.get(section, "directory", fallback=None)
            yield f"sh -c {shlex.quote(f'cd {shlex.quote(directory)} && {line}')}" if directory else line


def procfile(command: Command, state: State) -> Resolution:
    """`honcho start [NAME…]`: the lines of the Procfile."""
    path = _option(command, "-f", "--procfile") or "Procfile"
    text = _text(path, state)
    needs: tuple[Need, ...] = (ProgramNeed(command.words[0], f"`{command}` runs it"),)
    if text is None:
        return Resolution(needs=needs, anything=f"{path} is not in the image as it stands", complete=False)
    runs: list[Command] = []
    for line in text.splitlines():
        name, colon, told = line.partition(":")
        if colon and not name.startswith("#"):
            runs += commands_of(told.strip(), state) or (Command((told.strip(),), known=(False,)),)
    return Resolution(
        runs=tuple(runs), needs=(*needs, PathNeed(state.path(path).path, f"`{command}` reads it"))
    )


def uwsgi_needs(command: Command, state: State) -> tuple[Need, ...]:
    """Files that a uWSGI command line names, and those that its .ini names in turn."""
    named: list[str] = []
    for word, following in zip(command.arguments, (*command.arguments[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        if option in ("--ini", "--xml", "--yaml", "--json", "--file", "--wsgi-file", "--mime-file"):
            named.append(value if equals else following)
        elif not word.startswith("-") and word.endswith((".ini", ".xml", ".yaml", ".yml", ".json")):
            named.append(word)
    files = [path for path in named if state.tree.is_file(state.path(path).path)]
    inner = [found for path in files for found in _uwsgi_files(path, state)]
    return tuple(
        PathNeed(state.path(path).path, f"`{command}` reads it") for path in dict.fromkeys((*files, *inner))
    )


def _uwsgi_files(path: str, state: State) -> Iterator[str]:
    for line in (_text(path, state) or "").splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if equals and name in ("wsgi-file", "file", "mime-file", "ini", "touch-reload"):
            target = value.replace("%d", posixpath.dirname(state.path(path).path) + "/")
            if state.tree.is_file(state.path(target).path):
                yield target


def _option(command: Command, *names: str) -> str | None:
    for position, word in enumerate(command.arguments):
        option, equals, value = word.partition("=")
        if option in names:
            return value if equals else next(iter(command.arguments[position + 1 :]), None)
    return None


def _text(path: str, state: State) -> str | None:
    return state.tree.text(state.path(path).path)
