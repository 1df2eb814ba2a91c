"""Taking dev dependencies out of an installed node_modules: which command does it, and where none does it safely.

Measured with npm 6, 8, 10 and 11, yarn 1.22, 3.8 and 4.18 and pnpm 8 to 10, without a network: `npm prune` takes out what
the lockfile calls dev, keeps compiled addons and folders such as node_modules/.prisma, and takes out whatever was
installed without saving it; it fetches and changes versions where the lockfile is not the one that was installed from,
unless it is told to look at node_modules alone. It runs no scripts but `prepare` of folders that it links, and that up to
npm 10 whatever it is told. It does the same in what yarn 1 installed, but for `resolutions`. In a workspace npm 7 and 8
leave what the members have in folders of their own.
`yarn install --production` wants its download cache, and undoes changes to files of packages. `yarn workspaces focus` of
berry wants its cache too; it runs the install scripts of the project and of packages that come to lie elsewhere, and leaves
lockfile, changed files and whatever else is in node_modules alone. `pnpm prune` wants neither store nor lockfile, and runs
the project's own install scripts unless it is told not to; in a workspace it empties the members' node_modules, while
`pnpm install --prod --offline` there does what is meant, but for local packages, which it copies anew; a member loses what
it wants for its build alone, other members of the workspace too, whoever else needs them. Neither minds that the store is
gone (emptied, or a cache mount: measured with pnpm 8, 9 and 10); but both make node_modules anew, from the network or not at
all, where pnpm has its store somewhere else than at the install: told so there alone, or moved to the file system's top since
a mount held pnpm's home, to which it then could not link. bun (1.3) takes nothing out of a node_modules that is there, and no
command of its own does: its dev dependencies stay.
"""

from __future__ import annotations

import posixpath
import re

from restage.api import Prune, Region, region
from restage_strategies.node.berry import can_focus, makes_node_modules
from restage_strategies.node.berry_lock import is_of_berry
from restage_strategies.node.family import Family
from restage_strategies.node.how_installed import (
    Installed,
    changes_packages,
    cleans,
    from_registry,
    is_local,
    npm_major,
    reads_variables,
    repeated,
)
from restage_strategies.node.manifest import manifest_at
from restage_strategies.node.places import caches, pnpm_home
from restage_strategies.node.requests import Install, Manager
from restage_strategies.node.site import Site

_YARN_REPEATED = ("frozen-lockfile", "pure-lockfile", "ignore-engines", "ignore-platform", "ignore-optional")
_NPM_REPEATED = ("legacy-peer-deps", "force")
_BERRY_KNOWN = frozenset(
    "immutable immutable-cache check-cache check-resolutions inline-builds frozen-lockfile".split()
)
"""Options of berry's install that change nothing of what it installs."""
_FORMAT_3 = re.compile(r'"lockfileVersion":\s{0,4}[3-9]')
_REFUSED = (
    "omit no-save no-bin-links bin-links modules-folder modules-dir virtual-store-dir install-links global-style legacy-bundling "
    "install-strategy flat node-linker shamefully-hoist package-lock-only lockfile-only no-optional optional focus"
).split()
"""Options of an install after which a plain prune might find something else than what was meant."""
_MEANT = frozenset("production prod only include also dev".split())
"""Settings of .npmrc that the prune would read as if they had been said to it; `include=dev` leaves it nothing to do."""


def prune_of(how: Installed, family: Family, what: str, root: Site) -> Prune | None:
    """The command that takes them out; None where none is known to do just that."""
    if any(how.told.get(name, "") not in ("", "false") for name in _REFUSED) or how.filed.keys() & _MEANT:
        return None
    match how.manager:
        case Manager.NPM:
            command = _npm(how, family, root)
        case Manager.YARN:
            command = _yarn(how, family, root)
        case Manager.BERRY:
            command = _berry(how, family, root)
        case Manager.PNPM:
            command = _pnpm(how, family, root)
        case _:
            command = None
    places = tuple(region(one.directory, "node_modules") for one in family.manifests)
    if command is None:
        return None
    by_npm = how.manager is Manager.YARN and command.startswith("npm ")
    why = "npm takes them out of what yarn installed, where yarn would install anew" if by_npm else ""
    return Prune(root.directory, command, what, places, _wanted(command, how, root), why)


def _wanted(command: str, how: Installed, root: Site) -> tuple[Region, ...]:
    """The download cache of the installs, which yarn looks into again; of pnpm, where it tries to link to its home."""
    if how.manager is Manager.PNPM:
        return (pnpm_home(root).below("_tmp"),)
    if not command.startswith("yarn "):
        return ()
    installs = (one for one in how.requests if one.manager is how.manager and isinstance(one.action, Install))
    own = (region(root.directory, ".yarn/cache"),) if how.manager is Manager.BERRY else ()
    return tuple(dict.fromkeys((*own, *(place for one in installs for place in caches(one, root)))))


def _npm(how: Installed, family: Family, root: Site) -> str | None:
    options, manifest = repeated(_NPM_REPEATED, how), family.whole
    major = npm_major(root)
    if major == 6 and how.seen is not None and _FORMAT_3.search(how.seen[1]):
        return None
    if (major is None or major < 7) and (reads_variables(root) or family.members):
        return None
    ignored = "false" in (how.told.get("package-lock"), how.told.get("shrinkwrap"))
    if _prepares(family, root) or (family.members and (ignored or not _locks_members(how))):
        return None
    if how.kept and not ignored:
        links = family.members or any(map(is_local, manifest.every_dependency.values()))
        quiet = " --ignore-scripts" if links else ""
        return f"{_npm_prune(root)}{quiet}{options}"
    if cleans(how) or major is None or major < 7 or not from_registry(manifest):
        return None
    return f"npm prune --omit=dev --no-package-lock{options}"


