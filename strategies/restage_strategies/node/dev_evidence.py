"""Whether anything that may run names a dev dependency (the claim dev-unused): starts, files, and then sources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Basis, Claim, ClaimKind, Evidence, Made, Opened, PathNeed, Region
from restage_strategies.node.dev_asked import Asked, package_in
from restage_strategies.node.dev_sources import in_sources, untold_in_sources
from restage_strategies.node.locks import FILES
from restage_strategies.node.shipped import ENDINGS, Shipped, main_files, shipped
from restage_strategies.node.standing import (
    is_common_peer,
    is_found_by_name,
    loaded_on_demand,
    needs_typescript,
    translators,
)


def unused(asked: Asked, what: str) -> Claim:
    """The claim, with all that was searched."""
    files_only = _serves_files_only(asked)
    code = Shipped(()) if files_only else _code(asked)
    against = [*_seen_open(asked), *_in_starts(asked), *_in_files(asked)]
    missing = [*_untold(asked), *code.unread, *untold_in_sources(asked, code)]
    if files_only:
        searched = "the starts, which serve files and load no module of the project"
    else:
        against += [*in_sources(asked, code), *asked.leaving.unmet]
        missing += _loaded_by_packages(asked)
        searched = (
            f"{len(code.sources)} source files, the starts and what they read, for {len(asked.direct)} names"
        )
    evidence = Evidence(Basis.SEARCH, searched, tuple(dict.fromkeys(against)), tuple(dict.fromkeys(missing)))
    return Claim(ClaimKind.DEV_UNUSED, what, evidence)


def _code(asked: Asked) -> Shipped:
    """All that may run of the package and of the members of its workspace."""
    tree, mains = asked.root.state.tree, _mains(asked)
    parts = [shipped(tree, directory, mains) for directory in asked.directories]
    sources = {source.path: source for part in parts for source in part.sources}
    unread = tuple(dict.fromkeys(text for part in parts for text in part.unread))
    return Shipped(tuple(sources[path] for path in sorted(sources)), unread)


def _untold(asked: Asked) -> Iterator[str]:
    for start in asked.starts:
        yield from start.unknown
    if not asked.starts:
        yield "what the container starts"
    for name in asked.leaving.differing:
        yield f"why the lockfile and package.json differ in {name}"


def _seen_open(asked: Asked) -> Iterator[str]:
    """Of each package that would leave, a file that the original opened while it was tried."""
    seen = [one.path for one in asked.root.case.observations if isinstance(one, Opened)]
    names = {package_in(path): path for path in reversed(seen) if _is_of(asked.root.directory, path)}
    for name in sorted(names.keys() & asked.leaving.names):
        yield f"the original opened {names[name]} while it was tried"


def _is_of(root: str, path: str) -> bool:
    """Whether a package found at the path is the project's, and not one that came with npm or globally."""
    place, inside, _ = path.partition("/node_modules/")
    own, holder = Region(root), Region(place or "/")
    return bool(inside) and (holder.covers(own) or own.covers(holder))


def _in_starts(asked: Asked) -> Iterator[str]:
    typed = "typescript" in asked.direct
    for word, where in asked.words():
        program = posixpath.basename(word)
        if package_in(word) in asked.named_in_starts:
            yield f"{where} names {package_in(word)}"
        elif program in asked.programs:
            yield f"{where} names {program}"
        elif typed and (needs_typescript(word) or (word == "next" and _has_typed_next(asked))):
            yield f"{where} translates with typescript"
    for start in asked.starts:
        for command in start.reached:
            for name in translators((*command.words, *_unasked(command.words, asked)), asked.named_in_starts):
                yield f"`{command}` of {start.where} may translate with {name}"


def _has_typed_next(asked: Asked) -> bool:
    return _has(asked, "next.config.ts") or _has(asked, "next.config.mts")


def _unasked(words: tuple[str, ...], asked: Asked) -> Iterator[str]:
    """Files of TypeScript that tools for databases load though the command doesn't name them."""
    text = " ".join(words[:4])
    if "knex" in text and _has(asked, "knexfile.ts"):
        yield "knexfile.ts"
    settings = [one.fields.get("mikro-orm") for one in asked.family.manifests]
    if "mikro-orm" in text and any(isinstance(told, dict) and told.get("useTsNode") for told in settings):
        yield "mikro-orm.config.ts"


