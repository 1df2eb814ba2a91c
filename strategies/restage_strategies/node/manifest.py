"""package.json: the scripts, dependencies and workspaces of a Node.js package."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property, lru_cache
from typing import Any

from restage.api import FromContext, Record, Tree, join, of_tree
from restage_strategies.node.globs import directories

LIFECYCLE = (
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
)
"""Scripts that an install without names runs in the root package, in npm's order."""


class Manifest(Record):
    """One package.json. Whatever isn't of the kind that npm expects counts as absent."""

    directory: str
    """Where it lies in the image."""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The package's own name; empty if it has none."""
        return _text(self.fields.get("name"))

    @cached_property
    def scripts(self) -> Mapping[str, str]:
        """Shell texts by name."""
        return _texts(self.fields.get("scripts"))

    @cached_property
    def dependencies(self) -> Mapping[str, str]:
        """What is installed for running: dependencies and optional ones, with their ranges."""
        return {**_texts(self.fields.get("dependencies")), **_texts(self.fields.get("optionalDependencies"))}

    @cached_property
    def dev_dependencies(self) -> Mapping[str, str]:
        """What is installed for building only."""
        return _texts(self.fields.get("devDependencies"))

    @cached_property
    def every_dependency(self) -> Mapping[str, str]:
        """Dependencies of every kind but peers."""
        return {**self.dev_dependencies, **self.dependencies}

    @cached_property
    def replacements(self) -> tuple[str, ...]:
        """What the manifest puts in the place of packages, however deep (overrides, resolutions)."""
        pnpm = self.fields.get("pnpm")
        tables = [self.fields.get("overrides"), self.fields.get("resolutions")]
        waiting = [*tables, pnpm.get("overrides") if isinstance(pnpm, dict) else None]
        found: list[str] = []
        while waiting:
            table = waiting.pop()
            for value in table.values() if isinstance(table, dict) else ():
                found.extend([value] if isinstance(value, str) else ())
                waiting.append(value)
        return tuple(found)

    @property
    def workspaces(self) -> tuple[str, ...]:
        """Patterns that name the members of a workspace."""
        found = self.fields.get("workspaces")
        return _list(found.get("packages") if isinstance(found, dict) else found)

    @property
    def main(self) -> str:
        """The file that `node .` runs."""
        return _text(self.fields.get("main")) or "index.js"

    @property
    def programs(self) -> Mapping[str, str]:
        """The package's own programs, by name."""
        found = self.fields.get("bin")
        if isinstance(found, str):
            return {self.name.rpartition("/")[2]: found}
        return _texts(found)

    @property
    def package_manager(self) -> str:
        """What `packageManager` names, as in `pnpm@9.1.0`; empty if nothing."""
        return _text(self.fields.get("packageManager"))

    @property
    def prisma_schema(self) -> str:
        """Where `prisma.schema` says that the schema is; empty if it doesn't."""
        found = self.fields.get("prisma")
        return _text(found.get("schema")) if isinstance(found, dict) else ""


def manifest_at(tree: Tree, directory: str) -> Manifest | None:
    """The package.json of a directory, if it comes from the context and is JSON."""
    text = tree.text(join(directory, "package.json"))
    return None if text is None else read_manifest(directory, text)


@lru_cache(maxsize=8)  # some may be large, and the next file has others
def read_manifest(directory: str, text: str) -> Manifest | None:
    """A package.json from its text; None if it isn't JSON."""
    fields = json_object(text)
    return None if fields is None else Manifest(directory, fields)


@of_tree
def nearest_manifest(tree: Tree, directory: str) -> Manifest | None:
    """The package.json of a directory or of the nearest one above, as npm and yarn look for it."""
    for candidate in upwards(directory):
        if isinstance(tree.origin(join(candidate, "package.json")), FromContext):
            return manifest_at(tree, candidate)
    return None


@lru_cache(maxsize=1024)
def upwards(directory: str) -> tuple[str, ...]:
    """A directory and all above it, the root last."""
    found = [directory]
    while found[-1] not in ("/", ""):
        found.append(posixpath.dirname(found[-1]))
    return tuple(found)


def members(tree: Tree, manifest: Manifest) -> tuple[Manifest, ...]:
    """The members of the workspace whose root has this manifest, as far as their manifests are there."""
    patterns = (
        *manifest.workspaces,
        *pnpm_patterns(tree, manifest.directory),
        *_lerna(tree, manifest.directory),
    )
    return members_named(tree, manifest.directory, patterns)


def members_named(tree: Tree, root: str, patterns: tuple[str, ...]) -> tuple[Manifest, ...]:
    """The packages that patterns name below a directory, that one left out."""
    found: dict[str, Manifest] = {}
    for pattern in patterns:
        for directory in directories(tree, root, pattern):
            member = manifest_at(tree, directory)
            if member is not None and directory != root:
                found[directory] = member
    return tuple(found[directory] for directory in sorted(found))


def pnpm_patterns(tree: Tree, directory: str) -> tuple[str, ...]:
    """What pnpm-workspace.yaml says of the members."""
    return _list(pnpm_workspace(tree, directory).get("packages"))


def pnpm_workspace(tree: Tree, directory: str) -> Mapping[str, Any]:
    """The fields of pnpm-workspace.yaml; none where there is no such file, or it can't be read."""
    text = tree.text(join(directory, "pnpm-workspace.yaml"))
    if text is None:
        return {}
    import yaml

    try:
        read = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _lerna(tree: Tree, directory: str) -> tuple[str, ...]:
    text = tree.text(join(directory, "lerna.json"))
    return () if text is None else _list((json_object(text) or {}).get("packages"))


def json_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or None if the text isn't one."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> Mapping[str, str]:
    return (
        {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
    )


def _list(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
