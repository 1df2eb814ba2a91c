"""What package managers do when a RUN calls them."""

from __future__ import annotations

from restage.api import (
    EVERYWHERE,
    NOTHING,
    Basis,
    Claim,
    ClaimKind,
    Effect,
    Evidence,
    Region,
    outermost,
    region,
    unknown,
)
from restage_strategies.node.calls import fetched_program
from restage_strategies.node.configuring import configuring, provisioning
from restage_strategies.node.globally import global_effect
from restage_strategies.node.how_installed import npm_major
from restage_strategies.node.inputs import hides_manifest, install_reads, run_reads, workspace_root
from restage_strategies.node.lifecycle import lifecycle_scripts
from restage_strategies.node.manifest import manifest_at
from restage_strategies.node.merging import merged
from restage_strategies.node.modules import downloads, downloads_of, loaded_from, makes_modules
from restage_strategies.node.natives import tools_called
from restage_strategies.node.places import (
    caches,
    compile_caches,
    corepack_home,
    corepack_provides,
)
from restage_strategies.node.project import project_effect, project_root
from restage_strategies.node.requests import (
    Change,
    ChangeGlobally,
    CleanCache,
    Configure,
    Deploy,
    EditManifest,
    Fetch,
    Inspect,
    Install,
    Manager,
    Provision,
    Request,
    RunProgram,
    RunScript,
    RunText,
    Tidy,
    Unclear,
)
from restage_strategies.node.running import Follow, program_effect, script_effect, text_effect
from restage_strategies.node.site import Site
from restage_strategies.node.written import install_bounds


def request_effect(request: Request, site: Site, follow: Follow) -> Effect:
    """The effect of a call of a package manager."""
    here = site.at(request.directory)
    match request.action:
        case Inspect():
            return NOTHING
        case Unclear(why):
            return unknown(why)
        case CleanCache():
            return Effect(deletes=caches(request, here), repeatable=True)
        case Configure(place):
            return configuring(request, place, here)
        case Provision() as provision:
            return provisioning(request, provision, here)
        case ChangeGlobally(names):
            return global_effect(request, names, here)
        case RunScript() | RunProgram() | RunText():
            run = Effect(reads=run_reads(request, here), repeatable=True)
            return _with_corepack(merged((_working(request, here, follow), run)), request, here)
        case _:
            return _with_corepack(_working(request, here, follow), request, here)


def _working(request: Request, site: Site, follow: Follow) -> Effect:
    match request.action:
        case Install() | Fetch() | Change() if _is_untold(site):
            return unknown(f"in which folders {request.manager} installs, only running tells")
        case Install() | Fetch():
            return _install(request, site, follow)
        case Change(names):
            return _change(request, names, site, follow)
        case Tidy():
            return _tidy(request, site)
        case RunScript() as run:
            return _script(request, run, site, follow)
        case RunProgram(words, package):
            effect = program_effect(fetched_program(words, package, site), site, follow)
            return merged((effect, Effect(caches=caches(request, site), repeatable=True)))
        case RunText(text):
            return text_effect(text, "npx", site, follow)
        case EditManifest(keys):
            return Effect(reads=(site.state.path("package.json"),), writes=(_edited(keys, site),))
        case Deploy(target):
            place = site.state.path(target)
            return merged(
                (project_effect("pnpm deploy", site), Effect(writes=(place,), caches=caches(request, site)))
            )
        case _:
            return project_effect(str(request.manager), site)


def _is_untold(site: Site) -> bool:
    """Whether only running tells the folder: a loop's (`cd services/$d`), not one that a variable of the base names."""
    untold = site.directory[1:].find("$") > 0 or "`" in site.directory
    return untold or (site.state.wandered and "$" in site.directory)


def _script(request: Request, run: RunScript, site: Site, follow: Follow) -> Effect:
    if request.members:
        return project_effect(f"{request.manager} run {run.name}", site.at(project_root(site).path))
    effect = script_effect(run, site, follow)
    if effect is None and run.or_program:
        effect = program_effect(fetched_program((run.name, *run.arguments), "", site), site, follow)
    if effect is None and run.if_present and site.manifest is not None:
        effect = NOTHING
    if effect is None:
        effect = project_effect(f"{request.manager} run {run.name}", site)
    return merged((effect, Effect(caches=caches(request, site))))


