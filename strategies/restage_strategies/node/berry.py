"""Yarn from version 2 on (berry): how a project says that it uses it, and where it keeps packages.

Source: yarn's configuration reference (nodeLinker, enableGlobalCache, yarnPath).
"""

from __future__ import annotations

import posixpath
import re

from restage_strategies.node.manifest import upwards
from restage_strategies.node.requests import Manager
from restage_strategies.node.site import Site


def yarn_in(site: Site) -> Manager:
    """Which yarn the project uses: `packageManager`, a .yarnrc.yml or `yarn set version` names berry."""
    named = site.manifest.package_manager if site.manifest is not None else ""
    if named.startswith("yarn@") and not named.startswith(("yarn@1", "yarn@0")):
        return Manager.BERRY
    return Manager.BERRY if _settings(site) is not None or _chosen(site) else Manager.YARN


def is_surely_berry(site: Site) -> bool:
    """Whether no yarn 1 of the image can run in its place: a version is named, or the program itself."""
    named = site.manifest.package_manager if site.manifest is not None else ""
    told = re.search(r"^yarnPath:", _settings(site) or "", re.MULTILINE) is not None
    return told or _chosen(site) or (named.startswith("yarn@") and not named.startswith(("yarn@1", "yarn@0")))


def _settings(site: Site) -> str | None:
    texts = (site.state.tree.text(posixpath.join(place, ".yarnrc.yml")) for place in upwards(site.directory))
    return next((text for text in texts if text is not None), None)


def _chosen(site: Site) -> bool:
    """Whether a command sets berry's version."""
    return any(not version.startswith(("1", "classic", "0")) for version in _set_versions(site))


def _set_versions(site: Site) -> tuple[str, ...]:
    """The versions that commands set (`yarn set version stable`, `corepack prepare yarn@4`)."""
    lines = [command.arguments for command in site.case.commands if command.name in ("yarn", "corepack")]
    chosen = [words[2] for words in lines if words[:2] == ("set", "version") and len(words) > 2]
    prepared = [
        word[5:] for words in lines if words[:1] == ("prepare",) for word in words if word.startswith("yarn@")
    ]
    return (*chosen, *prepared)


def can_focus(site: Site) -> bool:
    """Whether `yarn workspaces focus` is there: built in from yarn 4 on, before that in a plugin of the project."""
    path = _in_releases(_settings(site) or "")
    named = site.manifest.package_manager if site.manifest is not None else ""
    versions = [*filter(None, (path, named.removeprefix("yarn@"))), *_set_versions(site)]
    plugin = posixpath.join(site.directory, _PLUGIN)
    brought = site.state.tree.is_file(plugin) and _PLUGIN in (_settings(site) or "")
    return bool(versions) and all(_is_4(version) or (brought and version[:1] == "3") for version in versions)


_PLUGIN = ".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs"


def _is_4(version: str) -> bool:
    """Whether this is yarn 4 or later, which `stable` has been since 2023."""
    major = re.match(r"[\^~]?(\d{1,3})\b", version)
    return int(major[1]) >= 4 if major else version in ("stable", "latest", "berry")


def makes_node_modules(site: Site) -> bool:
    """Whether packages are put into node_modules, as only this setting of the project itself makes berry do."""
    text = site.state.tree.text(posixpath.join(site.directory, ".yarnrc.yml")) or ""
    told = re.search(r"^nodeLinker:\s{0,8}[\"']?node-modules[\"']?\s{0,8}$", text, re.MULTILINE)
    return told is not None and not site.variable("YARN_NODE_LINKER")


def loads_from_cache(site: Site) -> bool:
    """Whether what runs loads packages from the global cache: Plug'n'Play with yarn 4, unless it says otherwise."""
    text = _settings(site) or ""
    if re.search(r"^nodeLinker:\s{0,8}[\"']?(?:node-modules|pnpm)", text, re.MULTILINE):
        return False
    told = re.search(r"^enableGlobalCache:\s{0,8}[\"']?(true|false)", text, re.MULTILINE)
    return told[1] == "true" if told else not re.match(r"[23]\b", _version(site, text))


def _version(site: Site, text: str) -> str:
    named = site.manifest.package_manager if site.manifest is not None else ""
    return _in_releases(text) or named.removeprefix("yarn@")


def _in_releases(settings: str) -> str:
    """The version in the file name that `yarnPath` names; empty if it names none."""
    path = re.search(r"^yarnPath:[^\n]{0,200}?yarn-([0-9.]{1,20})", settings, re.MULTILINE)
    return path[1] if path else ""
