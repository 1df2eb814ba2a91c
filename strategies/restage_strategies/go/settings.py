"""Where Go keeps things, and how it builds, as environment and base image say (go help environment)."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property

from restage.api import (
    BaseImage,
    Case,
    Command,
    FromContext,
    Made,
    Record,
    Region,
    State,
    Tree,
    Variant,
    installed_anywhere,
    of_tree,
    outermost,
    region,
)
from restage.api.tree import Changed

_VERSION = re.compile(r"(?:^|[^\d.])1\.(\d{1,2})(?!\d)")
_DOWNLOADED = re.compile(r"go(?:lang)?[-_]?(?:go)?1\.(\d{1,2})(?!\d)")
_COMPILERS = frozenset(
    {"gcc", "g++", "clang", "build-base", "build-essential", "musl-dev", "alpine-sdk", "tcc"}
)


class Settings(Record):
    """How Go behaves for one command in one state."""

    command: Command
    state: State
    case: Case

    def get(self, name: str) -> str:
        """A variable: in front of the command, then the environment, then what `go env -w` stored."""
        told = self.command.variable(name)
        if told is not None:
            return told
        return self.state.variable(name) or self._stored.get(name, "")

    @cached_property
    def _stored(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for command in self.case.commands:
            if command.name == "go" and command.arguments[:1] == ("env",) and "-w" in command.arguments:
                pairs = (word.partition("=") for word in command.arguments[1:])
                found.update({name: value for name, sign, value in pairs if sign})
        return found

    def below_home(self, *names: str) -> Region:
        """A path below the user's home directory."""
        return region(self.command.variable("HOME") or self.state.home, *names)

    @property
    def gopaths(self) -> tuple[Region, ...]:
        """The workspaces of GOPATH, the one that is written to first; `~/go` where nothing says."""
        told = tuple(
            Region(posixpath.normpath(part)) for part in self.get("GOPATH").split(":") if part[:1] == "/"
        )
        return told or (self.below_home("go"),)

    @property
    def bin(self) -> Region:
        """Where `go install` puts programs."""
        told = self.get("GOBIN")
        return Region(posixpath.normpath(told)) if told[:1] == "/" else self.gopaths[0].below("bin")

    @property
    def module_cache(self) -> Region:
        """Where downloaded modules are kept."""
        told = self.get("GOMODCACHE")
        return Region(posixpath.normpath(told)) if told[:1] == "/" else self.gopaths[0].below("pkg/mod")

    @property
    def build_cache(self) -> Region:
        """Where compiled packages are kept."""
        told = self.get("GOCACHE")
        if told[:1] == "/":
            return Region(posixpath.normpath(told))
        shared = self.get("XDG_CACHE_HOME")
        return region(shared, "go-build") if shared[:1] == "/" else self.below_home(".cache/go-build")

    @property
    def caches(self) -> tuple[Region, ...]:
        """Everything that a download or a build leaves behind and nothing that runs reads."""
        compiled = self.gopaths[0].below("pkg")
        # A project whose own `pkg` lies there (GOPATH is its top directory) keeps it.
        own = (compiled.below("mod"), compiled.below("sumdb"))
        places = own if self.state.tree.entries(compiled.path) else (compiled,)
        return outermost((*places, self.module_cache, self.build_cache))

    @cached_property
    def version(self) -> int | None:
        """The minor number of Go 1.x; None where nothing says."""
        base = self.state.base
        told = [base.version or ""] if isinstance(base, BaseImage) and base.family == "golang" else []
        told += [self.state.variable(name) for name in ("GOLANG_VERSION", "GO_VERSION", "GOVERSION")]
        found = next((match for text in told if (match := _VERSION.search(text))), None)
        if found is None:
            words = (word for command in self.case.commands for word in command.words)
            found = next((match for word in words if (match := _DOWNLOADED.search(word))), None)
        return int(found.group(1)) if found else None

    def older_than(self, minor: int) -> bool:
        """Whether this Go is known to be older than 1.`minor`."""
        return self.version is not None and self.version < minor

    def module_root(self, directory: str) -> str | None:
        """The nearest directory upwards with a go.mod, of the context or made by a command."""
        here = directory
        while True:
            if has_module_file(self.state.tree, posixpath.join(here, "go.mod")):
                return here
            if here in ("/", ""):
                return None
            here = posixpath.dirname(here)

    def uses_modules(self, directory: str) -> bool:
        """Whether Go works with modules there: by version, GO111MODULE and go.mod."""
        told = self.get("GO111MODULE")
        if told in ("on", "off"):
            return told == "on"
        if self.older_than(11):
            return False
        if self.version is not None and self.version >= 16:
            return True
        inside = any(path.below("src").covers(Region(directory)) for path in self.gopaths)
        found = self.module_root(directory) is not None
        return (found and not (inside and self.older_than(13))) or (self.version is None and not inside)

    @cached_property
    def installed(self) -> frozenset[str]:
        """OS packages that the file installs anywhere: a later clean-up may take them away again."""
        return installed_anywhere(self.state, self.case)

    @property
    def without_cgo(self) -> str | None:
        """Why no C is linked, or None if it may be."""
        told = self.get("CGO_ENABLED")
        if told:
            return "CGO_ENABLED=0" if told == "0" else None
        base = self.state.base
        bare = isinstance(base, BaseImage) and (base.variant is Variant.ALPINE or base.distro == "alpine")
        if bare and self.version is not None and self.version >= 20 and not self.installed & _COMPILERS:
            return f"Go 1.{self.version} finds no C compiler on Alpine, and so builds without cgo"
        return None


@of_tree
def has_module_file(tree: Tree, path: str) -> bool:
    """Whether a go.mod (go.work, go.sum) is there: of the context, also if a command changed it since, or made."""
    match tree.origin(path):
        case FromContext():
            return tree.is_file(path)
        case Made(by=by):
            return by.startswith("go mod init") or posixpath.basename(path) in by or _was_placed(tree, path)
        case _:
            return False


def module_text(tree: Tree, path: str) -> str:
    """The text of a go.mod or go.work: `go get` and `go mod tidy` change what it requires, not what it is."""
    found = tree.text(path)
    if found is None and isinstance(tree.origin(path), Made):
        found = _as_placed(tree).text(path)
    return found or ""


def _was_placed(tree: Tree, path: str) -> bool:
    return _as_placed(tree).is_file(path)


@of_tree
def _as_placed(tree: Tree) -> Tree:
    """The files as COPY put them, whatever a command did to them since."""
    return Tree(tree.context, tuple(event for event in tree.events if not isinstance(event, Changed)))