def _install(request: Request, site: Site, follow: Follow) -> Effect:
    root = _root(request, site)
    loaded = loaded_from(request, root)
    everything = (
        *(place for place in caches(request, site) if place not in loaded),
        *compile_caches(site),
        site.home(".cache/Cypress"),
        region("/tmp"),
    )
    brought = downloads(request, root)
    effect = Effect(
        reads=_reads(request, root, site),
        writes=outermost((*_modules(request, root), *brought, *loaded)),
        bounds=(*install_bounds(request, root), *brought, *loaded),
        caches=outermost(everything),
        programs=tools_called(root),
        claims=(_install_claim(request),),
    )
    scripts = lifecycle_scripts(request, root)
    return merged((effect, *(text_effect(text, name, at, follow) for name, text, at in scripts)))


def _reads(request: Request, root: Site, site: Site) -> tuple[Region, ...]:
    return (project_root(site),) if hides_manifest(site) else install_reads(request, root)


def _root(request: Request, site: Site) -> Site:
    """Where packages are installed; a directory that the line names is taken as it is if it shows no manifest."""
    if request.directory and manifest_at(site.state.tree, site.directory) is None:
        return site
    return workspace_root(site)


def _install_claim(request: Request) -> Claim:
    searched = (
        "where package managers and the install scripts of packages write: node_modules and their caches"
    )
    return Claim(ClaimKind.BOUNDED_WRITES, f"{request.manager} install", Evidence(Basis.SEARCH, searched))


def _modules(request: Request, root: Site) -> tuple[Region, ...]:
    """Where an install puts packages: node_modules, or the whole directory where there may be more or less."""
    here = region(root.directory)
    if request.manager is Manager.BERRY:
        return (
            (here,) if here != EVERYWHERE else tuple(here.below(name) for name in ("node_modules", ".yarn"))
        )
    told = request.says("modules-folder", "modules-dir")
    if told:
        return (root.state.path(told),)
    if here != EVERYWHERE and not makes_modules(request, root):
        return (here,)
    return (here.below("node_modules"),)


def _change(request: Request, names: tuple[str, ...], site: Site, follow: Follow) -> Effect:
    """`npm install NAME` changes the manifest as well, which no later COPY may undo; what runs reads only its other fields."""
    root = workspace_root(site)
    here = region(root.directory)
    places = (
        (here,)
        if here != EVERYWHERE
        else tuple(here.below(name) for name in ("node_modules", *_manifest_of(request, root)))
    )
    effect = Effect(
        reads=_reads(request, root, site),
        writes=outermost(
            (*places, *downloads(request, site), *downloads_of(names, site), *loaded_from(request, root))
        ),
        bounds=(here,),
        caches=outermost((*caches(request, site), *compile_caches(site), region("/tmp"))),
        claims=(_install_claim(request),),
    )
    scripts = lifecycle_scripts(request, root)
    return merged((effect, *(text_effect(text, name, at, follow) for name, text, at in scripts)))


def _manifest_of(request: Request, root: Site) -> tuple[str, ...]:
    """The manifest, which npm makes where there is none only since version 7."""
    old = request.manager is Manager.NPM and (npm_major(root) or 0) < 7
    return () if old and root.manifest is None else ("package.json",)


def _tidy(request: Request, site: Site) -> Effect:
    root = workspace_root(site)
    claim = _install_claim(request)
    written = caches(request, site) + compile_caches(site)
    compiles = isinstance(request.action, Tidy) and request.action.compiles
    return Effect(
        reads=(project_root(root),) if compiles else _reads(request, root, site),
        writes=_modules(request, root),
        bounds=() if compiles else install_bounds(request, root),
        caches=written,
        claims=(claim,),
    )


_STARTS = ("scripts", "main", "bin", "workspaces")
_OF_INSTALLS = ("scripts.pre", "scripts.post", "scripts.install")


def _edited(keys: tuple[str, ...], site: Site) -> Region:
    """The manifest; or its directory where only fields change that say nothing of starts."""
    here = region(site.directory)
    quiet = all(not key.startswith(_STARTS) or key.startswith(_OF_INSTALLS) for key in keys)
    return here if keys and quiet and here != EVERYWHERE else here.below("package.json")


def _with_corepack(effect: Effect, request: Request, site: Site) -> Effect:
    """The first call of a package manager that Corepack provides downloads it."""
    if not corepack_provides(request.manager, site):
        return effect
    return merged((effect, Effect(writes=(corepack_home(site),))))
