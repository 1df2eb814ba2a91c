"""Leaving dev dependencies behind: which installs bring them, which command takes them out, and whether any is used."""

from __future__ import annotations

import posixpath
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
from restage.api.tree import Changed
from restage_strategies.node.asked import requests_of
from restage_strategies.node.dev_asked import Asked, programs_leaving
from restage_strategies.node.dev_evidence import unused
from restage_strategies.node.family import Family, direct
from restage_strategies.node.handled import is_handled
from restage_strategies.node.how_installed import (
    Installed,
    filed_settings,
    lock_seen,
    merged_settings,
    telling,
)
from restage_strategies.node.leaving import leaving
from restage_strategies.node.locks import read_lock
from restage_strategies.node.manifest import manifest_at, members
from restage_strategies.node.modules import omits_dev
from restage_strategies.node.products import INSTALLED
from restage_strategies.node.prune import prune_of
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
    family = _family_at(root)
    if family is None or not direct(family.whole):
        return
    how = _installed(manager, product, root, family)
    if how is None or not _is_plain(family, root, how):
        return
    file, text = how.seen or how.later or ("", None)
    gone = leaving(family, file, text)
    if not gone.names or ("$" in directory and directory != state.directory):
        return
    number = len(direct(family.whole))
    what = f"{number} dev dependenc{'ies' if number > 1 else 'y'}"
    prune = prune_of(how, family, what, root)
    if prune is None:
        return
    programs = programs_leaving(gone.names | gone.parted, read_lock(file, text) if text is not None else None)
    asked = Asked(family, gone, programs, starts, root, state.directory)
    yield Reduction(ReductionKind.DEV_DEPENDENCIES, product, (unused(asked, product.what),), prune=prune)


def _family_at(root: Site) -> Family | None:
    """The package of a directory with the members of its workspace; None where its manifest can't be read."""
    manifest = manifest_at(root.state.tree, root.directory)
    return None if manifest is None else Family(manifest, members(root.state.tree, manifest))


def _installed(manager: Manager, product: Product, root: Site, family: Family) -> Installed | None:
    """How the install went; None where the manifests and settings that it saw aren't those at the end."""
    tree = root.state.tree
    early = _tree_before(root, product)
    if early is None or not all(_is_kept(path, early, tree) for path in _told_by(family)):
        return None
    if not all(isinstance(tree.origin(path), FromContext) for path in _manifests(family)):
        return None
    if any(telling(early.text(path)) != telling(tree.text(path)) for path in _settings(family)):
        return None
    if any(telling(text) for text in _settings_written(root)):
        return None
    requests = requests_of(root)
    before = replace(root, state=replace(root.state, tree=early))
    if _family_at(before) != family:
        return None
    seen = lock_seen(manager, root.directory, before)
    later = lock_seen(manager, root.directory, root)
    settings, filed = merged_settings(requests, manager), filed_settings(manager, before)
    return Installed(manager, settings, filed, seen, later, requests)


def _manifests(family: Family) -> tuple[str, ...]:
    return tuple(posixpath.join(one.directory, "package.json") for one in family.manifests)


def _told_by(family: Family) -> tuple[str, ...]:
    """Files that tell an install what to do, but for the lockfile."""
    settings = (".yarnrc.yml", "pnpm-workspace.yaml") if family.members else (".yarnrc.yml",)
    return (*_manifests(family), *(posixpath.join(family.root.directory, name) for name in settings))


def _settings(family: Family) -> tuple[str, ...]:
    return tuple(posixpath.join(family.root.directory, name) for name in (".npmrc", ".yarnrc"))


def _settings_written(root: Site) -> Iterator[str]:
    """What commands write into .npmrc: who knows how long it stays."""
    for command in root.case.commands:
        if any(posixpath.basename(path) == ".npmrc" for path in command.outputs):
            yield from (word for word in command.arguments if not word.startswith("-"))


def _is_kept(path: str, early: Tree, late: Tree) -> bool:
    return early.text(path) == late.text(path)


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


def _is_plain(family: Family, root: Site, how: Installed) -> bool:
    """Whether node_modules holds what the manifests ask for and nothing else: a prune would take away any more."""
    tree = root.state.tree
    if family.at_odds or (family.members and how.seen is None):
        return False
    if (family.root.workspaces and not family.members) or _is_part(family, root):
        return False
    places = (posixpath.join(one.directory, "node_modules") for one in family.manifests)
    if any(isinstance(tree.origin(place), FromContext) for place in places):
        return False
    inside = tuple(_of_members(family, root))
    disturbed = any(_disturbs(request, root) for request in (*how.requests, *inside))
    installs = any(isinstance(request.action, Install) for request in inside)
    return not (disturbed or installs or is_handled(root, family))


def _of_members(family: Family, root: Site) -> Iterator[Request]:
    """What scripts of members ask for, whichever of them the build runs."""
    for one in family.members:
        site = root.at(one.directory)
        for text in one.scripts.values():
            commands = commands_of(text, site.state) or ()
            yield from requests_of(replace(site, case=replace(site.case, commands=commands)))


def _is_part(family: Family, root: Site) -> bool:
    """Whether the package belongs to a workspace above it, or is set up as one by something else than its manager."""
    tree = root.state.tree
    others = ("lerna.json",) if family.members else ("pnpm-workspace.yaml", "lerna.json")
    if any(tree.is_file(posixpath.join(root.directory, name)) for name in others):
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
        case Install() if request.members and (request.manager, request.members) != (Manager.PNPM, ("*",)):
            return True
        case Install() if request.manager is Manager.NPM:
            return request.says("omit", "only", "production") != ""
        case Install():
            return omits_dev(request, replace(root, state=replace(root.state, environment={})))
        case _:
            return False