def _locks_members(how: Installed) -> bool:
    """Whether the lockfile speaks of folders, as those of format 2 and later do."""
    return how.kept and how.seen is not None and '"packages"' in how.seen[1]


def _prepares(family: Family, root: Site) -> bool:
    """Whether a folder that is linked has a `prepare` script, which may want what has just been taken out."""
    linked = [
        manifest_at(
            root.state.tree, posixpath.normpath(posixpath.join(one.directory, spec.partition(":")[2] or spec))
        )
        for one in family.manifests
        for spec in one.every_dependency.values()
        if is_local(spec)
    ]
    return any(one is not None and "prepare" in one.scripts for one in (*linked, *family.members))


def _npm_prune(root: Site) -> str:
    major = npm_major(root)
    return "npm prune --omit=dev" if major is not None and major >= 7 else "npm prune --production"


def _keeps_apart(family: Family, root: Site) -> bool:
    """Whether yarn is told to give members packages of their own, which leave with what each wants for its build."""
    told = any(
        "installConfig" in one.fields or "nohoist" in str(one.fields.get("workspaces"))
        for one in family.manifests
    )
    settings = root.state.tree.text(posixpath.join(root.directory, ".yarnrc.yml")) or ""
    return bool(family.members) and (
        told or re.search(r"^nm(?:Hoist|Self)", settings, re.MULTILINE) is not None
    )


def _yarn(how: Installed, family: Family, root: Site) -> str | None:
    options, manifest = repeated(_YARN_REPEATED, how), family.whole
    if _keeps_apart(family, root):
        return None
    if any(is_of_berry(text) for _, text in filter(None, (how.seen, how.later))):
        return None
    if how.kept and not (cleans(how) or changes_packages(family) or reads_variables(root)):
        return f"yarn install --production --ignore-scripts --prefer-offline{options}"
    major = npm_major(root)
    if major is None or major < 7 or manifest.fields.get("resolutions") or not from_registry(manifest):
        return None
    return None if family.members else "npm prune --omit=dev --legacy-peer-deps --no-package-lock"


def _berry(how: Installed, family: Family, root: Site) -> str | None:
    known = how.seen is not None and is_of_berry(how.seen[1]) and how.settings.keys() <= _BERRY_KNOWN
    if not (known and how.kept and makes_node_modules(root) and can_focus(root)):
        return None
    scripts = {name for one in family.manifests for name in one.scripts}
    if scripts & {"preinstall", "install", "postinstall"} or cleans(how) or reads_variables(root):
        return None
    if _keeps_apart(family, root) or (family.members and changes_packages(family)):
        return None
    return f"yarn workspaces focus{' --all' if family.members else ''} --production"


def _pnpm(how: Installed, family: Family, root: Site) -> str | None:
    """`--ignore-scripts` is there from pnpm 8 on, which writes lockfiles of format 6 and later."""
    words = " ".join(word for command in root.case.commands for word in command.arguments)
    if re.search(r"\bpnpm@\^?[1-7]\b", f"{words} {family.root.package_manager}"):
        return None
    version = re.search(r"^lockfileVersion: '?(\d{1,3})", how.seen[1], re.MULTILINE) if how.seen else None
    if not how.kept or version is None or int(version[1]) < 6 or _keeps_its_store_apart(how, root):
        return None
    if not family.members:
        return "CI=true pnpm prune --prod --ignore-scripts"
    frozen = how.settings.get("frozen-lockfile") == "true"
    if not frozen or cleans(how) or changes_packages(family) or _copies_members(how, family, root):
        return None
    return f"CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts {_AT_ONCE}"


def _keeps_its_store_apart(how: Installed, root: Site) -> bool:
    """Whether a command alone is told where pnpm's store or home lies."""
    told = {name.lower() for command in root.case.commands for name, _ in command.environment}
    return "store-dir" in how.settings or bool(told & {"npm_config_store_dir", "pnpm_home", "xdg_data_home"})


_AT_ONCE = "--config.modules-cache-max-age=0"
"""pnpm keeps packages that nothing links to any more for a week, unless it is told not to."""
_COPYING = re.compile(
    r"linker|inject|shared-?workspace|virtual-?store|modules-?dir|store-?dir", re.IGNORECASE
)
"""Settings of pnpm by which a workspace's node_modules are something else than links to one store beside them."""


def _copies_members(how: Installed, family: Family, root: Site) -> bool:
    """Whether pnpm may have put local packages into node_modules, which it would put there anew, not built."""
    local = any(map(is_local, family.whole.every_dependency.values()))
    injected = any(_COPYING.search(" ".join(map(str, one.fields.values()))) for one in family.manifests)
    names = (posixpath.join(root.directory, name) for name in (".npmrc", "pnpm-workspace.yaml"))
    told = any(_COPYING.search(root.state.tree.text(name) or "") for name in names)
    return local or injected or told or any(map(_COPYING.search, how.settings))
