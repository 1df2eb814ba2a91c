"""What may be left out around installed distributions: the full base, and the build's OS packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import (
    BaseImage,
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Facility,
    FacilityNeed,
    Libc,
    Need,
    PackageManager,
    PackageNeed,
    Product,
    ProgramNeed,
    Record,
    Reduction,
    ReductionKind,
    Start,
    State,
    region,
)
from restage_strategies.python.brought import base_offers
from restage_strategies.python.dev_offers import dev_offers
from restage_strategies.python.distributions import Installed
from restage_strategies.python.installers import INSTALLERS, copied_tools, left_alone
from restage_strategies.python.libraries import is_headers, library_needs, links_of_headers
from restage_strategies.python.names import Requirement
from restage_strategies.python.rows import Row, find_row
from restage_strategies.python.shipped import shipped_script
from restage_strategies.python.sources import Sources, read_sources

_FACILITIES = {
    "mime-types": Facility.MIME_TYPES,
    "mime-database": Facility.MIME_DATABASE,
    "fonts": Facility.FONTS,
}
_COMPILERS = re.compile(r"gcc|g\+\+|build-essential|build-base|clang|gfortran|libc6-dev|musl-dev|alpine-sdk")
_COMPILERS_OF_CXX = frozenset({"g++", "build-base", "alpine-sdk"})
_BROUGHT = (
    ("libgomp1", "libgomp"),
    ("libatomic1", "libatomic"),
    ("libstdc++6", "libstdc++"),
    ("libgcc-s1", "libgcc"),
)


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offers for one product of this strategy that goes along."""
    if isinstance(product, Installed) and product.dev:
        yield from dev_offers(product, product.dev, starts, state, case)
    if isinstance(product, Installed):
        yield from base_offers(product, state)
    sources = read_sources(state, [command for start in starts for command in start.reached])
    rows = _Rows.of(product) if isinstance(product, Installed) else _Rows((), (), ())
    unnamed = _programs_claim(sources, rows)
    claims: tuple[Claim, ...] = (unnamed,)
    if isinstance(product, Installed):
        claims = (_rows_claim(product, rows, links_of_headers(sources, state)), unnamed)
    of_system = state.base.package_manager is PackageManager.APT
    if not isinstance(product, Installed) or product.own or of_system:
        needs = (*_row_needs(rows, state), *_source_needs(sources, state))
        needs += tuple(_interpreter_needs(product, state)) if isinstance(product, Installed) else ()
        yield Reduction(ReductionKind.SIBLING_BASE, product, claims, tuple(dict.fromkeys(needs)))
    covered = _libraries_claim(product, rows, links_of_headers(sources, state))
    needs = (*_row_needs(rows, state), *_source_needs(sources, state), *_compiler_needs(rows, state))
    needs = (*needs, *_interpreter_needs(product, state))
    # Headers that the file installs are replaced by their libraries anyway: naming them would keep the headers.
    kept = tuple(need for need in dict.fromkeys(needs) if not is_headers(need))
    alone = left_alone(product, starts, state, case) if _is_installer(product) else None
    claims, goes = ((covered, unnamed, alone), (product.region,)) if alone else ((covered, unnamed), ())
    goes = (*goes, *(copied_tools(starts, state) if isinstance(product, Installed) else ()))
    yield Reduction(ReductionKind.BUILD_TOOLS, product, claims, kept, goes)


def _is_installer(product: Product) -> bool:
    """Whether an install brought installers and nothing else."""
    if not isinstance(product, Installed) or product.unread or not product.wanted:
        return False
    return {requirement.name for requirement in product.wanted} <= INSTALLERS


class _Rows(Record):
    """The rows of a product's requirements: found, missing, and why the list itself may be short."""

    found: tuple[tuple[Requirement, Row], ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, product: Installed) -> _Rows:
        names = frozenset(requirement.name for requirement in product.wanted)
        pairs = [(wanted, find_row(wanted, product.python, names)) for wanted in product.wanted]
        return cls(
            tuple((requirement, row) for requirement, row in pairs if row is not None),
            tuple(dict.fromkeys(str(requirement) for requirement, row in pairs if row is None)),
            product.unread,
        )


def _rows_claim(product: Installed, rows: _Rows, links: tuple[str, ...]) -> Claim:
    kind = ClaimKind.PYTHON_LOCKED_ROWS if product.locked else ClaimKind.PYTHON_DIRECT_ROWS
    number = len(product.wanted)
    what = "locked distribution" if product.locked else "direct requirement"
    searched = f"{number} {what}{'' if number == 1 else 's'} of {product.asked_in}"
    loading = [f"{requirement} loads {', '.join(row.apt)}" for requirement, row in rows.found if row.apt]
    calling = [
        f"{requirement} calls {', '.join(row.programs)}" for requirement, row in rows.found if row.programs
    ]
    found = tuple(loading + calling) or (() if rows.missing else ("none loads a system library",))
    basis = Basis.RULE if product.locked else Basis.SEARCH
    missing = (*rows.missing, *rows.unread, *links)
    return Claim(kind, product.what, Evidence(basis, searched, missing=missing, found=found))


def _programs_claim(sources: Sources, rows: _Rows) -> Claim:
    """What the sources call stands in them, what distributions call in their rows."""
    number = len(sources.paths)
    named = tuple(f"{place} calls {name}" for name, place in sorted(sources.programs.items()))
    missing = tuple(f"the program that {place} starts" for place in sources.unnamed)
    missing += () if sources.complete else ("sources beyond the first thousands",)
    missing += (*rows.missing, *rows.unread)
    evidence = Evidence(
        Basis.SEARCH,
        f"{number} Python source{'' if number == 1 else 's'} of the project",
        missing=missing,
        found=named or ("none names a program",),
    )
    return Claim(ClaimKind.UNNAMED_PROGRAM, "the project's sources", evidence)


