"""What compilers and the tools that drive them read and write."""

from __future__ import annotations

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Effect,
    Evidence,
    Region,
    State,
    unknown,
)
from restage_strategies.cpp.invocation import built_by, compiled_by
from restage_strategies.cpp.placed import project_of
from restage_strategies.cpp.stage import brought_from_elsewhere, is_build, is_compiler, tells_options
from restage_strategies.cpp.telling import beyond_project, written_by

_SYSTEM_PLACES = tuple(
    Region(path)
    for path in ("/usr/include", "/usr/lib", "/usr/share", "/usr/local/include", "/usr/local/lib", "/opt")
)


def effect_of(command: Command, state: State, case: Case) -> Effect | None:
    """The effect of one command; None where it isn't C's."""
    if not is_build(command):
        return Effect() if tells_options(command) else None
    elsewhere = brought_from_elsewhere(case)
    if elsewhere:
        return unknown(f"`{command}` is not followed: `{elsewhere[0]}` brings or installs what is not read")
    if is_compiler(command):
        return _compiled(command, state)
    build = built_by(command, state)
    if build is None:
        return unknown(f"what `{command}` builds is not told by its words")
    beyond = beyond_project(build, state, case)
    if beyond:
        return unknown(f"what `{command}` writes is not told: {beyond[0]}")
    writes = written_by(build, state.tree)
    told = f"`{command.name}` writes {', '.join(map(str, writes))}; the recipes of the project were read"
    claim = Claim(ClaimKind.BOUNDED_WRITES, str(command), Evidence(Basis.SEARCH, told))
    return Effect((*writes, *_SYSTEM_PLACES), writes, claims=(claim,))


def _compiled(command: Command, state: State) -> Effect:
    outputs = compiled_by(command, state)
    if outputs is None:
        return unknown(f"what `{command}` writes is not told by its words")
    project = Region(project_of(state.directory, state.tree))
    return Effect((project, *_SYSTEM_PLACES), outputs)
