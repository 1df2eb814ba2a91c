"""What apt, apk and dnf lines install, remove and clean."""

from __future__ import annotations

from enum import Enum, auto

from restage.api.command import Command
from restage.api.effect import NOTHING, Effect
from restage.api.region import Region
from restage.api.state import State
from restage.image.base import PackageManager
from restage.meaning.globs import is_pattern, made_and_matched, parent_of_glob
from restage.record import Record


class PackageAction(Enum):
    """What a package manager is told to do."""

    REFRESH = auto()
    """Fetch the package lists."""
    INSTALL = auto()
    REMOVE = auto()
    UPGRADE = auto()
    CLEAN = auto()
    """Delete lists and archives; also by `rm`."""


class PackageStep(Record):
    """One package manager command."""

    manager: PackageManager
    action: PackageAction
    packages: tuple[tuple[int, str], ...] = ()
    """Position among the command's words, and package name without version pin.

    A variable may stand for several names at one position; a word that only running tells is its own name.
    """
    virtual: str | None = None
    """apk's `--virtual` name for the packages of this line."""
    recommends: bool = False
    """Installing, it also brings what the packages recommend (apt does, unless it is told not to)."""
    clears: bool = False
    """Removing, it also takes along what nothing else needs (apk always does)."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the packages."""
        return tuple(name for _, name in self.packages)


def fetches_packages(step: PackageStep | None) -> bool:
    """Whether it reaches a repository: it needs the lists, the keys and the settings of its manager."""
    fetching = (PackageAction.REFRESH, PackageAction.INSTALL, PackageAction.UPGRADE)
    return step is not None and step.action in fetching


LEFTOVERS = tuple(
    Region(path)
    for path in (
        "/var/lib/apt",
        "/var/cache",
        "/var/lib/dpkg/info",
        "/tmp",
        "/var/tmp",
        "/var/log",
        "/usr/share/doc",
        "/usr/share/man",
        "/root/.cache",
        "/etc/apk/cache",
    )
)
"""Where package managers and installers leave what nothing reads at run time: deleting it only clears up."""

SCRATCH = tuple(
    Region(path)
    for path in (
        "/var/lib/apt",
        "/var/cache/apt",
        "/var/lib/dpkg/info",
        "/tmp",
        "/var/tmp",
        "/usr/share/doc",
        "/usr/share/man",
        "/etc/apk/cache",
    )
)
"""Of these, where what a command writes is on its way elsewhere. A directory in /var/log is made to be there."""

_VERBS = {
    "update": PackageAction.REFRESH,
    "makecache": PackageAction.REFRESH,
    "install": PackageAction.INSTALL,
    "add": PackageAction.INSTALL,
    "reinstall": PackageAction.INSTALL,
    "groupinstall": PackageAction.INSTALL,
    "remove": PackageAction.REMOVE,
    "purge": PackageAction.REMOVE,
    "del": PackageAction.REMOVE,
    "erase": PackageAction.REMOVE,
    "autoremove": PackageAction.REMOVE,
    "auto-remove": PackageAction.REMOVE,
    "upgrade": PackageAction.UPGRADE,
    "dist-upgrade": PackageAction.UPGRADE,
    "full-upgrade": PackageAction.UPGRADE,
    "clean": PackageAction.CLEAN,
    "autoclean": PackageAction.CLEAN,
    "cache": PackageAction.CLEAN,
}
_WITH_VALUE = frozenset(
    {
        "-t",
        "--target-release",
        "-o",
        "--option",
        "-c",
        "--config-file",
        "--virtual",
        "-X",
        "--repository",
        "-p",
        "--root",
        "--repositories-file",
        "--setopt",
        "--enablerepo",
        "--disablerepo",
    }
)
_MANAGERS = {
    "apt-get": PackageManager.APT,
    "apt": PackageManager.APT,
    "aptitude": PackageManager.APT,
    "apk": PackageManager.APK,
    "dnf": PackageManager.DNF,
    "yum": PackageManager.DNF,
    "microdnf": PackageManager.DNF,
}


