"""Packages installed for the whole system or user: `npm install -g`, `yarn global add`, `pnpm add -g`."""

from __future__ import annotations

from restage.api import Effect, Region, outermost, region
from restage_strategies.node.npm import package_name
from restage_strategies.node.places import caches, compile_caches, pnpm_home, prefix, yarn_global
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.rows import row_of
from restage_strategies.node.site import Site
from restage_strategies.node.tools import is_known_package, programs_of

_MANAGERS = {
    "npm": ("npm", "npx"),
    "yarn": ("yarn", "yarnpkg"),
    "pnpm": ("pnpm", "pnpx"),
    "corepack": ("corepack", "yarn", "yarnpkg", "pnpm", "pnpx"),
    "bun": ("bun", "bunx"),
    "@antfu/ni": ("ni", "nr", "nlx", "nu", "nun", "nci", "na"),
    "n": ("n",),
    "cnpm": ("cnpm",),
    "nrm": ("nrm",),
}


def global_effect(request: Request, names: tuple[str, ...], site: Site) -> Effect:
    """The effect of a global install; well-known tools without own code to compile are installed again as well."""
    packages = tuple(package_name(name) for name in names)
    if packages == (".",):
        return _linked(site)
    written = outermost(tuple(place for name in packages for place in places(request.manager, name, site)))
    kept = (*caches(request, site), *compile_caches(site), region("/tmp"))
    again = all(is_plain(name) for name in packages) and not any(_is_path(name) for name in names)
    return Effect(writes=written, caches=kept, repeatable=again)


def is_plain(package: str) -> bool:
    """Whether a package is known, and installs the same without compilers."""
    row = row_of(package)
    if row is not None:
        return not row.compiles
    return package in _MANAGERS or is_known_package(package)


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "git", "http", "file:")) or name.endswith(".tgz")


def places(manager: Manager, package: str, site: Site) -> tuple[Region, ...]:
    """Where a global package and its programs lie."""
    match manager:
        case Manager.YARN | Manager.BERRY:
            return (yarn_global(site), *_bins(package, prefix(site)))
        case Manager.PNPM:
            return (pnpm_home(site),)
        case Manager.BUN:
            return (site.home(".bun"),)
        case Manager.NPM:
            home = prefix(site)
            return (home.below("lib/node_modules", package), *_bins(package, home))


def _bins(package: str, home: Region) -> tuple[Region, ...]:
    """The programs of a global package that is installed again; for any other the directory of all programs.

    A program is a link into the package: copied by itself it would become a file that no longer finds its modules.
    """
    if not is_plain(package):
        return (home.below("bin"),)
    return tuple(
        home.below("bin", name) for name in _MANAGERS.get(package) or programs_of(package) or (package,)
    )


def _linked(site: Site) -> Effect:
    """`npm link` and `npm install -g .`: links to the project and to its programs, which stay links in their directories."""
    home, here = prefix(site), region(site.directory)
    return Effect(reads=(here,), writes=(home.below("lib/node_modules"), home.below("bin"), here))
