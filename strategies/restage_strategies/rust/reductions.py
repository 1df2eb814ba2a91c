"""What may be left out around a Rust program: its toolchain, the base that holds it, and the sources beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Facility,
    FacilityNeed,
    Need,
    PathNeed,
    Product,
    Reduction,
    ReductionKind,
    Region,
    Start,
    State,
    is_reached,
    may_run,
)
from restage_strategies.rust.linkage import linkage, static_by
from restage_strategies.rust.outputs import target_directory
from restage_strategies.rust.product import Binary, Installed, Toolchain
from restage_strategies.rust.programs import Origin, origin_of, stays_in_place
from restage_strategies.rust.rows import needs_of_tool, tool_of
from restage_strategies.rust.shipping import application_files, origin_at
from restage_strategies.rust.survey import Survey


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offers for one product."""
    match product:
        case Toolchain():
            claim = _unnamed(product, "every start and the sources behind it", ())
            for kind in (ReductionKind.SIBLING_BASE, ReductionKind.BUILD_TOOLS):
                yield Reduction(kind, product, (claim,), goes=(product.region,))
        case Installed():
            yield from _of_installed(product, starts, state, case)
        case Binary():
            yield from _of_binary(product, starts, state, case)
        case _:
            pass


def _of_binary(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> Iterator[Reduction]:
    origin = origin_at(binary, state)
    survey = origin.survey
    reached = (
        may_run(binary.region, starts, state, case, origin_of)
        or _is_moved_out(binary, starts, state, case)
        or _is_called(binary, starts, state, case)
    )
    link, packages = linkage(origin, str(binary.region))
    claims = (link, _programs(binary, survey, reached))
    needs = (*packages, *((*survey.needs(), *_zones(binary), *_written_by_script(origin)) if reached else ()))
    shipped = application_files(binary, starts, state, case)
    stays = not reached or stays_in_place(binary.region, starts, state, case)
    goes = () if stays or (shipped and shipped[0].evidence.basis is Basis.RULE) else (binary.region,)
    yield Reduction(ReductionKind.SIBLING_BASE, binary, claims, needs)
    yield Reduction(ReductionKind.BUILD_TOOLS, binary, claims, needs, goes)
    if shipped is not None:
        claim, keeps = shipped
        yield Reduction(ReductionKind.ARTIFACT_ONLY, binary, (claim,), needs, keeps=keeps)
    if static_by(origin):
        contents = _contents(binary, survey, starts)
        yield Reduction(ReductionKind.MINIMAL_BASE, binary, (link, contents), needs)


def _is_moved_out(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a start runs a program of the same packages: `make && cp target/release/app /usr/local/bin`."""
    needs = (need for start in starts for need in start.needs if isinstance(need, PathNeed))
    origins = (origin_of(need.path, state, case) for need in needs if not binary.exact)
    own = {package.directory for package in binary.origin.packages}
    return any(found is not None and own & {p.directory for p in found.packages} for found in origins)


def _is_called(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a program that a start runs may call this one: it calls what it computes, and a string names it."""
    name = posixpath.basename(binary.region.path)
    needs = (need for start in starts for need in start.needs if isinstance(need, PathNeed))
    origins = (origin_of(need.path, state, case) for need in needs if need.path != binary.region.path)
    return any(found is not None and found.survey.may_call(name) for found in origins)


def _written_by_script(origin: Origin) -> Iterator[Need]:
    """Where the build script's output is, if the program looks there."""
    place = origin.survey.reads_script_output
    if place:
        target = target_directory(origin.invocation, origin.settings, origin.space)
        yield PathNeed(target.path, f"{place} looks there for what the build script wrote")


def _zones(binary: Binary) -> tuple[Need, ...]:
    told = binary.origin.settings.get("TZ")
    return (FacilityNeed(Facility.TIME_ZONES, f"TZ is {told}"),) if told else ()


def _of_installed(
    product: Installed, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """A program whose sources are elsewhere: a known one, or one of which nothing is known."""
    tool = tool_of(product.crate)
    reached = is_reached(product.region, starts, state, case)
    if tool is not None and tool.role != "run" and not reached:
        claim = _unnamed(product, "no start reaches it", ())
        goes: tuple[Region, ...] = (product.region,)
    else:
        missing = () if tool is not None else (f"the sources of {product.crate}",)
        claim = _unnamed(product, f"{product.crate} is a known tool that calls no other program", missing)
        goes = ()
    evidence = Evidence(
        Basis.RULE if tool else Basis.PARTIAL,
        f"{product.crate} has a row" if tool else f"{product.crate} is fetched from elsewhere",
        missing=() if tool else (f"what {product.crate} links to",),
    )
    link = Claim(ClaimKind.RUST_LINKAGE, str(product.region), evidence)
    needs = needs_of_tool(tool) if tool is not None and not goes else ()
    for kind in (ReductionKind.SIBLING_BASE, ReductionKind.BUILD_TOOLS):
        yield Reduction(kind, product, (claim,) if goes else (link, claim), needs, goes)


def _programs(binary: Binary, survey: Survey, reached: bool) -> Claim:
    if not reached:
        return _unnamed(binary, "no start reaches it", ())
    if not survey.sources:
        return _unnamed(binary, "its own sources", ("its sources, which are not in the build context",))
    toolchain = survey.toolchain
    evidence = Evidence(
        Basis.SEARCH,
        f"{survey.searched} that it is compiled from, for programs that they call",
        against=(toolchain,) if toolchain else (),
        missing=(
            *(f"{place} calls what an argument names" for place in survey.calls.from_arguments),
            *(f"which program {place} calls" for place in survey.calls.untold),
        ),
        found=tuple(f"{call.where} calls {call.program}" for call in survey.calls.named),
    )
    return Claim(ClaimKind.UNNAMED_PROGRAM, str(binary.region), evidence)


def _contents(binary: Binary, survey: Survey, starts: tuple[Start, ...]) -> Claim:
    """What an image without shell, user table and package manager takes: nothing is called, nothing goes around it."""
    calls = survey.calls
    lacking = [f"{call.where} calls {call.program}" for call in calls.named]
    lacking += [f"{place} calls a program" for place in (*calls.computed, *calls.from_arguments)]
    lacking += [
        f"{start.where} also runs {command}"
        for start in starts
        for command in start.reached
        if command.name != binary.region.path.rpartition("/")[2]
    ]
    searched = f"{survey.searched} and every start"
    evidence = Evidence(Basis.SEARCH, searched, against=tuple(lacking))
    return Claim(ClaimKind.MINIMAL_CONTENTS, str(binary.region), evidence)


def _unnamed(product: Product, searched: str, missing: tuple[str, ...]) -> Claim:
    evidence = Evidence(Basis.PARTIAL if missing else Basis.SEARCH, searched, missing=missing)
    return Claim(ClaimKind.UNNAMED_PROGRAM, str(product.region), evidence)
