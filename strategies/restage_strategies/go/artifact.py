"""The offer to take along no more than the program and its data (reduction `artifact-only`)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Command,
    Evidence,
    PathNeed,
    Record,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
    outermost,
    program_paths,
    region,
)
from restage.api.tree import Changed, Gone, Placed
from restage_strategies.go.layout import Layout, layout_of
from restage_strategies.go.outputs import SYSTEM_DIRECTORIES
from restage_strategies.go.product import Binary
from restage_strategies.go.programs import origin_of
from restage_strategies.go.survey import Survey

_CONFIGURATION = (".yaml", ".yml", ".toml", ".json", ".ini", ".env", ".conf", ".properties", ".xml", ".pem", ".crt",
                  ".key")  # fmt: skip
_CONVENTIONAL = frozenset(
    "conf config configs etc template templates tmpl view views static public assets html www web dist migration "
    "migrations locale locales i18n lang translations data certs .env".split()
)
"""Folders that frameworks open without their sources saying so."""
_KEEPS_TO_ITSELF = frozenset(
    "sh bash exec echo printf sleep set export test [ true false : exit wait trap curl wget nc pgrep tini mkdir "
    "chown chmod dockerize wait-for-it.sh".split()
)
_SETS_UP = ("mkdir", "go mod ", "go get", "go work ", "chown", "chmod", "go vet", "go list", "go version")
_MODULE_FILES = frozenset({"go.mod", "go.sum", "go.work", "go.work.sum", "Gopkg.lock", "glide.lock"})
_PATTERN = frozenset("*?[]$`")


def artifact_offers(
    binary: Binary, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offer for one program: `goes` are the directories of its sources, `keeps` what stays of them."""
    folder = _Folder(binary, binary.origin.survey, starts, state, case)
    if folder.stands_alone:
        claim = Claim(ClaimKind.APPLICATION_FILES, str(binary.region), folder.evidence())
        goes = tuple(Region(top) for top in sorted(folder.tops))
        yield Reduction(ReductionKind.ARTIFACT_ONLY, binary, (claim,), goes=goes, keeps=folder.keeps)


