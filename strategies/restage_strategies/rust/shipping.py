"""Which files around a program it may open when it runs (claim `application-files`)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Made,
    PathNeed,
    Region,
    Start,
    State,
    region,
    replace,
)
from restage.api.tree import Changed
from restage_strategies.rust.build_script import writing_script
from restage_strategies.rust.outputs import profile, target_directory
from restage_strategies.rust.product import Binary
from restage_strategies.rust.programs import Origin, stays_in_place
from restage_strategies.rust.source import Source
from restage_strategies.rust.survey import Survey, paths_in, records_place
from restage_strategies.rust.tokens import is_literal

_SOURCES = re.compile(
    r"(?:.*\.rs|.*\.proto|Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?|rustfmt\.toml|\.rustfmt\.toml|clippy\.toml|"
    r"\.clippy\.toml|deny\.toml|Cross\.toml|release\.toml|LICEN[CS]E.*|COPYING.*|CHANGELOG.*|AUTHORS|CODEOWNERS|"
    r"\.gitignore|\.gitattributes|\.gitmodules|\.dockerignore|\.editorconfig|Dockerfile.*|.*\.[Dd]ockerfile|"
    r"(?:docker-)?compose.*\.ya?ml|Makefile|[Jj]ustfile|\.gitlab-ci\.yml|\.travis\.yml|renovate\.json|codecov\.yml|"
    r"sqlx-data\.json|\.pre-commit-config\.yaml|flake\.(?:nix|lock)|shell\.nix|\.envrc)$"
)
_SOURCE_FOLDERS = frozenset(
    {
        ".github",
        ".gitlab",
        ".circleci",
        ".cargo",
        ".vscode",
        ".idea",
        ".git",
        "tests",
        "benches",
        ".sqlx",
        "target",
    }
)
_COMPILED_IN = {
    "migrations": ("sqlx::migrate!", "embed_migrations!", "migrate!("),
    "templates": ("askama", "sailfish", "rinja"),
}
_READ_AT_RUN = ("tera", "handlebars", "minijinja", "Tera::", "Migrator::new", "FileBasedMigrations")
_EMBEDS = frozenset({"include_str", "include_bytes", "include_dir", "folder"})


def application_files(
    binary: Binary, starts: tuple[Start, ...], state: State, case: Case
) -> tuple[Claim, tuple[Region, ...]] | None:
    """The claim and all that goes along of the directory around the program; None: it lies outside one."""
    survey = origin_at(binary, state).survey
    directory = survey.root
    if directory == "/" or not Region(directory).covers(binary.region) or binary.region.path == directory:
        return None
    embedded = _embedded(survey, directory) if profile(binary.origin.invocation) != "debug" else frozenset()
    files = tuple(state.tree.walk(directory))
    told = _told(starts, state, directory)
    kept = [
        path
        for path in files
        if not _stays(path, directory, embedded, survey) or any(place.covers(Region(path)) for place in told)
    ]
    named = [
        need.path
        for start in starts
        for need in start.needs
        if isinstance(need, PathNeed) and Region(directory).covers(Region(need.path))
    ]
    missing = [f"what {path} writes" for p in survey.packages if (path := writing_script(p))]
    made, unclear = _made_beside(binary, directory, state)
    tops = sorted({_top(path, directory) for path in kept})
    program = (binary.region.path,) if stays_in_place(binary.region, starts, state, case) else ()
    keeps = tuple(dict.fromkeys(map(Region, (*program, *tops, *made, *named))))
    searched = (
        f"{len(files)} files of {directory}: sources, manifests, documentation, tests and embedded files"
    )
    evidence = Evidence(
        Basis.SEARCH if kept else Basis.RULE,
        searched,
        missing=(*missing, *unclear, *_recorded(survey)),
        found=tuple(f"{path} goes along" for path in tops),
    )
    return Claim(ClaimKind.APPLICATION_FILES, str(binary.region), evidence), keeps


def origin_at(binary: Binary, state: State) -> Origin:
    """Where a program comes from, with the files as they are in the finished image."""
    origin = binary.origin
    settings = replace(origin.settings, state=replace(origin.settings.state, tree=state.tree))
    return replace(origin, settings=settings)


def _told(starts: tuple[Start, ...], state: State, directory: str) -> frozenset[Region]:
    """Places in the directory that the words of a start or a variable may name, seen from there or from where it starts."""
    words = {word for start in starts for command in start.reached for word in command.arguments}
    values = {value for value in state.environment.values() if value}
    parts = {part for text in (words | values) for part in re.split(r"[\s=:,;\"']+", text)}
    bases = {directory, state.directory}
    places = {region(base, part) for base in bases for part in parts if part.strip("./")}
    return frozenset(place for place in places if Region(directory).covers(place) and place.path != directory)


def _recorded(survey: Survey) -> Iterator[str]:
    for source in survey.sources:
        if records_place(source):
            yield f"{source.path} looks below the directory that it was compiled in"
    if survey.reads_script_output:
        yield f"{survey.reads_script_output} looks below the directory of its build script's output"


def _made_beside(binary: Binary, directory: str, state: State) -> tuple[list[str], list[str]]:
    """What other commands made in the directory (`mkdir data`), and those of which that can't be told."""
    origin, around = binary.origin, Region(directory)
    target = target_directory(origin.invocation, origin.settings, origin.space)
    made: list[str] = []
    unclear: list[str] = []
    for event in state.tree.events:
        if not isinstance(event, Changed) or "cargo" in event.by.split()[:2]:
            continue
        if event.target.covers(around):
            unclear.append(f"what `{event.by}` wrote in {directory}")
        elif around.covers(event.target) and not target.covers(event.target):
            there = isinstance(state.tree.origin(event.target.path), Made)
            is_source = _SOURCES.match(posixpath.basename(event.target.path)) or event.target.path.endswith(
                "/src"
            )
            made += [event.target.path] if there and not is_source else []
    return made, unclear


