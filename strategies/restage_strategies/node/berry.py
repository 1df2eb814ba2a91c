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
    lines = [command.arguments for command in site.case.commands if command.name in ("yarn", "corepack")]
    chosen = [words[2] for words in lines if words[:2] == ("set", "version") and len(words) > 2]
    prepared = [
        word[5:] for words in lines if words[:1] == ("prepare",) for word in words if word.startswith("yarn@")
    ]
    return any(not version.startswith(("1", "classic", "0")) for version in (*chosen, *prepared))


def loads_from_cache(site: Site) -> bool:
    """Whether what runs loads packages from the global cache: Plug'n'Play with yarn 4, unless it says otherwise."""
    text = _settings(site) or ""
    if re.search(r"^nodeLinker:\s{0,8}[\"']?(?:node-modules|pnpm)", text, re.MULTILINE):
        return False
    told = re.search(r"^enableGlobalCache:\s{0,8}[\"']?(true|false)", text, re.MULTILINE)
    return told[1] == "true" if told else not re.match(r"[23]\b", _version(site, text))


def _version(site: Site, text: str) -> str:
    path = re.search(r"^yarnPath:[^\n]{0,200}?yarn-([0-9.]{1,20})", text, re.MULTILINE)
    named = site.manifest.package_manager if site.manifest is not None else ""
    return path[1] if path else named.removeprefix("yarn@")
