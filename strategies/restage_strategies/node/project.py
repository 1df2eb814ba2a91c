"""Runs of the project's own code: what they read and write, and how far that is bounded."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from restage.api import (
    EVERYWHERE,
    Basis,
    Claim,
    ClaimKind,
    Effect,
    Evidence,
    FromContext,
    Region,
    outermost,
    region,
)
from restage_strategies.node.manifest import upwards
from restage_strategies.node.places import compile_caches
from restage_strategies.node.site import Site

_CONFIGURATION = (
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "tsconfig.app.json",
    "tsconfig.prod.json",
    "angular.json",
    "nest-cli.json",
    "project.json",
    *(
        f"{name}.config.{ending}"
        for name in ("vite", "vue", "next", "nuxt", "webpack", "rollup", "svelte", "astro")
        for ending in ("js", "ts", "mjs", "cjs")
    ),
    "webpack.prod.js",
    "webpack.config.prod.js",
    "webpack.config.production.js",
    "webpack.mix.js",
    "gulpfile.js",
    "Gruntfile.js",
    ".env",
    ".env.production",
)
_OUTPUT = re.compile(r"out|dist|build|dest|public|target|assets|static", re.IGNORECASE)
_NOT_OUTPUT = re.compile(
    r"extends|include|reference|import|require|alias|paths|rootDir|baseUrl|typeRoots|\$schema", re.IGNORECASE
)
_LITERALS = re.compile(r"""(?:["'][^"'\n]{0,200}["'](?:\s*,\s*)?){1,6}""")
_LITERAL = re.compile(r"""["']([^"'\n]{0,200})["']""")
_PLAIN = re.compile(r"=\s*(\.\.[^\s\"']*)")


def project_effect(
    what: str,
    site: Site,
    extra: Iterable[Region] = (),
    named: tuple[str, ...] = (),
    caches: Iterable[Region] = (),
) -> Effect:
    """What running the project's code does: it reads the project, and writes the working directory and what is named.

    `named` are the tool's outputs below the working directory; they stand for it where that is the root of the image.
    """
    extra = tuple(extra)
    outside = (*extra, *configured_outputs(site))
    written = _own_places(site, named) + outside
    claim = Claim(
        ClaimKind.BOUNDED_WRITES, what, Evidence(Basis.SEARCH, _searched(what), found=_found(outside))
    )
    kept = (*caches, *compile_caches(site), site.home(".npm"), region("/tmp"))
    return Effect(
        reads=outermost((project_root(site), *extra)),
        writes=outermost(written),
        caches=outermost(kept),
        claims=(claim,),
    )


def _searched(what: str) -> str:
    return f"the options and configuration of `{what}`, for outputs outside its directory"


def _found(outside: tuple[Region, ...]) -> tuple[str, ...]:
    return tuple(f"{place} is written too" for place in sorted(set(outside)))


def _own_places(site: Site, named: tuple[str, ...]) -> tuple[Region, ...]:
    here = region(site.directory)
    if here != EVERYWHERE or not named:
        return (here,)
    return tuple(here.below(name) for name in named)


def project_root(site: Site) -> Region:
    """The outermost directory with a package.json of the context around the working directory, or itself."""
    root = site.directory
    for directory in upwards(site.directory):
        if isinstance(site.state.tree.origin(posixpath.join(directory, "package.json")), FromContext):
            root = directory
    return region(root)


_ADDRESS = re.compile(
    r"url|href|base|prefix|public[-_]?path|route|proxy|host|origin|endpoint|api", re.IGNORECASE
)
"""Options and variables whose values look like absolute paths and are parts of addresses (`--base=/app/`)."""


def outside_paths(words: Iterable[str], site: Site) -> tuple[Region, ...]:
    """Regions that words of a command line name and that lie outside the working directory."""
    here = region(site.directory)
    found: list[Region] = []
    for name, path in _values(words):
        if path.startswith("/") and _ADDRESS.search(name):
            continue
        if path.startswith(("../", "/", "~/")) or path == ".." or "/../" in path:
            place = site.state.path(path.rstrip("*"))
            if not here.covers(place) and place != EVERYWHERE and not place.covers(here):
                found.append(place)
    return tuple(found)


def _values(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each operand, and each value of an option or variable with its name."""
    option = ""
    for word in words:
        name, sign, value = word.partition("=")
        if sign and re.fullmatch(r"-.*|[A-Za-z_]\w*", name):
            yield name, value
        elif not word.startswith("-"):
            yield option, word
        option = word if word.startswith("-") and not sign else ""


def configured_outputs(site: Site) -> tuple[Region, ...]:
    """Outputs outside the working directory that configuration files of build tools name (`outDir: '../public'`)."""
    here = region(site.directory)
    found: list[Region] = []
    for name in _CONFIGURATION:
        text = site.state.tree.text(posixpath.join(site.directory, name))
        for path in () if text is None or len(text) > 200_000 or ".." not in text else _upward_paths(text):
            place = site.state.path(path)
            if not here.covers(place) and not place.covers(here) and "node_modules" not in place.path:
                found.append(place)
    return outermost(tuple(found))


def _upward_paths(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if ".." not in line or len(line) > 2000 or not _OUTPUT.search(line) or _NOT_OUTPUT.search(line):
            continue
        for match in _LITERALS.finditer(line):
            path = posixpath.normpath("/".join(_LITERAL.findall(match[0])) or ".")
            if path.startswith("../"):
                yield path
        for match in _PLAIN.finditer(line):
            yield match[1]
