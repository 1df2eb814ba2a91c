"""What each subcommand of cargo reads and writes (the Cargo book)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from restage.api import Basis, Claim, ClaimKind, Effect, Evidence, Region, outermost, region, replace, unknown
from restage_strategies.rust.build_script import written_by_scripts
from restage_strategies.rust.installing import install
from restage_strategies.rust.invocation import Invocation
from restage_strategies.rust.outputs import (
    build_outputs,
    intermediate,
    manifest_directory,
    space_of,
    target_directory,
)
from restage_strategies.rust.outside import named_outside
from restage_strategies.rust.settings import Settings, upwards
from restage_strategies.rust.workspace import Workspace

_SYSTEM_PLACES = tuple(
    Region(path) for path in ("/usr/include", "/usr/lib", "/usr/local/include", "/usr/local/lib", "/opt")
)
_TOOLCHAIN_FILES = ("rust-toolchain", "rust-toolchain.toml", ".cargo/config", ".cargo/config.toml")
_BY_ITSELF = frozenset({"fmt", "clean", "new", "init", "version", "help", "tree", "locate-project"})
"""Any other may fetch a dependency with git."""
ONLY_LOOKING = frozenset(
    "version help search info login logout owner yank locate-project pkgid config report".split()
)


def cargo_effect(invocation: Invocation, settings: Settings) -> Effect:
    """The effect of one `cargo` command."""
    verb = invocation.verb
    if not verb or invocation.has("--version", "-V", "--help", "-h", "--list") or verb in ONLY_LOOKING:
        return Effect()
    if not invocation.known and verb in ("build", "install"):
        return unknown(f"what `cargo {verb}` is told to do, only running tells")
    if settings.unread_config:
        return unknown(f"`{settings.unread_config}` writes settings that say where cargo builds")
    found = _EFFECTS.get(verb) or _EFFECTS.get(verb.partition(" ")[0]) or _runs_project
    called = () if verb in _BY_ITSELF else ("git",)
    return replace(found(invocation, settings), programs=called)


def bounded(what: str, subject: str) -> Claim:
    """The claim that a tool which runs the project's code writes its own places."""
    return Claim(ClaimKind.BOUNDED_WRITES, subject, Evidence(Basis.SEARCH, what))


def build_reads(space: Workspace, settings: Settings) -> tuple[Region, ...]:
    """What a compilation reads: all packages, settings around them, downloads, headers and libraries."""
    around = (*_settings_files(space, settings), *named_outside(space))
    return outermost((*space.sources, *around, settings.cargo_home, *_SYSTEM_PLACES, *_credentials(settings)))


def _settings_files(space: Workspace, settings: Settings) -> Iterator[Region]:
    tree = settings.state.tree
    for here in upwards(space.directory):
        for name in _TOOLCHAIN_FILES:
            path = posixpath.join(here, name)
            if tree.is_file(path):
                yield Region(path)


def _credentials(settings: Settings) -> tuple[Region, ...]:
    names = (".netrc", ".gitconfig", ".git-credentials", ".ssh")
    return (*(settings.home.below(name) for name in names), Region("/etc/gitconfig"), Region("/etc/ssl"))


def _lock_file(invocation: Invocation, space: Workspace) -> tuple[Region, ...]:
    """Cargo.lock where there is none; one that is there is in step with the manifests, or nothing that runs reads it."""
    if invocation.has("--locked", "--frozen") or space.root is None:
        return ()
    path = region(space.root, "Cargo.lock")
    return () if space.tree.is_file(path.path) else (path,)