def package_step(command: Command) -> PackageStep | None:
    """The package manager command that this is, or None."""
    manager = _MANAGERS.get(command.name)
    if manager is None:
        return None
    words, virtual = _words(command, manager)
    verb = _VERBS.get(words[0][1]) if words else None
    if verb is None:
        return None
    if manager is PackageManager.DNF and command.words[1:2] == ("update",):
        verb = PackageAction.UPGRADE
    packages = tuple(
        (position, plain_name(name))
        for position, word in words[1:]
        for name in (word.split() if command.is_known(position) or "$" not in word else [word])
    )
    clears = manager is PackageManager.APK or any(
        "remove" in word and "auto" in word for word in command.words
    )
    recommends = manager is PackageManager.APT and "--no-install-recommends" not in command.words
    return PackageStep(manager, verb, packages, virtual, recommends, clears)


def _words(command: Command, manager: PackageManager) -> tuple[list[tuple[int, str]], str | None]:
    """Words that are neither options nor values of these, each with its position; and apk's `--virtual` name."""
    found: list[tuple[int, str]] = []
    virtual: str | None = None
    before = ""
    for position, word in enumerate(command.words[1:], start=1):
        if before in _WITH_VALUE:
            names_group = before in ("--virtual", "-t") and manager is PackageManager.APK
            virtual, before = word if names_group else virtual, ""
            continue
        if not word.startswith("-"):
            found.append((position, word))
        elif word.startswith("--virtual="):
            virtual = word.partition("=")[2]
        before = word
    return found, virtual


def plain_name(word: str) -> str:
    """A package's name without version, release or architecture: `libpq-dev=15.1-1`, `gcc~12`, `curl/stable`, `libc6:i386`."""
    if "$" in word:
        return word
    for separator in ("=", "<", ">", "~", "/", ":"):
        if not word.startswith(("/", "./", ".")):
            word = word.partition(separator)[0]
    return word


_DPKG_LOOKS = frozenset(
    """--print-architecture --print-foreign-architectures --version -l --list -s --status -L --listfiles -S --search
    --get-selections --compare-versions --help""".split()
)


def dpkg_effect(command: Command, state: State) -> Effect | None:
    """What `dpkg` does where that is plain: it looks something up, or installs package files."""
    if command.name != "dpkg":
        return None
    if set(command.arguments) & _DPKG_LOOKS:
        return NOTHING
    files = tuple(word for word in command.arguments if word.endswith(".deb"))
    if (
        not files
        or not {"-i", "--install"} & set(command.arguments)
        or any(set("*?[$") & set(f) for f in files)
    ):
        return None
    return Effect(packages=files, repeatable=True, reads=tuple(state.path(name) for name in files))


def _files_named(name: str, state: State) -> tuple[Region, ...]:
    """The package file of this name, or those that a pattern takes."""
    if not is_pattern(name):
        return (state.path(name),)
    return made_and_matched(name, state) or (parent_of_glob(name, state),)


def package_effect(step: PackageStep, state: State) -> Effect:
    """The effect of a package manager command: repeatable, its own places apart; package files are read."""
    match step.action:
        case PackageAction.INSTALL if any(
            name.startswith(("/", "./")) or name.endswith((".deb", ".apk", ".rpm")) for name in step.names
        ):
            files = tuple(
                name for name in step.names if "/" in name or name.endswith((".deb", ".apk", ".rpm"))
            )
            return Effect(
                packages=step.names,
                repeatable=True,
                reads=tuple(place for name in files for place in _files_named(name, state)),
            )
        case PackageAction.INSTALL:
            return Effect(packages=step.names, repeatable=True)
        case PackageAction.REMOVE:
            return Effect(removes=step.names, repeatable=True)
        case PackageAction.REFRESH | PackageAction.UPGRADE | PackageAction.CLEAN:
            return Effect(repeatable=True)
