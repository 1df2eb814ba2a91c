"""Where package managers keep things: download caches, global packages, settings.

Sources: the documentation of npm (folders, config), yarn 1 (cache, global), yarn berry (configuration), pnpm (settings),
bun (bunfig) and Corepack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from restage.api import FromContext, Region, join, region
from restage_strategies.node.manifest import pnpm_workspace
from restage_strategies.node.options import VALUED, take_apart
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.site import Site

_ROOTS_YARN = "/usr/local/share"


def caches(request: Request, site: Site) -> tuple[Region, ...]:
    """The download caches that a package manager fills."""
    match request.manager:
        case Manager.NPM:
            return (npm_cache(request, site),)
        case Manager.YARN:
            return (yarn_cache(request, site),)
        case Manager.BERRY:
            told = site.variable("YARN_CACHE_FOLDER", "YARN_GLOBAL_FOLDER")
            return (site.state.path(told),) if told else (site.home(".yarn/berry"),)
        case Manager.PNPM:
            return pnpm_stores(request, site)
        case Manager.BUN:
            told = request.says("cache-dir") or site.variable("BUN_INSTALL_CACHE_DIR")
            return (site.state.path(told),) if told else (site.home(".bun/install/cache"),)


def npm_cache(request: Request, site: Site) -> Region:
    """npm's cache, which holds its logs and what npx downloads too."""
    told = request.says("cache") or npm_setting("cache", site)
    return site.state.path(told) if told else site.home(".npm")


def yarn_cache(request: Request, site: Site) -> Region:
    """The cache of yarn 1; root's lies below /usr/local/share."""
    told = request.says("cache-folder") or site.variable("YARN_CACHE_FOLDER", "npm_config_cache_folder")
    told = told or _configured("yarn", "cache-folder", site) or _in_file(".yarnrc", "cache-folder", site)
    if told:
        return site.state.path(told)
    return region(_ROOTS_YARN, ".cache/yarn") if site.is_root else site.home(".cache/yarn")


def pnpm_stores(request: Request, site: Site) -> tuple[Region, ...]:
    """pnpm's store and its cache of metadata."""
    return (_pnpm_store(request, site), site.home(".pnpm-store"), site.home(".cache/pnpm"))


def pnpm_links_to(request: Request, site: Site) -> tuple[Region, ...]:
    """Where the links in node_modules lead that pnpm was told to lay elsewhere."""
    told = _pnpm_setting("virtual-store-dir", request, site)
    shared = _pnpm_setting("enable-global-virtual-store", request, site) == "true"
    return (
        *((site.state.path(told),) if told else ()),
        *((_pnpm_store(request, site),) if shared else ()),
    )


def _pnpm_store(request: Request, site: Site) -> Region:
    told = _pnpm_setting("store-dir", request, site)
    if told:
        return site.state.path(told)
    home = site.variable("PNPM_HOME")
    return region(home, "store") if home else site.home(".local/share/pnpm/store")


def _pnpm_setting(name: str, request: Request, site: Site) -> str:
    """A setting of pnpm: an option, the environment, an earlier `pnpm config set`, .npmrc or pnpm-workspace.yaml."""
    told = request.says(name) or npm_setting(name, site) or _configured("pnpm", name, site)
    first, *rest = name.split("-")
    filed = pnpm_workspace(site.state.tree, site.directory).get(first + "".join(map(str.capitalize, rest)))
    return told or (str(filed).lower() if isinstance(filed, bool) else str(filed or ""))


def compile_caches(site: Site) -> tuple[Region, ...]:
    """Headers and prebuilt binaries that compiling addons downloads."""
    return (site.home(".cache/node-gyp"), site.home(".node-gyp"), site.home(".npm/_prebuilds"))


def npm_setting(name: str, site: Site) -> str:
    """A setting of npm: from the environment, a .npmrc, or an earlier `npm config set`."""
    variable = f"npm_config_{name.replace('-', '_')}"
    told = site.variable(variable, variable.upper())
    return told or _in_file(".npmrc", name, site) or _configured("npm", name, site)


