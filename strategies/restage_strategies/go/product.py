"""What Go commands make that outlives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from restage.api import Case, Command, Effect, Product, ProductKind, State, region
from restage_strategies.go.constraint import Tags
from restage_strategies.go.drivers import (
    VENDORING,
    as_go,
    fetches_programs,
    recipe_directory,
    recipe_of,
    runs_recipe,
)
from restage_strategies.go.invocation import Invocation, read_invocation
from restage_strategies.go.outputs import Output, build_outputs, build_tags, install_outputs
from restage_strategies.go.packages import named_packages
from restage_strategies.go.programs import Origin
from restage_strategies.go.rows import tool_named
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace, state_directory

NAME = "go"


class Binary(Product):
    """A program that Go built, or a directory in which a recipe built some, with how that was done."""

    invocation: Invocation = field(compare=False, repr=False)
    settings: Settings = field(compare=False, repr=False)
    origin: Origin = field(compare=False, repr=False)
    exact: bool = False
    """Whether it is this very file; else some file below the directory."""

    @property
    def is_file(self) -> bool:
        """Whether the region is the program itself."""
        return self.exact


class Toolchain(Product):
    """The Go toolchain, unpacked by hand."""


def products_of(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    """The products of one command whose effect this strategy gave."""
    if effect.opaque:
        return
    go = as_go(command)
    if go is not None:
        yield from _of_go(go, effect, state, case)
    elif runs_recipe(command):
        yield from _of_recipe(command, effect, state, case)
    elif command.name in VENDORING:
        for place in effect.writes:
            if place.path.endswith("/vendor"):
                yield Product(place, ProductKind.INTERMEDIATE, "vendored sources", NAME)
    elif command.name.endswith("tar") or command.name.startswith(("go1.", "gotip")):
        for place in effect.writes:
            yield Toolchain(place, ProductKind.TOOL, "the Go toolchain", NAME)
    yield from _caches(effect, Settings(command, state, case))


def _of_go(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    settings = Settings(command, state, case)
    invocation = read_invocation(command, settings.get("GOFLAGS"))
    space = Workspace(settings, state_directory(state, invocation.flag("C")))
    match invocation.verb:
        case "build":
            for output in build_outputs(invocation, settings):
                yield _binary(output, invocation, settings, space)
        case "install":
            for output in install_outputs(invocation, settings):
                yield _binary(output, invocation, settings, space)
        case "get":
            packages = named_packages(invocation.operands, space, build_tags(invocation))
            for place in effect.writes:
                name = place.path.rpartition("/")[2]
                if settings.bin.covers(place):
                    named = next((p for p in packages if p.name == name), packages[0] if packages else None)
                    yield _binary(Output(place, place != settings.bin, named), invocation, settings, space)
        case "mod vendor" | "work vendor":
            for place in effect.writes:
                yield Product(place, ProductKind.INTERMEDIATE, "vendored modules", NAME)
        case _:
            pass


def _binary(output: Output, invocation: Invocation, settings: Settings, space: Workspace) -> Binary:
    origin = Origin(output.packages, space, build_tags(invocation))
    name = output.region.path.rpartition("/")[2]
    tool = tool_named(origin.tool) if origin.tool else None
    kind = ProductKind.TOOL if tool or origin.elsewhere else ProductKind.ARTIFACT
    what = f"the tool {name}" if kind is ProductKind.TOOL else f"the binary {name}"
    return Binary(output.region, kind, what, NAME, invocation, settings, origin, output.exact)


def _of_recipe(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    settings = Settings(command, state, case)
    own = not fetches_programs(recipe_of(command, state) or "")
    for place in effect.writes:
        if place == region("/usr/local"):
            continue
        sources = recipe_directory(command, state) if place == settings.bin and own else place.path
        space = Workspace(settings, sources)
        packages = tuple(p for p in named_packages(("./...",), space, Tags()) if p.is_main)
        origin = Origin(packages, space, Tags(known=False))
        what = f"what `{command.name}` built in {place}"
        yield Binary(place, ProductKind.ARTIFACT, what, NAME, Invocation(""), settings, origin)


def _caches(effect: Effect, settings: Settings) -> Iterator[Product]:
    """The caches that are worth leaving behind; those of `go env -w` and credentials aren't."""
    named = {
        settings.module_cache: "Go's module cache",
        settings.gopaths[0].below("pkg"): "Go's module cache and compiled packages",
        settings.gopaths[0].below("pkg/mod"): "Go's module cache",
        settings.build_cache: "Go's build cache",
    }
    for place in effect.caches:
        what = named.get(place)
        if what is None and place in tuple(path.below("src") for path in settings.gopaths):
            what = "sources that were fetched into GOPATH"
        if what is not None:
            yield Product(place, ProductKind.CACHE, what, NAME)
