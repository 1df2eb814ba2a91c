"""Packages of the operating system, and build tools, as the files of an image tell them."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import field
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
    automatic: frozenset[str] = frozenset()
    """Those that nobody named: apt installed them for the sake of others."""
    depends: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What each package surely brings with it, by name."""

    def brought_by(self, package: str) -> frozenset[str]:
        """All that is installed with a package, its own dependencies' ones too."""
        found: set[str] = set()
        left = [package]
        while left:
            more = self.depends.get(left.pop(), frozenset()) - found
            found |= more
            left += more
        return frozenset(found)


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
    depends: dict[str, frozenset[str]] = defaultdict(frozenset)
    name = ""
    for line in files.texts["/var/lib/dpkg/status"].decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(": ")
        match key:
            case "Package":
                name = value.strip()
            case "Status" if value.endswith(" installed"):
                names.add(name)
            case "Depends" | "Pre-Depends":
                depends[name] |= {_plain_name(one) for one in value.split(",") if "|" not in one}
            case _:
                pass
    owners: dict[str, str] = {}
    folder = cache(lambda path: files.resolve(path) or path)  # /bin is /usr/bin nowadays
    for path, content in files.texts.items():
        if path.startswith("/var/lib/dpkg/info/") and path.endswith(".list"):
            package = posixpath.basename(path)[:-5].partition(":")[0]
            for line in content.decode("utf-8", "surrogateescape").splitlines():
                owners[folder(posixpath.dirname(line)).rstrip("/") + "/" + posixpath.basename(line)] = package
    return Packages(frozenset(names), owners, frozenset(_automatic(files)), depends)


def _plain_name(dependency: str) -> str:
    return dependency.split("(")[0].partition(":")[0].strip()


_SCRIPT = re.compile(r"/var/lib/dpkg/info/([^:/]+)(?::[^/]+)?\.(?:postinst|preinst)")
_PATH = re.compile(r"(?<![\w.$/{}-])/[\w.+/-]+")


def made_by_scripts(files: FileSystem, names: frozenset[str]) -> frozenset[str]:
    """Paths that the maintainer scripts of these packages name: what they make stands in no list of files."""
    scripts = (
        content.decode("utf-8", "replace")
        for path, content in files.texts.items()
        if (found := _SCRIPT.fullmatch(path)) and found[1] in names
    )
    return frozenset(path.rstrip("/") for script in scripts for path in _PATH.findall(script))


_MAKES_USERS = re.compile(r"^[^#\n]*\b(?:adduser|addgroup|useradd|groupadd)\b(.*)", re.MULTILINE)
_ASSIGNED = re.compile(r"^[ \t]*\w+=[\"']?([a-z_][a-z0-9_-]*)[\"']?[ \t]*$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w./$-])[a-z_][a-z0-9_-]*")


def users_of_scripts(files: FileSystem) -> frozenset[str]:
    """Names in the maintainer scripts that make users and groups: those have the next number that is free."""
    scripts = (
        content.decode("utf-8", "replace") for path, content in files.texts.items() if _SCRIPT.fullmatch(path)
    )
    making = ((script, found) for script in scripts if (found := _MAKES_USERS.findall(script)))
    return frozenset(
        name
        for script, calls in making
        for name in (*_ASSIGNED.findall(script), *(word for call in calls for word in _NAME.findall(call)))
    )


def _automatic(files: FileSystem) -> Iterator[str]:
    name = ""
    for line in files.text("/var/lib/apt/extended_states").splitlines():
        if line.startswith("Package: "):
            name = line[9:].strip()
        elif line == "Auto-Installed: 1":
            yield name


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
