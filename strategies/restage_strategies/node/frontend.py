"""A front end that Node.js builds for a program of another language: nothing of Node.js runs in the container."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Context,
    Evidence,
    PathNeed,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
    line_of,
    replace,
)
from restage.api.tree import Gone, Placed
from restage_strategies.node.manifest import LIFECYCLE, manifest_at, members
from restage_strategies.node.tools import tool

_PROGRAMS = frozenset("node nodejs npm npx yarn yarnpkg pnpm pnpx bun bunx corepack deno".split())
_SKIPPED = frozenset(
    "node_modules bower_components .git .github .gitlab .circleci .idea .vscode .venv venv vendor target test tests "
    "__tests__ docs doc e2e".split()
)
_CODE = frozenset(".py .go .java .kt .scala .groovy .rb .php .ex .exs .cs .fs .clj .pl .lua".split())
_TEXT = frozenset(
    ".html .htm .jinja .jinja2 .j2 .tmpl .tpl .mako .ejs .twig .conf .ini .cfg .toml .yml .yaml .xml .properties "
    ".js .mjs .env".split()
)
_OF_THE_BUILD = re.compile(
    r"(config|webpack|gulp|grunt|rollup|vite|karma|jest|eslint|babel|postcss|tailwind|build|craco|stylelint)|"
    r"^(pom\.xml|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|mypy\.ini|pnpm-workspace\.yaml|\.pre-commit-.*)$",
    re.IGNORECASE,
)
"""Files that say how to build or to check, whatever they say of node_modules."""
_CALLS = re.compile(r"['\"`/](?:node|nodejs|npm|npx|yarn|pnpm)(?=['\"`\s])|\bexecjs\b")
_USERS = re.compile(
    r"(?<![\w-])(pyexecjs|cfscrape|cloudscraper|yt[-_]dlp|reflex|gradio|bokeh|panel|jupyterlab|jupyterhub|notebook|nodeenv"
    r"|django-compressor|webassets|flask-assets|django-pipeline|browsershot|execjs|uglifier|terser|grover|puppeteer-ruby)"
    r"(?![\w-])",
    re.IGNORECASE,
)
"""Packages of other languages that call Node.js, or its programs, where they find them."""
_MANIFEST = re.compile(
    r"(requirements.*\.(txt|in)|pyproject\.toml|Pipfile|setup\.py|environment\.ya?ml|composer\.json|Gemfile)$"
)
_LARGEST = 1_000_000


def may_run(starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a start comes to Node.js, or may: it could not be followed, or there is none."""
    from restage_strategies.node.starts import resolve

    if not starts or any(start.unknown or start.toolchain or not start.reached for start in starts):
        return True
    needs = [need for start in starts for need in start.needs]
    programs = {posixpath.basename(need.program) for need in needs if isinstance(need, ProgramNeed)}
    paths = [need.path for need in needs if isinstance(need, PathNeed)]
    if programs & _PROGRAMS or any("/node_modules/" in path for path in paths):
        return True
    reached = [command for start in starts for command in start.reached]
    return any(_is_of_node(command) or resolve(command, state, case) is not None for command in reached)


def _is_of_node(command: Command) -> bool:
    known = command.name in _PROGRAMS or tool(command.name, command.arguments) is not None
    return known or any("node_modules" in word for word in command.words)


def unread(context: Context) -> Evidence:
    """Whether a file of the project that may be read at run time names Node.js, its programs or `node_modules`."""
    against: list[str] = []
    searched = 0
    for path in context.walk(skip=_SKIPPED):
        pattern = _pattern(path)
        if pattern is None:
            continue
        searched += 1
        text = context.text(path) or ""
        found = pattern.search(text[:_LARGEST])
        if found is not None:
            line = line_of(text, found.start())
            against.append(f"{path}:{line} names {found.group().strip()}")
    missing = () if context.complete else ("files beyond the first 20 000",)
    phrase = f"every start, and {searched} files of the project that are no sources of the front end"
    return Evidence(Basis.SEARCH, phrase, tuple(against[:3]), missing)


