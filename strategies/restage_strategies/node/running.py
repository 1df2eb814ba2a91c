"""What scripts and programs of a Node.js project do when a RUN calls them."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable
from itertools import pairwise

from restage.api import NOTHING, Command, Effect, Region, commands_of, outermost, region, replace, unknown
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.configured import configured_elsewhere
from restage_strategies.node.counted import counted, counted_behind
from restage_strategies.node.databases import database_made, database_outside
from restage_strategies.node.elsewhere import with_places
from restage_strategies.node.exact import exact_effect, hook_effect
from restage_strategies.node.inputs import is_there
from restage_strategies.node.merging import merged
from restage_strategies.node.natives import COMPILING
from restage_strategies.node.outputs import option_values, told_outputs
from restage_strategies.node.own_installs import with_own_install
from restage_strategies.node.ownreads import files_of
from restage_strategies.node.places import npm_setting
from restage_strategies.node.plainwork import only_sets_hooks, plain_effect
from restage_strategies.node.project import CONFIGURATION, outside_paths, project_effect
from restage_strategies.node.requests import RunScript
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind, build_caches, outputs
from restage_strategies.node.wrapping import named_scripts, texts_of, wrapped

Follow = Callable[[Command, Site], Effect | None]


def script_effect(run: RunScript, site: Site, follow: Follow) -> Effect | None:
    """The effect of a script of the manifest with its pre and post scripts; None: there is no such script."""
    manifest = site.manifest
    if manifest is None or run.name not in manifest.scripts:
        return None
    here = site.at(manifest.directory)
    names = [name for name in (f"pre{run.name}", run.name, f"post{run.name}") if name in manifest.scripts]
    told = "".join(f" {shlex.quote(word)}" for word in run.arguments)
    texts = {name: manifest.scripts[name] + (told if name == run.name else "") for name in names}
    return merged(text_effect(texts[name], f"npm run {name}", here, follow) for name in names)


def text_effect(text: str, what: str, site: Site, follow: Follow) -> Effect:
    """The effect of shell text that runs in a package's directory with its programs at hand."""
    inner = site.inside(what)
    commands = commands_of(text, site.state)
    if inner is None or commands is None:
        return project_effect(what, site)
    if only_sets_hooks(commands):
        return NOTHING
    found: list[Effect] = []
    here = inner
    for command in commands:
        if command.name == "cd" and command.arguments:
            here = here.at(command.arguments[0])
        else:
            found.append(_one(command, what, here, follow))
    return merged(found) if found else NOTHING


def _one(command: Command, what: str, site: Site, follow: Follow) -> Effect:
    effect = follow(command, site)
    words = (*counted_behind(command.words, site), *command.outputs)
    if effect is None:
        plain = plain_effect(command, what, site)
        if plain is not None:
            return plain
        places = outside_paths((*words, *site.having(command.environment).assignments), site)
        return replace(project_effect(what, site, places), programs=(command.name,) if command.name else ())
    places = outside_paths(words, site)
    return merged((effect, project_effect(what, site, places))) if places else effect


_SETTINGS = {"tsc": "tsconfig"}
"""Tools that take their outputs from one kind of file alone."""


def _settings(call: ProgramCall) -> tuple[str, ...]:
    if call.name == "vite" and any(word.startswith("--outDir") for word in call.arguments):
        return ()
    return tuple(name for name in CONFIGURATION if name.startswith(_SETTINGS.get(call.name, "")))


def program_effect(call: ProgramCall, site: Site, follow: Follow) -> Effect:
    """The effect of a program of the project, of a package, or of node itself."""
    words = (call.name, *call.arguments)
    what = " ".join(words)[:60]
    match call.tool.kind:
        case _ if call.name in _TELEMETRY and call.arguments[:1] == ("telemetry",):
            return Effect(writes=(_configuration(_TELEMETRY[call.name], site),))
        case Kind.HOOKS:
            return hook_effect(call, site)
        case Kind.CLEAN:
            return _cleaning(call, site)
        case Kind.WRAP:
            inner = wrapped(call, site)
            return (
                merged(_one(command, what, here, follow) for command, here in inner)
                if inner
                else project_effect(what, site)
            )
        case Kind.SCRIPTS:
            return _several(call, what, site, follow)
        case _ if call.name == "node" and asks_only(call.arguments):
            return NOTHING
        case _ if (database := database_outside(call, site)) is not None:
            made = database_made(call, site)
            why = f"{call.name} writes to the database {database}, outside the project"
            return unknown(why) if made is None else project_effect(what, site, (made,))
        case _:
            known = _special(call, site) or exact_effect(call, what, site)
            return with_own_install(known or with_places(_building(call, what, site), call, site), call, site)


_TELEMETRY = {"gatsby": "gatsby", "astro": "astro", "turbo": "turborepo"}
"""Tools that remember in their user's configuration whether they may report what they do, and where.

Source: the tools' own documentation of telemetry; `next` keeps it below the project in a container.
"""


def _configuration(name: str, site: Site) -> Region:
    told = site.variable("XDG_CONFIG_HOME")
    return site.state.path(told).below(name) if told else site.home(f".config/{name}")


