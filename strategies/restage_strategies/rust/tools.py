"""What helpers of Rust projects read and write: rustup, front-end builders, migrations, recipes, rustc."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from restage.api import Case, Command, Effect, Region, State, named_elsewhere, outermost, unknown
from restage_strategies.rust.effects import bounded, build_reads
from restage_strategies.rust.recipes import names_prefix, recipe_directory, recipe_of, runs_recipe
from restage_strategies.rust.rows import tool_named
from restage_strategies.rust.settings import Settings, is_rust_stage
from restage_strategies.rust.workspace import Workspace

_ONLY_LOOKING = frozenset({"version", "--version", "-V", "help", "--help", "-h"})
_LOOKS_UP = frozenset({"show", "which", "doc", "man", "completions", "check", "run", "--version", "-V"})


def tool_effect(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of a helper program in a RUN; None: not one of Rust's."""
    settings = Settings(command, state, case)
    if fetches_rustup(command, case):
        return _rustup_init(settings)
    if command.name in (".", "source") and any(w.endswith(".cargo/env") for w in command.arguments):
        return Effect()
    found = _EFFECTS.get(command.name)
    if found is not None:
        return found(command, settings)
    if runs_recipe(command):
        return _recipe(command, settings)
    tool = tool_named(command.name)
    if tool is None or not is_rust_stage(case):
        return None
    if set(command.arguments[:1]) <= _ONLY_LOOKING:
        return Effect()
    return _runs(command, settings) if tool.role != "run" else None


def fetches_rustup(command: Command, case: Case) -> bool:
    """Whether a shell runs rustup's installer: of a pipe only its options tell, and what the file fetches."""
    if command.name in ("rustup-init", "rustup-init.sh", "rustup.sh"):
        return True
    if command.name not in ("sh", "bash") or "-c" in command.arguments:
        return False
    operands = [word for word in command.arguments if not word.startswith("-")]
    if operands and posixpath.basename(operands[0]) in ("rustup.sh", "rustup-init.sh"):
        return True
    asks = {"-y", "--default-toolchain", "--profile", "--no-modify-path", "--default-host"}
    fetched = any(
        other.name in ("curl", "wget") and any("rustup" in word for word in other.words)
        for other in case.commands
    )
    return fetched and "-s" in command.arguments and bool(asks & {*command.arguments})


def _rustup_init(settings: Settings) -> Effect:
    profiles = [settings.home.below(name) for name in (".profile", ".bashrc", ".zshenv", ".bash_profile")]
    return Effect(writes=(settings.cargo_home, settings.rustup_home), caches=tuple(profiles))


def _rustup(command: Command, settings: Settings) -> Effect:
    """Toolchains, targets and components, all below RUSTUP_HOME."""
    verb = next((word for word in command.arguments if not word.startswith(("-", "+"))), "")
    if verb in _LOOKS_UP or not verb:
        return Effect()
    return Effect(reads=(settings.state.path("rust-toolchain"),), writes=(settings.rustup_home,))


def _rustc(command: Command, settings: Settings) -> Effect:
    """`rustc main.rs`: a program of that name, or the file of -o."""
    words = command.arguments
    here = settings.state.path(".")
    told = [settings.state.path(words[at + 1]) for at, word in enumerate(words[:-1]) if word == "-o"]
    sources = [word for word in words if word.endswith(".rs")]
    if not sources:
        return Effect()
    stem = posixpath.basename(sources[0]).removesuffix(".rs")
    writes = tuple(told) or (here.below(stem),)
    return Effect((here,), writes, claims=(bounded(f"`rustc` writes {writes[0]}", str(command)),))


def _runs(command: Command, settings: Settings) -> Effect:
    """A tool that works on the project in place: trunk, wasm-pack, a migration."""
    space = Workspace(settings.state.directory, settings.state.tree)
    here = (Region(space.root or space.directory), Region(space.directory))
    writes = outermost((*here, *_told_outputs(command, settings)))
    elsewhere = named_elsewhere(command, writes, settings.state)
    if elsewhere is not None:
        return unknown(f"`{command.name}` may write {elsewhere}")
    claim = bounded(f"`{command.name}` writes below {', '.join(map(str, writes))}", str(command))
    caches = (*settings.downloads, settings.home.below(".cache"), settings.home.below(".wasm-pack"))
    return Effect(build_reads(space, settings), writes, caches=outermost(caches), claims=(claim,))


def _told_outputs(command: Command, settings: Settings) -> tuple[Region, ...]:
    words = command.arguments
    names = ("-d", "--dist", "--out-dir", "--output", "-o")
    told = tuple(settings.state.path(words[at + 1]) for at, word in enumerate(words[:-1]) if word in names)
    return (*told, *_databases(words, settings))


def _databases(words: tuple[str, ...], settings: Settings) -> Iterator[Region]:
    """The SQLite file that a migration makes, by an option or DATABASE_URL (`sqlite:///data/app.db`; Diesel: the path alone)."""
    given = [words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-D", "--database-url")]
    for address in (*given, settings.get("DATABASE_URL") or ""):
        path = address.removeprefix("sqlite:").removeprefix("//").partition("?")[0]
        if path.startswith("/") or (address.startswith("sqlite:") and path not in ("", ":memory:")):
            yield settings.state.path(path)


def _recipe(command: Command, settings: Settings) -> Effect | None:
    """`make` and its like where the recipe calls cargo and no other ecosystem's tool."""
    text = recipe_of(command, settings.state)
    if text is None:
        return None
    directory = recipe_directory(command, settings.state)
    space = Workspace(directory, settings.state.tree)
    installs = any(word.startswith("install") for word in command.arguments)
    places = [Region(space.root or directory), Region(directory)]
    places += [Region("/usr/local")] if installs and names_prefix(text) else []
    places += [settings.cargo_home.below("bin")] if "cargo install" in text else []
    writes = outermost(tuple(places))
    claim = bounded(f"`{command.name}` writes {', '.join(map(str, writes))}", str(command))
    reads = outermost((*build_reads(space, settings), Region(directory)))
    return Effect(reads, writes, caches=settings.downloads, claims=(claim,))


_EFFECTS: dict[str, Callable[[Command, Settings], Effect | None]] = {
    "rustup": _rustup,
    "rustc": _rustc,
    "sqlx": _runs,
    "diesel": _runs,
    "sea-orm-cli": _runs,
}
