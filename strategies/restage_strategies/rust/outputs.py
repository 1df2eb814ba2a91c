"""Which files `cargo build` and `cargo install` leave, and where (the Cargo book, build cache)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from restage.api import Record, Region, UnknownBase, region
from restage_strategies.rust.invocation import Invocation
from restage_strategies.rust.package import Package
from restage_strategies.rust.settings import Settings
from restage_strategies.rust.workspace import Workspace

_INTERMEDIATE = ("deps", "build", ".fingerprint", "incremental")
_FOREIGN = (("cdylib", "so"), ("dylib", "so"), ("staticlib", "a"))
_PROFILES = {"dev": "debug", "test": "debug", "bench": "release", "doc": "debug"}
_TARGETS = (
    "--lib",
    "--bin",
    "--bins",
    "--example",
    "--examples",
    "--test",
    "--tests",
    "--bench",
    "--benches",
)


class Output(Record):
    """A program or a library for other languages, and the package that it is built from."""

    region: Region
    package: Package
    is_program: bool = True


def manifest_directory(invocation: Invocation, settings: Settings) -> str:
    """Where a command looks for its manifest."""
    here = settings.state.path(invocation.value("-C") or ".").path
    told = invocation.value("--manifest-path")
    if told:
        path = region(here, told).path
        return path.rpartition("/")[0] or "/" if path.endswith(".toml") else path
    if invocation.verb == "install" and invocation.value("--path"):
        return region(here, invocation.value("--path") or ".").path
    return here


def space_of(invocation: Invocation, settings: Settings) -> Workspace:
    """The workspace that a command works in."""
    return Workspace(manifest_directory(invocation, settings), settings.state.tree)


def target_directory(invocation: Invocation, settings: Settings, space: Workspace) -> Region:
    """The directory that everything is built in."""
    here = settings.state.directory
    told = invocation.value("--target-dir") or settings.get("CARGO_TARGET_DIR")
    told = told or settings.get("CARGO_BUILD_TARGET_DIR")
    if told:
        return region(here, told)
    configured = settings.configured("build", "target-dir")
    if configured is not None and isinstance(configured[1], str):
        return region(configured[0], configured[1])
    return region(space.root or space.directory, "target")


def profile(invocation: Invocation) -> str:
    """The directory's name of the profile: `debug`, `release` or the profile's own."""
    installs = invocation.verb == "install"
    told = invocation.value("--profile")
    if told:
        return _PROFILES.get(told, told)
    if invocation.has("--release", "-r") or (installs and not invocation.has("--debug")):
        return "release"
    return "release" if invocation.verb == "bench" else "debug"


def triples(invocation: Invocation, settings: Settings) -> tuple[str, ...]:
    """The targets that are named, empty where cargo builds for its own host."""
    told = invocation.values("--target")
    if not told and settings.get("CARGO_BUILD_TARGET"):
        told = (settings.get("CARGO_BUILD_TARGET"),)
    if not told:
        found = settings.configured("build", "target")
        value = found[1] if found else ()
        told = (value,) if isinstance(value, str) else tuple(t for t in _listed(value) if isinstance(t, str))
    return tuple(t.rpartition("/")[2].removesuffix(".json") for t in told)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def profile_directories(invocation: Invocation, settings: Settings, space: Workspace) -> tuple[Region, ...]:
    """The directories in which programs land, one for each target."""
    target = target_directory(invocation, settings, space)
    name = profile(invocation)
    return tuple(target.below(t, name) for t in triples(invocation, settings)) or (target.below(name),)


def intermediate(invocation: Invocation, settings: Settings, space: Workspace) -> tuple[Region, ...]:
    """What a build leaves that only the next build reads; build scripts are always built for the host."""
    if _may_be_moved(invocation, settings):
        return ()
    target = target_directory(invocation, settings, space)
    places = {*profile_directories(invocation, settings, space), target.below(profile(invocation))}
    return tuple(place.below(name) for place in sorted(places) for name in _INTERMEDIATE)


def build_outputs(invocation: Invocation, settings: Settings, space: Workspace) -> tuple[Output, ...]:
    """The programs and foreign libraries that `cargo build` leaves; none where the base may say where they go."""
    if _may_be_moved(invocation, settings):
        return ()
    told = invocation.value("--artifact-dir", "--out-dir")
    copied = (settings.state.path(told),) if told else ()
    return tuple(
        output
        for place in (*profile_directories(invocation, settings, space), *copied)
        for package in chosen(invocation, space)
        for output in _of_package(package, place, invocation, settings)
    )


def _may_be_moved(invocation: Invocation, settings: Settings) -> bool:
    """Whether the environment of an image that is not known may name a target: those that cross-compile to musl do."""
    base = settings.state.base
    return isinstance(base, UnknownBase) and base.family != "rust" and not triples(invocation, settings)


def install_outputs(invocation: Invocation, settings: Settings, space: Workspace) -> tuple[Output, ...]:
    """The programs that `cargo install --path` leaves below its root."""
    folder = install_root(invocation, settings).below("bin")
    packages = [p for p in (space.package(space.nearest),) if p.name] if space.nearest else []
    named = [p for p in space.members if p.name in invocation.operands]
    return tuple(
        output
        for package in named or packages
        for output in _of_package(package, folder, invocation, settings)
        if output.is_program
    )


def install_root(invocation: Invocation, settings: Settings) -> Region:
    """The directory whose `bin` takes installed programs."""
    told = invocation.value("--root") or settings.get("CARGO_INSTALL_ROOT")
    if told:
        return region(settings.state.directory, told)
    found = settings.configured("install", "root")
    if found is not None and isinstance(found[1], str):
        return region(found[0], found[1])
    return settings.cargo_home


def chosen(invocation: Invocation, space: Workspace) -> tuple[Package, ...]:
    """The packages that a command builds; a program that is named is looked for in all of them."""
    named = [name.rpartition("#")[2].partition("@")[0] for name in invocation.values("-p", "--package")]
    if named:
        return tuple(p for p in space.members if any(fnmatchcase(p.name, name) for name in named))
    if invocation.has("--workspace", "--all"):
        left_out = invocation.values("--exclude")
        return tuple(p for p in space.members if not any(fnmatchcase(p.name, name) for name in left_out))
    return space.default_members


def _of_package(
    package: Package, place: Region, invocation: Invocation, settings: Settings
) -> Iterator[Output]:
    windows = any("windows" in triple for triple in triples(invocation, settings))
    every = tuple(_examples(package)) if invocation.has("--examples", "--all-targets") else ()
    for example in dict.fromkeys((*invocation.values("--example"), *every)):
        yield Output(place.below("examples", example), package)
    for target in package.binaries:
        if _is_built(target.name, invocation) and set(target.required) <= _enabled(package, invocation):
            yield Output(place.below(target.name + (".exe" if windows else "")), package)
    manifest = package.manifest
    if package.library and (not invocation.has(*_TARGETS) or invocation.has("--lib")):
        stem = (manifest.library_name or package.name).replace("-", "_")
        for kind, ending in _FOREIGN:
            if kind in manifest.crate_types:
                yield Output(place.below(f"lib{stem}.{ending}"), package, False)


def _examples(package: Package) -> Iterator[str]:
    """Programs below `examples`: a file, or a folder with a `main.rs` (Cargo reference, target auto-discovery)."""
    folder = posixpath.join(package.directory, "examples")
    for name in package.tree.entries(folder):
        if name.endswith(".rs"):
            yield name.removesuffix(".rs")
        elif package.tree.is_file(posixpath.join(folder, name, "main.rs")):
            yield name


def _is_built(name: str, invocation: Invocation) -> bool:
    if not invocation.has(*_TARGETS) or invocation.has("--bins", "--all-targets"):
        return True
    return any(fnmatchcase(name, told) for told in invocation.values("--bin"))


def _enabled(package: Package, invocation: Invocation) -> set[str]:
    """The package's features that are on."""
    known = dict(package.manifest.features)
    if invocation.has("--all-features"):
        return {*known, *invocation.features}
    waiting = [name.rpartition("/")[2] for name in invocation.features]
    waiting += [] if invocation.has("--no-default-features") else ["default"]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += known.get(name, ())
    return found