class _Folder(Record):
    """The directories of a program's sources in the finished image, and what the program opens there."""

    binary: Binary
    survey: Survey
    starts: tuple[Start, ...]
    state: State
    case: Case

    @cached_property
    def tops(self) -> frozenset[str]:
        """The directories that COPY filled with the program's sources, and the working directory if it did so there."""
        tree = self.state.tree
        placed = [event.target.path for event in tree.events if isinstance(event, Placed)]
        folders = {path if tree.is_directory(path) else posixpath.dirname(path) for path in placed}
        holding = {Region(folder) for folder in folders if self._holds_sources(folder)}
        here = {Region(self.state.directory)} if self.state.directory in folders else set()
        return frozenset(place.path for place in outermost((*holding, *here)))

    @property
    def stands_alone(self) -> bool:
        """Whether these are directories of the project, and the program a file in one or elsewhere."""
        whole = any(self.binary.region.covers(Region(top)) for top in self.tops)
        known = bool(self.survey.closure.files) and bool(self.tops)
        return known and not whole and self.tops.isdisjoint(SYSTEM_DIRECTORIES)

    def _holds_sources(self, folder: str) -> bool:
        return any(file.path.startswith(folder.rstrip("/") + "/") for file in self.survey.closure.files)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(tuple(sorted(self.tops)), self.state.tree, self.survey.closure.files)

    @cached_property
    def keeps(self) -> tuple[Region, ...]:
        """The program, what commands made beside it, and the files that sources, starts and variables name."""
        inside = (*self._made, *self._needed, *self._named, *self._by_custom)
        own = () if self._is_inside(self.binary.region) else (self.binary.region,)
        return outermost((*own, *(place for place in inside if self._is_inside(place))))

    def _is_inside(self, place: Region) -> bool:
        return any(Region(top).covers(place) and top != place.path for top in self.tops)

    @cached_property
    def _made(self) -> dict[Region, str]:
        """What commands wrote inside and none deleted, the program among it, with the command."""
        alive: dict[Region, str] = {}
        for event in self.state.tree.events:
            match event:
                case Changed(target=target, by=by) if self._is_inside(target) and not self._is_module_file(
                    target
                ):
                    alive[target] = by
                case Gone(target=target):
                    alive = {place: by for place, by in alive.items() if not target.covers(place)}
                case _:
                    pass
        return alive

    def _is_module_file(self, place: Region) -> bool:
        vendored = place.path in (f"{top}/vendor" for top in self.tops)
        return vendored or posixpath.basename(place.path) in _MODULE_FILES

    @cached_property
    def _needed(self) -> tuple[Region, ...]:
        needs = (need for start in self.starts for need in start.needs)
        return tuple(Region(need.path) for need in needs if isinstance(need, PathNeed))

    @cached_property
    def _named(self) -> tuple[Region, ...]:
        """Files and folders whose name stands in a source, in a start's words, or in a variable."""
        words = {word for start in self.starts for command in start.reached for word in command.words}
        values = {value for value in self.state.environment.values() if value}
        told = {part for word in (words | values) for part in word.replace("=", " ").split()}
        bases = {self.state.directory, posixpath.dirname(self.binary.region.path), *self.tops}
        names = self.survey.opened.names | told
        found = (
            place
            for base in bases
            for entries in (frozenset(self.state.tree.entries(base)),)
            for name in names
            if _may_name(name, entries)
            for place in self._place(name, base)
        )
        return tuple(sorted(set(found)))

    def _place(self, name: str, base: str) -> Iterator[Region]:
        path = name.partition("://")[2] or name if name.startswith("file:") else name
        fixed = [part for part in path.split("/") if part != "."]
        cut = next((at for at, part in enumerate(fixed) if _PATTERN & {*part}), len(fixed))
        place = region(base, "/".join(fixed[:cut]) or ".")
        if place.path in self._open_to_reading:
            yield place
        elif len(fixed) > 1 and posixpath.dirname(place.path) in self.layout.directories:
            yield Region(posixpath.dirname(place.path))  # where the program may write a file

    @cached_property
    def _open_to_reading(self) -> frozenset[str]:
        """Every file that is no Go source, and the folders with such files."""
        sources = {path for path in self.layout.sources if not path.endswith(".go")}
        found = {*self.layout.data, *sources}
        folders = {above for path in found for above in _folders(path)}
        return frozenset(found | folders)

    @cached_property
    def _by_custom(self) -> tuple[Region, ...]:
        """Configuration at the top, and folders that are named as data is."""
        return tuple(
            Region(posixpath.join(top, first))
            for top in sorted(self.tops)
            for path in self.layout.data
            if Region(top).covers(Region(path))
            for first, *rest in [path[len(top) + 1 :].split("/")]
            if first in _CONVENTIONAL
            or (not rest and (first.endswith(_CONFIGURATION) or first.startswith(".env")))
        )

    def evidence(self) -> Evidence:
        """What speaks for it that nothing else is opened."""
        opened = self.survey.opened
        against = tuple(f"{place} opens the working directory itself" for place in opened.whole)
        count = len(self.layout.sources)
        if not self.layout.data:
            missing = (*self._unknown_writes(), *self._untold(opened.listed))
            basis = Basis.PARTIAL if missing else Basis.RULE
            searched = f"{count} files beside it: Go sources, module files, documents, tests, embedded files"
            return Evidence(basis, searched, against, missing)
        missing = (*self._unknown_writes(), *self._untold((*opened.listed, *opened.computed)))
        dropped = sorted(path for path in self.layout.data if not self._is_kept(path))
        found = tuple(f"no source names {posixpath.basename(path)}" for path in dropped)
        basis = Basis.PARTIAL if missing else Basis.SEARCH
        return Evidence(basis, f"{self.survey.searched}, for files that they name", against, missing, found)

    def _is_kept(self, path: str) -> bool:
        return any(place.covers(Region(path)) for place in self.keeps)

    def _untold(self, places: tuple[str, ...]) -> Iterator[str]:
        """Why what is opened can't be known."""
        yield from (f"{place} opens what the code computes" for place in places)
        if not (self.layout.complete and self.survey.closure.complete):
            yield "files that could not all be read"
        for start in self.starts:
            yield from start.unknown[:1]
            for command in start.reached:
                if not self._keeps_to_itself(command):
                    yield f"what `{command}` opens"

    def _keeps_to_itself(self, command: Command) -> bool:
        if command.name in _KEEPS_TO_ITSELF or command.name.endswith(".sh"):
            return True
        return any(origin_of(path, self.state, self.case) for path in program_paths(command, self.state))

    def _unknown_writes(self) -> Iterator[str]:
        """Commands that may have written anywhere in the directory, and names that only the build knows."""
        for event in self.state.tree.events:
            if not isinstance(event, Changed) or event.by.startswith(_SETS_UP):
                continue
            if any(event.target.covers(Region(top)) for top in self.tops):
                yield f"what `{event.by}` wrote there"
        perhaps = {str(command) for command in self.case.commands if command.conditional}
        yield from (f"whether `{by}` ran" for by in self._made.values() if by in perhaps)
        if any(_PATTERN & {*place.path} for place in self.keeps):
            yield "the names of what the build wrote"


def _may_name(name: str, entries: frozenset[str]) -> bool:
    """Whether a text can be a path from a directory with these entries."""
    first = name.removeprefix("file://").removeprefix("./").partition("/")[0]
    return first in entries or first in ("", "..")


def _folders(path: str) -> Iterator[str]:
    here = posixpath.dirname(path)
    while here not in ("/", ""):
        yield here
        here = posixpath.dirname(here)
