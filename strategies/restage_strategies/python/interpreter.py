"""Which Python a command runs, and where pip puts things for it."""

from __future__ import annotations

import posixpath
import re

from restage.api import BaseImage, Libc, Made, PackageManager, Record, Region, State, region

_PROGRAM = re.compile(r"(?:python|pypy|pip|easy_install)-?(\d(?:\.\d+)?)?")
_PYTHON_PACKAGE = re.compile(r"python(3\.\d+)(?:-|$)")
_SYSTEM = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")

# Python of a release, from the release notes of Debian, Ubuntu and Alpine.
_OF_RELEASE = {
    "debian": {"buster": "3.7", "bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13"},
    "ubuntu": {"xenial": "3.5", "bionic": "3.6", "focal": "3.8", "jammy": "3.10", "noble": "3.12"}
    | {"16.04": "3.5", "18.04": "3.6", "20.04": "3.8", "22.04": "3.10", "24.04": "3.12"},
    "alpine": {"3.10": "3.7", "3.11": "3.8", "3.12": "3.8", "3.13": "3.8"}
    | {"3.14": "3.9", "3.15": "3.9", "3.16": "3.10", "3.17": "3.10", "3.18": "3.11", "3.19": "3.11"}
    | {"3.20": "3.12", "3.21": "3.12", "3.22": "3.12"},
}


class Interpreter(Record):
    """A Python installation.

    `libraries` is where distributions go and `scripts` where their programs go; a whole prefix where the exact
    folder can't be named. `prefix` takes data files. `own` says that the base image brings it as its purpose.
    """

    prefix: Region
    libraries: Region
    scripts: Region
    version: str | None
    virtual: bool = False
    own: bool = False

    @property
    def installs(self) -> tuple[Region, ...]:
        """Where distributions without data files put everything."""
        if self.virtual or self.libraries == self.prefix:
            return (self.prefix,)
        return (self.libraries, self.scripts)


def find_interpreter(program: str, state: State) -> Interpreter | None:
    """The Python that `program` (`pip`, `python3.11`, `/opt/venv/bin/pip`) belongs to; None: not known."""
    found = _PROGRAM.fullmatch(posixpath.basename(program))
    named = (found.group(1) if found else None) or _second(posixpath.basename(program), state)
    if "/" in program:
        return _at(state.path(posixpath.dirname(program)).path, named, state)
    for directory in state.search_path:
        if directory in _SYSTEM:
            break
        if is_environment(directory, state):
            return _at(directory, named, state)
    return _of_base(named, state)


_SECOND = {"pip": {"python-pip"}, "python": {"python", "python-minimal", "python-dev", "python-pip"}}
"""Packages by which `pip` and `python` are those of Python 2 (Debian to 10, Ubuntu to 18.04)."""


def _second(program: str, state: State) -> str | None:
    """The version of Python 2 where packages of the file make it the one that goes by the bare name."""
    told = state.packages & _SECOND.get(program, set()) and state.base.family != "python"
    return "2.7" if told and "python-is-python3" not in state.packages else None


def is_environment(directory: str, state: State) -> bool:
    """Whether a directory of PATH belongs to a virtual environment that the file made."""
    if not directory.endswith("/bin") or directory.endswith("/.local/bin"):
        return False
    match state.tree.origin(posixpath.join(directory, "python")):
        case Made(by):
            return "env" in by or "env" in directory or "uv" in by
        case _:
            return False


def active_environment(state: State) -> Region | None:
    """The virtual environment that is activated: VIRTUAL_ENV, or the first one of PATH."""
    if named := state.variable("VIRTUAL_ENV"):
        return state.path(named)
    for directory in state.search_path:
        if directory in _SYSTEM:
            break
        if is_environment(directory, state):
            return state.path(directory, "..")
    return None


def data_folders_of(state: State) -> tuple[str, ...]:
    """Folders of the prefix for data files that every image has: Alpine's have no /usr/local/etc."""
    return ("share",) if state.base.libc is Libc.MUSL else ("etc", "share")