def asks_only(arguments: tuple[str, ...]) -> bool:
    """Whether node is only asked for its version or the like."""
    return bool(arguments) and arguments[0] in ("-v", "--version", "-h", "--help", "--v8-options")


_COMPILERS = frozenset({"node-gyp", "node-pre-gyp", "prebuild-install", "prebuildify", "cmake-js"})
"""Programs that call compilers, or may."""


def _cleaning(call: ProgramCall, site: Site) -> Effect:
    operands = [word for word in call.arguments if not word.startswith("-")]
    patterns = [word for word in operands if any(sign in word for sign in "*?{[")]
    plain = [site.state.path(word) for word in operands if word not in patterns]
    if call.name in ("mkdirp", "make-dir"):
        return Effect(writes=tuple(plain), repeatable=True)
    above = [site.state.path(posixpath.dirname(word.partition("*")[0]) or ".") for word in patterns]
    return Effect(deletes=tuple(plain), writes=tuple(above))


def _several(call: ProgramCall, what: str, site: Site, follow: Follow) -> Effect:
    texts = texts_of(call, site)
    scripts = named_scripts(call, site)
    if not texts and not scripts:
        return project_effect(what, site)
    effects = [text_effect(text, text, site, follow) for text in texts]
    effects.extend(effect for run in scripts if (effect := script_effect(run, site, follow)) is not None)
    return merged(effects)


def _building(call: ProgramCall, what: str, site: Site) -> Effect:
    caches = [region(site.directory, name) for name in build_caches(call.name)]
    elsewhere = configured_elsewhere(call, site)
    if elsewhere.unclear:
        return unknown(f"{elsewhere.unclear}, and {call.name} may write there")
    told = outside_paths((*counted(call.name, call.arguments, site), *site.assignments), site)
    places = (*told, *elsewhere.outputs)
    usual = outputs(call.name) if call.tool.kind is Kind.BUILD else ()
    named = (*usual, *told_outputs(call, site))
    effect = project_effect(what, site, places, named, caches, _settings(call))
    return replace(effect, programs=COMPILING) if call.name in _COMPILERS else effect


def _special(call: ProgramCall, site: Site) -> Effect | None:
    """Programs with places of their own: in the home directory, in node_modules, or all over the system."""
    words = call.arguments
    match call.name, words[:1]:
        case "playwright", ("install-deps",):
            return unknown("playwright installs OS packages of its own choice")
        case "playwright", ("install",):
            if "--with-deps" in words:
                return unknown("playwright installs OS packages of its own choice")
            told = site.variable("PLAYWRIGHT_BROWSERS_PATH")
            return _download(
                site.state.path(told) if told and told != "0" else site.home(".cache/ms-playwright"), site
            )
        case "puppeteer", ("browsers",):
            told = next(iter(option_values("--path", words)), "") or site.variable("PUPPETEER_CACHE_DIR")
            return _download(site.state.path(told) if told else site.home(".cache/puppeteer"), site)
        case "cypress", ("install",):
            return Effect(caches=(site.home(".cache/Cypress"),))
        case "pm2", _:
            return Effect(writes=(site.home(".pm2"),), caches=(site.home(".npm"),))
        case (("patch-package" | "ngcc" | "node-prune" | "modclean"), _):
            return _on_modules(call, site)
        case (("n" | "nvm" | "fnm" | "volta" | "nave"), _):
            return _node_version(call.name, site)
        case _:
            return None


_FOR_MODULES = (
    *(
        "package.json",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "node_modules",
    ),
    *("patches", "ngcc.config.js", "tsconfig.json", "tsconfig.base.json", "angular.json"),
)


def _on_modules(call: ProgramCall, site: Site) -> Effect:
    """Tools that change what is in node_modules by files of the project."""
    told = [value for word, value in pairwise(call.arguments) if word == "--patch-dir"]
    reads = tuple(map(site.state.path, (*_FOR_MODULES, *told)))
    modules = region(site.directory, "node_modules")
    return Effect(reads=tuple(place for place in reads if is_there(place, site)), writes=(modules,))


def _download(place: Region, site: Site) -> Effect:
    """A browser that a tool brings, as its own package and its configuration say."""
    names = ("node_modules", "package.json", *files_of("puppeteer"))
    reads = tuple(map(site.state.path, names))
    kept = tuple(read for read in reads if is_there(read, site))
    return Effect(reads=kept, writes=(place,), caches=(site.home(".npm"),))


def _node_version(manager: str, site: Site) -> Effect:
    """A version manager puts Node.js below its own directory; `n` into the system's prefix."""
    match manager:
        case "n":
            told = site.variable("N_PREFIX") or npm_setting("prefix", site) or "/usr/local"
            return Effect(writes=outermost((site.state.path(told),)))
        case "nvm":
            told = site.variable("NVM_DIR")
            return Effect(writes=(site.state.path(told) if told else site.home(".nvm"),))
        case "volta":
            return Effect(writes=(site.home(".volta"),))
        case _:
            return Effect(writes=(region(site.state.home),))
