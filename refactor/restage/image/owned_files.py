"""Files and directories of packages that build images hold and small ones may lack."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.image.base import BaseImage, PackageManager
from restage.image.os_packages import package_of

_OWNED = {
    "/etc/ImageMagick-6": "imagemagick-6-common",
    "/etc/ImageMagick-7": "imagemagick-7-common",
    "/etc/adduser.conf": "adduser",
    "/etc/bash_completion.d": "git",
    "/etc/ca-certificates.conf": "ca-certificates",
    "/etc/deluser.conf": "adduser",
    "/etc/fonts": "fontconfig-config",
    "/etc/inputrc": "readline-common",
    "/etc/mercurial": "mercurial-common",
    "/etc/mime.types": "media-types",
    "/etc/mysql": "mysql-common",
    "/etc/protocols": "netbase",
    "/etc/python3": "python3-minimal",
    "/etc/services": "netbase",
    "/etc/ssh": "openssh-client",
    "/etc/ssl": "openssl",
    "/etc/ssl/certs": "ca-certificates",
    "/etc/subversion": "subversion",
    "/etc/sysctl.conf": "procps",
    "/etc/sysctl.d": "procps",
    "/etc/wgetrc": "wget",
    "/usr/lib/git-core": "git",
    "/usr/lib/ssl": "openssl",
    "/usr/share/ca-certificates": "ca-certificates",
    "/usr/share/fonts/truetype/dejavu": "fonts-dejavu-core",
    "/usr/share/git-core": "git",
    "/usr/share/mime": "shared-mime-info",
    "/usr/share/zoneinfo": "tzdata",
}
"""Place → package of Debian and Ubuntu; the innermost place counts."""
_BROUGHT_BY = {
    "ca-certificates": r"ca-certificates-java",
    "fontconfig-config": r"fontconfig|libfontconfig1",
    "git": r"git-lfs",
    "imagemagick-6-common": r"imagemagick|imagemagick-6\.\S+|libmagick\S+",
    "imagemagick-7-common": r"imagemagick|imagemagick-7\.\S+|libmagick\S+",
    "media-types": r"mime-support",
    "mercurial-common": r"mercurial",
    "mysql-common": r"(?:default-)?mysql-(?:client|server)\S*|mariadb-\S+|libmariadb3",
    "openssh-client": r"openssh-server",
    "perl": r"git|build-essential|dpkg-dev",
    "python3-minimal": r"python3(?:-\S+)?",
}
"""Package → those that depend on it (control files of Debian 12 and 13, 2026-11)."""
_PROGRAMS = frozenset("/bin /sbin /usr/bin /usr/sbin".split())


def owner_of(path: str, base: BaseImage) -> str | None:
    """The package that brings the file or directory in a build image; None: the table does not tell it."""
    if base.package_manager is not PackageManager.APT:
        return None
    directory, name = posixpath.split(path)
    if directory in _PROGRAMS:
        return package_of(name, base)
    return next((_OWNED[place] for place in _around(path) if place in _OWNED), None)


def _around(path: str) -> Iterator[str]:
    while path != "/":
        yield path
        path = posixpath.dirname(path)


def owners(paths: Iterable[str], base: BaseImage) -> Iterator[str]:
    """The packages of those of the paths of which it is known."""
    for path in paths:
        package = owner_of(path, base)
        if package is not None:
            yield package


def comes_with(package: str, kept: Iterable[str]) -> bool:
    """Whether one of the packages is it or depends on it, so that installing that one brings it."""
    brought_by = re.compile(_BROUGHT_BY.get(package, "(?!)"))
    return any(name == package or brought_by.fullmatch(name) for name in kept)
