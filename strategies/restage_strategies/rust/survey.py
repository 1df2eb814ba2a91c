"""All that a program's sources and its lock say about what it needs when it runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from restage.api import (
    Facility,
    FacilityNeed,
    Need,
    PackageNeed,
    PathNeed,
    Record,
    VariableNeed,
    called,
    called_in,
)
from restage_strategies.rust.calls import Calls, calls_in
from restage_strategies.rust.package import Package
from restage_strategies.rust.rows import called_by, first_of
from restage_strategies.rust.source import Source
from restage_strategies.rust.tokens import is_literal
from restage_strategies.rust.workspace import Workspace

_COMPILERS = frozenset(
    "cargo rustc rustup rustfmt rustdoc gcc g++ cc c++ clang clang++ ld make cmake wasm-pack cross".split()
)
_VARIABLES = ("CARGO_HOME", "RUSTUP_HOME", "RUST_VERSION")
NOT_SHIPPED = frozenset({"target", "tests", "benches", "examples", "node_modules", ".git"})
_ZONES = re.compile(r"\bLocal::|\boffset::Local\b|local_offset|TimeZone::(?:system|get)\b|Zoned::now|\"TZ\"")
_NAMED_FILES = (
    ("/usr/share/zoneinfo", Facility.TIME_ZONES),
    ("/etc/ssl", Facility.CERTIFICATES),
    ("/etc/mime.types", Facility.MIME_TYPES),
    ("/usr/share/mime", Facility.MIME_DATABASE),
    ("/etc/services", Facility.SERVICES),
    ("/usr/share/fonts", Facility.FONTS),
)
_MOST_FILES = 4_000
_PATH_IN_QUOTES = re.compile(r"(?:\"(?:\./)?|\}/)([\w.@/+-]{1,200}?)/?(?=[\"{])")


class Survey(Record):
    """One program's sources, searched: its package and all that it takes from disk."""

    packages: tuple[Package, ...]
    space: Workspace
    left_out: frozenset[str] = NOT_SHIPPED
    """Folders of a package with sources that aren't compiled into the program."""

    @property
    def root(self) -> str:
        """The directory that places are told from."""
        return self.space.root or self.space.directory

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The files that it may be compiled from."""
        found: dict[str, Source] = {}
        for package in self.packages:
            for path in _rust_files(package, self.left_out):
                text = self.space.tree.text(path)
                if path not in found and text is not None:
                    name = path.removeprefix(self.root.rstrip("/") + "/")
                    found[path] = Source(name, text)
        return tuple(found.values())

    @cached_property
    def calls(self) -> Calls:
        """The programs that it calls."""
        return calls_in(self.sources)

    def may_call(self, name: str) -> bool:
        """Whether it calls a program of this name, or one that it computes while a string ends in the name."""
        if any(call.program.rpartition("/")[2] == name for call in self.calls.named):
            return True
        ends = tuple(f'{before}{name}"' for before in ('"', "/"))
        return bool(self.calls.computed) and any(
            end in source.text for source in self.sources for end in ends
        )

    @cached_property
    def quoted(self) -> frozenset[str]:
        """Everything in quotes that may be a path, comments and tests included: a quick look before a close one."""
        return frozenset(path for source in self.sources for path in paths_in(source.text))

    @cached_property
    def crates(self) -> frozenset[str] | None:
        """The crates that it may be built from; None without a lock."""
        return self.space.lock.names if self.space.lock else None

    @property
    def named_crates(self) -> frozenset[str]:
        """All crates that are known: those of the lock, else those that the manifests name."""
        told = frozenset(d.name for d in self.space.fetched)
        return told if self.crates is None else self.crates

    @property
    def searched(self) -> str:
        """What was searched, for reports."""
        count = len(self.sources)
        return "1 Rust file" if count == 1 else f"{count} Rust files"

    @cached_property
    def toolchain(self) -> str | None:
        """Why the program needs cargo or a compiler when it runs."""
        for call in self.calls.named:
            if call.program.rpartition("/")[2] in _COMPILERS:
                return f"{call.where} calls `{call.program}` when the program runs"
        return None

    @property
    def reads_script_output(self) -> str | None:
        """A file that takes the directory of its build script's output into the program, to look there when it runs."""
        return next((source.path for source in self.sources if records_place(source, "OUT_DIR")), None)

    def needs(self) -> tuple[Need, ...]:
        """Programs, facilities, variables and paths, each with the place that says so."""
        return (*self._programs(), *self._facilities(), *self._variables(), *self._recorded())

    def _programs(self) -> Iterator[Need]:
        texts = {source.path: source.text for source in self.sources}
        for call in self.calls.named:
            if call.program.rpartition("/")[2] not in _COMPILERS:
                yield from called_in(
                    texts[call.where.rpartition(":")[0]], call.program, f"{call.where} calls it"
                )
        for package in self.packages:
            for dependency in package.manifest.dependencies:
                for name in called_by(dependency.name):
                    yield from called(name, f"{dependency.name} calls it")

    def _facilities(self) -> Iterator[Need]:
        crates = self.named_crates
        speaks = first_of("certificates", crates) or (self.crates is None and self.space.fetched)
        of_openssl = first_of("links_openssl", crates)
        if of_openssl:
            # OpenSSL itself looks for single certificates by their hash, which only the package sets up.
            yield PackageNeed("ca-certificates", "ca-certificates", f"{of_openssl} can open TLS connections")
        elif speaks:
            yield FacilityNeed(Facility.CERTIFICATES, "the program can open TLS connections")
        kinds = (("mime_database", Facility.MIME_DATABASE), ("fonts", Facility.FONTS))
        for kind, facility in kinds:
            crate = first_of(kind, crates)
            if crate:
                yield FacilityNeed(facility, f"{crate} reads it")
        for needed, facility in _NAMED_FILES:
            place = self._first_literal(needed)
            if place:
                yield FacilityNeed(facility, f"{place} names its files")
        if self.uses_time_zones:
            yield FacilityNeed(Facility.TIME_ZONES, "the program can load time zones by name")

    @property
    def uses_time_zones(self) -> bool:
        """Whether it may ask the system for a time zone."""
        return any(_ZONES.search(source.text) for source in self.sources)

    def _first_literal(self, start: str) -> str | None:
        for source in self.sources:
            if start in source.text:
                for token in source.tokens:
                    if is_literal(token) and token[1].startswith(start):
                        return source.where(token)
        return None

    def _variables(self) -> Iterator[Need]:
        for source in self.sources:
            for name in _VARIABLES:
                at = source.text.find(f'var("{name}"')
                if at >= 0:
                    yield VariableNeed(name, f"{source.path} reads it")

    def _recorded(self) -> Iterator[Need]:
        """A package that finds its files by the path that the compiler recorded, not by the working directory."""
        for package in self.packages:
            for source in self.sources:
                inside = posixpath.join(self.root, source.path)
                if inside.startswith(package.directory.rstrip("/") + "/") and records_place(source):
                    why = f"{source.path} looks below the directory that it was compiled in"
                    yield PathNeed(package.directory, why)
                    break


