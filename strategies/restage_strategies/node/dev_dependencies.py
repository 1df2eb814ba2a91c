"""Leaving dev dependencies behind: which installs bring them, which command takes them out, and whether any is used."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    Case,
    FromContext,
    Product,
    Reduction,
    ReductionKind,
    Start,
    State,
    Tree,
    commands_of,
    replace,
)
from restage.api.tree import Changed, Placed
from restage_strategies.node.asked import requests_of
from restage_strategies.node.dev_asked import Asked, programs_leaving
from restage_strategies.node.dev_evidence import unused
from restage_strategies.node.leaving import direct, leaving
from restage_strategies.node.locks import read_lock
from restage_strategies.node.manifest import Manifest, manifest_at, members
from restage_strategies.node.modules import omits_dev
from restage_strategies.node.products import INSTALLED
from restage_strategies.node.prune import Installed, lock_seen, merged_settings, prune_of
from restage_strategies.node.requests import Change, EditManifest, Fetch, Install, Manager, Request, Tidy
from restage_strategies.node.site import Site


def dev_dependencies_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offer to take dev dependencies out of node_modules before it is copied; none where that isn't safe to do."""
    manager = next((m for m in Manager if product.what == INSTALLED.format(m.value)), None)
    if manager is None:
        return
    directory = product.region.path.removesuffix("/node_modules") or "/"
    root = Site(state, case).at(directory)
    manifest = manifest_at(state.tree, directory)
    how = _installed(manager, product, root)
    if manifest is None or how is None or not direct(manifest) or not _is_plain(manifest, root, how):
        return
    file, text = how.seen or how.later or ("", None)
    gone = leaving(manifest, file, text)
    if not gone.names or ("$" in directory and directory != state.directory):
        return
    number = len(direct(manifest))
    what = f"{number} dev dependenc{'ies' if number > 1 else 'y'}"
    prune = prune_of(how, manifest, what, root)
    if prune is None:
        return
    programs = programs_leaving(gone.names, read_lock(file, text) if text is not None else None)
    asked = Asked(manifest, gone, programs, starts, root, state.directory)
    yield Reduction(ReductionKind.DEV_DEPENDENCIES, product, (unused(asked, product.what),), prune=prune)


def _installed(manager: Manager, product: Product, root: Site) -> Installed | None:
    """How the install went; None where the manifest that it saw isn't the one at the end."""
    tree = root.state.tree
    early = _tree_before(root, product)
    path = posixpath.join(root.directory, "package.json")
    if early is None or early.text(path) is None or early.text(path) != tree.text(path):
        return None
    if not isinstance(tree.origin(path), FromContext):
        return None
    requests = requests_of(root)
    before = replace(root, state=replace(root.state, tree=early))
    seen = lock_seen(manager, root.directory, before)
    later = lock_seen(manager, root.directory, root)
    return Installed(manager, merged_settings(requests, manager), seen, later, requests)


def _tree_before(root: Site, product: Product) -> Tree | None:
    """The files as the one install saw them; None where it isn't plain which command that was."""
    tree = root.state.tree
    places = [
        number
        for number, event in enumerate(tree.events)
        if isinstance(event, Changed) and event.target == product.region and _installs(event.by, root)
    ]
    return tree.first(places[0]) if len(places) == 1 else None


def _installs(by: str, root: Site) -> bool:
    """Whether a command installs what the manifest asks for, itself or by a script."""
    commands = commands_of(by, root.state) or ()
    found = requests_of(replace(root, case=replace(root.case, commands=commands)))
    return any(isinstance(request.action, Install) for request in found)


def _is_plain(manifest: Manifest, root: Site, how: Installed) -> bool:
    """Whether node_modules holds what the manifest asks for and nothing else: a prune would take away any more."""
    tree = root.state.tree
    if manifest.workspaces or members(tree, manifest) or _is_member(root):
        return False
    if isinstance(tree.origin(posixpath.join(root.directory, "node_modules")), FromContext):
        return False
    return not any(_disturbs(request, root) for request in how.requests) and not _is_handled(root)


def _is_member(root: Site) -> bool:
    """Whether the package belongs to a workspace above it, or one is set up here."""
    tree = root.state.tree
    names = ("pnpm-workspace.yaml", "lerna.json")
    if any(tree.is_file(posixpath.join(root.directory, name)) for name in names):
        return True
    above = posixpath.dirname(root.directory)
    found = manifest_at(tree, above) if above != root.directory else None
    return found is not None and any(m.directory == root.directory for m in members(tree, found))


def _disturbs(request: Request, root: Site) -> bool:
    match request.action:
        case Change() | Fetch():
            return True
        case EditManifest(keys):
            return (
                any("ependencies" in key or key in ("overrides", "resolutions") for key in keys) or not keys
            )
        case Tidy(compiles=compiles):
            return not compiles
        case Install() if request.manager is Manager.NPM:
            return request.says("omit", "only", "production") != "" or bool(request.members)
        case Install():
            return omits_dev(request, replace(root, state=replace(root.state, environment={})))
        case _:
            return False


_HANDLING = frozenset("cp mv ln rsync tar rm unzip install find sed jq awk perl tee cat echo printf".split())
_HANDLED = ("node_modules", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")


def _is_handled(root: Site) -> bool:
    """Whether commands or COPY lines reach into node_modules themselves, or change what the install goes by."""
    placed = any(
        isinstance(event, Placed) and "/node_modules" in event.target.path for event in root.state.tree.events
    )
    words = (
        word
        for command in root.case.commands
        if command.name in _HANDLING
        for word in (*command.arguments, *command.outputs)
    )
    manifest = root.manifest
    scripts = " ; ".join(manifest.scripts.values()) if manifest is not None else ""
    handled = re.search(r"\b(?:cp|mv|ln|cpx|copyfiles|ncp|link)\b[^;&|]{0,200}node_modules", scripts)
    return placed or handled is not None or any(name in word for word in words for name in _HANDLED)
