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
    is_address,
    join,
    named_values,
    outermost,
    region,
    unknown,
)
from restage.api.tree import Placed
from restage_strategies.node.manifest import upwards
from restage_strategies.node.places import compile_caches
from restage_strategies.node.site import Site
from restage_strategies.node.vite import CONFIGURATION as VITE
from restage_strategies.node.vite import configured_root, counts_from_root

CONFIGURATION = (
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
        for name in ("vue", "next", "nuxt", "webpack", "rollup", "svelte", "astro")
        for ending in ("js", "ts", "mjs", "cjs")
    ),
    *VITE,
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
    settings: tuple[str, ...] = CONFIGURATION,
) -> Effect:
    """What running the project's code does: it reads the project, and writes the working directory and what is named.

    `named` are the tool's outputs below the working directory; they stand for it where that is the root of the image.
    `settings` are the files that may tell of outputs elsewhere.
    """
    extra = tuple(extra)
    configured = configured_outputs(site, settings)
    if configured is None:
        return unknown(f"{what} writes outside its directory, to a place that vite.config computes")
    outside = (*extra, *configured)
    written = _own_places(site, named) + outside
    claim = Claim(
        ClaimKind.BOUNDED_WRITES, what, Evidence(Basis.SEARCH, _searched(what), found=_found(outside))
    )
    kept = (*caches, *compile_caches(site), site.home(".npm"), region("/tmp"))
    return Effect(
        reads=outermost((project_root(site), *extra, *_beside(site))),
        writes=outermost(written),
        caches=outermost(kept),
        claims=(claim,),
    )


_OF_THE_SYSTEM = re.compile(
    r"/(?:bin|etc|lib|run|sbin|usr|var)/|/[\w./-]{0,200}(?:entrypoint[\w.-]{0,40}|\.sh)$"
)


def _beside(site: Site) -> Iterator[Region]:
    """What a COPY laid beside the project, where sources may name it by its way from them: `../../libs/x`."""
    root, tree = project_root(site), site.state.tree
    for event in tree.events:
        is_copied = isinstance(event, Placed) and isinstance(tree.origin(event.target.path), FromContext)
        if is_copied and not root.overlaps(event.target) and not _OF_THE_SYSTEM.match(event.target.path):
            yield event.target


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
        if isinstance(site.state.tree.origin(join(directory, "package.json")), FromContext):
            root = directory
    return region(root)


def outside_paths(words: Iterable[str], site: Site) -> tuple[Region, ...]:
    """Regions that words of a command line name and that lie outside the working directory."""
    here = region(site.directory)
    found: list[Region] = []
    for name, path in named_values(words):
        if path.startswith("/") and is_address(name):
            continue
        if path.startswith(("../", "/", "~/")) or path == ".." or "/../" in path:
            place = site.state.path(path.rstrip("*"))
            if _is_settings(place) and not site.state.tree.is_file(place.path):
                continue
            if not here.covers(place) and place != EVERYWHERE and not place.covers(here):
                found.append(place)
    return tuple(found)


def _is_settings(place: Region) -> bool:
    """A file of variables, which a build reads where there is one, and never writes."""
    return posixpath.basename(place.path).startswith(".env")


def configured_outputs(site: Site, settings: tuple[str, ...] = CONFIGURATION) -> tuple[Region, ...] | None:
    """Outputs outside the working directory that configuration files of build tools name (`outDir: '../public'`).

    None where one counts from a place that can't be told.
    """
    here = region(site.directory)
    found: list[Region] = []
    for name in settings:
        text = site.state.tree.text(join(site.directory, name))
        for path, line in () if text is None or len(text) > 200_000 or ".." not in text else _upward(text):
            root = configured_root(site) if name in VITE and counts_from_root(line) else "."
            if root is None:
                return None
            place = site.state.path(join(root, path))
            if not here.covers(place) and not place.covers(here) and "node_modules" not in place.path:
                found.append(place)
    return outermost(tuple(found))


def _upward(text: str) -> Iterator[tuple[str, str]]:
    """Each path that leads upwards, and its line."""
    for line in text.splitlines():
        if ".." not in line or len(line) > 2000 or not _OUTPUT.search(line) or _NOT_OUTPUT.search(line):
            continue
        for match in _LITERALS.finditer(line):
            path = posixpath.normpath("/".join(_LITERAL.findall(match[0])) or ".")
            if path.startswith("../"):
                yield path, line
        for match in _PLAIN.finditer(line):
            yield match[1], line