def build(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo build` and its like: programs, what only the next build reads, and what build scripts write."""
    space = space_of(invocation, settings)
    if space.root is None:
        return unknown(f"no Cargo.toml is seen in {space.directory} or above it")
    places = intermediate(invocation, settings, space)
    made = tuple(output.region for output in build_outputs(invocation, settings, space))
    if not made and invocation.verb not in _CHECKS:
        made = (target_directory(invocation, settings, space),)
    claims, by_scripts = written_by_scripts(space)
    if by_scripts is None:
        return unknown(f"a build script of {space.root} may write anywhere in it")
    writes = (*made, *places, *_lock_file(invocation, space), *by_scripts)
    reads = build_reads(space, settings)
    return Effect(reads, tuple(dict.fromkeys(writes)), caches=settings.downloads, claims=claims)


_CHECKS = frozenset({"check", "clippy", "doc", "test", "bench", "nextest run", "chef cook"})


def _runs_project(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo run`, `cargo test`, `cargo xtask`: the project's own code runs."""
    space = space_of(invocation, settings)
    root = space.root
    if root is None:
        return unknown(f"no Cargo.toml is seen in {space.directory} or above it")
    if root == "/":
        return unknown(f"`cargo {invocation.verb}` runs code of the project in /")
    places = intermediate(invocation, settings, space)
    target = target_directory(invocation, settings, space)
    writes = outermost((Region(root), Region(space.directory), target))
    claim = bounded(
        f"`cargo {invocation.verb}` runs the project's code in {root}", f"cargo {invocation.verb}"
    )
    caches = (*settings.downloads, settings.home.below(".cache"))
    return Effect(build_reads(space, settings), (*writes, *places), caches=caches, claims=(claim,))


def _fetch(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo fetch`, `cargo update` and their like read manifests, and whether targets are there."""
    space = space_of(invocation, settings)
    reads = (*_manifests(space, settings), *_credentials(settings))
    return Effect(reads, _lock_file(invocation, space), caches=settings.downloads)


def _manifests(space: Workspace, settings: Settings) -> Iterator[Region]:
    """Every file that loading the workspace takes: without a target's source a manifest is refused."""
    tree = settings.state.tree
    yield from _settings_files(space, settings)
    if space.root is None or not space.all_packages:
        yield from space.sources
        return
    paths = [posixpath.join(space.root, name) for name in ("Cargo.toml", "Cargo.lock")]
    for package in space.all_packages:
        manifest = package.manifest
        paths.append(posixpath.join(package.directory, "Cargo.toml"))
        paths += [target.path for target in package.binaries]
        paths += [package.library] if package.library else []
        paths += [region(package.directory, manifest.build).path] if manifest.build else []
    yield from (Region(path) for path in dict.fromkeys(paths) if tree.is_file(path))


def _vendor(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    target = region(settings.state.directory, *(invocation.operands[:1] or ("vendor",)))
    reads = (*_manifests(space, settings), *_credentials(settings))
    return Effect(reads, (target, *_lock_file(invocation, space)), caches=settings.downloads)


def _new(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo new NAME` and `cargo init [NAME]`."""
    here = manifest_directory(invocation, settings)
    place = region(here, *invocation.operands[:1])
    if place.path == "/":
        return Effect(writes=(Region("/Cargo.toml"), Region("/src"), Region("/.gitignore"), Region("/.git")))
    return Effect(writes=(place,))


def _clean(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    target = target_directory(invocation, settings, space)
    if invocation.has("-p", "--package"):
        return Effect(
            reads=tuple(_manifests(space, settings)), deletes=intermediate(invocation, settings, space)
        )
    return Effect(deletes=(target,))


def _rewrites(invocation: Invocation, settings: Settings) -> Effect:
    """Commands that change sources or manifests in place."""
    space = space_of(invocation, settings)
    if invocation.has("--check"):
        return Effect(reads=space.sources)
    root = Region(space.root or space.directory)
    if root.path == "/":
        root = Region("/src")
    return Effect(reads=space.sources, writes=(root,), caches=settings.downloads)


def _looks(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    return Effect(tuple(_manifests(space, settings)), caches=settings.downloads)


def _manifest_change(invocation: Invocation, settings: Settings) -> Effect:
    space = space_of(invocation, settings)
    here = space.nearest or space.directory
    writes = (region(here, "Cargo.toml"), *_lock_file(invocation, space))
    return Effect(tuple(_manifests(space, settings)), writes, caches=settings.downloads)


def _prepare(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo chef prepare`: the recipe, out of the whole project."""
    space = space_of(invocation, settings)
    recipe = settings.state.path(invocation.value("--recipe-path") or "recipe.json")
    return Effect((*space.sources, *_settings_files(space, settings)), (recipe,))


def _cook(invocation: Invocation, settings: Settings) -> Effect:
    """`cargo chef cook`: dependencies out of the recipe alone; the sources that it makes up go again."""
    space = Workspace(settings.state.directory, settings.state.tree)
    recipe = settings.state.path(invocation.value("--recipe-path") or "recipe.json")
    reads = (recipe, *_settings_files(space, settings), *_credentials(settings), *_SYSTEM_PLACES)
    writes = (*intermediate(invocation, settings, space), *_lock_file(invocation, space))
    return Effect(reads, writes, caches=settings.downloads)


def _install(invocation: Invocation, settings: Settings) -> Effect:
    if invocation.value("--path") is None:
        return install(invocation, settings)
    space = space_of(invocation, settings)
    built = build(invocation, settings)
    if built.opaque:
        return built
    return replace(install(invocation, settings, built), reads=build_reads(space, settings))


_EFFECTS: dict[str, Callable[[Invocation, Settings], Effect]] = {
    "build": build,
    "rustc": build,
    "auditable build": build,
    "zigbuild": build,
    "check": build,
    "clippy": build,
    "doc": build,
    "install": _install,
    "binstall": _install,
    "fetch": _fetch,
    "update": _fetch,
    "generate-lockfile": _fetch,
    "vendor": _vendor,
    "new": _new,
    "init": _new,
    "clean": _clean,
    "fmt": _rewrites,
    "fix": _rewrites,
    "metadata": _looks,
    "tree": _looks,
    "audit": _looks,
    "deny": _looks,
    "outdated": _looks,
    "add": _manifest_change,
    "remove": _manifest_change,
    "chef prepare": _prepare,
    "chef cook": _cook,
}
