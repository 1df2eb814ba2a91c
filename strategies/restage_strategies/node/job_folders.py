"""Folders of jobs for developers that what runs in the container uses after all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from restage.api import Tree
from restage_strategies.node.manifest import manifest_at

_NAMED = re.compile(r"['\"`/](ci|deploy|deployment|hack|scripts|tools)(?=['\"`/])")
_LOADED_WHOLE = {"hubot": "scripts"}
"""Packages that load all that lies in such a folder."""
_LARGEST = 1_000_000


def folders_of_jobs(tree: Tree, directory: str, texts: Iterable[str]) -> frozenset[str]:
    """Names of such folders that one of the sources' texts names, or that a dependency loads by its own rules."""
    manifest = manifest_at(tree, directory)
    loading = () if manifest is None else _LOADED_WHOLE.keys() & manifest.every_dependency.keys()
    named = (name for text in texts for name in _NAMED.findall(text[:_LARGEST]))
    return frozenset((*named, *(_LOADED_WHOLE[package] for package in loading)))
