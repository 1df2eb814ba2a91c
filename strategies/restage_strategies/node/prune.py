"""Taking dev dependencies out of an installed node_modules: which command does it, and where none does it safely.

Measured with npm 6, 8, 10 and 11, yarn 1.22 and pnpm 8 to 10, without a network: `npm prune` takes out what the lockfile
calls dev, runs no scripts, keeps compiled addons and folders such as node_modules/.prisma, and takes out whatever was
installed without saving it; it fetches and changes versions where the lockfile is not the one that was installed from,
unless it is told to look at node_modules alone. It does the same in what yarn 1 installed, but for `resolutions`.
`yarn install --production` wants its download cache, and undoes changes to files of packages. `pnpm prune` wants neither
store nor lockfile, and runs the project's own install scripts unless it is told not to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from restage.api import BaseImage, Prune, Record
from restage_strategies.node.locks import FILES_OF
from restage_strategies.node.manifest import Manifest
from restage_strategies.node.requests import CleanCache, Install, Manager, Request
from restage_strategies.node.site import Site

_NPM_BEFORE_7 = 15
"""The first Node.js whose images have npm 7."""
_NEWEST = "24"
"""A tag without a number (`latest`, `lts`) is at least this."""
_YARN_REPEATED = ("frozen-lockfile", "pure-lockfile", "ignore-engines", "ignore-platform", "ignore-optional")
_NPM_REPEATED = ("legacy-peer-deps", "force")
_WITHOUT_LOCK = (
    ("package-lock", "false"),
    ("no-package-lock", "true"),
    ("shrinkwrap", "false"),
    ("no-shrinkwrap", "true"),
)
_FORMAT_3 = re.compile(r'"lockfileVersion":\s{0,4}[3-9]')
_REFUSED = (
    "omit no-save no-bin-links bin-links modules-folder modules-dir virtual-store-dir install-links global-style legacy-bundling "
    "install-strategy flat node-linker shamefully-hoist package-lock-only lockfile-only no-optional optional"
).split()
"""Options of an install after which a plain prune might find something else than what was meant."""


class Installed(Record):
    """How node_modules came about."""

    manager: Manager
    settings: Mapping[str, str]
    """Options of the installs, by name."""
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


def prune_of(how: Installed, manifest: Manifest, what: str, root: Site) -> Prune | None:
    """The command that takes them out; None where none is known to do just that."""
    if any(how.settings.get(name, "") not in ("", "false") for name in _REFUSED):
        return None
    match how.manager:
        case Manager.NPM:
            command = _npm(how, manifest, root)
        case Manager.YARN:
            command = _yarn(how, manifest, root)
        case Manager.PNPM:
            command = _pnpm(how, manifest, root)
        case _:
            command = None
    return None if command is None else Prune(root.directory, command, what)


def _npm(how: Installed, manifest: Manifest, root: Site) -> str | None:
    repeated = _repeated(_NPM_REPEATED, how)
    major = npm_major(root)
    if major == 6 and how.seen is not None and _FORMAT_3.search(how.seen[1]):
        return None
    if (major is None or major < 7) and _reads_variables(root):
        return None
    ignored = "false" in (how.settings.get("package-lock"), how.settings.get("shrinkwrap"))
    if how.kept and not ignored:
        quiet = " --ignore-scripts" if any(map(is_local, manifest.every_dependency.values())) else ""
        return f"{_npm_prune(root)}{quiet}{repeated}"
    if _cleans(how) or major is None or major < 7 or not _from_registry(manifest):
        return None
    return f"npm prune --omit=dev --no-package-lock{repeated}"


def _npm_prune(root: Site) -> str:
    major = npm_major(root)
    return "npm prune --omit=dev" if major is not None and major >= 7 else "npm prune --production"


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


def _yarn(how: Installed, manifest: Manifest, root: Site) -> str | None:
    repeated = _repeated(_YARN_REPEATED, how)
    if any("__metadata:" in text for _, text in filter(None, (how.seen, how.later))):
        return None  # a lockfile of berry
    if how.kept and not (_cleans(how) or _changes_packages(manifest) or _reads_variables(root)):
        return f"yarn install --production --ignore-scripts --prefer-offline{repeated}"
    major = npm_major(root)
    if major is None or major < 7 or manifest.fields.get("resolutions") or not _from_registry(manifest):
        return None
    return "npm prune --omit=dev --legacy-peer-deps --no-package-lock"


def _pnpm(how: Installed, manifest: Manifest, root: Site) -> str | None:
    """`--ignore-scripts` is there from pnpm 8 on, which writes lockfiles of format 6 and later."""
    words = " ".join(word for command in root.case.commands for word in command.arguments)
    if re.search(r"\bpnpm@\^?[1-7]\b", f"{words} {manifest.package_manager}"):
        return None
    version = re.search(r"^lockfileVersion: '?(\d{1,3})", how.seen[1], re.MULTILINE) if how.seen else None
    if not how.kept or version is None or int(version[1]) < 6:
        return None
    return "CI=true pnpm prune --prod --ignore-scripts"


def is_local(spec: str) -> bool:
    """Whether a dependency is a folder or archive of the project."""
    return spec.startswith(("file:", "link:", "portal:", "./", "../", "/", "~/"))


def _from_registry(manifest: Manifest) -> bool:
    """Whether npm finds each dependency by name and range, as it must to look at node_modules alone."""
    specs = (spec.removeprefix("npm:") for spec in manifest.every_dependency.values())
    return not any(":" in spec or "/" in spec.removeprefix("@").partition("@")[2] for spec in specs)


def _reads_variables(root: Site) -> bool:
    """Whether settings name variables that the end of the build may not have; npm 6 and yarn 1 stop over them."""
    texts = (root.state.tree.text(posixpath.join(root.directory, name)) for name in (".npmrc", ".yarnrc"))
    return any("${" in (text or "") for text in texts)


def _repeated(names: tuple[str, ...], how: Installed) -> str:
    return "".join(f" --{name}" for name in names if how.settings.get(name, "") not in ("", "false"))


def _cleans(how: Installed) -> bool:
    return any(isinstance(request.action, CleanCache) for request in how.requests)


def _changes_packages(manifest: Manifest) -> bool:
    """Whether something changes files of installed packages, which yarn would undo."""
    names = {"patch-package", "prisma", "@prisma/client", "postinstall-postinstall", "ngcc", "modclean"}
    texts = " ".join(manifest.scripts.values())
    return bool(names & manifest.every_dependency.keys()) or "patch-package" in texts


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
