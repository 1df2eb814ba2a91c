"""How node_modules came about, as far as taking something out of it again depends on it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from restage.api import BaseImage, Record
from restage_strategies.node.family import Family
from restage_strategies.node.locks import FILES_OF
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.places import npmrc
from restage_strategies.node.requests import CleanCache, Install, Manager, Request
from restage_strategies.node.site import Site

_NPM_BEFORE_7 = 15
"""The first Node.js whose images have npm 7."""
_NEWEST = "24"
"""A tag without a number (`latest`, `lts`) is at least this."""


class Installed(Record):
    """How node_modules came about."""

    manager: Manager
    settings: Mapping[str, str]
    """Options of the installs, by name."""
    filed: Mapping[str, str]
    """What .npmrc told the install, by name; a prune reads it again."""
    seen: tuple[str, str] | None
    """The lockfile that the install saw: name and text."""
    later: tuple[str, str] | None
    """The lockfile of the context that is there at the end."""
    requests: tuple[Request, ...]
    """All that the file asks package managers for."""

    @property
    def kept(self) -> bool:
        """Whether the same lockfile, or as little of one, is there at the end."""
        return self.seen == self.later

    @property
    def told(self) -> Mapping[str, str]:
        """Options and settings of files, of which the options win."""
        return {**self.filed, **self.settings}


def is_local(spec: str) -> bool:
    """Whether a dependency is a folder or archive of the project."""
    return spec.startswith(("file:", "link:", "portal:", "./", "../", "/", "~/"))


def from_registry(manifest: Manifest) -> bool:
    """Whether npm finds each dependency by name and range, as it must to look at node_modules alone."""
    specs = (spec.removeprefix("npm:") for spec in manifest.every_dependency.values())
    return not any(":" in spec or "/" in spec.removeprefix("@").partition("@")[2] for spec in specs)


def reads_variables(root: Site) -> bool:
    """Whether settings name variables that the end of the build may not have; npm 6 and yarn 1 stop over them."""
    texts = (
        root.state.tree.text(posixpath.join(root.directory, name))
        for name in (".npmrc", ".yarnrc", ".yarnrc.yml")
    )
    return any("${" in (text or "") for text in texts)


_QUIET = re.compile(
    r"\s*(?:[#;].*|//.*|(?:@[^:=\s]{1,80}:)?registry\b.*|(?:save-exact|save-prefix|fund|audit|audit-level|loglevel|progress|"
    r"update-notifier|always-auth|email|strict-ssl|cafile|proxy|https-proxy|noproxy|maxsockets|fetch-[\w-]{1,30}|color|"
    r"message|init[.-][\w.-]{1,30}|access|provenance|git-tag-version|tag-version-prefix|unsafe-perm|cache|prefer-offline|"
    r"network-[\w-]{1,30}|\w{0,40}_\w{1,80})\s{0,8}[= ].*)?",
    re.IGNORECASE,
)
"""Lines of .npmrc and .yarnrc that don't tell which packages are installed."""


def telling(text: str | None) -> tuple[str, ...]:
    """The lines of .npmrc or .yarnrc that may tell which packages are installed."""
    return tuple(line.strip() for line in (text or "").splitlines() if not _QUIET.fullmatch(line))


def repeated(names: tuple[str, ...], how: Installed) -> str:
    """Those of these options that the install had, as the prune has to say them too."""
    return "".join(f" --{name}" for name in names if how.settings.get(name, "") not in ("", "false"))


def cleans(how: Installed) -> bool:
    """Whether the file empties a download cache."""
    return any(isinstance(request.action, CleanCache) for request in how.requests)


def changes_packages(family: Family) -> bool:
    """Whether something changes files of installed packages, which yarn would undo."""
    names = {"patch-package", "prisma", "@prisma/client", "postinstall-postinstall", "ngcc", "modclean"}
    texts = " ".join(text for one in family.manifests for text in one.scripts.values())
    return bool(names & family.whole.every_dependency.keys()) or "patch-package" in texts


def lock_seen(manager: Manager, directory: str, site: Site) -> tuple[str, str] | None:
    """The lockfile that this manager obeys in a directory, as of this state."""
    for name in FILES_OF[manager.value]:
        text = site.state.tree.text(posixpath.join(directory, name))
        if text is not None:
            return name, text
    return None


def merged_settings(requests: tuple[Request, ...], manager: Manager) -> Mapping[str, str]:
    """The options of all installs by one manager."""
    found: dict[str, str] = {}
    for request in requests:
        if request.manager is manager and isinstance(request.action, Install):
            found.update(
                {"force" if name == "f" else name: value for name, value in request.settings.items()}
            )
    return found


def filed_settings(manager: Manager, site: Site) -> Mapping[str, str]:
    """What .npmrc of this state sets, named as options are: `x=false` is `--no-x` too. Berry doesn't read it."""
    found = {} if manager is Manager.BERRY else npmrc(site)
    return {**{f"no-{name}": "true" for name, value in found.items() if value == "false"}, **found}


def npm_major(root: Site) -> int | None:
    """The major version of the image's npm (6 for all before 7); None where it isn't known."""
    for command in root.case.commands:
        if command.name == "npm" and any(re.match(r"npm(?:@|$)", word) for word in command.arguments):
            told = [re.match(r"npm@\^?(\d{1,3})", word) for word in command.arguments]
            return next((int(match[1]) for match in told if match), None)
    base = root.state.base
    if not isinstance(base, BaseImage) or base.family != "node":
        return None
    digits = (base.version or _NEWEST).partition(".")[0]
    return None if not digits.isdigit() or int(digits) < 8 else 6 if int(digits) < _NPM_BEFORE_7 else 7
