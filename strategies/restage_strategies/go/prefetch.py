"""How the modules that a build fetches can be fetched before it: `go mod download` reads no source."""

from __future__ import annotations

import posixpath
import shlex

from restage.api import Prefetch
from restage_strategies.go.fetching import are_fetched, credentials
from restage_strategies.go.invocation import Invocation
from restage_strategies.go.reachable import is_surely_fetched
from restage_strategies.go.settings import Settings
from restage_strategies.go.workspace import Workspace

_FETCHING = frozenset(
    """
    GO111MODULE GOAUTH GOFLAGS GOINSECURE GOMODCACHE GONOPROXY GONOSUMCHECK GONOSUMDB GOPATH GOPRIVATE GOPROXY GOSUMDB
    GOTOOLCHAIN GOVCS GOWORK
    """.split()
)
"""Variables that say from where and to where modules are fetched (go help environment)."""


def module_download(invocation: Invocation, settings: Settings) -> Prefetch | None:
    """The command for a build or install of this module's packages; None where it would fetch nothing, or might fail.

    Variables that the command sets for itself go along where they say from where modules come.
    """
    space = Workspace(settings, settings.state.directory)
    if invocation.verb not in ("build", "install") or not invocation.known or are_fetched(invocation, space):
        return None
    if any(invocation.flag(name) for name in ("C", "modfile", "mod")) or "-mod" in settings.get("GOFLAGS"):
        return None
    if space.root is None or not _is_fetched(space) or not is_surely_fetched(space):
        return None
    front = "".join(
        f"{name}={shlex.quote(value)} " for name, value in settings.command.environment if name in _FETCHING
    )
    reads = (*space.manifests, *credentials(settings))
    # Not below the module's directory: there is no other directory yet.
    return Prefetch(f"{front}go mod download", space.root, reads, settings.module_cache)


def _is_fetched(space: Workspace) -> bool:
    """Whether modules are required, and none lies in the project."""
    vendored = any(
        space.tree.is_directory(posixpath.join(directory, "vendor")) for directory in space.main_directories
    )
    required = any(module.manifest.requires for module in space.modules)
    return required and not vendored and all(module.path for module in space.modules)
