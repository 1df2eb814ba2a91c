"""Whether all that `go mod download` fetches is there to be fetched: a build asks for no more than it compiles.

A module that is required and never imported may not exist, or ask for a password: `go build` passes, the download fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from restage.api import FromContext
from restage_strategies.go.manifest import Manifest
from restage_strategies.go.workspace import Workspace

_FORGES = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht", "gitee.com"})
_CONDITION = re.compile(r"^//\s*(?:go:build|\+build)\b", re.M)


def is_surely_fetched(space: Workspace) -> bool:
    """Whether the module files are the project's own, and each module was fetched before and is public, or imported."""
    own = all(isinstance(space.tree.origin(place.path), FromContext) for place in space.manifests)
    return own and _have_sums(space) and all(_is_imported(path, space) for path in _perhaps_private(space))


def _main(space: Workspace) -> Iterator[Manifest]:
    return (module.manifest for module in space.modules if module.directory in space.main_directories)


def _have_sums(space: Workspace) -> bool:
    """Whether go.sum has the checksum of each module that a download fetches, and so of one that was fetched once.

    Before Go 1.17 these are all that any module requires, of which go.sum has the versions (Go reference, module graph pruning).
    """
    lines = (line.split() for name in space.sums for line in (space.tree.text(name) or "").splitlines())
    known = {" ".join(words[:2]) for words in lines if len(words) > 2}
    zips = {pin for pin in known if not pin.endswith("/go.mod")}
    all_of_them = space.settings.older_than(17) or any(map(_is_unpruned, _main(space)))
    if all_of_them and not all(pin.removesuffix("/go.mod") in zips for pin in known):
        return False
    inside = {module.path for module in space.modules}
    wanted = (pin for manifest in _main(space) for pin in manifest.fetched)
    return bool(zips) and all(
        pin in zips for pin in wanted if pin.split()[0] not in inside and not pin.startswith((".", "/"))
    )


def _is_unpruned(manifest: Manifest) -> bool:
    found = re.match(r"1\.(\d+)", manifest.go)
    return not manifest.go or (found is not None and int(found.group(1)) < 17)


def _perhaps_private(space: Workspace) -> Iterator[str]:
    """Required modules of the project's own owner or host, and those that GOPRIVATE and its kin name."""
    patterns = [
        pattern
        for name in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE")
        for pattern in space.settings.get(name).split(",")
        if pattern
    ]
    owners = {_owner(one.module) for one in _main(space) if "." in one.module.partition("/")[0]}
    inside = {module.path for module in space.modules}
    for manifest in _main(space):
        for path in manifest.requires:
            if path not in inside and (
                _owner(path) in owners or any(_matches(path, pattern) for pattern in patterns)
            ):
                yield path


def _owner(path: str) -> str:
    host, _, rest = path.partition("/")
    return f"{host}/{rest.partition('/')[0]}" if host in _FORGES else host


def _matches(path: str, pattern: str) -> bool:
    """Whether a pattern of GOPRIVATE matches a beginning of the path (go help private)."""
    parts = path.split("/")
    return fnmatchcase("/".join(parts[: len(pattern.split("/"))]), pattern.rstrip("/"))


def _is_imported(path: str, space: Workspace) -> bool:
    """Whether a source that is always compiled, and no test, imports the module."""
    words = (f'"{path}"', f'"{path}/')
    return any(
        any(word in text for word in words) and not _CONDITION.search(text)
        for directory in sorted(space.main_directories)
        for name in space.tree.walk(directory)
        if name.endswith(".go") and not name.endswith("_test.go")
        for text in (space.tree.text(name) or "",)
    )
