"""From a program of the image back to the packages that it was built from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from restage.api import (
    Case,
    Command,
    Made,
    PathNeed,
    Placed,
    Record,
    Region,
    Start,
    State,
    Tree,
    moved_names,
    region,
    replace,
)
from restage_strategies.rust.invocation import Invocation, as_cargo, read_invocation
from restage_strategies.rust.outputs import build_outputs, install_outputs, space_of
from restage_strategies.rust.package import Package
from restage_strategies.rust.recipes import runs_recipe
from restage_strategies.rust.settings import Settings, is_rust_stage
from restage_strategies.rust.survey import NOT_SHIPPED, Survey
from restage_strategies.rust.workspace import Workspace

_MOST_DIRECTORIES = 40


class Origin(Record):
    """Where a program comes from."""

    packages: tuple[Package, ...]
    space: Workspace
    invocation: Invocation
    settings: Settings

    @cached_property
    def survey(self) -> Survey:
        """Its sources, searched; those that were deleted after the build too."""
        tree = self.settings.state.tree.without_deletions()
        space = replace(self.space, tree=tree)
        packages = (replace(package, tree=tree) for package in self.packages)
        found = {p.directory: p for package in packages for p in space.compiled_in(package)}
        examples = {"examples"} if self.invocation.has("--example", "--examples") else set()
        return Survey(tuple(found.values()), space, NOT_SHIPPED - examples)


def origin_of(path: str, state: State, case: Case) -> Origin | None:
    """The packages behind a file of the image that cargo made; None: it is no such file."""
    made = state.tree.origin(path)
    if not isinstance(made, Made):
        return None
    state = replace(state, tree=state.tree.without_deletions())
    names = {posixpath.basename(path)} | moved_names(made, case)
    for cargo, changed in _in_order(case, made.by):
        found = _built_by(cargo, changed, names, path, state, case)
        if found is not None:
            return found
    return _by_recipe(path, made, state, case)


def _by_recipe(path: str, made: Made, state: State, case: Case) -> Origin | None:
    """A program that `make`, `cargo leptos` or their like made, moved after that or not: that of its name in the workspace."""
    words, moved = made.by.split(), moved_names(made, case)
    recipe = "cargo" in words or words[:1] in (["make"], ["just"], ["makers"])
    recipe = recipe or (bool(moved) and any(map(runs_recipe, case.commands)))
    script = "/target/" in path and (made.by.startswith("./") or words[:1] in (["sh"], ["bash"]))
    if not (recipe or script) or not is_rust_stage(case):
        return None
    names = moved | {posixpath.basename(path)}
    for directory in _directories(path, state):
        settings = Settings(Command(("cargo",)), replace(state, directory=directory), case)
        space = Workspace(directory, state.tree)
        packages = tuple(p for p in space.members if any(target.name in names for target in p.binaries))
        if packages:
            return Origin(packages, space, Invocation(""), settings)
    return None


def _in_order(case: Case, by: str) -> list[tuple[Command, str]]:
    """The `cargo` commands with the `cd` in front of each: first those which made the file, else all, last first."""
    found: list[tuple[Command, str]] = []
    changed = ""
    for command in case.commands:
        cargo = as_cargo(command)
        if cargo is not None:
            found.append((replace(cargo, raw=str(command)), changed))
        elif command.words[:1] == ("cd",) and len(command.words) > 1 and command.all_known:
            changed = command.words[1]
    found.reverse()
    return [pair for pair in found if pair[0].raw == by] or found


def _built_by(
    cargo: Command, changed: str, names: set[str], path: str, state: State, case: Case
) -> Origin | None:
    invocation = read_invocation(cargo)
    builds = invocation.verb in ("build", "rustc", "auditable build", "zigbuild")
    if not builds and invocation.verb != "install":
        return None
    outputs = build_outputs if builds else install_outputs
    there = (region(state.directory, changed).path,) if changed else ()
    for directory in dict.fromkeys((*there, *_directories(path, state))):
        settings = Settings(cargo, replace(state, directory=directory), case)
        space = space_of(invocation, settings)
        packages = tuple(
            dict.fromkeys(
                output.package
                for output in outputs(invocation, settings, space)
                if posixpath.basename(output.region.path) in names
            )
        )
        if packages:
            return Origin(packages, space, invocation, settings)
    return None


def _directories(path: str, state: State) -> Iterator[str]:
    """Directories that the build may have run in: a Dockerfile seldom says it better than these."""
    if "/target/" in path:
        yield path[: path.index("/target/")] or "/"
    yield state.directory
    seen: set[str] = set()
    for event in state.tree.events:
        if isinstance(event, Placed) and len(seen) < _MOST_DIRECTORIES:
            top = event.target.path
            place = posixpath.dirname(top) if top.endswith(".toml") else top
            for found in (place, *_below(place, state.tree)):
                if found not in seen and state.tree.is_file(posixpath.join(found, "Cargo.toml")):
                    seen.add(found)
                    yield found


def _below(top: str, tree: Tree) -> Iterator[str]:
    for name in tree.entries(top):
        if "." not in name and name not in ("target", "node_modules"):
            inner = posixpath.join(top, name)
            if tree.is_directory(inner):
                yield inner


def stays_in_place(place: Region, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether the program is needed where it was built: it is there still, and no start runs a copy of it instead."""
    if not isinstance(state.tree.origin(place.path), Made):
        return False
    name = place.path.rpartition("/")[2]
    needed = [Region(n.path) for start in starts for n in start.needs if isinstance(n, PathNeed)]
    if any(place.overlaps(other) for other in needed):
        return True
    return not any(_is_copy(state.tree.origin(other.path), name, case) for other in needed)


def _is_copy(origin: object, name: str, case: Case) -> bool:
    return (
        isinstance(origin, Made)
        and origin.by.split()[:1] in (["cp"], ["mv"], ["install"])
        and name in moved_names(origin, case)
    )
