"""All that a program's sources say about what it needs when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from restage.api import Facility, FacilityNeed, Need, Record, VariableNeed, called, called_in, line_of
from restage_strategies.go.calls import Calls, calls_in
from restage_strategies.go.closure import Closure
from restage_strategies.go.constraint import Tags
from restage_strategies.go.opening import Opened, opened_by
from restage_strategies.go.rows import called_by, is_quiet, needs_go
from restage_strategies.go.source import GoFile
from restage_strategies.go.workspace import Workspace

_COMPILERS = frozenset({"go", "gofmt", "gcc", "g++", "cc", "c++", "clang", "clang++", "tinygo"})
_TLS = frozenset({"net/http", "crypto/tls", "crypto/x509", "net/smtp", "net/http/httputil", "net/rpc"})
_SERVES_FILES = ("FileServer", "ServeFile", "ServeContent", "TypeByExtension")
_NAMES_PORTS = ("LookupPort", "/etc/services", "/etc/protocols")
_LOADS_ZONES = ("LoadLocation",)
_GO_VARIABLES = ("GOPATH", "GOROOT", "GOLANG_VERSION", "GOTOOLCHAIN")
_GOROOT = "runtime.GOROOT()"


class Survey(Record):
    """One program's sources, searched."""

    closure: Closure
    space: Workspace
    tags: Tags

    @property
    def root(self) -> str:
        """The directory that places are told from."""
        return self.space.root or self.space.directory

    @property
    def modules(self) -> frozenset[str]:
        """Every module that go.mod requires, indirectly too; those of vendored and fetched imports besides."""
        required = {path for module in self.space.modules for path in module.manifest.requires}
        return self.closure.foreign | required

    @cached_property
    def calls(self) -> Calls:
        """The programs that it calls."""
        return calls_in(self.closure.files, self.root)

    def may_call(self, name: str) -> bool:
        """Whether it calls a program of this name, or one that it computes while a string ends in the name."""
        if any(call.program.rpartition("/")[2] == name for call in self.calls.named):
            return True
        ends = tuple(f'{before}{name}"' for before in ('"', "/"))
        return bool(self.calls.computed) and any(
            end in file.text for file in self.closure.own for end in ends
        )

    @cached_property
    def opened(self) -> Opened:
        """The files that it names and opens."""
        return opened_by(self.closure.own, self.root)

    @property
    def searched(self) -> str:
        """What was searched, for reports."""
        own, count = self.closure.own, len(self.closure.files)
        rest = f" ({count - len(own)} vendored)" if count > len(own) else ""
        files = "1 Go file" if count == 1 else f"{count} Go files"
        return f"{files} that it is compiled from{rest}" if count else "its sources, which are elsewhere"

    @property
    def _speaks(self) -> bool:
        """Whether packages that can't be read may open connections and look up names."""
        return not self.closure.complete or any(not is_quiet(path) for path in self.closure.foreign)

    @cached_property
    def toolchain(self) -> str | None:
        """Why the program needs Go or a compiler when it runs."""
        for file in self.closure.own:
            for found in file.imports:
                what = needs_go(found.path)
                if what:
                    return f"{self._place(file, 0)} imports {found.path}, which {what}"
            at = file.text.find(_GOROOT)
            if at >= 0:
                return f"{self._place(file, at)} asks for the directory of the Go toolchain"
        for call in self.calls.direct:
            if not call.vendored and call.program.rpartition("/")[2] in _COMPILERS:
                return f"{call.where} calls `{call.program}` when the program runs"
        return None

    def needs(self) -> tuple[Need, ...]:
        """Programs, facilities and variables, each with the place that says so."""
        return (*self._programs(), *self._facilities(), *self._variables())

    def _programs(self) -> Iterator[Need]:
        texts = {self._place(file, 0): file.text for file in self.closure.files}
        for call in self.calls.named:
            if call.program.rpartition("/")[2] not in _COMPILERS:
                yield from called_in(
                    texts[call.where.rpartition(":")[0]], call.program, f"{call.where} calls it"
                )
        for path in sorted(self.closure.foreign):
            for name in called_by(path):
                yield from called(name, f"{path} calls it")

    def _facilities(self) -> Iterator[Need]:
        standard = self.closure.standard
        if self._speaks or standard & _TLS:
            yield FacilityNeed(Facility.CERTIFICATES, "the program can open TLS connections")
        if self._speaks or self.first(_SERVES_FILES):
            yield FacilityNeed(Facility.MIME_TYPES, "the program can tell files their content type")
        named_port = self.first(_NAMES_PORTS)
        if named_port:
            yield FacilityNeed(Facility.SERVICES, f"{named_port} looks up ports by name")
        if self.uses_time_zones:
            yield FacilityNeed(Facility.TIME_ZONES, "the program can load time zones by name")

    @cached_property
    def uses_time_zones(self) -> bool:
        """Whether it may load a time zone that it doesn't carry itself."""
        if "timetzdata" in self.tags.given or "time/tzdata" in self.closure.standard:
            return False
        told = self.space.settings.state.variable("TZ")
        return self._speaks or bool(told) or self.first(_LOADS_ZONES) is not None

    def _variables(self) -> Iterator[Need]:
        for file in self.closure.own:
            for name in _GO_VARIABLES:
                at = file.text.find(f'"{name}"')
                if at >= 0:
                    yield VariableNeed(name, f"{self._place(file, at)} reads it")

    def first(self, names: tuple[str, ...]) -> str | None:
        """The first place where one of these texts stands."""
        for file in self.closure.files:
            found = [at for name in names if (at := file.text.find(name)) >= 0]
            if found:
                return self._place(file, min(found))
        return None

    def _place(self, file: GoFile, offset: int) -> str:
        path = file.path.removeprefix(self.root.rstrip("/") + "/")
        return f"{path}:{line_of(file.text, offset)}" if offset else path
