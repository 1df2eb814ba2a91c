"""All that the sources of a project say about what its programs need when they run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from restage.api import (
    Changed,
    Facility,
    FacilityNeed,
    Need,
    PackageNeed,
    ProgramNeed,
    Record,
    State,
    Tree,
    called,
    of_tree,
)
from restage.api.search import Search
from restage_strategies.cpp.calls import Calls, Source, calls_in
from restage_strategies.cpp.placed import MOST_FILES, placed_files
from restage_strategies.cpp.stage import COMPILER, DRIVERS

_SOURCE = re.compile(
    r".*\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|h\+\+|ipp|inl|inc|tcc|tpp|ixx|cppm|m|mm|y|yy|l|ll|in)$"
)
_BINARY = re.compile(r".*\.(?:a|so(?:\.\d+)*|o|lo)$")
_COMPILED = re.compile(r".*\.(?:c|cc|cpp|cxx|c\+\+|C|ixx|cppm|m|mm)$")
_TLS = Search(
    re.compile(
        r"\b(?:SSL_|BIO_|X509|ssl::|openssl|curl_|CURLOPT|https|gnutls_|mbedtls_|wolfSSL|set_default_verify_paths|cpr::)"
    ),
    (
        "SSL",
        "BIO_",
        "X509",
        "ssl",
        "curl",
        "CURLOPT",
        "https",
        "gnutls_",
        "mbedtls_",
        "default_verify",
        "cpr::",
    ),
)
_PORTS = Search(
    re.compile(
        r"\bget(?:serv|proto)(?:by\w+|ent)\b|\bgetaddrinfo\b|\bresolver\b|/etc/(?:services|protocols)"
    ),
    ("getserv", "getproto", "getaddrinfo", "resolver", "/etc/services", "/etc/protocols"),
)
_ZONES = Search(
    re.compile(
        r"\bTZ\b|\b(?:localtime|mktime|strftime|tzset)|zoneinfo|locate_zone|current_zone|zoned_time|get_tzdb"
        r"|boost/(?:local_time|date_time/local)"
    ),
    ("TZ", "localtime", "mktime", "strftime", "tzset", "zone", "get_tzdb", "local"),
)
_FILES = (
    ("/usr/share/zoneinfo", Facility.TIME_ZONES),
    ("/etc/ssl", Facility.CERTIFICATES),
    ("/etc/mime.types", Facility.MIME_TYPES),
    ("/usr/share/mime", Facility.MIME_DATABASE),
    ("/usr/share/fonts", Facility.FONTS),
)
_HELD = tuple(path for path, _ in _FILES)
_NAMES_PLACE = re.compile(r"[\"(]/(?:usr|lib|bin|sbin|etc)")
_MOST_NAMED = 100
"""Files of the system that one source names; with more than that, what it names counts as not told."""
_PROGRAM_PLACES = ("/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/")
_PACKAGED = re.compile(r"/(?:usr/(?!local/|src/|app/)|lib(?:32|64)?/|bin/|sbin/)[\w.+-]")
_MOVING = [[name] for name in ("cp", "mv", "ln", "chmod", "chown", "touch")]
_SHELLS = frozenset({"sh", "bash", "dash", "env"})


class Survey(Record):
    """The sources of a project, searched; those that were deleted after the build too."""

    tree: Tree
    zone: str
    """What TZ is set to."""

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every file of C or C++ that the stage has, wherever it is."""
        return tuple(
            Source(file.source, self.tree.context.text(file.source) or "")
            for file in placed_files(self.tree)
            if _SOURCE.match(file.path)
        )

    @cached_property
    def calls(self) -> Calls:
        """The programs that the sources start."""
        return calls_in(self.sources)

    @property
    def searched(self) -> str:
        """What was searched, for reports."""
        count = len(self.sources)
        return f"{count} file{'s' if count > 1 else ''} of C and C++"

    @cached_property
    def untold(self) -> tuple[str, ...]:
        """Why the sources don't tell all that the programs need."""
        return tuple(self._untold())

    def _untold(self) -> Iterator[str]:
        files = placed_files(self.tree)
        if not any(_COMPILED.match(file.path) for file in files):
            yield "the sources are not seen"
        if len(files) > MOST_FILES:
            yield f"there are more than {MOST_FILES} files"
        built = next((file.source for file in files if _BINARY.match(posixpath.basename(file.path))), None)
        if built:
            yield f"{built} was compiled elsewhere"
        unread = (file.source for file in files if _SOURCE.match(file.path))
        yield from (f"{path} can't be read" for path in unread if self.tree.context.text(path) is None)
        yield from self._made_in_build()
        yield from (f"the sources of {path} are not seen" for path in self._empty_modules())
        yield from self.calls.untold
        if len(self._named_files) >= _MOST_NAMED:
            yield "the sources name more files of the system than are looked at"
        for place, value in self._named_files:
            known = value.startswith(_HELD) or value.startswith(_PROGRAM_PLACES)
            if not known:
                yield f"{place} names {value}, which may be a package's"

    def _made_in_build(self) -> Iterator[str]:
        """Sources that a command made or changed: what it wrote into them is not seen."""
        changed = (event for event in self.tree.events if isinstance(event, Changed))
        for event in changed:
            if _SOURCE.match(event.target.path) and event.by.split()[:1] not in _MOVING:
                yield f"{event.target} is written by `{event.by[:60]}`"

    def _empty_modules(self) -> Iterator[str]:
        """Submodules of git that are not checked out here."""
        context = self.tree.context
        for name in re.findall(
            r"^[ \t]*path[ \t]*=[ \t]*(\S+)", context.text(".gitmodules") or "", re.MULTILINE
        ):
            if not context.entries(name):
                yield name

    @cached_property
    def _named_files(self) -> tuple[tuple[str, str], ...]:
        """The strings that name a file of the system, with their places."""
        return tuple(found for source in self.sources for found in islice(_named_in(source), _MOST_NAMED))

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Programs, libraries and facilities, each with the place that says so."""
        return (*self._programs(), *self._facilities())

    @cached_property
    def speaks_tls(self) -> str | None:
        """The first place that says something of TLS."""
        return self._first(_TLS)

    def came_along(self) -> tuple[Need, ...]:
        """What came with the packages of the build, and libraries may ask for where no source names it."""
        why = f"{self.speaks_tls or 'a library that it links to'} may open TLS connections"
        return (
            FacilityNeed(Facility.CERTIFICATES, why),
            PackageNeed("ca-certificates", "ca-certificates", why),
            FacilityNeed(Facility.SERVICES, "a library that it links to may look up ports by name"),
            FacilityNeed(Facility.TIME_ZONES, "a library that it links to may load time zones"),
        )

    def _programs(self) -> Iterator[Need]:
        for call in self.calls.named:
            yield from called(call.program, f"{call.where} calls it")
        for place, value in self._named_files:
            name = value.rpartition("/")[2]
            if value.startswith(_PROGRAM_PLACES) and name not in _SHELLS:
                yield ProgramNeed(value.split()[0], f"{place} names it")

    def _facilities(self) -> Iterator[Need]:
        ports = self._first(_PORTS)
        if ports:
            yield FacilityNeed(Facility.SERVICES, f"{ports} may look up ports by name")
        zones = "TZ" if self.zone else self._first(_ZONES)
        if zones:
            yield FacilityNeed(Facility.TIME_ZONES, f"{zones} names a time zone")
        for place, value in self._named_files:
            for start, facility in _FILES:
                if value.startswith(start):
                    yield FacilityNeed(facility, f"{place} names {value}")

    def _first(self, pattern: Search) -> str | None:
        for source in self.sources:
            found = pattern.search(source.text)
            if found:
                return source.where(found.start())
        return None

    @property
    def compiler_at_run(self) -> str | None:
        """The call of a compiler, or of a tool that drives one, when the program runs."""
        for call in self.calls.named:
            name = posixpath.basename(call.program)
            if name in DRIVERS or name in ("ld", "as") or COMPILER.fullmatch(name):
                return f"{call.where} calls `{call.program}` when the program runs"
        return None


def _named_in(source: Source) -> Iterator[tuple[str, str]]:
    if _NAMES_PLACE.search(source.text):
        for kind, text, offset in source.tokens:
            if kind == "string" and (_PACKAGED.match(text) or text.startswith(_HELD)):
                yield source.where(offset), text


def survey_of(state: State) -> Survey:
    """The survey of all that the stage holds."""
    return _survey(state.tree, state.variable("TZ"))


@of_tree
def _survey(tree: Tree, zone: str) -> Survey:
    return Survey(tree, zone)