def paths_in(text: str) -> list[str]:
    """What may be a path in the literals of a text; of one to be filled in (`"docs/{}.md"`) the folder."""
    return _PATH_IN_QUOTES.findall(text)


def records_place(source: Source, variable: str = "CARGO_MANIFEST_DIR") -> bool:
    """Whether a file takes a path of the build into the program (and not just into another macro).

    That is its package's directory, or with OUT_DIR the one that its build script writes to.
    """
    found = source.tokens if variable in source.text else []
    for at in range(len(found) - 3):
        if found[at][1] in ("env", "option_env") and found[at + 1][1] == "!" and found[at + 3][1] == variable:
            around = {token[1] for token in found[max(at - 6, 0) : at]}
            if not around & {"include_str", "include_bytes", "include", "include_dir"}:
                return True
    return False


def _rust_files(package: Package, left_out: frozenset[str]) -> Iterator[str]:
    """The sources of a package, without build scripts, tests and packages of their own."""
    waiting = [package.directory]
    script = package.build_script
    count = 0
    while waiting and count < _MOST_FILES:
        here = waiting.pop()
        for name in package.tree.entries(here):
            path = posixpath.join(here, name)
            if name.endswith(".rs"):
                count += 1
                if path != script:
                    yield path
            elif name not in left_out and _is_folder_of(path, name, package):
                waiting.append(path)


def _is_folder_of(path: str, name: str, package: Package) -> bool:
    """Whether a folder may hold sources of the package, and is no package of its own."""
    if "." in name or not package.tree.is_directory(path):
        return False
    return not package.tree.is_file(posixpath.join(path, "Cargo.toml"))
