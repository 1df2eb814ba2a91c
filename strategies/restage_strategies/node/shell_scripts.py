"""Shell scripts of the project that its sources start by name, and the programs that these call."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import Tree, of_tree
from restage_strategies.node.project_files import project_files

_SCRIPT = re.compile(r"\.(?:sh|bash)$")
_NAMED = re.compile(r"[\w.-]{1,80}\.(?:sh|bash)(?![\w.-])")
_SKIPPED = frozenset({"node_modules", "bower_components"})
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.M)
_FRONT = (
    r"(?:^|[;&|({`]|\$\(|(?<=\s)(?:then|do|else|if|elif|while|until|exec|sudo|nohup|time|xargs|!))[ \t]{0,40}"
)


def scripts_named_in(tree: Tree, directory: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Path and text of the shell scripts below a directory that one of the texts, or another such script, names."""
    there = _scripts(tree, directory)
    waiting = list(texts) if there else []
    seen: set[str] = set()
    while waiting:
        names = set(_NAMED.findall(waiting.pop()))
        for path in there:
            if path not in seen and posixpath.basename(path) in names:
                seen.add(path)
                text = _COMMENT.sub("", tree.text(path) or "")
                waiting.append(text)
                yield path, text


def calls_in_shell(programs: str, text: str) -> Iterator[re.Match[str]]:
    """Where a shell text calls one of the programs, which are the alternatives of a pattern."""
    return re.finditer(rf"{_FRONT}(?:/(?:usr/)?(?:local/)?bin/)?({programs})(?=[\s;&|)`]|$)", text, re.M)


@of_tree
def _scripts(tree: Tree, directory: str) -> tuple[str, ...]:
    return tuple(path for path in project_files(tree, directory, _SKIPPED) if _SCRIPT.search(path))
