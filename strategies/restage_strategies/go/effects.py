"""What each subcommand of `go` reads and writes (cmd/go, go help)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from restage.api import Basis, Claim, ClaimKind, Effect, Evidence, Region, outermost, region, replace, unknown
from restage_strategies.go.drivers import as_go
from restage_strategies.go.fetching import (
    are_fetched,
    credentials,
    download_effect,
    manifest_reads,
    reads_of_fetched,
)
from restage_strategies.go.getting import got_programs
from restage_strategies.go.invocation import Invocation, read_invocation
from restage_strategies.go.outputs import Output, build_outputs, install_outputs
from restage_strategies.go.outside import named_outside
from restage_strategies.go.packages import names_one_of_several
from restage_strategies.go.prefetch import module_download
from restage_strategies.go.rows import library_in_module_cache, sets_up
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace, state_directory

_C_PLACES = tuple(
    Region(path) for path in ("/usr/include", "/usr/lib", "/usr/local/include", "/usr/local/lib", "/opt")
)

_BY_ITSELF = frozenset({"clean", "env", "fix", "fmt"})
"""Any other fetches modules or stamps the commit, both with git (go help vcs, go help build on -buildvcs)."""


def go_effect(invocation: Invocation, settings: Settings) -> Effect:
    """The effect of one `go` command."""
    verb = invocation.verb
    found = _EFFECTS.get(verb) or _EFFECTS.get(verb.partition(" ")[0])
    if not invocation.known and verb in ("", "build", "install") and not _writes_what_it_says(invocation):
        return unknown("what `go` is told to do, only running tells")
    if found is None:
        return Effect()
    called = () if verb in _BY_ITSELF else ("git",)
    prefetch = module_download(invocation, settings)
    effect = replace(found(invocation, settings), programs=called, prefetch=prefetch)
    return kept_modules(effect, space_of(invocation, settings))


def _writes_what_it_says(invocation: Invocation) -> bool:
    """Whether a build writes one file that is known, whichever package of the project it is told to build."""
    told = invocation.find("o")
    one = names_one_of_several(invocation.operands)
    return (
        invocation.verb == "build"
        and one
        and told is not None
        and told.known
        and not told.value.endswith("/")
    )


def kept_modules(effect: Effect, space: Workspace) -> Effect:
    """The effect where a program opens a library in the module cache: what was downloaded is no cache then."""
    cache = space.settings.module_cache
    if opened_module(space) is None or not any(place.overlaps(cache) for place in effect.caches):
        return effect
    caches = tuple(place for place in effect.caches if not place.overlaps(cache))
    return replace(effect, writes=(*effect.writes, cache), caches=caches)


def opened_module(space: Workspace) -> str | None:
    """A required module whose shared library programs open where it was downloaded to (cgo's rpath)."""
    if space.root is None or space.tree.is_directory(posixpath.join(space.root, "vendor")):
        return None
    commands = (read_invocation(go) for c in space.settings.case.commands if (go := as_go(c)) is not None)
    tags = {tag for invocation in commands for tag in invocation.tags}
    required = (path for module in space.modules for path in module.manifest.requires)
    return next((path for path in required if library_in_module_cache(path, tags)), None)


def space_of(invocation: Invocation, settings: Settings) -> Workspace:
    """The workspace around the directory that a command works in."""
    return Workspace(settings, state_directory(settings.state, invocation.flag("C")))


def compiled_reads(invocation: Invocation, space: Workspace) -> tuple[Region, ...]:
    """What is read to compile the packages that a command names: of the project no more than these take."""
    settings = space.settings
    if not are_fetched(invocation, space):
        return build_reads(space, settings)
    c_places = () if settings.without_cgo else _C_PLACES
    return outermost((*reads_of_fetched(invocation, space), settings.module_cache, *c_places))


def build_reads(space: Workspace, settings: Settings) -> tuple[Region, ...]:
    """What a compilation reads: the module with its replacements, caches, and C headers unless cgo is off.

    The module files are named besides: what changed one of them in place has to stay changed until here.
    """
    c_places = () if settings.without_cgo else _C_PLACES
    around = (*c_places, *named_outside(space))
    places = (*space.sources, settings.module_cache, *around, *credentials(settings))
    return (*outermost(places), *space.manifests)


def bounded(what: str, subject: str) -> Claim:
    """The claim that a tool which runs the project's code writes its own places."""
    return Claim(ClaimKind.BOUNDED_WRITES, subject, Evidence(Basis.SEARCH, what))


def _written(outputs: tuple[Output, ...]) -> tuple[Region, ...]:
    headers = (output.header for output in outputs if output.header)
    return outermost((*(output.region for output in outputs), *headers))


def _build(invocation: Invocation, settings: Settings) -> Effect:
    writes = _written(build_outputs(invocation, settings))
    if Region("/") in writes:
        return unknown("where `go build -o` writes, only running tells")
    space = space_of(invocation, settings)
    return Effect(reads=build_reads(space, settings), writes=writes, caches=settings.caches)


def _install(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    caches = settings.caches
    if "std" in invocation.operands or "cmd" in invocation.operands:
        caches += (region(settings.get("GOROOT") or "/usr/local/go", "pkg"),)
    writes = _written(install_outputs(invocation, settings))
    return Effect(reads=compiled_reads(invocation, space), writes=writes, caches=caches)


def _get(invocation: Invocation, settings: Settings) -> Effect:
    """`go get`: until 1.17 it also installs programs; with GOPATH it unpacks sources into GOPATH/src."""
    space = space_of(invocation, settings)
    reads, caches = compiled_reads(invocation, space), settings.caches
    got = () if invocation.on("d") else got_programs(invocation, settings)
    if not settings.uses_modules(space.directory):
        return Effect(reads, got, caches=(*caches, *(path.below("src") for path in settings.gopaths)))
    root = space.root
    changed = (region(root, "go.mod"), region(root, "go.sum")) if root is not None else ()
    installs = settings.version is None or settings.version < 18
    return Effect(reads, (*changed, *(got if installs else ())), caches=caches)


def _download(invocation: Invocation, settings: Settings) -> Effect:
    return download_effect(invocation, space_of(invocation, settings))


def _manifest_change(invocation: Invocation, settings: Settings) -> Effect:
    """`go mod tidy`, `init`, `edit` and `go work …`: go.mod and go.sum (go.work) change."""
    space = space_of(invocation, settings)
    root = space.root or space.directory
    names = ("go.work", "go.work.sum") if invocation.verb.startswith("work") else ("go.mod", "go.sum")
    reads = (*space.sources, *credentials(settings))
    return Effect(reads=reads, writes=tuple(region(root, name) for name in names), caches=settings.caches)


def _vendor(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    target = region(space.root or space.directory, invocation.flag("o") or "vendor")
    reads = (*space.sources, *credentials(settings))
    return Effect(reads=reads, writes=(target,), caches=(settings.module_cache,))


def _check(invocation: Invocation, settings: Settings) -> Effect:
    """Subcommands that look at the project and leave caches behind."""
    space = space_of(invocation, settings)
    if invocation.verb == "list" and invocation.on("m"):
        return Effect((*manifest_reads(invocation, space), *credentials(settings)), caches=settings.caches)
    return Effect(reads=build_reads(space, settings), caches=settings.caches)


def _test(invocation: Invocation, settings: Settings) -> Effect:
    names = ("o", "coverprofile", "cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace")
    space = space_of(invocation, settings)
    named = tuple(region(space.directory, told) for name in names if (told := invocation.flag(name)))
    writes = (*named, Region(space.root or space.directory))
    claim = bounded("`go test` runs the project's tests in its own directories", f"go {invocation.verb}")
    return Effect(build_reads(space, settings), outermost(writes), caches=settings.caches, claims=(claim,))


def project_run(invocation: Invocation, settings: Settings) -> Effect:
    """`go generate`, `go run`, `go tool`: code of the project or of a module runs in the working directory."""
    told = sets_up(next(iter(invocation.operands), "").partition("@")[0])
    if told is not None:
        return unknown(f"`go {invocation.verb} {invocation.operands[0]}` {told}")
    space = space_of(invocation, settings)
    writes = outermost((Region(space.root or space.directory), Region(space.directory)))
    claim = bounded(f"`go {invocation.verb}` writes below {writes[0]}", f"go {invocation.verb}")
    return Effect(build_reads(space, settings), writes, caches=settings.caches, claims=(claim,))


def _rewrite(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    here = (Region(space.directory),)
    return Effect(reads=(*space.sources, *here), writes=here, caches=settings.caches)


def _env(invocation: Invocation, settings: Settings) -> Effect:
    """`go env -w` stores settings that nothing but `go` reads; anything else only prints."""
    stores = invocation.on("w") or invocation.on("u")
    return Effect(caches=(settings.below_home(".config/go/env"),) if stores else ())


def _clean(invocation: Invocation, settings: Settings) -> Effect:
    flags = {name for name, _ in invocation.flags}
    deletes: list[Region] = []
    if "modcache" in flags:
        deletes.append(settings.module_cache)
    if flags & {"cache", "testcache", "fuzzcache"}:
        deletes.append(settings.build_cache)
    if not flags & {"modcache", "cache", "testcache", "fuzzcache"} or "i" in flags:
        outputs = build_outputs(Invocation("build", (), invocation.operands), settings)
        deletes += [output.region for output in outputs if output.exact]
        if "i" in flags:
            deletes += [output.region for output in install_outputs(invocation, settings) if output.exact]
    return Effect(deletes=tuple(deletes))


_EFFECTS: dict[str, Callable[[Invocation, Settings], Effect]] = {
    "build": _build,
    "install": _install,
    "get": _get,
    "mod download": _download,
    "mod verify": _download,
    "mod graph": _download,
    "mod why": _check,
    "mod tidy": _manifest_change,
    "mod init": _manifest_change,
    "mod edit": _manifest_change,
    "mod vendor": _vendor,
    "work vendor": _vendor,
    "work": _manifest_change,
    "test": _test,
    "vet": _check,
    "list": _check,
    "generate": project_run,
    "run": project_run,
    "tool": project_run,
    "fmt": _rewrite,
    "fix": _rewrite,
    "env": _env,
    "clean": _clean,
}
