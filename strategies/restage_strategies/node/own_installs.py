"""Packages that programs install by themselves: lerna bootstrap, rush install, and scripts of the project that call npm.

Nothing on their line says in which folders, so every package of the project counts as installed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Basis, Claim, ClaimKind, Effect, Evidence, Tree, of_tree, replace
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.manifest import Manifest, manifest_at
from restage_strategies.node.natives import Natives, of_manifests
from restage_strategies.node.nodeline import read_node
from restage_strategies.node.project import project_root
from restage_strategies.node.project_files import project_files
from restage_strategies.node.reach import main_file, reached
from restage_strategies.node.site import Site
from restage_strategies.node.tools import Kind

_VERBS = {"lerna": ("bootstrap", "ci"), "rush": ("install", "update", "deploy")}
_TASK_FILES = {
    "gulp": ("gulpfile", "gulpfile.babel"),
    "grunt": ("Gruntfile",),
    "jake": ("Jakefile",),
}
_CALLS = re.compile(
    r"\b(?:npm|yarn|pnpm|bun|lerna)\b[^\n]{0,80}\b(?:install|ci|i|add|bootstrap)\b|['\"`](?:yarn|npm|pnpm)['\"`]"
)
_SUBJECT = "what a program installs by itself"
_NOT_ENTERED = frozenset({"node_modules", "dist", "build", "target", "vendor"})
_MOST_PACKAGES = 300


def with_own_install(effect: Effect, call: ProgramCall, site: Site) -> Effect:
    """The same effect, marked where the program may install packages of the project."""
    if effect.opaque is not None or not _may_install(call, site):
        return effect
    evidence = Evidence(Basis.SEARCH, "where a package manager that a program calls installs: in the project")
    return replace(effect, claims=(*effect.claims, Claim(ClaimKind.BOUNDED_WRITES, _SUBJECT, evidence)))


def installs_by_itself(effect: Effect) -> bool:
    """Whether a program on the way installed packages in folders that its line does not tell."""
    return any(claim.subject == _SUBJECT for claim in effect.claims)


def _may_install(call: ProgramCall, site: Site) -> bool:
    if call.name in _VERBS:
        return any(verb in _VERBS[call.name] for verb in call.arguments[:1])
    return any(
        _CALLS.search(text) for main in _mains(call, site) for _, text in reached(site.state.tree, main)
    )


def _mains(call: ProgramCall, site: Site) -> Iterator[str]:
    """The scripts of the project that a program runs."""
    if call.tool.kind is Kind.RUN:
        names = [read_node(call.arguments).main] if call.name == "node" else list(call.arguments)
    else:
        names = [*_TASK_FILES.get(call.name, ())]
    for name in names:
        if name and not name.startswith("-"):
            found = main_file(site.state.tree, site.state.path(name).path)
            yield from () if found is None else (found,)


def natives_of_all(site: Site) -> Natives:
    """What all packages of the project that lie around the working directory need."""
    return of_manifests(site.state.tree, manifests_below(site.state.tree, project_root(site).path))


@of_tree
def manifests_below(tree: Tree, directory: str) -> tuple[Manifest, ...]:
    """The manifests of all packages below a directory."""
    paths = (
        posixpath.dirname(path)
        for path in project_files(tree, directory, _NOT_ENTERED)
        if posixpath.basename(path) == "package.json"
    )
    found = (manifest_at(tree, path) for path, _ in zip(paths, range(_MOST_PACKAGES), strict=False))
    return tuple(manifest for manifest in found if manifest is not None)
