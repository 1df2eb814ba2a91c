"""Which stages are C's: a compiler or a tool that drives one runs, and nothing that another ecosystem knows better."""

from __future__ import annotations

import re

from restage.api import BaseImage, Case, Command, PackageManager

COMPILER = re.compile(r"(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|c99|c11)(?:-\d{1,2}(?:\.\d)?)?")
DRIVERS = frozenset({"make", "gmake", "cmake", "ninja", "meson"})
_CONFIG = re.compile(r"[\w.+-]+[-_]config")
_PLAIN = frozenset(
    """
    apt apt-get aptitude apk [ adduser addgroup ar awk basename cat cd chgrp chmod chown command cp cut date df dirname
    du echo env export false file find getconf grep groupadd head id install ldd ln ls mkdir mv nm nproc objdump
    printf pwd ranlib readelf readlink realpath rm rmdir sed set sh size sleep sort stat strip tail
    tee test touch tr true truncate type ulimit umask uname useradd usermod wc which whoami xargs :
    """.split()
)
"""Commands that bring neither a program nor a library that nobody has read the sources of."""
_ELSEWHERE = frozenset(
    """
    autoconf autogen.sh automake autoreconf b2 bjam bootstrap.sh configure conan curl dpkg git ldconfig libtoolize
    qmake scons svn tar unzip vcpkg wget bazel xmake
    """.split()
)
"""Commands that bring sources or libraries from elsewhere, or build in ways that are not read here."""


def is_c_stage(case: Case) -> bool:
    """Whether C and C++ alone are built here, on a plain distribution with apt or apk."""
    base = case.base
    if not isinstance(base, BaseImage) or base.package_manager is PackageManager.DNF:
        return False
    return bool(builds_of(case)) and all(not c.words or _is_known(c) for c in case.commands)


def builds_of(case: Case) -> tuple[Command, ...]:
    """The commands that compile, in order."""
    return tuple(command for command in case.commands if is_build(command))


def is_build(command: Command) -> bool:
    """Whether the command is a compiler, or drives one."""
    return command.name in DRIVERS or is_compiler(command)


def is_compiler(command: Command) -> bool:
    """Whether the command is a compiler of C or C++."""
    return COMPILER.fullmatch(command.name) is not None


def tells_options(command: Command) -> bool:
    """Whether the command says which options a library takes (`pkg-config`, `mysql_config`), and no more."""
    return command.name in ("pkg-config", "pkgconf") or _CONFIG.fullmatch(command.name) is not None


def _is_known(command: Command) -> bool:
    name = command.name
    return name in _PLAIN or name in _ELSEWHERE or is_build(command) or tells_options(command)


def brought_from_elsewhere(case: Case) -> tuple[str, ...]:
    """The commands after which nobody knows what a program is made of or where it lies, as they were written."""
    return tuple(str(c) for c in case.commands if c.name in _ELSEWHERE or installs(c))


def installs(command: Command) -> bool:
    """`make install`, `cmake --install build`, `cmake --build build --target install`, `ninja -C build install`."""
    words = command.arguments
    return command.name in DRIVERS and any(
        word in ("install", "--install", "altinstall", "uninstall")
        or word.startswith(("install-", "install/"))
        for word in words
    )
