"""Starts that a configuration file spells out: supervisord, Procfiles, uWSGI."""

from __future__ import annotations

import configparser
import posixpath
from collections.abc import Iterator

from restage.api import Command, Need, PathNeed, ProgramNeed, Resolution, State, commands_of


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
    if path is None or text is None:
        return Resolution(
            needs=tuple(needs), anything="the programs of supervisord are not known", complete=False
        )
    needs.append(PathNeed(state.path(path).path, f"`{command}` reads it"))
    runs: list[Command] = []
    for found in _programs(text):
        commands = commands_of(found, state)
        if commands is None:
            return Resolution(
                needs=tuple(needs), anything=f"{path} has a command that is not plain", complete=False
            )
        runs += commands
    return Resolution(runs=tuple(runs), needs=tuple(needs))


def _programs(text: str) -> Iterator[str]:
    """supervisord replaces `%(ENV_X)s` by the variable X, and `%%` by one `%`."""
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, inline_comment_prefixes=(";", " #"), allow_no_value=True
    )
    try:
        parser.read_string(text)
    except configparser.Error:
        yield "$(unreadable)"
        return
    for section in parser.sections():
        if section.startswith(("program:", "eventlistener:", "fcgi-program:")) and (
            told := parser.get(section, "command", fallback=None)
        ):
            yield told.replace("\n", " ").replace("%(ENV_", "${").replace(")s", "}").replace("%%", "%")


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
