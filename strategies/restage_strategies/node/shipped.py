"""The project's own code as far as it may run in the container: which files, and which modules they load.

All sources count but tests and the configuration of build tools; what a start reaches counts in any case. Types alone
load nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import FromContext, Record, Tree
from restage.api.search import Search
from restage_strategies.node.jobs import jobs_of
from restage_strategies.node.manifest import manifest_at
from restage_strategies.node.reach import main_file, source_of

ENDINGS = (
    ".js",
    ".cjs",
    ".mjs",
    ".jsx",
    ".ts",
    ".cts",
    ".mts",
    ".tsx",
    ".vue",
    ".svelte",
    ".astro",
    ".coffee",
)
_TESTS = frozenset(
    """node_modules bower_components test tests __tests__ __mocks__ __fixtures__ spec specs e2e cypress playwright
    docs doc documentation example examples coverage storybook stories benchmark benchmarks""".split()
)
_TASKS = frozenset("scripts script tools tool tasks hack ci deploy gulp webpack build-scripts .husky".split())
"""Folders of jobs for developers; searched where sources name them."""
_TASK_NAMES = re.compile(rf"['\"`/]({'|'.join(map(re.escape, sorted(_TASKS)))})(?=['\"`/])")
_TEST_FILES = re.compile(r"(?:[._-](?:test|tests|spec|stories|story|e2e|cy)\.[a-z]{2,6}|\.d\.[cm]?ts)$", re.I)
_TOOL_FILES = re.compile(
    r"^\.?(?:webpack|rollup|vite|vitest|gulpfile|gruntfile|karma|jest|babel|eslint|prettier|stylelint|postcss|tailwind|"
    r"commitlint|lint-?staged|cypress|playwright|wdio|protractor|nightwatch|mocha|nyc|ava|tsup|tsdown|esbuild|swc|"
    r"metro|craco|config-overrides|svelte|astro|vue|quasar|ember-cli|release|husky|nodemon|typedoc|jsdoc|"
    r"syncpack|plopfile|codegen|graphql|drizzle|unocss|windi|windicss|uno|size-limit|snowpack|rsbuild|rspack|wallaby|"
    r"changelog|cz|cz-config|dangerfile|styleguide|fabricator|build|setupTests|test-setup|"
    r"setup-jest|setup-tests)(?:rc)?(?:[.-][\w.-]*)?\.(?:js|cjs|mjs|ts|mts|cts|coffee)$",
    re.I,
)
_DATA = (".json", ".yml", ".yaml", ".json5", ".toml")
_SETTINGS = frozenset("config conf configs settings".split())
_MANIFESTS = ("package.json", "package-lock.json", "npm-shrinkwrap.json")
_LARGEST = 1_000_000
_LARGEST_SETTINGS = 40_000
_MOST_FILES = 4_000

LOADED = re.compile(
    r"""(?:\brequire(?:\.resolve)?\(\s{0,20}|\bimport\(\s{0,20}(?:/\*[^*\n]{0,80}\*/\s{0,4})?|\bfrom\s{0,4}|\bimport\s{0,4})"""
    r"""(['"`])([^'"`\n]{1,200})\1"""
)
_UNBOUNDED = Search(
    re.compile(r"""(?<![.\w$])(?:require|import)\(\s{0,20}(?!['"`/)\s])([^)\n]{1,200})"""),
    ("require(", "import("),
)
_PLACED = re.compile(
    r"__dirname|__filename|import\.meta|readdir|\bglob|\bpath\.|\bjoin\(|\bresolve\(|process\.cwd"
)
_TYPE_ONLY = re.compile(
    r"^\s{0,20}(?:import|export)\s{1,4}type\s[^;'\"]{0,400}from\s{0,4}(['\"])[^'\"\n]{1,200}\1", re.M
)
_COMMENT = re.compile(r"^\s{0,80}(?://|\*|/\*).*$", re.M)


class Source(Record):
    """One file, with its text as far as it is code."""

    path: str
    text: str

    @property
    def loads(self) -> tuple[str, ...]:
        """What it loads by literal names, relative ones included."""
        return tuple(match[2] for match in LOADED.finditer(self.text))

    @property
    def unbounded(self) -> tuple[str, ...]:
        """Expressions that it loads modules by, where nothing says that they are files of the project."""
        found = tuple(match[1].strip() for match in _UNBOUNDED.finditer(self.text))
        return () if found and _PLACED.search(self.text) else found

    def line(self, wanted: str) -> str:
        """Where a text stands first: `src/a.js:12`."""
        position = self.text.find(wanted)
        return f"{posixpath.basename(self.path)}:{self.text.count(chr(10), 0, max(position, 0)) + 1}"


class Shipped(Record):
    """All that may run."""

    sources: tuple[Source, ...]
    unread: tuple[str, ...] = ()
    """Files that could not be searched."""


def shipped(tree: Tree, directory: str, mains: Iterable[str]) -> Shipped:
    """Searches a package's directory, and follows relative imports from there and from the main files of starts."""
    found: dict[str, Source] = {}
    unread: list[str] = []
    jobs = jobs_of(tree, directory)
    waiting = [*mains, *(path for path in _files(tree, directory, frozenset()) if path not in jobs)]
    _follow(tree, waiting, found, unread)
    called = [path for path in sorted(jobs) if path not in found and _is_named(path, found.values())]
    _follow(tree, called, found, unread)
    named = _named_folders(found.values())
    if named:
        _follow(tree, list(_files(tree, directory, named)), found, unread)
    if not tree.context.complete or len(found) >= _MOST_FILES:
        unread.append("files beyond the first thousands")
    return Shipped(tuple(found[path] for path in sorted(found)), tuple(dict.fromkeys(unread)))


def _follow(tree: Tree, waiting: list[str], found: dict[str, Source], unread: list[str]) -> None:
    seen = {*waiting, *found}
    while waiting and len(found) < _MOST_FILES:
        path = waiting.pop()
        text = tree.text(path) if posixpath.basename(path) not in _MANIFESTS else None
        if text is None:
            continue
        if len(text) > _LARGEST:
            unread.append(f"{posixpath.basename(path)} is too large to be searched")
            continue
        source = found[path] = Source(path, _code(path, text))
        for name in source.loads:
            target = _target(tree, path, name) if name.startswith(".") else None
            if target is not None and target not in seen:
                seen.add(target)
                waiting.append(target)


def _target(tree: Tree, path: str, name: str) -> str | None:
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return main_file(tree, place) or main_file(tree, re.sub(r"\.([cm]?)js$", r".\1ts", place))


def _code(path: str, text: str) -> str:
    """Without comments on lines of their own, and without imports of types; line numbers stay."""
    text = _COMMENT.sub("", text)
    if path.endswith((".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte")):
        text = _TYPE_ONLY.sub(lambda match: "\n" * match[0].count("\n"), text)
    return text


def _files(tree: Tree, directory: str, named: frozenset[str]) -> Iterator[str]:
    waiting = [directory]
    while waiting:
        here = waiting.pop()
        for name in tree.entries(here):
            path = posixpath.join(here, name)
            if name.endswith((*ENDINGS, *_DATA)):
                if _is_searched(name, here, directory):
                    yield path
            elif _is_entered(name, named) and tree.is_directory(path) and not _is_other_package(tree, path):
                waiting.append(path)


def _is_searched(name: str, here: str, outermost: str) -> bool:
    if name.endswith(_DATA):
        return posixpath.basename(here) in _SETTINGS
    return not _TEST_FILES.search(name) and not _is_tool_file(name, here == outermost)


def _is_entered(name: str, named: frozenset[str]) -> bool:
    return name not in _TESTS and (name not in _TASKS or name in named) and not name.startswith(".git")


def _is_tool_file(name: str, outermost: bool) -> bool:
    """The configuration of a build tool: by its first word beside the manifest, elsewhere only if it says so."""
    return _TOOL_FILES.match(name) is not None and (outermost or re.search(r"[.-]conf", name) is not None)


def _is_other_package(tree: Tree, path: str) -> bool:
    """A folder with dependencies of its own, which has its own node_modules."""
    manifest = manifest_at(tree, path)
    return manifest is not None and bool(manifest.every_dependency)


def _is_named(path: str, sources: Iterable[Source]) -> bool:
    """Whether a text of a source ends in the file's name, with or without its ending."""
    stem = re.escape(posixpath.splitext(posixpath.basename(path))[0])
    pattern = re.compile(rf"""(?:['"`/]){stem}(?:\.\w+)?['"`]""")
    return any(pattern.search(source.text) for source in sources)


def _named_folders(sources: Iterable[Source]) -> frozenset[str]:
    return frozenset(name for source in sources for name in _TASK_NAMES.findall(source.text))


def main_files(tree: Tree, words: Iterable[str], directories: Iterable[str], root: str) -> Iterator[str]:
    """Files of the project that the words of started commands name, or the sources of what they name."""
    places = tuple(dict.fromkeys(directories))
    for word in words:
        plain = word.rpartition("=")[2] if word.startswith("-") else word
        if not plain or plain.startswith("-") or len(plain) > 200:
            continue
        for directory in places:
            path = posixpath.normpath(posixpath.join(directory, plain))
            start = main_file(tree, path) if path != directory or plain == "." else None
            start = start or source_of(tree, path, root)
            if start is not None and isinstance(tree.origin(start), FromContext):
                yield start


def aliases(tree: Tree, directory: str) -> frozenset[str]:
    """Prefixes of names that the project maps to its own files: `paths` of tsconfig, `imports`, module-alias."""
    found: set[str] = set()
    for name in ("tsconfig.json", "tsconfig.base.json", "jsconfig.json", "tsconfig.build.json"):
        text = tree.text(posixpath.join(directory, name))
        told = _PATHS_OF.search((text or "")[:_LARGEST_SETTINGS])
        found.update(_PATHS.findall(told[1]) if told else ())
    manifest = manifest_at(tree, directory)
    own = manifest.fields.get("_moduleAliases") if manifest is not None else None
    found.update(own if isinstance(own, dict) else ())
    return frozenset(alias.rstrip("*").rstrip("/") for alias in found)


_PATHS_OF = re.compile(r'"paths"\s{0,8}:\s{0,8}\{([^}]{0,4000})\}')
_PATHS = re.compile(r'"([^"\n]{1,120})"\s{0,8}:\s{0,8}\[')
