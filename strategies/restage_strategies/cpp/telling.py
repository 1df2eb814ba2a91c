"""Whether the project's recipes can be read plainly, and write nowhere but in the project."""

from __future__ import annotations

import posixpath

from restage.api import Case, Changed, Made, Region, State, Tree, of_tree, outermost
from restage_strategies.cpp.cmakelists import beyond_cmake
from restage_strategies.cpp.invocation import Build
from restage_strategies.cpp.makefiles import Asked, Makefile, beyond_make
from restage_strategies.cpp.mesons import beyond_meson
from restage_strategies.cpp.placed import placed_files, project_of

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def written_by(build: Build, tree: Tree) -> tuple[Region, ...]:
    """Where a recipe writes, if it writes the project alone: sources and build, those of the command that set it up too."""
    places = [Region(project_of(build.source, tree)), Region(build.directory)]
    changed = [event for event in tree.events if isinstance(event, Changed)]
    set_up = {event.by for event in changed if event.target.covers(places[-1]) and _sets_up(event.by)}
    return outermost((*places, *(event.target for event in changed if event.by in set_up)))


def _sets_up(by: str) -> bool:
    return by.split()[:1] in (["cmake"], ["meson"])


def beyond_project(build: Build, state: State, case: Case) -> tuple[str, ...]:
    """What the recipes say against their writing the project alone, or why they can't be read."""
    tree, places = state.tree, written_by(build, state.tree)
    found = {kind: _recipes(tree, places, kind) for kind in ("make", "cmake", "meson")}
    tools = {command.name for command in case.commands} & {"cmake", "meson"}
    own = _makefile(build, tree) if build.tool == "make" else None
    needed = {"make", *tools} if own else {build.tool} & {"meson", "cmake"} or tools
    if not needed or not all(found[kind] for kind in needed):
        return (f"no recipe of `{build.tool}` is seen in {', '.join(map(str, places))}",)
    if any("cmake" in text for _, text in found["make"]):
        needed |= {"cmake"}
    reasons: list[str] = []
    if own:
        root = next(place.path for place in places if place.covers(Region(own)))
        environment = tuple((name, value) for name, value in state.environment.items() if value)
        read = tuple(Makefile(path, text, root) for path, text in found["make"])
        reasons += beyond_make(read, Asked(build.targets, build.variables, environment))
    reasons += beyond_cmake(found["cmake"], build.variables) if "cmake" in needed else ()
    reasons += beyond_meson(found["meson"]) if "meson" in needed else ()
    changed = (path for kind in needed for path, _ in found[kind] if isinstance(tree.origin(path), Made))
    return (*reasons, *(f"{path} was changed" for path in changed))


def _makefile(build: Build, tree: Tree) -> str | None:
    names = (build.file,) if build.file else _MAKEFILES
    paths = [posixpath.normpath(posixpath.join(build.directory, name)) for name in names]
    placed = {file.path for file in placed_files(tree)}
    return next((path for path in paths if path in placed), None)


def _recipes(tree: Tree, places: tuple[Region, ...], kind: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(file for place in places for file in recipes(tree, place.path, kind)))


@of_tree
def recipes(tree: Tree, root: str, kind: str) -> tuple[tuple[str, str], ...]:
    """Path and text of every recipe of a kind (`make`, `cmake`, `meson`) in the project, as the context has them."""
    around = Region(root)
    return tuple(
        (file.path, tree.context.text(file.source) or "")
        for file in placed_files(tree)
        if _kind_of(posixpath.basename(file.path)) == kind and around.covers(Region(file.path))
    )


def _kind_of(name: str) -> str:
    if name in _MAKEFILES or name.endswith((".mk", ".mak")) or name.startswith("Makefile."):
        return "make"
    if name == "CMakeLists.txt" or name.endswith(".cmake"):
        return "cmake"
    return "meson" if name in ("meson.build", "meson_options.txt") or name.endswith(".wrap") else ""
