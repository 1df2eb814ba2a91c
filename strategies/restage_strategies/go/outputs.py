"""Which files `go build` and `go install` write (go help build, go help install)."""

from __future__ import annotations

import posixpath

from restage.api import Record, Region, State, region
from restage.api.tree import Changed
from restage_strategies.go.constraint import Tags
from restage_strategies.go.invocation import Flag, Invocation
from restage_strategies.go.packages import Package, named_packages, names_one_of_several
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace, state_directory

SYSTEM_DIRECTORIES = frozenset(
    "/ /bin /sbin /usr /usr/bin /usr/sbin /usr/local /usr/local/bin /usr/local/sbin /opt /root /tmp /home /srv "
    "/etc /var /usr/lib /usr/local/lib".split()
)


class Output(Record):
    """What one build leaves at one place."""

    region: Region
    exact: bool
    """Whether it is this very file; else some file below the directory."""
    package: Package | None = None
    header: Region | None = None
    """The C header beside a library."""
    others: tuple[Package, ...] = ()
    """Further packages that it may be built from instead: which one, only the build knows."""

    @property
    def packages(self) -> tuple[Package, ...]:
        """All that it may be built from."""
        return (self.package, *self.others) if self.package else ()


def build_tags(invocation: Invocation) -> Tags:
    """The build tags of a command."""
    told = invocation.find("tags")
    return Tags(frozenset(invocation.tags), told is None or told.known)


def packages_of(invocation: Invocation, settings: Settings) -> tuple[Workspace, tuple[Package, ...]]:
    """The workspace that a command works in, and the packages that it names."""
    space = Workspace(settings, state_directory(settings.state, invocation.flag("C")))
    return space, named_packages(invocation.operands, space, build_tags(invocation))


def build_outputs(invocation: Invocation, settings: Settings) -> tuple[Output, ...]:
    """The files that `go build` writes; one without a place below a known directory is at `/`."""
    space, packages = packages_of(invocation, settings)
    told = invocation.find("o")
    if told is None:
        return _beside(packages, space, invocation, settings)
    if not told.known:
        return (Output(_known_part(told, space.directory), False),)
    target = region(space.directory, told.value)
    if target.path == "/dev/null":
        return ()
    chosen = names_one_of_several(invocation.operands)
    if chosen:
        packages = tuple(package for package in packages if package.is_main is not False)
    if told.value.endswith(("/", "/.")) or is_directory(target, settings, 1 if chosen else len(packages)):
        return _into(target, packages, invocation, settings)
    package = packages[0] if packages else None
    others = packages[1:] if chosen else ()
    return (Output(target, True, package, _header(target, invocation), others),)


def install_outputs(invocation: Invocation, settings: Settings) -> tuple[Output, ...]:
    """The files that `go install` writes below GOBIN or GOPATH/bin."""
    _, packages = packages_of(invocation, settings)
    system, processor = settings.get("GOOS"), settings.get("GOARCH")
    if processor or system not in ("", "linux"):
        # For another processor than the builder's they land one directory deeper; which one that is, no file says.
        return tuple(
            Output(settings.bin, False, package) for package in packages if package.is_main is not False
        )
    return _into(settings.bin, packages, invocation, settings)


def is_directory(target: Region, settings: Settings, packages: int) -> bool:
    """Whether `-o` names a directory that exists when the build runs, as far as the file tells."""
    state = settings.state
    if packages > 1 or target.covers(Region(state.directory)) or target.path in SYSTEM_DIRECTORIES:
        return True
    if target in (settings.bin, *settings.gopaths) or state.tree.entries(target.path):
        return True
    return state.tree.is_directory(target.path) or _made_as_directory(target, state)


def _made_as_directory(target: Region, state: State) -> bool:
    return any(
        isinstance(event, Changed)
        and target.covers(event.target)
        and event.by.startswith(("mkdir", "install -d"))
        for event in state.tree.events
    )


def _beside(
    packages: tuple[Package, ...], space: Workspace, invocation: Invocation, settings: Settings
) -> tuple[Output, ...]:
    """Without -o: one program lands in the working directory, several packages are only checked."""
    if len(packages) > 1 or (packages and packages[0].is_main is False):
        return ()
    return _into(Region(space.directory), packages, invocation, settings)


def _into(
    directory: Region, packages: tuple[Package, ...], invocation: Invocation, settings: Settings
) -> tuple[Output, ...]:
    """A pattern that matches nothing here (`./cmd/...`) names packages that are elsewhere, a wrong build context say."""
    found = [] if packages else [Output(directory, False)]
    for package in packages:
        if package.is_main is False:
            continue
        if package.name is None:
            found.append(Output(directory, False, package))
            continue
        place = directory.below(package.name + _suffix(invocation, settings))
        found.append(Output(place, True, package, _header(place, invocation)))
    return tuple(found)


def _suffix(invocation: Invocation, settings: Settings) -> str:
    match invocation.flag("buildmode"):
        case "plugin":
            return ".so"
        case "c-archive":
            return ".a"
        case _:
            return ".exe" if settings.get("GOOS") == "windows" else ""


def _header(library: Region, invocation: Invocation) -> Region | None:
    if invocation.flag("buildmode") not in ("c-shared", "c-archive"):
        return None
    return Region(posixpath.splitext(library.path)[0] + ".h")


def _known_part(told: Flag, directory: str) -> Region:
    """The directory in front of what only running can tell."""
    ends = [at for sign in "$`" if (at := told.value.find(sign)) >= 0]
    known = told.value[: min(ends, default=len(told.value))]
    folder = known.rpartition("/")[0] if "/" in known else "" if known or not ends else None
    if folder is None or (known.startswith("/") and not folder):
        return Region("/")
    return region(directory, folder or ".")
