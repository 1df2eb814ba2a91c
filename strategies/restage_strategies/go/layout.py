"""What lies in the directory of an application: sources and what belongs to them, or data that a program may open."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from restage.api import Record, Tree, join
from restage_strategies.go.source import GoFile

_DIRECTORIES = frozenset(
    "testdata .git .github .gitlab .circleci .idea .vscode .devcontainer .husky .githooks".split()
)
_SOURCE = re.compile(
    r"""go\.(mod|sum|work|work\.sum)|Gopkg\.(toml|lock)|glide\.(yaml|lock)
    |(README|LICENSE|LICENCE|COPYING|NOTICE|AUTHORS|CONTRIBUTORS|CONTRIBUTING|CHANGELOG|CODEOWNERS|PATENTS)([.-].*)?
    |.*\.go
    |(GNU)?[Mm]akefile|Taskfile\.ya?ml|[Jj]ustfile|Jenkinsfile|Procfile|Vagrantfile
    |(.*\.)?[Dd]ockerfile(\..*)?|(docker-)?compose([.-].*)?\.ya?ml|\.dockerignore
    |\.git(ignore|attributes|modules|-blame-ignore-revs)|\.editorconfig|\.gitlab-ci\.yml|\.travis\.yml
    |\.?golangci\.(ya?ml|toml|json)|\.?goreleaser\.ya?ml|\.pre-commit-config\.yaml|\.?codecov\.yml
    |renovate\.json5?|\.air\.toml|azure-pipelines\.yml|appveyor\.yml|cloudbuild\.ya?ml|\.DS_Store""",
    re.VERBOSE,
)
_DOC = re.compile(r".*\.(md|rst|adoc)")
"""A document beside Go files, at the top or in a folder of documents; any other may be what the program serves."""
_BESIDE_GO = re.compile(r".*\.(c|h|s|S|cc|cpp|cxx|hh|hpp|m|syso|swig)")
_EMBED = re.compile(r"^//go:embed[ \t]+(\S.*)$", re.MULTILINE)
_PATTERN = re.compile(r"\"([^\"]*)\"|`([^`]*)`|(\S+)")
_MOST_FILES = 20_000


class Layout(Record):
    """The files below some directories of the image, as far as they come from the context."""

    sources: frozenset[str]
    """Sources, module files, docs, tests, CI files and embedded files."""
    data: frozenset[str]
    """Everything else; a directory without any file, and `node_modules`, by itself."""
    complete: bool

    @cached_property
    def directories(self) -> frozenset[str]:
        """Every directory with something in it."""
        folders = {posixpath.dirname(path) for path in (*self.sources, *self.data)}
        return frozenset(above for folder in folders for above in _upwards(folder))


def layout_of(tops: tuple[str, ...], tree: Tree, files: tuple[GoFile, ...]) -> Layout:
    """Sorts what lies below `tops`; `files` say what is embedded."""
    patterns = tuple(_embedded(files))
    sources: set[str] = set()
    data: set[str] = set()
    for top in tops:
        for path, is_source in _walk(top, tree, top):
            chosen = (
                sources if is_source or any(_is_embedded(path, *pattern) for pattern in patterns) else data
            )
            chosen.add(path)
            if len(sources) + len(data) > _MOST_FILES:
                return Layout(frozenset(sources), frozenset(data), False)
    return Layout(frozenset(sources), frozenset(data), True)


def _walk(directory: str, tree: Tree, top: str) -> Iterator[tuple[str, bool]]:
    entries = tree.entries(directory)
    with_go = any(name.endswith(".go") for name in entries)
    documents = directory == top or posixpath.basename(directory) in ("doc", "docs")
    if not entries:
        yield directory, False
    for name in entries:
        path = join(directory, name)
        if not tree.is_directory(path):
            told = _DOC.fullmatch(name) and (documents or with_go)
            yield path, bool(told or _SOURCE.fullmatch(name) or (with_go and _BESIDE_GO.fullmatch(name)))
        elif name == "node_modules":
            yield path, False
        elif name not in _DIRECTORIES and not (name == "vendor" and _is_vendored(path, tree)):
            yield from _walk(path, tree, top)


def _is_vendored(path: str, tree: Tree) -> bool:
    """Whether a `vendor` directory is Go's: a list of modules, or folders that are named after hosts."""
    names = tree.entries(path)
    return "modules.txt" in names or any(
        "." in name and tree.is_directory(f"{path}/{name}") for name in names
    )


def _embedded(files: tuple[GoFile, ...]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Directory, parts of the pattern, and whether hidden files count (package embed)."""
    for file in files:
        for line in _EMBED.findall(file.text) if "//go:embed" in file.text else ():
            for quoted, raw, plain in _PATTERN.findall(line):
                pattern = quoted or raw or plain
                parts = posixpath.normpath(pattern.removeprefix("all:")).split("/")
                folder = file.path.rpartition("/")[0]
                yield folder, () if parts == ["."] else tuple(parts), pattern.startswith("all:")


def _is_embedded(path: str, folder: str, pattern: tuple[str, ...], hidden: bool) -> bool:
    if not path.startswith(folder.rstrip("/") + "/"):
        return False
    parts = path[len(folder.rstrip("/")) + 1 :].split("/")
    if len(parts) < len(pattern) or not all(map(fnmatchcase, parts, pattern)):
        return False
    return hidden or not any(part.startswith((".", "_")) for part in parts[len(pattern) :])


@lru_cache(maxsize=256)
def _upwards(directory: str) -> tuple[str, ...]:
    found: list[str] = []
    while directory not in ("/", ""):
        found.append(directory)
        directory = posixpath.dirname(directory)
    return tuple(found)
