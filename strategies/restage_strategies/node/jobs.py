"""Files that scripts for developers run, and no container does."""

from __future__ import annotations

import posixpath
import re

from restage.api import Tree
from restage_strategies.node.manifest import manifest_at
from restage_strategies.node.reach import main_file

_JOBS = re.compile(
    r"(?:pre|post)?(?:build|bundle|compile|test|lint|format|prepare|prepack|release|docs|clean|generate|"
    r"codegen|typecheck|types|e2e|coverage|storybook|deploy|publish|version)(?:[:._-].*)?"
)
_DEVELOPING = re.compile(r"(?:pre|post)?(?:dev|watch|develop|debug)(?:[:._-].*)?")
"""Scripts that mostly run the very file that the container runs too."""
_FOR_DEVELOPERS = re.compile(r"dev|watch|hot|debug", re.I)
_RUNS = re.compile(
    r"(?:^|&&|;|\|\|?|\s)\s{0,8}(?:node|nodemon|ts-node|ts-node-dev|tsnd|tsx|babel-node|bun|zx|esno|jiti|sh|bash)\s([^&;|]{1,400})"
)
"""What an interpreter is told to run; what a compiler is told to read is no job of its own."""


def jobs_of(tree: Tree, directory: str) -> frozenset[str]:
    """Files that scripts for developers run: `build.js` in `node build.js` of the script `build`."""
    manifest = manifest_at(tree, directory)
    scripts = manifest.scripts.items() if manifest is not None else ()
    words, others = set[str](), set[str]()
    for name, text in scripts:
        run = {word for told in _RUNS.findall(text) for word in told.split()}
        if _DEVELOPING.fullmatch(name):
            words |= {word for word in run if _FOR_DEVELOPERS.search(posixpath.basename(word))}
        elif _JOBS.fullmatch(name):
            words |= run
        else:
            others |= set(text.split())
    places = (posixpath.normpath(posixpath.join(directory, word)) for word in words - others)
    found = (main_file(tree, path) for path in places if path != directory and not tree.is_directory(path))
    return frozenset(path for path in found if path is not None)
