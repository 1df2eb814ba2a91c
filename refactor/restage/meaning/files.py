"""Commands on files: coreutils, findutils, sed, tar and their like (POSIX, GNU, busybox)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import takewhile

from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.region import EVERYWHERE, Region
from restage.api.state import State
from restage.api.tree import Placed
from restage.meaning.archives import STANDARD_DIRECTORIES, unpacking
from restage.meaning.archiving import archiving
from restage.meaning.crontabs import crontab_effect
from restage.meaning.globs import is_pattern, made_and_matched, parent_of_glob
from restage.meaning.looking import is_harmless, looking
from restage.record import replace
from restage.shell.commands import options

SYSTEM_SETTINGS = frozenset(
    """
    ldconfig update-ca-certificates locale-gen localedef update-locale dpkg-reconfigure debconf-set-selections
    update-alternatives a2enmod a2dismod a2ensite a2dissite a2enconf rc-update setcap setfacl apt-mark
    apt-config dpkg-divert dpkg-statoverride fc-cache phpenmod service systemctl update-rc.d crontab
    update-mime-database glib-compile-schemas
    """.split()
)
SETTLING = frozenset(
    "ldconfig update-ca-certificates fc-cache update-mime-database glib-compile-schemas locale-gen".split()
)
"""Commands that look at what lies in the system's directories: they come after everything that is put there."""
_VALUED = {
    "mkdir": frozenset({"-m", "--mode"}),
    "install": frozenset({"-m", "--mode", "-o", "--owner", "-g", "--group", "-t", "--target-directory"}),
    "cp": frozenset({"-t", "--target-directory", "-S"}),
    "mv": frozenset({"-t", "--target-directory", "-S"}),
    "ln": frozenset({"-t", "--target-directory", "-S"}),
    "touch": frozenset({"-d", "-r", "-t"}),
    "truncate": frozenset({"-s", "--size"}),
    "sed": frozenset({"-e", "--expression", "-f", "--file"}),
    "chown": frozenset({"--reference", "--from"}),
    "chmod": frozenset({"--reference"}),
}


def file_effect(command: Command, state: State) -> Effect | None:
    """The effect of a command on files, or None: not such a command."""
    name = command.name
    if is_harmless(name):
        return looking(command, state)
    if name == "crontab":
        return crontab_effect(command, state)
    if name in SYSTEM_SETTINGS:
        targets = _with_capabilities(command, state)
        return Effect(reads=targets, writes=targets, repeatable=True)
    parsed = options(list(command.arguments), _VALUED.get(name, frozenset()))
    flags = dict(parsed.flags)
    places = [state.path(text) for text in parsed.operands]
    match name:
        case "mkdir" | "touch" | "truncate" | "mkfifo" | "tee":
            return Effect(writes=tuple(places), repeatable=True)
        case "rm" | "rmdir" | "unlink" | "shred":
            gone = removing(parsed.operands, state)
            # Without -f it fails where nothing is: what a pattern names has to be there.
            return gone if "-f" in flags or "--force" in flags else replace(gone, reads=gone.writes)
        case "chmod" | "chown" | "chgrp" | "dos2unix" | "strip":
            targets = tuple(
                parent_of_glob(text, state)
                for text in parsed.operands[0 if name in ("dos2unix", "strip") else 1 :]
            )
            return Effect(reads=targets, writes=targets, repeatable=True)
        case "patch":
            return Effect(reads=(state.path("."),), writes=(state.path("."),), repeatable=True)
        case "dpkg" if "--add-architecture" in command.words:
            return Effect(writes=(Region("/var/lib/dpkg/arch"),), repeatable=True)
        case "dpkg" if {"--print-architecture", "-l", "-s", "-L"} & set(command.words):
            return NOTHING
        case "rpm" if "--import" in command.words:
            return Effect(repeatable=True)
        case "sed" | "perl" | "ed":
            return _editing(command, parsed.operands, flags, state)
        case "cp" | "mv" | "install" | "ln" | "rsync":
            return _transfer(name, parsed.operands, flags, state)
        case "find":
            return _find(command, state)
        case "tar" | "bsdtar" | "zip" if (made := archiving(command, state)) is not None:
            return made
        case "tar" | "bsdtar" | "unzip" | "gunzip" | "gzip" | "bunzip2" | "xz" | "unxz" | "7z":
            return unpacking(command, state)
        case _:
            return None


def _with_capabilities(command: Command, state: State) -> tuple[Region, ...]:
    """The files of `setcap CAPABILITIES FILE …`, if they are told: BuildKit copies what it sets."""
    words = [word for word in command.arguments if not word.startswith("-")]
    files = words[1::2] if command.name == "setcap" else []
    return () if any(sign in text for text in files for sign in "$`") else tuple(map(state.path, files))


def removing(operands: tuple[str, ...], state: State) -> Effect:
    """The effect of deleting; a pattern deletes what is below its directory, where it names everything there."""
    deletes: list[Region] = []
    writes: list[Region] = []
    for text in operands:
        directory, _, last = text.rpartition("/")
        if not is_pattern(text):
            deletes.append(state.path(text))
        elif last == "*" and not is_pattern(directory):
            deletes.append(state.path(directory or "."))
        else:
            writes += [] if _only_beside_system(text, state) else [parent_of_glob(text, state)]
            deletes.extend(made_and_matched(text, state))
    return Effect(deletes=tuple(deletes), writes=tuple(writes), repeatable=True)


