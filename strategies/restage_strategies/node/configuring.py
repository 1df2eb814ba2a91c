"""Settings that commands write, and package managers that Corepack and its like bring."""

from __future__ import annotations

from restage.api import EVERYWHERE, Effect, region
from restage_strategies.node.places import corepack_home, pnpm_home, prefix
from restage_strategies.node.requests import Manager, Provision, Request
from restage_strategies.node.site import Site


def configuring(request: Request, place: str, site: Site) -> Effect:
    """The effect of setting something for the system, the user or the project."""
    match request.manager, place:
        case Manager.NPM, "system":
            return Effect(writes=(prefix(site).below("etc/npmrc"),), repeatable=True)
        case Manager.NPM, "user":
            told = request.says("userconfig") or site.variable(
                "NPM_CONFIG_USERCONFIG", "npm_config_userconfig"
            )
            return Effect(writes=(site.state.path(told) if told else site.home(".npmrc"),), repeatable=True)
        case Manager.YARN, "user":
            home = region("/usr/local/share") if site.is_root else region(site.state.home)
            return Effect(writes=(home.below(".yarnrc"),), repeatable=True)
        case Manager.PNPM, "user":
            return Effect(writes=(site.home(".config/pnpm"),), repeatable=True)
        case _, _:
            here = region(site.directory)
            names = (".yarnrc.yml", ".yarn", ".npmrc")
            return Effect(
                reads=(here,), writes=(here,) if here != EVERYWHERE else tuple(map(here.below, names))
            )


def provisioning(request: Request, action: Provision, site: Site) -> Effect:
    """The effect of bringing a package manager: into the system's directories, or only into the user's home."""
    if action.system:
        bins = tuple(prefix(site).below("bin", name) for name in ("yarn", "yarnpkg", "pnpm", "pnpx"))
        return Effect(writes=bins, repeatable=True)
    if request.manager is Manager.PNPM:
        return Effect(writes=(pnpm_home(site),), repeatable=True)
    reads = (site.state.path("package.json"),) if action.by_manifest else ()
    return Effect(reads=reads, writes=(corepack_home(site),), repeatable=True)
