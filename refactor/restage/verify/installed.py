"""Packages of the operating system, and build tools, as the files of an image tell them."""

from __future__ import annotations

import posixpath
from functools import cache

from restage.record import Record
from restage.verify.filesystem import FileSystem, Kind

BUILD_TOOLS = tuple(
    """gcc g++ clang cc make cmake ninja meson autoconf automake bison flex pkg-config patch go cargo rustc javac mvn gradle sbt
    ghc stack cabal dotnet swiftc node-gyp tsc webpack git svn hg""".split()
)
"""Programs that build and that a running application seldom starts."""

_PLACES = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/go/bin",
    "/usr/local/cargo/bin",
)


class Packages(Record):
    """The packages of an image; `of` says which one brought a path."""

    names: frozenset[str]
    of: dict[str, str]


def packages(files: FileSystem) -> Packages:
    """Packages of dpkg or apk. Of rpm, whose database is no text, none are known."""
    if "/var/lib/dpkg/status" in files.texts:
        return _dpkg(files)
    for path in ("/lib/apk/db/installed", "/usr/lib/apk/db/installed"):
        if path in files.texts:
            return _apk(files.texts[path].decode("utf-8", "replace"))
    return Packages(frozenset(), {})


def _dpkg(files: FileSystem) -> Packages:
    names: set[str] = set()
    name = ""
    for line in files.texts["/var/lib/dpkg/status"].decode("utf-8", "replace").splitlines():
        if line.startswith("Package: "):
            name = line[9:].strip()
        elif line.startswith("Status: ") and line.endswith(" installed"):
            names.add(name)
    owners: dict[str, str] = {}
    folder = cache(lambda path: files.resolve(path) or path)  # /bin is /usr/bin nowadays
    for path, content in files.texts.items():
        if path.startswith("/var/lib/dpkg/info/") and path.endswith(".list"):
            package = posixpath.basename(path)[:-5].partition(":")[0]
            for line in content.decode("utf-8", "surrogateescape").splitlines():
                owners[folder(posixpath.dirname(line)).rstrip("/") + "/" + posixpath.basename(line)] = package
    return Packages(frozenset(names), owners)


def _apk(text: str) -> Packages:
    names: set[str] = set()
    owners: dict[str, str] = {}
    name = folder = ""
    for line in text.splitlines():
        match line[:2]:
            case "P:":
                name = line[2:]
                names.add(name)
            case "F:":
                folder = "/" + line[2:]
            case "R:":
                owners[posixpath.join(folder, line[2:])] = name
            case _:
                pass
    return Packages(frozenset(names), owners)


def build_tools(files: FileSystem) -> tuple[str, ...]:
    """Those build tools that are programs of the image."""

    def there(name: str) -> bool:
        return any(
            (real := files.resolve(f"{place}/{name}")) is not None and files.entries[real].kind is Kind.FILE
            for place in _PLACES
        )

    return tuple(name for name in BUILD_TOOLS if there(name))
