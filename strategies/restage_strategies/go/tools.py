"""What the helper programs of Go projects read and write: vendoring, generators, linters, cross builders, upx."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from restage.api import Case, Command, Effect, Region, State, named_elsewhere, outermost, unknown
from restage_strategies.go.drivers import (
    VENDORING,
    installs_programs,
    is_go_stage,
    names_prefix,
    puts_on_path,
    recipe_directory,
    recipe_of,
    runs_recipe,
)
from restage_strategies.go.effects import bounded, build_reads
from restage_strategies.go.fetching import credentials
from restage_strategies.go.manifest import program_name
from restage_strategies.go.rows import sets_up, tool_named, tool_named_by
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace

_ONLY_LOOKING = frozenset({"version", "--version", "-version", "-v", "-V", "help", "--help", "-h"})


def tool_effect(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a helper program in a RUN; None: not one of Go's."""
    settings = Settings(command, state, case)
    name = command.name
    found = _EFFECTS.get(name)
    if found is not None:
        return found(command, settings)
    if name in VENDORING:
        return _vendoring(command, settings)
    if runs_recipe(command):
        return _recipe(command, settings)
    tool = tool_named(name)
    installed = installed_tools(case)
    told = sets_up(installed.get(name, ""))
    if told is not None:
        return unknown(f"`{command}` {told}")
    if name in installed or (tool is not None and tool.role != "run" and is_go_stage(case)):
        return _runs(command, settings)
    return None


def installed_tools(case: Case) -> dict[str, str]:
    """Import paths of the programs that a `go install` or `go get` of the file makes, by name."""
    found: dict[str, str] = {}
    for command in case.commands:
        if command.name == "go" and command.arguments[:1] in (("install",), ("get",)):
            for word in command.arguments[1:]:
                path = word.partition("@")[0]
                tool = tool_named_by(path)
                if "." in path.partition("/")[0] and "/" in path and not word.startswith(("-", ".")):
                    found[tool.name if tool else program_name(path)] = path
    return found


def _space(settings: Settings) -> Workspace:
    return Workspace(settings, settings.state.directory)


def _vendoring(command: Command, settings: Settings) -> Effect:
    """Tools of the time before modules: sources land in vendor/ or GOPATH/src, of use to the compiler alone."""
    if command.arguments[:1] and command.arguments[0] in _ONLY_LOOKING:
        return Effect()
    here = settings.state.path(".")
    own = {"glide": ".glide", "gopm": ".gopm", "gvt": ".gvt-cache"}.get(command.name)
    caches = (*settings.caches, *((settings.below_home(own),) if own else ()))
    unpacked = tuple(path.below("src") for path in settings.gopaths if not path.below("src").covers(here))
    if command.name == "godep" or command.name in ("gpm", "johnny-deps", "gopm"):
        unpacked = tuple(path.below("src") for path in settings.gopaths)
        return Effect(reads=(here, *credentials(settings)), caches=outermost((*caches, *unpacked)))
    if command.name == "gb":
        return Effect(
            reads=(here,), writes=(here.below("bin"), here.below("vendor")), caches=(here.below("pkg"),)
        )
    locks = {"dep": "Gopkg.lock", "glide": "glide.lock"}
    lock = (here.below(locks[command.name]),) if command.name in locks else ()
    if _only_vendors(command, here, settings):
        manifest = here.below("Gopkg.toml" if command.name == "dep" else "glide.yaml")
        return Effect((manifest, *lock, *credentials(settings)), (here.below("vendor"),), caches=caches)
    reads = (here, *unpacked, *credentials(settings))
    return Effect(reads=reads, writes=(here.below("vendor"), *lock), caches=caches)


def _only_vendors(command: Command, here: Region, settings: Settings) -> bool:
    """Whether vendor/ is filled from manifest and lockfile alone: `dep ensure -vendor-only`, `glide install`."""
    tree = settings.state.tree
    match command.name, command.arguments[:1]:
        case "dep", ("ensure",):
            told = "-vendor-only" in command.arguments or "--vendor-only" in command.arguments
            return told and tree.is_file(here.below("Gopkg.lock").path)
        case "glide", ("install" | "i",):
            return tree.is_file(here.below("glide.lock").path)
        case _:
            return False


