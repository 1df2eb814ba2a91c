"""The program that a command starts: a script of the context, one that was made, or one that the image has."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from restage.api.calling import called_by_shell
from restage.api.command import Command
from restage.api.need import Need, PathNeed, ProgramNeed
from restage.api.region import Region, join
from restage.api.start import Resolution
from restage.api.state import State
from restage.api.tree import Changed, FromContext, Made
from restage.image.base import BaseImage, UnknownBase
from restage.image.os_packages import package_of
from restage.meaning.crontabs import cron_resolution
from restage.meaning.effects import SHELLS
from restage.meaning.toolchains import WRAPPERS, toolchain_at_start
from restage.record import replace
from restage.shell.silent import says_nothing


def script_run_by(command: Command, state: State) -> tuple[str, str] | None:
    """Path and text of a shell script that the command runs, if it lies in the context.

    It is read as if its lines ended as a shell wants them: with others it does not run, unless the build changes them.
    """
    reads = command.name in SHELLS or command.name in (".", "source")
    words = [word for word in command.words[1:] if not word.startswith("-")] if reads else [command.words[0]]
    if not words or posixpath.basename(words[0]) in WRAPPERS:
        return None
    places = (state.path(words[0]).path,) if reads else places_of(words[0], state)
    for path in places:
        text = state.tree.text(path)
        if text is None:
            continue
        first = text.partition("\n")[0]
        is_shell = any(
            first.rstrip().endswith((f"/{shell}", f" {shell}"))
            or f"/{shell} " in first
            or f" {shell} " in first
            for shell in SHELLS
        )
        if reads or (first.startswith("#!") and is_shell):
            return path, text.replace("\r\n", "\n")
    return None


def places_of(word: str, state: State) -> tuple[str, ...]:
    """Where a program named like this is looked for: its path, or along PATH."""
    if "/" in word:
        return (state.path(word).path,)
    return tuple(join(directory, word) for directory in state.search_path)


def wrapper_needs(wrappers: Iterable[str]) -> tuple[Need, ...]:
    """The programs that a start goes through on its way to its command."""
    return tuple(
        ProgramNeed(name, "the start goes through it")
        for name in wrappers
        if name not in ("exec", "command", "time", "env A=b")
    )


_BUILTIN = frozenset(
    """
    : . [ [[ alias bg break case cd command continue echo eval exec exit export false fg getopts
    hash jobs kill let local printf pwd read readonly return set shift source test time times trap
    true type ulimit umask unset wait
    """.split()
)
_LAUNCHERS = frozenset(
    """
    supervisord cron crond crontab anacron runsvdir runsv runit runit-init s6-svscan init systemd monit circusd
    my_init svscan foreman forego goreman overmind hivemind parallel entr watchexec supercronic
    """.split()
)
"""Programs of packages that start whatever a file of settings names."""
_SERVICES = {"cron": "cron", "crond": "crond", "supervisor": "supervisord"}
"""Services that start programs of their own: what `service NAME start` runs of them."""
_SELF_CONTAINED: Mapping[str, tuple[str, ...]] = {
    "catalina.sh": ("java",),
    "cloud-sql-proxy": (),
    "cloud_sql_proxy": (),
    "dockerize": (),
    "grpc-health-probe": (),
    "grpc_health_probe": (),
    "jq": (),
    "wait-for-it": ("bash", "timeout"),
    "wait-for-it.sh": ("bash", "timeout"),
    "yq": (),
}
"""Programs that Dockerfiles fetch and that call no other than these, and the command in their arguments if there is one."""


def engine_resolution(command: Command, state: State) -> Resolution:
    """A command that no strategy knows: the program is needed, and one that was brought may call anything."""
    if command.name == "eval" and not all(map(says_nothing, command.arguments)):
        return Resolution(anything=f"what `{command}` runs, only running tells", complete=False)
    if command.name in _BUILTIN:
        return Resolution()
    launched = _launched(command, state) or cron_resolution(command, state)
    if launched is not None:
        return launched
    toolchain = toolchain_at_start(command)
    if toolchain is not None:
        return Resolution(toolchain=toolchain)
    if not command.is_known(0) or not command.name:
        return Resolution(anything=f"which program `{command}` runs, only running tells", complete=False)
    brought = (_brought(path, command, state) for path in places_of(command.words[0], state))
    found = next((found for found in brought if found is not None), None) or _unpacked(command, state)
    return found or Resolution(
        needs=tuple(called_by_shell(command.words, f"`{command}` runs it")),
        anything=f"{command.name} runs what its settings name" if command.name in _LAUNCHERS else None,
        complete=command.name not in _LAUNCHERS,
    )


def _launched(command: Command, state: State) -> Resolution | None:
    """What `service NAME start` comes to, where the service starts programs of its own."""
    if command.name not in ("service", "rc-service") or not command.arguments:
        return None
    program = _SERVICES.get(command.arguments[0])
    if program is None:
        return None
    inner = engine_resolution(Command((program,), raw=str(command)), state)
    return replace(inner, needs=(ProgramNeed(command.words[0], f"`{command}` runs it"), *inner.needs))


def _brought(path: str, command: Command, state: State) -> Resolution | None:
    """What a program at this path comes to that the context or a command has put there; None: nobody has."""
    here = PathNeed(path, f"`{command}` runs it")
    if isinstance(state.tree.origin(path), FromContext):
        what = f"{path} is a program of the build context that may call anything"
    elif not _is_made(path, command.words[0], state):
        return None
    elif command.name in _SELF_CONTAINED:
        return Resolution(needs=(here, *_called_by(command.name)))
    else:
        what = f"{path} is a program that the build made or fetched, and it may call anything"
    return Resolution(needs=(here,), anything=what, complete=False)


_UNPACKING = frozenset("7z bsdtar cp git mv rsync tar unzip".split())


def _unpacked(command: Command, state: State) -> Resolution | None:
    """What a program comes to that nobody knows, where PATH has a directory that was fetched; None: it is known, or none has."""
    name = command.words[0]
    if "/" in name or isinstance(state.base, UnknownBase) or _is_known(name, state.base):
        return None
    own = (state.base.config.env.get("PATH") or "").split(":")
    for place in (Region(path) for path in state.search_path if path not in own):
        for event in state.tree.events:
            by = event.by.split()[:1] if isinstance(event, Changed) else []
            if event.target.covers(place) and _UNPACKING.intersection(by):
                needs = (PathNeed(place.path, f"`{command}` runs {name}, which may lie there"),)
                if command.name in _SELF_CONTAINED:
                    return Resolution(needs=(*needs, *_called_by(command.name)))
                what = f"{name} may lie in {place}, which `{by[0]}` filled, and may call anything"
                return Resolution(needs=needs, anything=what, complete=False)
    return None


def _is_known(name: str, base: BaseImage) -> bool:
    return name in base.own_programs or package_of(name, base) is not None


def _called_by(name: str) -> tuple[Need, ...]:
    return tuple(ProgramNeed(other, f"{name} runs it") for other in _SELF_CONTAINED[name])


def _is_made(path: str, word: str, state: State) -> bool:
    """Whether a command made the program; of a bare name only if it made exactly that file."""
    if "/" in word:
        return isinstance(state.tree.origin(path), Made)
    return any(isinstance(event, Changed) and event.target.path == path for event in state.tree.events)