def environment_at(directory: Region, state: State) -> Interpreter:
    """The interpreter of a virtual environment."""
    base = _of_base(None, state)
    version = base.version if base else None
    return Interpreter(directory, directory, directory.below("bin"), version, True, bool(base and base.own))


def _at(directory: str, named: str | None, state: State) -> Interpreter | None:
    if directory == "/usr/local/bin" and _is_python(state):
        return _official(named, state)
    if directory in ("/usr/bin", "/usr/local/bin", "/bin"):
        return _of_distribution(named, state)
    if directory.endswith("/bin"):
        return environment_at(region(directory).below(".."), state)
    return None


def _is_python(state: State) -> bool:
    return state.base.family == "python"


def _of_base(named: str | None, state: State) -> Interpreter | None:
    return _official(named, state) if _is_python(state) else _of_distribution(named, state)


def _official(named: str | None, state: State) -> Interpreter:
    prefix = region("/usr/local")
    version = minor(state.variable("PYTHON_VERSION")) or minor(_tag_version(state))
    if named and minor(named) and version is None:
        version = named
    libraries = prefix.below("lib", f"python{version}", "site-packages") if version else prefix
    return Interpreter(prefix, libraries, prefix.below("bin"), version, own=True)


def _tag_version(state: State) -> str:
    return (state.base.version or "") if isinstance(state.base, BaseImage) else ""


def minor(version: str) -> str | None:
    """`3.12` of `3.12.5`; None where only the major version or nothing is given."""
    parts = version.split(".")
    return ".".join(parts[:2]) if len(parts) > 1 and all(part.isdigit() for part in parts[:2]) else None


def _of_distribution(named: str | None, state: State) -> Interpreter | None:
    """Debian, Ubuntu and current RPM systems install below /usr/local, Alpine below /usr."""
    distro, release = state.base.distro or "", state.base.release or ""
    local = region("/usr/local")
    version = (minor(named) if named else None) or _OF_RELEASE.get(distro, {}).get(release)
    match state.base.package_manager:
        case PackageManager.APT if named is None or not named.startswith("2"):
            if _may_be_built(version, state):
                return None
            if not (named and minor(named)) and _has_another(version, state):
                # A link or an alternative may say which of them it is: each has its folder below this one.
                return Interpreter(local, local.below("lib"), local.below("bin"), None)
            libraries = local.below("lib", f"python{version}", "dist-packages") if version else local
            return Interpreter(local, libraries, local.below("bin"), version)
        case PackageManager.APT:
            return Interpreter(local, local, local.below("bin"), "2.7")
        case PackageManager.APK if version:
            usr = region("/usr")
            libraries = usr.below("lib", f"python{version}", "site-packages")
            return Interpreter(usr, libraries, usr.below("bin"), version)
        case PackageManager.DNF if distro in ("fedora", "ubi", "rockylinux", "almalinux", "oraclelinux"):
            return Interpreter(local, local, local.below("bin"), version)
        case _:
            return None


def _may_be_built(version: str | None, state: State) -> bool:
    """Whether a command may have built this Python from its sources: it has folders of its own."""
    own = _OF_RELEASE.get(state.base.distro or "", {}).get(state.base.release or "")
    packages = state.base.packages if isinstance(state.base, BaseImage) else None
    names = [name for name in (*(packages or ()), *state.packages) if name.startswith("python")]
    if version not in (None, own) and (names or packages is None):
        return version not in {found[1] for name in names if (found := _PYTHON_PACKAGE.match(name))}
    return not names and isinstance(state.tree.origin("/usr/local/bin/python3"), Made)


def _has_another(version: str | None, state: State) -> bool:
    """Whether the file installs a Python beside the release's own (`python3.9` on Ubuntu 20.04)."""
    named = {found[1] for name in state.packages if (found := _PYTHON_PACKAGE.match(name))}
    return bool(named - {version})