_MODULES = re.compile(r"\bnode_modules\b")
_EITHER = re.compile(f"{_MODULES.pattern}|{_CALLS.pattern}")


def _pattern(path: str) -> re.Pattern[str] | None:
    """What to look for in a file; None: it is read by the build alone, or is no text that names anything."""
    name = posixpath.basename(path)
    ending = posixpath.splitext(name)[1]
    if _MANIFEST.fullmatch(name):
        return _USERS
    if ending in _CODE:
        return _EITHER
    return _MODULES if ending in _TEXT and not _OF_THE_BUILD.search(name) else None


def front_end_offers(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> tuple[Reduction, ...]:
    """The offers for a product that no start comes to, but the build may: it needs nothing, dependencies stay behind."""
    if may_run(starts, state, case) or not _may_be_built_with(product, state, case):
        return ()
    evidence = unread(case.context)
    if evidence.against or evidence.missing:
        return ()
    return tuple(_offers(product, evidence, state))


_SYSTEM = frozenset(
    """apt apt-get apk dnf yum microdnf apt-key add-apt-repository dpkg update-ca-certificates ldconfig curl wget groupadd
    useradd usermod adduser addgroup mkdir chown chmod rm ln cd set echo printf export touch true : sh bash""".split()
)
_INSTALLS = frozenset("install i ci add config set cache prune enable prepare use".split())


def _may_be_built_with(product: Product, state: State, case: Case) -> bool:
    """Whether a RUN does more than install: packages that no build reads are there for who runs node in the container."""
    if product.kind is not ProductKind.DEPENDENCIES:
        return True
    manifest = manifest_at(state.tree, product.region.path.removesuffix("/node_modules"))
    if manifest is not None and any(name in manifest.scripts for name in LIFECYCLE):
        return True
    return any(command.name not in _SYSTEM and not _installs(command) for command in case.commands)


def _installs(command: Command) -> bool:
    verb = next((word for word in command.arguments if not word.startswith("-")), "install")
    return command.name in _PROGRAMS and verb in _INSTALLS


def _offers(product: Product, evidence: Evidence, state: State) -> Iterator[Reduction]:
    unnamed = (Claim(ClaimKind.UNNAMED_PROGRAM, product.what, evidence),)
    unused = (Claim(ClaimKind.DEV_UNUSED, product.what, evidence),)
    yield Reduction(ReductionKind.SIBLING_BASE, product, unnamed)
    is_tool = product.kind is ProductKind.TOOL
    yield Reduction(ReductionKind.BUILD_TOOLS, product, unnamed, goes=(product.region,) if is_tool else ())
    goes = tuple(place for place in _modules(product, state) if not _is_deleted(place, state))
    if goes:
        yield Reduction(ReductionKind.COMPILE_ONLY, product, unused, goes=goes)


def _modules(product: Product, state: State) -> tuple[Region, ...]:
    """Each `node_modules` of what a package manager installed: there, or in a project and the members of its workspace."""
    place = product.region
    if product.kind is not ProductKind.DEPENDENCIES:
        return ()
    if place.path.endswith("/node_modules"):
        return (place,)
    manifest = manifest_at(state.tree, place.path)
    found = () if manifest is None else (manifest, *members(state.tree, manifest))
    return tuple(Region(one.directory).below("node_modules") for one in found)


def _is_deleted(place: Region, state: State) -> bool:
    """Whether the last command that touched the place deleted it as a whole."""
    touching = [
        event
        for event in state.tree.events
        if not isinstance(event, Placed) and (event.target.covers(place) or place.covers(event.target))
    ]
    return bool(touching) and isinstance(touching[-1], Gone) and touching[-1].target.covers(place)


def with_node(offers: Iterator[Reduction], state: State) -> Iterator[Reduction]:
    """The offers for what Node.js may run: the package that brings it stays, if the file installs it by one."""
    installed = "nodejs" in state.packages
    need = ProgramNeed("node", "what npm installed may run in the container")
    for offer in offers:
        yield replace(offer, needs=(*offer.needs, need)) if installed else offer