def _libraries_claim(product: Product, rows: _Rows, links: tuple[str, ...]) -> Claim:
    """Dropped headers leave their libraries; what a compiler brings stays wherever something may link it."""
    unknown = len(rows.missing) + len(rows.unread)
    if not isinstance(product, Installed):
        found = "it holds no compiled code"
    elif unknown:
        found = f"{unknown} without a row: what compilers bring stays"
    else:
        found = "every distribution has a row"
    evidence = Evidence(
        Basis.RULE,
        "the libraries of each dropped package of headers, by the release's own package index",
        missing=links,
        found=(found,),
    )
    return Claim(ClaimKind.LIBRARIES_COVERED, product.what, evidence)


def _row_needs(rows: _Rows, state: State) -> Iterator[Need]:
    for requirement, row in rows.found:
        why = f"{requirement} ({requirement.where})" if requirement.where else str(requirement)
        for program in row.programs:
            yield ProgramNeed(program, f"{why} calls it")
        for facility in row.facilities:
            yield FacilityNeed(_FACILITIES[facility], f"{why} reads it")
        yield from _package_needs(row, f"{why} loads it", state)


def _package_needs(row: Row, why: str, state: State) -> Iterator[Need]:
    musl = state.base.libc is Libc.MUSL
    for name in row.apk if musl else row.apt:
        if _had(name, state):
            yield PackageNeed("", name, why) if musl else PackageNeed(name, "", why)


def _had(name: str, state: State) -> bool:
    """Whether the image may have the package or its libraries at all: nobody misses what was never there."""
    brought = {package for pair in _BROUGHT for package in pair}
    if name in brought and _has_compiler(state):
        return True
    base = state.base.packages if isinstance(state.base, BaseImage) else None
    if base is None or name in base or name in state.packages:
        return True
    stem = re.sub(r"[\d.+-]*$", "", name.removesuffix("-dev"))
    return any(package.startswith(stem) for package in (*base, *state.packages))


_TLS = "Python checks TLS against the certificates of the system"


def _interpreter_needs(product: Product, state: State) -> Iterator[Need]:
    """What distributions lean on where the interpreter is a package of the operating system.

    It may be there only because python3-pip or python3-venv depends on it, and an environment links to it.
    """
    if state.base.family == "python":
        return
    second = isinstance(product, Installed) and (product.python or "").startswith("2")
    name = "python" if second else "python3"
    yield ProgramNeed(f"/usr/bin/{name}", f"{product.what} run on it")
    yield FacilityNeed(Facility.CERTIFICATES, _TLS)
    # It looks for a file for each certificate, which only the package makes.
    yield PackageNeed("ca-certificates", "ca-certificates", _TLS)
    if state.base.package_manager is PackageManager.APT and region("/usr").covers(product.region):
        # pip leaves out what the system's own folder has: gunicorn and many others ask for setuptools.
        yield PackageNeed(f"{name}-setuptools", "", f"{product.what} may import it, and distutils with it")


def _source_needs(sources: Sources, state: State) -> Iterator[Need]:
    yield from (need for name, need in sources.called if shipped_script(name, state) is None)
    if sources.serves_files:
        yield FacilityNeed(Facility.MIME_TYPES, f"{sources.serves_files} serves files by their type")
    if sources.fonts:
        yield FacilityNeed(Facility.FONTS, f"{sources.fonts} looks for fonts")
    if sources.letters and _had("libfribidi-dev", state):
        yield PackageNeed("libfribidi-dev", "fribidi-dev", f"{sources.letters} sets words with it")
    if sources.titles:
        yield ProgramNeed("convert", f"{sources.titles} sets a text with it")
    if sources.windows and _had("tk-dev", state):
        yield PackageNeed("tk-dev", "tk-dev", f"{sources.windows} imports tkinter")
    if sources.geography:
        for name in ("libgdal-dev", "libgeos-dev", "libproj-dev"):
            if _had(name, state):
                yield PackageNeed(name, name.removeprefix("lib"), f"{sources.geography} loads it")
    if sources.compiles:
        yield ProgramNeed("gcc", f"{sources.compiles} compiles at run time")
        yield ProgramNeed("g++", f"{sources.compiles} compiles at run time")
    yield from library_needs(sources, state)
    if state.base.libc is Libc.MUSL and sources.libraries and _has_compiler(state):
        # find_library has no ldconfig to ask on musl; it asks the compiler, and the linker.
        place = next(iter(sorted(sources.libraries.values())))
        yield ProgramNeed("gcc", f"{place} looks for a library with it")


def _has_compiler(state: State) -> bool:
    return any(_COMPILERS.match(name) for name in state.packages)


def _compiler_needs(rows: _Rows, state: State) -> Iterator[Need]:
    """What a compiler brings and a distribution may link: one without a row, or one without a wheel for musl."""
    if not _has_compiler(state):
        return
    if rows.missing or rows.unread:
        first = (*rows.missing, *rows.unread)[0]
        fortran = (("libgfortran5", "libgfortran"),) if "gfortran" in state.packages else ()
        for apt, apk in (*_BROUGHT, *fortran):
            yield PackageNeed(apt, apk, f"came with the compiler, and {first} may link it")
    elif rows.found and state.base.libc is Libc.MUSL and state.packages & _COMPILERS_OF_CXX:
        for apk in ("libstdc++", "libgcc", *(("libgfortran",) if "gfortran" in state.packages else ())):
            yield PackageNeed("", apk, "came with the compiler; what has no wheel for musl may link it")
