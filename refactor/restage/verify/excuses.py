"""What may differ between two builds of one program, and what a build leaves behind that no program reads."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import Literal

from restage.record import Record, replace
from restage.verify.filesystem import FileSystem


class Left(Record):
    """Paths that the new image lacks for a reason: how many, and their bytes."""

    why: str
    files: int
    bytes: int


class Explained(Record):
    """A place that may be missing, and why. `*` in it stands for anything, as in fnmatch."""

    place: str
    why: str
    but: tuple[str, ...] = ()
    """Places in it that are not meant."""

    def covers(self, path: str) -> bool:
        """Whether the path is that place, or below it."""
        if any(Explained(place, "").covers(path) for place in self.but):
            return False
        if "*" in self.place:
            return fnmatchcase(path, self.place) or fnmatchcase(path, f"{self.place}/*")
        return path == self.place or path.startswith(f"{self.place.rstrip('/')}/")

    def in_place(self, files: FileSystem) -> Explained:
        """The same without links on the way to the place: `/bin` is `/usr/bin` in today's images."""
        return replace(self, place=_without_links(self.place, files))


def _without_links(place: str, files: FileSystem) -> str:
    folder, name = posixpath.split(place)
    real = None if "*" in place else files.resolve(folder)
    return posixpath.join(real, name) if real else place


def goes_with_packages(link: str, target: str, planned: tuple[Explained, ...]) -> bool:
    """Whether a link to a package's program may change, since the plan leaves packages out there.

    yarn 1 leaves the links to the programs of what it takes out, or lays them to another version that stays.
    """
    return "/node_modules/.bin/" in link and any(place.covers(target) for place in planned)


_CACHES = (
    r"^/(tmp|var/tmp|run|var/run|var/cache|var/log|var/lib/apt/lists|proc|sys|dev)(/|$)",
    r"/(\.cache|\.npm|\.yarn|\.m2|\.gradle|\.ivy2|\.sbt|\.node-gyp|\.nuget|\.cabal|\.stack|\.hex|\.cpan|\.bundle/cache)(/|$)",
    r"/(go/pkg|cargo/registry|cargo/git|cargo/\.(global|package)-cache[^/]*|\.cargo|\.rustup|\.local/share/(pnpm|NuGet)|\.local/state/pnpm|\.config/(go/telemetry|configstore|yarn))(/|$)",
    r"/(__pycache__|node_modules/\.cache|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.eggs)(/|$)",
    r"/usr/local/share/\.cache|\.py[co]$|/\.local/share/virtualenvs$",  # pipenv makes it even where it fills none
)
_SYSTEM = (
    r"^/var/lib/(dpkg|apt|rpm|systemd|ucf|pam|misc|dbus|python|polkit-1|ghostscript|xml-core|sgml-base|emacsen-common)(/|$)",
    r"^/(etc|usr/lib/[^/]+|var/lib)/alternatives(/|$)|^/etc/(ld\.so\.cache|machine-id|\.pwd\.lock|[^/]*-$)",
    r"^/etc/(apt|debconf|dpkg|apk|rc[\dS]\.d|init\.d|cron\.[a-z]+|logrotate\.d|systemd|update-motd\.d|profile\.d)(/|$)",
    r"^/(usr/)?lib/apk(/|$)|^/etc/(subuid|subgid|shells|shadow|gshadow|emacs|bash_completion\.d|kernel|python[0-9.]*)(/|$)",
    r"^/usr/share/(man|doc|info|lintian|bug|menu|applications|icons|gcc|gdb|emacs|vim|glib-2\.0|sgml|xml|binfmts)(/|$)",
    r"^/etc/fonts/conf\.d/\d\d-|^/usr/local/share/fonts$",
    r"^/usr/((local/)?include|src|lib/debug)(/|$)|^/(usr/)?lib/(udev|systemd|modprobe\.d|sysctl\.d|tmpfiles\.d|sysusers\.d)(/|$)",
)
_SOURCES = (
    r"\.(go|rs|c|cc|cpp|cxx|h|hh|hpp|hxx|java|kt|kts|scala|cs|fs|vb|swift|hs|lhs|ml|mli|zig|nim|d|pas|s|S|proto|o|a|la|obj|d\.ts\.map)$",
    r"/(go\.(mod|sum|work|work\.sum)|Cargo\.(toml|lock)|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|gradlew(\.bat)?|mvnw(\.cmd)?)$",
    r"/(CMakeLists\.txt|CMakeCache\.txt|configure(\.ac)?|Makefile(\.am|\.in)?|[^/]*\.(csproj|fsproj|sln|cabal|gemspec|am|in))$",
    r"/(\.git|\.github|\.circleci|\.idea|\.vscode|\.mvn|\.gradle)(/|$)",
    r"/(\.git(ignore|attributes|modules)|\.dockerignore|\.editorconfig|[^/]*Dockerfile[^/]*|Jenkinsfile|\.gitlab-ci\.yml|\.travis\.yml)$",
    r"/(README|LICEN[CS]E|CHANGELOG|CONTRIBUTING|AUTHORS|NOTICE)[^/]*$",
)
_BUILT = (
    r"\.py[co]$|/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$|/\.?package-lock\.json$|/\.yarn-integrity$|/\.modules\.yaml$",
    r"/node_modules/(\.yarn-state\.yml|\.package-map\.json|\.pnpm/lock\.yaml|\.pnpm-workspace-state[^/]*\.json)$",
    r"^/usr/share/(mime|icons|fonts)/|/fontconfig/|/\.(wget-hsts|bash_history|lesshst|node_repl_history)$",
    r"^/etc/(passwd|group|ld\.so\.cache|mailcap|environment|resolv\.conf)$|\.log$|/gschemas\.compiled$|/giomodule\.cache$",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_CACHE, _STATE, _SOURCE, _REMADE = _any(_CACHES), _any(_SYSTEM), _any(_SOURCES), _any(_BUILT)

_TOOLCHAINS = re.compile(r"^/(usr/local/(go|cargo|rustup)|go)(/|$)")

Excuse = Literal["caches and temporary files", "state of package managers"]


def why_left(path: str) -> Excuse | None:
    """Why a path may be missing whatever the plan was; None where nothing general excuses it."""
    if _CACHE.search(path):
        return "caches and temporary files"
    if _STATE.search(path):
        return "state of package managers"
    return None


def is_source(path: str) -> bool:
    """Whether it is what compiled code was made of, or says how: nothing that runs is expected to read it."""
    return bool(_SOURCE.search(path))


def is_toolchain(path: str) -> bool:
    """Whether it is part of a toolchain that was unpacked by hand, where such lie."""
    return bool(_TOOLCHAINS.search(path))


def may_change(path: str) -> bool:
    """Whether two builds of one and the same Dockerfile may well write different content there."""
    return bool(_REMADE.search(path)) or why_left(path) is not None
