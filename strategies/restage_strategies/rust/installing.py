"""`cargo install`: which programs come where, of a package on disk or of a crate."""

from __future__ import annotations

import posixpath

from restage.api import Effect, Region
from restage_strategies.rust.invocation import Invocation, as_cargo, read_invocation
from restage_strategies.rust.outputs import install_outputs, install_root, space_of, target_directory
from restage_strategies.rust.rows import tool_of
from restage_strategies.rust.settings import Settings

_RECORDS = (".crates.toml", ".crates2.json")


def install(invocation: Invocation, settings: Settings, built: Effect | None = None) -> Effect:
    """The effect of an installation; `built` is that of the build which comes before it."""
    root = install_root(invocation, settings)
    caches = (*settings.downloads, *(root.below(name) for name in _RECORDS))
    if built is not None:
        space = space_of(invocation, settings)
        programs = tuple(output.region for output in install_outputs(invocation, settings, space))
        writes = (*(programs or (root.below("bin"),)), *built.writes)
        left = left_by_install(invocation, settings)
        if left is not None:
            writes = (*(place for place in writes if not left.covers(place)), left)
        return Effect(writes=tuple(dict.fromkeys(writes)), caches=caches, claims=built.claims)
    return Effect(reads=(Region("/etc/ssl"),), writes=installed_programs(invocation, settings), caches=caches)


def left_by_install(invocation: Invocation, settings: Settings) -> Region | None:
    """The directory that a package on disk was built in, where the installed programs are all that the file uses."""
    space = space_of(invocation, settings)
    target = target_directory(invocation, settings, space)
    name = target.path.rpartition("/")[2]
    for command in settings.case.commands:
        cargo = as_cargo(command)
        if cargo is not None and read_invocation(cargo).verb == "build":
            return None
        if cargo is None and any(f"{name}/" in word for word in command.words):
            return None
    return target


def crate_names(invocation: Invocation) -> tuple[str, ...]:
    """The crates that an installation names; of a repository alone, the repository's name."""
    names = tuple(word.partition("@")[0] for word in invocation.operands)
    url = invocation.value("--git")
    if not names and url:
        return (posixpath.basename(url.rstrip("/")).removesuffix(".git"),)
    return names


def installed_programs(invocation: Invocation, settings: Settings) -> tuple[Region, ...]:
    """The programs of crates from elsewhere; of a crate without a row, the whole folder unless a command calls it."""
    folder = install_root(invocation, settings).below("bin")
    found: list[Region] = []
    called = {command.name for command in settings.case.commands}
    for name in crate_names(invocation):
        tool = tool_of(name)
        told = invocation.values("--bin")
        if told or tool is not None:
            found += [folder.below(program) for program in told or (tool.programs if tool else ())]
        elif name.startswith("cargo-") or name in called:
            found.append(folder.below(name))
        else:
            found.append(folder)
    return tuple(dict.fromkeys(found)) or (folder,)
