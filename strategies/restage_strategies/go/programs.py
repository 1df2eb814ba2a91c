"""From a program of the image back to the Go packages that it was built from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from restage.api import Case, Command, Made, Record, State, Tree, join, moved_names, of_tree, region, replace
from restage.api.tree import Changed, Gone, Placed
from restage_strategies.go.closure import closure_of
from restage_strategies.go.constraint import Tags
from restage_strategies.go.drivers import as_go, is_go_stage, runs_recipe
from restage_strategies.go.invocation import Invocation, read_invocation
from restage_strategies.go.outputs import build_outputs, build_tags, install_outputs
from restage_strategies.go.packages import Package, named_packages
from restage_strategies.go.rows import tool_named_by
from restage_strategies.go.settings import Settings
from restage_strategies.go.survey import Survey
from restage_strategies.go.workspace import Workspace

_BUILDS = frozenset({"build", "install", "get"})
_SKIPPED = frozenset({"node_modules", "vendor", "testdata"})
_MOST_DIRECTORIES = 40


class Origin(Record):
    """Where a program comes from."""

    packages: tuple[Package, ...]
    space: Workspace
    tags: Tags

    @property
    def tool(self) -> str | None:
        """The well-known tool that it is, by import path."""
        names = {tool.name for p in self.packages if (tool := tool_named_by(p.import_path.partition("@")[0]))}
        return names.pop() if len(names) == 1 else None

    @property
    def elsewhere(self) -> str | None:
        """The import path that its sources are fetched from, where they aren't in the context."""
        return next((package.import_path for package in self.packages if package.directory is None), None)

    @cached_property
    def survey(self) -> Survey:
        """Its sources, searched."""
        directories = tuple(package.directory for package in self.packages if package.directory)
        files = tuple(path for package in self.packages for path in package.files)
        closure = closure_of(directories, files, self.space, self.tags)
        return Survey(closure, self.space, self.tags)


def origin_of(path: str, state: State, case: Case) -> Origin | None:
    """The packages behind a file of the image that a Go build made; None: it is no such file."""
    made = state.tree.origin(path)
    if not isinstance(made, Made):
        return None
    state = replace(state, tree=state.tree.without_deletions())
    names = {posixpath.basename(path)} | moved_names(made, case)
    for command, changed in _in_order(case, made.by):
        found = _built_by(command, changed, names, path, state, case)
        if found is not None:
            return found
    return _by_recipe(path, made, state, case)


def _in_order(case: Case, by: str) -> list[tuple[Command, str]]:
    """The `go` commands with the `cd` in front of each: first those which made the file, else all."""
    found: list[tuple[Command, str]] = []
    changed = ""
    for command in case.commands:
        go = as_go(command)
        if go is not None:
            found.append((replace(go, raw=str(command)), changed))
        elif command.words[:1] == ("cd",) and len(command.words) > 1 and command.all_known:
            changed = command.words[1]
    return [pair for pair in found if pair[0].raw == by] or found


def _built_by(
    go: Command, changed: str, names: set[str], path: str, state: State, case: Case
) -> Origin | None:
    there = (region(state.directory, changed).path,) if changed else ()
    for directory in dict.fromkeys((*there, *_directories(path, state))):
        settings = Settings(go, replace(state, directory=directory), case)
        invocation = read_invocation(go, settings.get("GOFLAGS"))
        if invocation.verb not in _BUILDS:
            return None
        packages = tuple(_matching(invocation, settings, names))
        if packages:
            space = Workspace(settings, settings.state.path(invocation.flag("C") or ".").path)
            return Origin(packages, space, build_tags(invocation))
    return None


def _matching(invocation: Invocation, settings: Settings, names: set[str]) -> Iterator[Package]:
    outputs = build_outputs if invocation.verb == "build" else install_outputs
    for output in outputs(invocation, settings):
        for package in output.packages:
            if package.is_main is None and package.directory is not None:
                continue
            name = posixpath.basename(output.region.path) if output.exact else package.name
            if name in names and _is_there(package, settings):
                yield package


def _is_there(package: Package, settings: Settings) -> bool:
    """Whether the package's sources are in the context, or certainly fetched from elsewhere."""
    if package.directory is not None:
        return True
    first = package.import_path.partition("/")[0]
    return "." in first


def _directories(path: str, state: State) -> Iterator[str]:
    """Directories that the build may have run in: a Dockerfile seldom says it better than these."""
    yield state.directory
    yield posixpath.dirname(path)
    seen = {state.directory, posixpath.dirname(path)}
    for found in module_directories(state.tree):
        if found not in seen:
            seen.add(found)
            yield found


@of_tree
def module_directories(tree: Tree) -> tuple[str, ...]:
    """Directories with a go.mod or Go files at the top of what COPY put into the image."""
    tops = dict.fromkeys(place for event in tree.events for place in _tops(event, tree))
    found: list[str] = []
    for top in list(tops)[:_MOST_DIRECTORIES]:
        if any(name.endswith((".go", "go.mod")) for name in tree.entries(top)):
            found.append(top)
        found.extend(_modules_below(top, tree, 0))
    return tuple(found)


def _tops(event: Placed | Changed | Gone, tree: Tree) -> Iterator[str]:
    """The directory that a COPY filled: its target, or the one around a Go file or go.mod copied by itself."""
    if not isinstance(event, Placed):
        return
    if tree.is_directory(event.target.path):
        yield event.target.path
    elif event.target.path.endswith((".go", "/go.mod")):
        yield posixpath.dirname(event.target.path)


def _modules_below(top: str, tree: Tree, depth: int) -> Iterator[str]:
    for name in tree.entries(top):
        inner = join(top, name)
        if name in _SKIPPED or name.startswith(".") or not tree.is_directory(inner):
            continue
        if tree.is_file(join(inner, "go.mod")):
            yield inner
        elif depth < 2:
            yield from _modules_below(inner, tree, depth + 1)


def _by_recipe(path: str, made: Made, state: State, case: Case) -> Origin | None:
    """A program that `make` or its like made in a Go project: the main package of its name, or all of them.

    One that was moved after that is known by its name alone.
    """
    by, moved = made.by, moved_names(made, case)
    script = by.startswith("./") or by.split()[:1] in (["sh"], ["bash"])
    recipe = any(runs_recipe(command) and str(command) == by for command in case.commands)
    later = bool(moved) and any(map(runs_recipe, case.commands))
    if not (recipe or script or later) or not is_go_stage(case):
        return None
    names = moved | {posixpath.basename(path)}
    for directory in _directories(path, state):
        space = Workspace(Settings(Command(("go",)), replace(state, directory=directory), case), directory)
        packages = named_packages(("./...",), space, Tags())
        mains = tuple(package for package in packages if package.is_main)
        if mains:
            named = tuple(package for package in mains if package.name in names)
            return Origin(named or mains, space, Tags()) if named or recipe else None
    return None