def _has(asked: Asked, name: str) -> bool:
    paths = (posixpath.join(place, name) for place in (*asked.directories, asked.workdir))
    return any(map(asked.root.state.tree.is_file, paths))


def _mains(asked: Asked) -> tuple[str, ...]:
    site = asked.root
    words = [word for word, _ in asked.words()]
    told = (*words, *_needed(asked))
    found = (main_files(site.state.tree, told, (place, asked.workdir), place) for place in asked.directories)
    return tuple(dict.fromkeys(path for paths in found for path in paths))


def _needed(asked: Asked) -> list[str]:
    return [need.path for start in asked.starts for need in start.needs if isinstance(need, PathNeed)]


_PROCESS_LIST = re.compile(r"(?:^|/)(?:ecosystem|pm2|process)[\w.-]{0,40}\.[cm]?js$")
"""What pm2 reads, with the options and interpreter of each process."""


def _in_files(asked: Asked) -> Iterator[str]:
    """Files that starts need or name and that are no sources: process lists, configuration, cron tables."""
    tree, places = asked.root.state.tree, (*asked.directories, asked.workdir)
    told = [*_needed(asked), *(posixpath.join(p, name) for name in _translator_files(asked) for p in places)]
    told += [posixpath.join(place, word) for word, _ in asked.words() for place in places]
    for path in dict.fromkeys(map(posixpath.normpath, told)):
        is_source = path.endswith(ENDINGS) and not _PROCESS_LIST.search(path)
        if not is_source and not path.endswith(("package.json", *FILES)) and tree.is_file(path):
            for word in dict.fromkeys(re.findall(r"[\w@./-]{2,80}", tree.text(path) or "")):
                if package_in(word) in asked.direct or posixpath.basename(word) in asked.programs:
                    yield f"{posixpath.basename(path)} names {word}"


_BABEL = frozenset("@babel/register babel-register @babel/node babel-node @babel/core babel-core".split())


def _translator_files(asked: Asked) -> tuple[str, ...]:
    """Configuration that a translator reads when it runs."""
    names = {package_in(word) for word, _ in asked.words()} | asked.manifest.dependencies.keys()
    babel = (".babelrc", ".babelrc.js", ".babelrc.json", "babel.config.js", "babel.config.json")
    found = babel if names & _BABEL else ()
    return (*found, "tsconfig.json") if any(map(needs_typescript, names)) else found


def _loaded_by_packages(asked: Asked) -> Iterator[str]:
    """Dev dependencies that a package which stays may load by itself."""
    peers_known = asked.leaving.peers_told
    for name in sorted(asked.direct):
        by_itself = is_found_by_name(name) or loaded_on_demand(name, asked.manifest)
        if by_itself or (is_common_peer(name) and not peers_known):
            yield f"whether a package that stays loads {name}"


_WRAPPING = frozenset(
    "curl wget true test sh bash dash ash exec env dumb-init tini sleep echo su-exec gosu".split()
)
_SCRIPTS = frozenset("npm yarn pnpm cross-env".split())
_SERVERS = frozenset(
    "serve http-server sirv superstatic nginx httpd apache2 apachectl caddy lighttpd static-web-server".split()
)
_CONTAINED = re.compile(r"(?:^|/)(?:\.output/server/index\.mjs|\.next/standalone/server\.js)$")


def _serves_files_only(asked: Asked) -> bool:
    """Whether no start loads modules of the project: static servers, web servers, and self-contained output."""
    return bool(asked.starts) and all(
        start.reached and all(_loads_nothing(command.words, asked) for command in start.reached)
        for start in asked.starts
    )


def _loads_nothing(words: tuple[str, ...], asked: Asked) -> bool:
    program = posixpath.basename(words[0]) if words else ""
    named = {posixpath.basename(word) for word in words[1:4]}
    if program == "node" and len(words) == 2:
        state = asked.root.state
        made = isinstance(state.tree.origin(posixpath.join(asked.workdir, words[1])), Made)
        return made and _CONTAINED.search(words[1]) is not None
    if program in _SCRIPTS | {"npx", "pnpx"}:
        return bool(named & _SERVERS) or (program in _SCRIPTS and bool(named & asked.manifest.scripts.keys()))
    return program in _SERVERS or program in _WRAPPING