def _only_beside_system(pattern: str, state: State) -> bool:
    """Whether a pattern takes files at the top of the image that commands made, and no directory that every image has there."""
    copied = any(isinstance(event, Placed) and event.target == EVERYWHERE for event in state.tree.events)
    if copied or parent_of_glob(pattern, state) != EVERYWHERE:
        return False
    name = state.path(pattern).path.removeprefix("/")
    if name.startswith("*") and not name.endswith(_ARCHIVES):
        return False  # images of vendors have scripts of their own there
    return "/" not in name and not any(fnmatchcase(path[1:], name) for path in _AT_THE_TOP)


_ARCHIVES = (
    ".gz",
    ".tgz",
    ".xz",
    ".txz",
    ".bz2",
    ".tbz2",
    ".zst",
    ".zip",
    ".tar",
    ".7z",
    ".deb",
    ".apk",
    ".rpm",
)
_AT_THE_TOP = tuple(
    "/bin /boot /dev /etc /home /lib /lib32 /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /var".split()
)


def _editing(
    command: Command, operands: tuple[str, ...], flags: dict[str, str | None], state: State
) -> Effect:
    in_place = any(
        flag in ("-i", "--in-place") or flag.startswith("-i") for flag in [*flags, *command.arguments]
    )
    script_given = bool({"-e", "--expression", "-f", "--file"} & flags.keys())
    targets = tuple(parent_of_glob(text, state) for text in (operands if script_given else operands[1:]))
    return Effect(reads=targets, writes=targets if in_place else (), repeatable=True)


def _transfer(name: str, operands: tuple[str, ...], flags: dict[str, str | None], state: State) -> Effect:
    given = flags.get("-t") or flags.get("--target-directory")
    sources, target = (operands, given) if given else (operands[:-1], operands[-1] if operands else ".")
    if name == "install" and {"-d", "--directory"} & flags.keys():
        return Effect(writes=tuple(state.path(text) for text in operands), repeatable=True)
    if name == "ln" and len(operands) == 1:
        sources, target = operands, "."
    read = tuple(parent_of_glob(text, state) for text in sources)
    written = (
        tuple(_target(text, target, state) for text in sources)
        if given or len(operands) < 3
        else (state.path(target),)
    )
    match name:
        case "ln":
            return Effect(writes=written, repeatable=True)
        case "mv":
            return Effect(
                reads=read,
                writes=written,
                deletes=tuple(
                    gone
                    for text in sources
                    for gone in (made_and_matched(text, state) if is_pattern(text) else (state.path(text),))
                ),
                repeatable=True,
            )
        case _:
            return Effect(reads=read, writes=written, repeatable=True)


def _target(source: str, target: str, state: State) -> Region:
    """Where one source lands: below the target if that is a directory, as far as can be told."""
    place = state.path(target)
    name = posixpath.basename(source.rstrip("/"))
    below = (
        target.endswith(("/", "/."))
        or target in (".", "..")
        or state.tree.is_directory(place.path)
        or place.path in STANDARD_DIRECTORIES
    )
    if not below or is_pattern(source) or name in ("", ".", ".."):
        return place
    return place.below(name)


def find_starts(command: Command, state: State) -> tuple[Region, ...]:
    """Where a `find` begins to look."""
    starts = command.arguments[: _first_option(command.arguments)] or (".",)
    return tuple(parent_of_glob(text, state) for text in starts)


def _find(command: Command, state: State) -> Effect:
    changes = {"-delete", "-exec", "-execdir", "-ok"} & set(command.arguments)
    regions = find_starts(command, state) if changes else ()
    told = tuple(
        state.path(word) for word in _executed(command.arguments) if word.startswith(("/", "../", "~/"))
    )
    return Effect(reads=regions, writes=(*regions, *told), repeatable=not told)


def _executed(arguments: tuple[str, ...]) -> Iterator[str]:
    """The operands of the commands that find runs: `-exec cp {} /srv/www`."""
    waiting = iter(arguments)
    for word in waiting:
        if word in ("-exec", "-execdir", "-ok"):
            next(waiting, None)
            yield from takewhile(lambda each: each not in (";", "\\;", "+"), waiting)


def _first_option(arguments: tuple[str, ...]) -> int:
    return next(
        (number for number, text in enumerate(arguments) if text.startswith(("-", "(", "!", "\\"))),
        len(arguments),
    )


def keeps_content(command: Command) -> bool:
    """Whether the files that it writes say the same as before: owner, mode, times and line ends are no content."""
    if command.name == "sed":
        scripts = [text for text in command.arguments if text.startswith("s/")]
        return len(scripts) == 1 and scripts[0].startswith("s/\\r") and "-e" not in command.arguments[2:]
    return command.name in ("chmod", "chown", "chgrp", "touch", "dos2unix")
