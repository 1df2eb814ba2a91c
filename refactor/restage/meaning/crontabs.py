"""What cron runs: the crontabs that the file brings (crontab(5) of Debian and of BusyBox)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.need import Need, PathNeed, ProgramNeed
from restage.api.region import Region
from restage.api.scripts import commands_of
from restage.api.start import Resolution
from restage.api.state import State
from restage.api.tree import Changed, Tree
from restage.image.base import BaseImage, PackageManager
from restage.record import Record
from restage.shell.commands import options

SPOOL = Region("/var/spool/cron/crontabs")
"""Where `crontab FILE` puts its file."""
_WITH_USER = (Region("/etc/cron.d"), Region("/etc/crontab"))
_WITHOUT_USER = (Region("/etc/crontabs"), SPOOL, Region("/var/spool/cron"))
_ENTRY = re.compile(r"\s*(?:@[a-z]+|(?:[0-9*/,A-Za-z-]+\s+){4}[0-9*/,A-Za-z-]+)\s+(\S.*)")
_SHELLS = frozenset({"ash", "bash", "dash", "sh"})
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PATH = re.compile(r"^[ \t]*PATH[ \t]*=", re.MULTILINE)
_NO_ENTRY = re.compile(r"\s*(?:#.*|[A-Za-z_]+\s*=.*)?")


def cron_resolution(command: Command, state: State) -> Resolution | None:
    """The jobs of `cron`, `crond`, `supercronic FILE` and `crontab FILE`; None where something else may have made them."""
    match command.name:
        case "cron" | "crond":
            jobs = _jobs_of_image(state)
        case "supercronic" | "crontab":
            files = [word for word in command.arguments if not word.startswith("-")]
            jobs = [_read(path, False, state) for path in files] if len(files) == 1 else []
        case _:
            return None
    known = [job for job in jobs if job is not None]
    if not jobs or len(known) < len(jobs):
        return None
    if command.name in ("cron", "crond") and any(_is_looked_up(job, state) for job in known):
        return None
    needs: list[Need] = [ProgramNeed(command.words[0], f"`{command}` runs it")]
    needs += [PathNeed(job.path, f"`{command}` reads it") for job in known]
    runs = tuple(Command(("sh", "-c", line), raw=line) for job in known for line in job.lines)
    return Resolution(runs=runs, needs=tuple(needs))


class _Jobs(Record):
    """A crontab: its path in the image, the shell text of each job, and whether it says where programs are."""

    path: str
    lines: tuple[str, ...]
    sets_path: bool


def _is_looked_up(jobs: _Jobs, state: State) -> bool:
    """Whether a job names a program of the base's own that cron may find elsewhere: it has a PATH of its own, /usr/bin:/bin."""
    base = state.base
    if jobs.sets_path or not isinstance(base, BaseImage) or base.package_manager is PackageManager.APK:
        return False
    found = [commands_of(line, state) for line in jobs.lines]
    commands = [command for one in found if one is not None for command in one if command.words]
    if None in found or any(command.words[0] in base.own_programs for command in commands):
        return True
    bare = re.compile(
        "|".join(rf"(?<![\w/.-]){re.escape(name)}(?![\w.-])" for name in base.own_programs) or r"(?!)"
    )
    started = [c.words[1] if c.name in _SHELLS and len(c.words) > 1 else c.words[0] for c in commands]
    scripts = [text for word in started if (text := state.tree.text(state.path(word).path))]
    return any(bare.search(text) and not _PATH.search(text) for text in scripts)


def _jobs_of_image(state: State) -> list[_Jobs | None]:
    found: list[_Jobs | None] = []
    for event in state.tree.events:
        touched = any(place.overlaps(event.target) for place in (*_WITH_USER, *_WITHOUT_USER))
        if isinstance(event, Changed) and touched and event.target.path not in ("/", "/etc", "/var"):
            named = re.fullmatch(r"(?:/usr/bin/)?crontab (?:-u \w+ )?([\w./-]*[\w])", event.by)
            is_mode = event.by.split(" ")[0] in ("chmod", "chown", "touch", "mkdir", "dos2unix")
            if not is_mode and not _is_said(event):
                found.append(_read(named[1], False, state) if named and event.target == SPOOL else None)
    taken = {jobs.path for jobs in found if jobs is not None}
    for places, with_user in ((_WITH_USER, True), (_WITHOUT_USER, False)):
        for path in dict.fromkeys(path for place in places for path in _files(place, state)):
            if path not in taken:
                found.append(_read(path, with_user, state))
    return found


def _is_said(event: Changed) -> bool:
    """Whether `echo` or `printf` writes a crontab of its own name, among others of its directory."""
    directory = Region(event.target.path.rpartition("/")[0] or "/")
    return event.by.startswith(("echo ", "printf ")) and directory in (_WITH_USER[0], _WITHOUT_USER[0])


def _said(place: str, state: State) -> str | None:
    """What `echo` and `printf` wrote into a file, all of it; None where something else did, or only running tells it."""
    events = [e for e in state.tree.events if isinstance(e, Changed) and e.target.path == place]
    wrote = [e for e in events if e.by.split(" ")[0] not in ("chmod", "chown", "touch")]
    if not wrote or not all(e.by.startswith(("echo ", "printf ")) for e in wrote):
        return None
    if any("$(" in e.by or "`" in e.by or (e.by.startswith("printf ") and "%" in e.by) for e in wrote):
        return None
    try:
        lines = [shlex.split(e.by)[1:] for e in wrote]
    except ValueError:
        return None
    told = (" ".join(word for word in words if word not in ("-e", "-n")) for words in lines)
    return "\n".join(text.replace("\\n", "\n") for text in told)


def _files(place: Region, state: State) -> Iterator[str]:
    said = (e.target.path for e in state.tree.events if isinstance(e, Changed) and _is_said(e))
    yield from (path for path in said if place.covers(Region(path)))
    if state.tree.is_file(place.path):
        yield place.path
    else:
        yield from state.tree.walk(place.path)


def _read(path: str, with_user: bool, state: State) -> _Jobs | None:
    """The jobs of a crontab at this path; None where it can't be read to its end."""
    place = state.path(path).path
    text = _text(place, state)
    if text is None:
        return None
    lines: list[str] = []
    for line in text.splitlines():
        if _NO_ENTRY.fullmatch(line):
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            return None
        user, _, told = entry[1].partition(" ") if with_user else ("root", "", entry[1])
        if _USER.fullmatch(user):  # cron leaves out a line for somebody that can't be
            lines.append(told.strip().replace("\\%", "%"))
    return _Jobs(place, tuple(lines), _PATH.search(text) is not None)


def _text(place: str, state: State) -> str | None:
    """The content as the context has it, whatever commands gave the file a mode, an owner or other line ends."""
    events = tuple(
        event
        for event in state.tree.events
        if not (
            isinstance(event, Changed) and event.by.split(" ")[0] in ("chmod", "chown", "dos2unix", "touch")
        )
    )
    content = Tree(state.tree.context, events).text(place)
    return _said(place, state) if content is None else content


def crontab_effect(command: Command, state: State) -> Effect:
    """`crontab FILE` keeps a copy; without a file it reads its input."""
    files = [word for word in options(list(command.arguments), frozenset({"-u"})).operands if word != "-"]
    if "-l" in command.arguments:
        return NOTHING
    return Effect(reads=tuple(map(state.path, files)), writes=(SPOOL,), repeatable=True)
