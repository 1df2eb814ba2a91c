"""What commands made that outlives them: node_modules, build output, global tools, download caches."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import Case, Command, Effect, Product, ProductKind, Region, State, region, replace
from restage_strategies.node.built import made_only, relative
from restage_strategies.node.calls import PackageManagerCall, read_call
from restage_strategies.node.globally import package_place
from restage_strategies.node.inputs import packages, workspace_root
from restage_strategies.node.modules import loaded_from, omits_dev
from restage_strategies.node.npm import package_name
from restage_strategies.node.own_installs import installs_by_itself
from restage_strategies.node.places import caches, corepack_home, prefix
from restage_strategies.node.requests import (
    Change,
    ChangeGlobally,
    Fetch,
    Install,
    Manager,
    Provision,
    Request,
    RunScript,
    Tidy,
)
from restage_strategies.node.site import Site

NAME = "node"
INSTALLED = "what {} installed"
"""How an install's product is called; one that leaves dev dependencies out adds `for running`."""


AND_OTHERS = ", and packages that it installed by itself"
"""The end of what a product is called where a program installed packages in folders that nothing tells."""


def products_of(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    """The products of a command whose effect this strategy gave."""
    for product in _made(command, effect, state, case):
        is_data = product.kind in (ProductKind.ARTIFACT, ProductKind.DEPENDENCIES)
        others = AND_OTHERS if is_data and installs_by_itself(effect) else ""
        yield replace(product, what=product.what + others)


def _made(command: Command, effect: Effect, state: State, case: Case) -> Iterator[Product]:
    site = Site(state, case).having(command.environment)
    if effect.opaque is not None:
        return
    match read_call(command, site):
        case PackageManagerCall(Request(action=Install() | Change() | Fetch() | Tidy()) as request):
            yield from _installed(request, effect, site.at(request.directory))
        case PackageManagerCall(Request(action=ChangeGlobally(names)) as request):
            yield from _tools(request, names, site)
        case PackageManagerCall(Request(action=Provision())):
            yield from (_tool(place, "a package manager brought by Corepack") for place in effect.writes)
        case PackageManagerCall(request) if has_installed(effect):
            yield from _installed(request, effect, site.at(request.directory))
        case _ if not effect.repeatable:
            yield from (_artifact(place, command, site) for place in effect.writes)
        case _:
            return


def has_installed(effect: Effect) -> bool:
    """Whether a package manager installed packages on the way (a script that calls `npm install`)."""
    return any(claim.subject.endswith(" install") for claim in effect.claims)


def _installed(request: Request, effect: Effect, site: Site) -> Iterator[Product]:
    elsewhere = loaded_from(request, workspace_root(site))
    for place in effect.writes:
        if place == corepack_home(site):
            yield _tool(place, f"{request.manager.value} brought by Corepack")
        elif _is_downloaded(place, site):
            yield Product(place, ProductKind.DATA, "what packages downloaded when they were installed", NAME)
        elif place in elsewhere:
            yield Product(place, ProductKind.DATA, "packages that the project loads from there", NAME)
        else:
            what = INSTALLED.format(request.manager.value)
            complete = isinstance(request.action, RunScript) or not omits_dev(request, site)
            yield Product(place, ProductKind.DEPENDENCIES, what if complete else f"{what} for running", NAME)
    yield from (
        Product(place, ProductKind.CACHE, what, NAME) for place, what in _left_behind(request, effect, site)
    )


def _is_downloaded(place: Region, site: Site) -> bool:
    """Whether it holds what packages downloaded, and no packages."""
    inside = place.path.startswith(site.state.home) and ".cache" in place.path
    return inside or (place == site.home() and not place.covers(region(site.directory)))


def _left_behind(request: Request, effect: Effect, site: Site) -> Iterator[tuple[Region, str]]:
    """Caches that an install surely leaves. pnpm's store isn't one: node_modules consists of links to its files."""
    if isinstance(request.action, Tidy):
        return
    if request.manager in (Manager.NPM, Manager.YARN):
        yield caches(request, site)[0], f"{request.manager.value}'s download cache"
    cypress = site.home(".cache/Cypress")
    skipped = site.variable("CYPRESS_INSTALL_BINARY") == "0"
    if (
        not skipped
        and cypress in effect.caches
        and any("cypress" in m.every_dependency for m in packages(workspace_root(site)))
    ):
        yield cypress, "the browser of Cypress, a test runner"


def _tools(request: Request, names: tuple[str, ...], site: Site) -> Iterator[Product]:
    if names == (".",):
        yield Product(prefix(site).below("lib/node_modules"), ProductKind.DATA, "links to the project", NAME)
        return
    for name in names:
        yield _tool(package_place(request.manager, name, site), f"{package_name(name)}, installed globally")


def _tool(place: Region, what: str) -> Product:
    return Product(place, ProductKind.TOOL, what, NAME)


def _artifact(place: Region, command: Command, site: Site) -> Product:
    names = [relative(made, site) for made in made_only(command, site) if place.covers(made)]
    inside = f" in {', '.join(names)}" if names and place == region(site.directory) else ""
    return Product(place, ProductKind.ARTIFACT, f"what `{command}` wrote{inside}", NAME)
