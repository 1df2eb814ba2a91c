"""Packages installed for the whole system or user: `npm install -g`, `yarn global add`, `pnpm add -g`."""

from __future__ import annotations

import re

from restage.api import Effect, Region, outermost, region
from restage_strategies.node.modules import downloads_of
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
_RUNNERS = {
    "@commitlint/cli": ("commitlint",),
    "@feathersjs/cli": ("feathers",),
    "anywhere": ("anywhere",),
    "asar": ("asar",),
    "babel-cli": ("babel", "babel-doctor", "babel-external-helpers", "babel-node"),
    "clean-css-cli": ("cleancss",),
    "coffee-script": ("coffee", "cake"),
    "coffeescript": ("coffee", "cake"),
    "docsify-cli": ("docsify",),
    "express-generator": ("express",),
    "gulp-cli": ("gulp",),
    "hexo-cli": ("hexo",),
    "karma-cli": ("karma",),
    "markdownlint-cli": ("markdownlint",),
    "pug-cli": ("pug",),
    "pyright": ("pyright", "pyright-langserver"),
    "qrcode-terminal": ("qrcode-terminal",),
    "shelljs": ("shjs",),
    "sucrase": ("sucrase", "sucrase-node"),
    "uglify-js": ("uglifyjs",),
    "wscat": ("wscat",),
    "yo": ("yo", "yo-complete"),
}
"""Packages that bring the program of another, or one of another name: none has code to compile."""
_PROGRAMS = {**_MANAGERS, **_RUNNERS}


def global_effect(request: Request, names: tuple[str, ...], site: Site) -> Effect:
    """The effect of a global install; well-known tools without own code to compile are installed again as well."""
    if names == (".",):
        return _linked(site)
    found = tuple(package_place(request.manager, name, site) for name in names)
    kept = (*caches(request, site), *compile_caches(site), region("/tmp"))
    programs = _programs(request.manager, names, site)
    written = outermost((*found, *programs, *downloads_of(names, site)))
    left = caches(request, site) if request.manager in (Manager.NPM, Manager.YARN) else ()
    return Effect(writes=written, caches=kept, leaves=left, repeatable=_is_again(names))


def is_plain(package: str) -> bool:
    """Whether a package is known, and installs the same without compilers."""
    row = row_of(package)
    if row is not None:
        return not row.compiles
    return package in _PROGRAMS or is_known_package(package)


_NAMED = re.compile(r"(?:@[^/@:$]+/)?[^/@:$.][^/@:$]*")


def is_named(spec: str) -> bool:
    """Whether a package is asked for by its name: a folder, archive or repository tells its name only when it is installed."""
    name = package_name(spec)
    return _NAMED.fullmatch(name) is not None and not name.endswith((".tgz", ".tar.gz"))


def _is_again(names: tuple[str, ...]) -> bool:
    return all(is_named(name) and is_plain(package_name(name)) for name in names)


def package_place(manager: Manager, spec: str, site: Site) -> Region:
    """Where a global package lies, or the directory of all where its name is not told."""
    match manager:
        case Manager.YARN | Manager.BERRY:
            return yarn_global(site)
        case Manager.PNPM:
            return pnpm_home(site)
        case Manager.BUN:
            return site.home(".bun")
        case Manager.NPM:
            modules = prefix(site).below("lib/node_modules")
            return modules.below(package_name(spec)) if is_named(spec) else modules


def links_of(package: str, place: Region, site: Site) -> tuple[Region, ...]:
    """The links to the programs of a package that npm put in this place; none where another manager did."""
    if place != package_place(Manager.NPM, package, site) or not _is_again((package,)):
        return ()
    return _programs(Manager.NPM, (package,), site)


def _programs(manager: Manager, names: tuple[str, ...], site: Site) -> tuple[Region, ...]:
    """The programs of global packages that are installed again; for any others the directory of all programs.

    A program is a link into its package: copied by itself it would become a file that no longer finds its modules.
    """
    if manager in (Manager.PNPM, Manager.BUN):
        return ()
    home = prefix(site)
    if not _is_again(names):
        return (home.below("bin"),)
    packages = map(package_name, names)
    return tuple(home.below("bin", name) for package in packages for name in brought_programs(package))


def brought_programs(package: str) -> tuple[str, ...]:
    """The names under which a global package puts programs into the directory of all; its own where no other is known."""
    return tuple(_PROGRAMS.get(package) or programs_of(package) or (package,))


def _linked(site: Site) -> Effect:
    """`npm link` and `npm install -g .`: links to the project and to its programs, which stay links in their directories."""
    home, here = prefix(site), region(site.directory)
    return Effect(reads=(here,), writes=(home.below("lib/node_modules"), home.below("bin"), here))