def _recipe(command: Command, settings: Settings) -> Effect | None:
    """`make` and its like where the recipe calls Go: the module, GOPATH/bin if it installs, the prefix if told so."""
    recipe = recipe_of(command, settings.state)
    if recipe is None:
        return None
    if puts_on_path(command, recipe):
        return unknown(f"`{command}` may write programs elsewhere")
    directory = recipe_directory(command, settings.state)
    space = Workspace(settings, directory)
    installs = any(word == "install" or word.startswith("install-") for word in command.arguments)
    writes = [Region(space.root or directory), Region(directory)]
    writes += [settings.bin] if installs_programs(recipe) else []
    writes += [Region("/usr/local")] if installs and names_prefix(recipe) else []
    claim = bounded(f"`{command.name}` writes {', '.join(map(str, outermost(tuple(writes))))}", str(command))
    reads = outermost((*build_reads(space, settings), Region(directory)))
    return Effect(reads, outermost(tuple(writes)), caches=settings.caches, claims=(claim,))


def _runs(command: Command, settings: Settings) -> Effect:
    """Any other tool: it works on the project in place."""
    space = _space(settings)
    if not command.arguments or command.arguments[0] in _ONLY_LOOKING:
        return Effect()
    here = (Region(space.root or space.directory), Region(space.directory))
    writes = outermost((*here, *_told_outputs(command, settings)))
    elsewhere = named_elsewhere(command, writes, settings.state)
    if elsewhere is not None:
        return unknown(f"`{command.name}` may write {elsewhere}")
    claim = bounded(f"`{command.name}` writes below {', '.join(map(str, writes))}", str(command))
    caches = (*settings.caches, settings.below_home(".cache"))
    return Effect(build_reads(space, settings), writes, caches=outermost(caches), claims=(claim,))


def _told_outputs(command: Command, settings: Settings) -> Iterator[Region]:
    """Places that options name in so many words."""
    words = command.arguments
    for at, word in enumerate(words):
        flag, sign, value = word.partition("=")
        if flag.lstrip("-") in ("o", "out", "output", "outdir", "dir", "d") and flag.startswith("-"):
            told = value if sign else next(iter(words[at + 1 : at + 2]), "")
            if told and not told.startswith("-"):
                yield settings.state.path(told)


def _gofmt(command: Command, settings: Settings) -> Effect:
    places = [settings.state.path(word) for word in command.arguments if not word.startswith("-")]
    writes = tuple(places) if "-w" in command.arguments else ()
    return Effect(reads=tuple(places), writes=writes)


def _upx(command: Command, settings: Settings) -> Effect:
    """The packer of executables: in place, or to the file of -o."""
    words = command.arguments
    told = [settings.state.path(words[at + 1]) for at, word in enumerate(words[:-1]) if word == "-o"]
    told += [settings.state.path(word[2:]) for word in words if word.startswith("-o") and len(word) > 2]
    operands = [
        word for at, word in enumerate(words) if not word.startswith("-") and words[at - 1 : at] != ("-o",)
    ]
    places = tuple(settings.state.path(word) for word in operands)
    return Effect(reads=places, writes=tuple(told) or places)


def _protoc(command: Command, settings: Settings) -> Effect | None:
    if not any(
        word.startswith(("--go", "--twirp_out", "--micro_out", "--gofast_out")) for word in command.words
    ):
        return None
    return _runs(command, settings)


def _toolchain_download(command: Command, settings: Settings) -> Effect:
    """`go1.22.3 download`: a toolchain below the home directory."""
    return Effect(writes=(settings.below_home("sdk", command.name),))


def sdk_effect(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a wrapper of golang.org/dl that fetches its toolchain."""
    if not command.name.startswith(("go1.", "gotip")) or command.arguments[:1] != ("download",):
        return None
    return _toolchain_download(command, Settings(command, state, case))


_EFFECTS: dict[str, Callable[[Command, Settings], Effect | None]] = {
    "gofmt": _gofmt,
    "upx": _upx,
    "protoc": _protoc,
}