def npmrc(site: Site) -> Mapping[str, str]:
    """What .npmrc of the directory and of the home set, by name; the directory's wins, and of a list its last entry."""
    found: dict[str, str] = {}
    for directory in (site.state.home, site.directory):
        for line in (site.state.tree.text(join(directory, ".npmrc")) or "").splitlines():
            key, sign, value = re.split(r"(?<!\\)[;#]", line, maxsplit=1)[0].partition("=")
            name = key.strip().removesuffix("[]")
            if name:
                found[name] = value.strip().strip("\"'") if sign else "true"
    return found


def _in_file(file: str, name: str, site: Site) -> str:
    if file == ".npmrc":
        return npmrc(site).get(name, "")
    for directory in (site.directory, site.state.home):
        for line in (site.state.tree.text(join(directory, file)) or "").splitlines():
            key, sign, value = line.partition(" ")
            if sign and key.strip() == name:
                return value.strip().strip("\"'")
    return ""


def _configured(program: str, name: str, site: Site) -> str:
    """The value that an earlier `npm config set NAME VALUE` (or NAME=VALUE) of the same file gives."""
    found = ""
    for command in site.case.commands:
        operands = take_apart(command.arguments, VALUED[program]).operands if command.name == program else ()
        match operands:
            case ("config" | "c", "set", key, value) if key == name:
                found = value
            case ("config" | "c", "set", pair) if pair.startswith(f"{name}="):
                found = pair.partition("=")[2]
            case ("set", pair) if pair.startswith(f"{name}="):
                found = pair.partition("=")[2]
            case _:
                pass
    return found


def prefix(site: Site) -> Region:
    """The prefix of global npm packages: /usr/local in the official image, /usr where a distribution brings node."""
    told = npm_setting("prefix", site)
    if told:
        return site.state.path(told)
    return region("/usr/local") if not from_vendor_repository(site) else region("/usr")


def from_vendor_repository(site: Site) -> bool:
    """Whether nodejs is a package of NodeSource or of a Red Hat distribution, whose npm installs below /usr."""
    if site.state.base.family == "node":
        return False
    words = [word for command in site.case.commands for word in command.words]
    return any("nodesource" in word for word in words) or any(
        command.name in ("dnf", "yum", "microdnf") and "nodejs" in " ".join(command.words)
        for command in site.case.commands
    )


def yarn_global(site: Site) -> Region:
    """Where yarn 1 keeps global packages."""
    return region(_ROOTS_YARN, ".config/yarn/global") if site.is_root else site.home(".config/yarn/global")


def pnpm_home(site: Site) -> Region:
    """Where pnpm keeps global packages and their programs."""
    told = site.variable("PNPM_HOME")
    return site.state.path(told) if told else site.home(".local/share/pnpm")


def corepack_home(site: Site) -> Region:
    """Where Corepack keeps the package managers that it downloads."""
    told = site.variable("COREPACK_HOME")
    return site.state.path(told) if told else site.home(".cache/node/corepack")


def corepack_provides(manager: Manager, site: Site) -> bool:
    """Whether this package manager comes from Corepack here, and no `corepack prepare` brought it before."""
    lines = [command.arguments for command in site.case.commands if command.name == "corepack"]
    named = "pnpm" if manager is Manager.PNPM else "yarn"
    installed = any(named in word.partition("@")[0] for words in _global_installs(site) for word in words)
    brought = any(line[:1] in _BRINGING for line in lines)
    enabled = any(line[:1] == ("enable",) and _is_enabled(named, line[1:]) for line in lines)
    return manager is not Manager.NPM and enabled and not brought and not installed


_BRINGING = (("prepare",), ("use",), ("install",), ("up",), ("hydrate",))


def _is_enabled(named: str, words: tuple[str, ...]) -> bool:
    """Whether `corepack enable` names this package manager, or none, which means all but npm."""
    names = {word for word in words if word in ("npm", "pnpm", "yarn")}
    return not names or named in names


def _global_installs(site: Site) -> Iterator[tuple[str, ...]]:
    for command in site.case.commands:
        if command.name == "npm" and {"-g", "--global"} & set(command.arguments):
            yield command.arguments


def is_from_context(path: str, site: Site) -> bool:
    """Whether a path of the image is one of the build context."""
    return isinstance(site.state.tree.origin(path), FromContext)
