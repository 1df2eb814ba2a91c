"""What sources that may run say of dev dependencies."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api.search import Search
from restage_strategies.node.builtin import is_builtin
from restage_strategies.node.dev_asked import Asked, is_types, package_in
from restage_strategies.node.family import for_build
from restage_strategies.node.shipped import Shipped, Source, aliases

_STARTS_PROGRAMS = Search(
    re.compile(r"child_process|execa|shelljs|cross-spawn|['\"]zx['\"]|\bspawn\b|\bexecSync\b"),
    ("child_process", "exec", "shelljs", "spawn", "zx"),
)


def in_sources(asked: Asked, code: Shipped) -> Iterator[str]:
    """Where sources load, spell or call something that leaves."""
    spelled, called = _spelled(asked.direct), _called(asked.direct_programs)
    preloaded = _preloaded(asked.direct)
    for package, file in helpers(asked):
        if package in asked.leaving.names:
            yield f"{file} makes compiled code load {package}"
    for source in code.sources:
        yield from _loads(source, asked)
        yield from _loads_parted(source, asked)
        yield from _loads_divided(source, asked)
        for match in spelled.finditer(source.text) if spelled is not None else ():
            yield f"{source.line(match[0])} names {match[2]}"
        for match in preloaded.finditer(source.text) if preloaded is not None else ():
            yield f"{source.line(match[0])} has node load {match[1]}"
        if called is not None and _STARTS_PROGRAMS.search(source.text):
            for match in called.finditer(source.text):
                yield f"{source.line(match[0])} calls {match[1]}"


_HELPERS = (
    ("tslib", re.compile(r'"importHelpers"\s{0,8}:\s{0,8}true')),
    ("@swc/helpers", re.compile(r'"externalHelpers"\s{0,8}:\s{0,8}true')),
    ("@babel/runtime", re.compile(r"transform-runtime")),
    ("@babel/runtime-corejs3", re.compile(r"transform-runtime")),
    ("core-js", re.compile(r"useBuiltIns")),
    ("regenerator-runtime", re.compile(r"useBuiltIns|transform-runtime|preset-env")),
)
"""What a translator makes the translated code load, and the setting by which it does so."""
_SETTINGS = re.compile(
    r"^(?:tsconfig[\w.-]*\.json|\.babelrc(?:\.\w+)?|babel\.config\.\w+|\.swcrc|package\.json)$"
)


def helpers(asked: Asked) -> Iterator[tuple[str, str]]:
    """Packages that compiled code may load though no source names them, and the setting that makes it so."""
    tree = asked.root.state.tree
    paths = [
        (posixpath.join(place, name), name) for place in asked.directories for name in tree.entries(place)
    ]
    for path, name in paths:
        text = tree.text(path) if _SETTINGS.match(name) else None
        yield from ((package, name) for package, told in _HELPERS if text and told.search(text))


def _loads(source: Source, asked: Asked) -> Iterator[str]:
    for name in source.loads:
        package = package_in(name)
        if package in asked.leaving.names and not is_types(package) and not is_builtin(name):
            yield f"{source.line(name)} loads {package}"


def _loads_parted(source: Source, asked: Asked) -> Iterator[str]:
    """What a file loads that leaves the node_modules of its own package, though other members keep it."""
    names = asked.leaving.parted and asked.leaving.parted & for_build(asked.family.owner(source.path))
    spelled = _spelled(name for name in names if not is_types(name))
    for match in spelled.finditer(source.text) if spelled is not None else ():
        yield f"{source.line(match[0])} loads {match[2]}, which its own package wants for its build alone"


def _loads_divided(source: Source, asked: Asked) -> Iterator[str]:
    """What a file loads though neither its own package nor the root asks for it, while one of its versions leaves."""
    family = asked.family
    for name in source.loads if asked.leaving.divided else ():
        package = package_in(name)
        declared = any(package in one.every_dependency for one in (family.root, family.owner(source.path)))
        if package in asked.leaving.divided and not (declared or is_builtin(name)):
            yield f"{source.line(name)} loads {package}, of which a version leaves"


def _spelled(names: Iterable[str]) -> re.Pattern[str] | None:
    """A text that is the name of a package, or of something in it."""
    either = _either(names)
    return re.compile(rf"""(['"`])({either})(?:/[^'"`\n]{{0,200}})?\1""") if either else None


def _preloaded(names: Iterable[str]) -> re.Pattern[str] | None:
    """An option of node within a longer text: `node_args: '-r dotenv/config'`."""
    either = _either(names)
    options = r"-r|--require|--import|--loader|--experimental-loader"
    return re.compile(rf"""(?<![\w-])(?:{options})[ =]({either})(?=[/'"`\s])""") if either else None


def _called(names: Iterable[str]) -> re.Pattern[str] | None:
    either = _either(names)
    before = r"['\"`]|\bnpx |\byarn |\bpnpm |\brun |&& |; |\.bin/"
    return re.compile(rf"""(?:{before})({either})(?=['"`\s])""") if either else None


def _either(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def untold_in_sources(asked: Asked, code: Shipped) -> Iterator[str]:
    """What sources load that can't be told: names made up as they run, and undeclared packages without a lockfile."""
    places = asked.directories
    known = frozenset[str]().union(*(aliases(asked.root.state.tree, place) for place in places))
    for package, file in () if asked.leaving.told else helpers(asked):
        if package in ("tslib", "@swc/helpers") and package not in asked.manifest.dependencies:
            yield f"what brings {package}, which {file} makes compiled code load"
    for source in code.sources:
        for text in source.unbounded:
            yield f"what {source.line(text)} loads"
        if not asked.leaving.told:
            yield from _undeclared(source, asked, known)


def _undeclared(source: Source, asked: Asked, known: frozenset[str]) -> Iterator[str]:
    """Packages that are loaded and not declared: without a lockfile a dev dependency may be what brings them."""
    for name in source.loads:
        package, first = package_in(name), name.partition("/")[0]
        if not re.match(r"@?[a-z0-9]", name) or ":" in name or is_builtin(name) or {package, first} & known:
            continue
        if package not in asked.manifest.every_dependency and not _is_own(first, asked):
            yield f"what brings {package}, which {source.line(name)} loads"


def _is_own(first: str, asked: Asked) -> bool:
    """Whether a name begins with a folder or file of the project, which `baseUrl` or a bundler may resolve."""
    tree, name = asked.root.state.tree, first.removeprefix("@")
    below = [
        posixpath.join(place, inside, name)
        for place in asked.directories
        for inside in ("", "src", "app", "lib")
    ]
    return any(
        tree.is_directory(path) or any(tree.is_file(path + ending) for ending in (".ts", ".js", ".tsx"))
        for path in below
    )
