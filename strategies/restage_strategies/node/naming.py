"""Files of the project that settings name: certificates, offline mirrors, the package manager itself, preloads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import FromContext, Region, Tree, region
from restage_strategies.node.manifest import upwards
from restage_strategies.node.requests import Manager, Request
from restage_strategies.node.site import Site

_SETTINGS = {
    Manager.NPM: (".npmrc",),
    Manager.YARN: (".yarnrc", ".npmrc"),
    Manager.BERRY: (".yarnrc.yml", ".yarnrc", ".npmrc"),
    Manager.PNPM: (".npmrc",),
    Manager.BUN: (".npmrc", "bunfig.toml"),
}
_INHERITED = frozenset({".yarnrc", ".yarnrc.yml"})
"""Settings that are looked for in every directory above as well (yarn's are)."""
_HEARD = re.compile(r"(?:npm_config_|yarn_|pnpm_|node_|ssl_cert|corepack_)", re.IGNORECASE)
_SIGNS = re.compile(r"[\s=:,\"'\[\]{}()]+")
_LONGEST = 400


def settings_files(request: Request, root: Site) -> Iterator[Region]:
    """The files of settings that a package manager reads, and the files and directories that they name."""
    for file in _SETTINGS[request.manager]:
        for directory in upwards(root.directory) if file in _INHERITED else (root.directory,):
            yield from _setting(posixpath.join(directory, file), root.state.tree)
        yield from _setting(root.home(file).path, root.state.tree)


def _setting(path: str, tree: Tree) -> Iterator[Region]:
    yield region(path)
    text = tree.text(path)
    if text is not None and len(text) < 100_000:
        yield from named_in(text, posixpath.dirname(path), tree)


def told_files(request: Request, root: Site) -> Iterator[Region]:
    """The files that options and variables name (`--userconfig ci.npmrc`, NODE_OPTIONS)."""
    values = [value for value in request.settings.values() if value not in ("true", "false")]
    values += [value for name, value in root.state.environment.items() if value and _HEARD.match(name)]
    for value in values:
        yield from named_in(value, root.directory, root.state.tree)


def named_in(text: str, directory: str, tree: Tree) -> Iterator[Region]:
    """The files and directories of the context that the words of a text name; not the directory itself or one above."""
    here = region(directory)
    for word in dict.fromkeys(_SIGNS.split(text)):
        if word in ("", ".", "..", "node_modules") or len(word) > _LONGEST or word.startswith(("//", "#")):
            continue
        place = region(directory, word)
        if not place.covers(here) and isinstance(tree.origin(place.path), FromContext):
            yield place
