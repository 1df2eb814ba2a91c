"""Patches of packages that an install applies, and the scripts that change what it resolves.

Sources: pnpm (patchedDependencies in package.json or pnpm-workspace.yaml), bun (patchedDependencies), berry (`patch:`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restage.api import Region, region
from restage_strategies.node.manifest import Manifest, pnpm_workspace
from restage_strategies.node.site import Site


def patch_files(manifest: Manifest, root: Site) -> Iterator[Region]:
    """The patch files that a manifest names, and those that its workspace names."""
    here = region(manifest.directory)
    tables = (
        manifest.fields.get("patchedDependencies"),
        _below(manifest.fields, "pnpm").get("patchedDependencies"),
        pnpm_workspace(root.state.tree, manifest.directory).get("patchedDependencies"),
    )
    for table in tables:
        if isinstance(table, dict):
            yield from (here.below(path) for path in table.values() if isinstance(path, str))
    for spec in (*manifest.every_dependency.values(), *manifest.replacements):
        yield from _of_protocol(spec, manifest, root)


def _of_protocol(spec: str, manifest: Manifest, root: Site) -> Iterator[Region]:
    """The files in `patch:left-pad@npm%3A1.3.0#~/.yarn/patches/left-pad.patch`; `~/` is the root of the project."""
    if not spec.startswith("patch:"):
        return
    for path in spec.partition("#")[2].partition("::")[0].split("&"):
        plain = path.removeprefix("optional!")
        if plain.startswith("~/"):
            yield region(root.directory, plain[2:])
        elif plain and not plain.startswith(("~builtin", "builtin")):
            yield region(manifest.directory, plain)


def _below(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = fields.get(name)
    return found if isinstance(found, dict) else {}
