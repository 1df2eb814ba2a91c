"""What cargo's commands make that outlives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from restage.api import Case, Command, Effect, Product, ProductKind, State, region
from restage_strategies.rust.installing import crate_names, left_by_install
from restage_strategies.rust.invocation import Invocation, as_cargo, read_invocation
from restage_strategies.rust.outputs import (
    Output,
    build_outputs,
    install_outputs,
    install_root,
    intermediate,
    space_of,
    target_directory,
)
from restage_strategies.rust.programs import Origin
from restage_strategies.rust.recipes import recipe_of
from restage_strategies.rust.rows import tool_named, tool_of
from restage_strategies.rust.settings import Settings
from restage_strategies.rust.workspace import Workspace

NAME = "rust"
_BUILDS = frozenset({"build", "rustc", "auditable build", "zigbuild", "install", "binstall"})
_CHECKS = frozenset(
    {"test", "bench", "check", "clippy", "doc", "run", "nextest run", "chef cook", "sqlx prepare"}
)


class Binary(Product):
    """A program that cargo built, or a directory in which some were, with how that was done."""

    origin: Origin = field(compare=False, repr=False)
    exact: bool = False
    """Whether it is this very file; else some file below the directory."""

    @property
    def is_file(self) -> bool:
        """Whether the region is the program itself."""
        return self.exact


class Installed(Product):
    """A program of a crate that `cargo install` fetched."""

    crate: str
    exact: bool = False
    """Whether it is this very file; else some files below the directory."""

    @property
    def is_file(self) -> bool:
        """Whether the region is the program itself."""
        return self.exact


class Toolchain(Product):
    """What rustup put on disk."""


def products_of(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    """The products of one command whose effect this strategy gave."""
    if effect.opaque:
        return
    settings = Settings(command, state, case)
    cargo = as_cargo(command)
    if cargo is not None:
        invocation = read_invocation(cargo)
        yield from _of_cargo(invocation, effect, Settings(cargo, state, case))
    elif command.name in ("rustup", "rustup-init", "sh", "bash"):
        for place in effect.writes:
            yield Toolchain(place, ProductKind.TOOL, "the Rust toolchain", NAME)
    elif command.name not in (".", "source"):
        yield from _of_tool(command, effect, settings)
    yield from _downloads(cargo, effect, settings)


def _of_cargo(invocation: Invocation, effect: Effect, settings: Settings) -> Iterator[Product]:
    space = space_of(invocation, settings)
    if invocation.verb == "vendor":
        yield Product(effect.writes[0], ProductKind.INTERMEDIATE, "vendored crates", NAME)
        return
    if invocation.verb in ("install", "binstall") and invocation.value("--path") is None:
        yield from _installed(invocation, effect, settings)
        return
    if invocation.verb in _BUILDS:
        yield from _programs(invocation, settings, space)
    elif effect.claims and invocation.verb not in _CHECKS:
        origin = Origin(space.members, space, invocation, settings)
        what = f"what `cargo {invocation.verb}` built in {effect.writes[0]}"
        yield Binary(effect.writes[0], ProductKind.ARTIFACT, what, NAME, origin)
    yield from _left_behind(invocation, effect, settings, space)


def _programs(invocation: Invocation, settings: Settings, space: Workspace) -> Iterator[Product]:
    outputs = install_outputs if invocation.verb == "install" else build_outputs
    found = outputs(invocation, settings, space)
    for output in found:
        yield _binary(output, Origin((output.package,), space, invocation, settings))
    if not found:
        target = target_directory(invocation, settings, space)
        place = install_root(invocation, settings).below("bin") if invocation.verb == "install" else target
        origin = Origin(space.members, space, invocation, settings)
        yield Binary(place, ProductKind.ARTIFACT, f"what cargo built in {place}", NAME, origin)


def _binary(output: Output, origin: Origin) -> Binary:
    name = output.region.path.rpartition("/")[2]
    what = f"the {'binary' if output.is_program else 'library'} {name}"
    return Binary(output.region, ProductKind.ARTIFACT, what, NAME, origin, exact=True)


def _left_behind(
    invocation: Invocation, effect: Effect, settings: Settings, space: Workspace
) -> Iterator[Product]:
    """Intermediate output; all of `target` where the programs were installed elsewhere and nothing names it."""
    origin = Origin(space.members, space, invocation, settings)
    places = intermediate(invocation, settings, space)
    if origin.survey.reads_script_output:
        places = tuple(place for place in places if not place.path.endswith("/build"))
    left = left_by_install(invocation, settings) if invocation.verb == "install" else None
    for place in places if left is None else (left,):
        if any(place.overlaps(written) for written in effect.writes):
            yield Product(place, ProductKind.INTERMEDIATE, "intermediate output of cargo", NAME)


def _installed(invocation: Invocation, effect: Effect, settings: Settings) -> Iterator[Product]:
    folder = install_root(invocation, settings).below("bin")
    for place in effect.writes:
        program = place.path.rpartition("/")[2]
        tool = tool_named(program)
        names = crate_names(invocation)
        crate = tool.crate if tool and tool.crate in names else next(iter(names), program)
        what = f"the tool {program}" if place != folder else f"the programs of {crate}"
        kind = ProductKind.TOOL if tool_of(crate) else ProductKind.ARTIFACT
        yield Installed(place, kind, what, NAME, crate, exact=place != folder)


def _of_tool(command: Command, effect: Effect, settings: Settings) -> Iterator[Product]:
    """What `make`, trunk and their like built in a project, and what cargo leaves beside it."""
    for place in effect.writes:
        if place == region("/usr/local") or not effect.claims:
            continue
        space = Workspace(place.path, settings.state.tree)
        origin = Origin(space.members, space, Invocation(""), settings)
        yield Binary(place, ProductKind.ARTIFACT, f"what `{command.name}` built in {place}", NAME, origin)
        if command.name in ("trunk", "wasm-pack"):  # what they make of it lies in `dist` and `pkg`
            left_over = left_by_install(Invocation("build"), settings)
            if left_over is not None:
                yield Product(left_over, ProductKind.INTERMEDIATE, "intermediate output of cargo", NAME)
        recipe = recipe_of(command, settings.state) or ""
        options = (("--release", None),) if "-r" in recipe else ()
        for left in intermediate(Invocation("build", options), settings, space) if recipe else ():
            if place.covers(left):
                yield Product(left, ProductKind.INTERMEDIATE, "intermediate output of cargo", NAME)


def _downloads(cargo: Command | None, effect: Effect, settings: Settings) -> Iterator[Product]:
    """The caches that something is fetched into."""
    if not any(place in effect.caches for place in settings.downloads):
        return
    invocation = read_invocation(cargo) if cargo is not None else Invocation("")
    space = space_of(invocation, settings)
    of_crates = invocation.verb in ("install", "binstall") and invocation.value("--path") is None
    registry, git = settings.downloads
    if of_crates or space.takes_registry:
        yield Product(registry, ProductKind.CACHE, "cargo's registry cache", NAME)
    if invocation.value("--git") or (space.takes_repositories and not of_crates):
        yield Product(git, ProductKind.CACHE, "cargo's cache of repositories", NAME)