def _top(path: str, directory: str) -> str:
    """The entry of the directory that a file lies in."""
    return posixpath.join(directory, posixpath.relpath(path, directory).split("/")[0])


def _stays(path: str, directory: str, embedded: frozenset[str], survey: Survey) -> bool:
    """Whether a file is of use to the build alone."""
    inside = posixpath.relpath(path, directory)
    top, _, rest = inside.partition("/")
    name = posixpath.basename(inside)
    of_build = (
        any(Region(place).covers(Region(path)) for place in embedded)
        or (rest and top in _SOURCE_FOLDERS)
        or _SOURCES.match(name) is not None
        or (name.endswith(".md") and (not rest or top in ("doc", "docs")))
    )
    return of_build and not _is_opened(inside, survey)


def _is_opened(inside: str, survey: Survey) -> bool:
    """Whether a string of the sources that no macro takes in names the file, or a folder that it lies in."""
    parts = inside.split("/")
    folders = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    wanted = survey.quoted.intersection(
        {*folders, *(posixpath.join(survey.root, folder) for folder in folders)}
    )
    for source in survey.sources:
        if not any(path in source.text for path in wanted):
            continue
        for at, token in enumerate(source.tokens):
            if (
                is_literal(token)
                and not wanted.isdisjoint(paths_in(f'"{token[1]}"'))
                and not _before(source, at) & _EMBEDS
            ):
                return True
    return False


def _before(source: Source, at: int) -> set[str]:
    """The words right in front of a token."""
    return {token[1] for token in source.tokens[max(at - 4, 0) : at]}


def _embedded(survey: Survey, directory: str) -> frozenset[str]:
    """Files and folders that macros take into the program."""
    found: set[str] = set()
    for source in survey.sources:
        here = posixpath.dirname(posixpath.join(directory, source.path))
        embeds = any(word in source.text for word in _EMBEDS)
        for at, token in enumerate(source.tokens if embeds else ()):
            if is_literal(token) and _before(source, at) & _EMBEDS:
                named = token[1].replace("$CARGO_MANIFEST_DIR", "").lstrip("/")
                tops = {package.directory for package in survey.packages} | {here}
                found |= {posixpath.normpath(posixpath.join(top, named)) for top in tops if named}
    for folder, marks in _COMPILED_IN.items():
        if _says(survey, marks) and not _says(survey, _READ_AT_RUN):
            found |= {posixpath.join(package.directory, folder) for package in survey.packages}
    return frozenset(found - {directory})


def _says(survey: Survey, words: tuple[str, ...]) -> bool:
    return any(word in source.text for source in survey.sources for word in words)
