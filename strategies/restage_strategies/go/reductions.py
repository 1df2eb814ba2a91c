"""What may be left out around a Go program: its toolchain, and the base image that holds it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from restage.api import (
    BaseImage,
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Need,
    PathNeed,
    Product,
    Reduction,
    ReductionKind,
    Start,
    State,
    is_reached,
    may_run,
    region,
)
from restage_strategies.go.artifact import artifact_offers
from restage_strategies.go.linkage import linkage
from restage_strategies.go.minimal import minimal_claims, minimal_needs, unreached_claims
from restage_strategies.go.product import Binary, Toolchain
from restage_strategies.go.programs import origin_of
from restage_strategies.go.rows import tool_named
from restage_strategies.go.survey import Survey


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offers for one product."""
    match product:
        case Toolchain():
            claim = _unnamed(product, "every start and the sources behind it", ())
            yield Reduction(ReductionKind.BUILD_TOOLS, product, (claim,), goes=(product.region,))
            yield Reduction(ReductionKind.SIBLING_BASE, product, (claim,))
        case Binary():
            yield from _of_binary(product, starts, state, case)
        case _:
            pass


def _of_binary(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> Iterator[Reduction]:
    survey = binary.origin.survey
    tool = tool_named(binary.origin.tool) if binary.origin.tool else None
    for_build = (
        tool is not None and tool.role == "build" and not is_reached(binary.region, starts, state, case)
    )
    reached = not for_build and (
        may_run(binary.region, starts, state, case, origin_of)
        or _is_moved_out(binary, starts, state, case)
        or _is_called(binary, starts, state, case)
    )
    link, packages = linkage(binary, survey)
    claims = (link, _files(binary), _programs(binary, survey, reached))
    needs = (*packages, *(survey.needs() if reached else ()))
    zones = _zones(survey) if reached else ()
    yield Reduction(ReductionKind.SIBLING_BASE, binary, claims, (*needs, *zones))
    goes = (binary.region,) if for_build else ()
    own_go = binary.settings.state.base.family != "golang"
    yield Reduction(ReductionKind.BUILD_TOOLS, binary, claims, (*needs, *(zones if own_go else ())), goes)
    yield from artifact_offers(binary, starts, state, case)
    yield Reduction(
        ReductionKind.MINIMAL_BASE,
        binary,
        minimal_claims(binary, survey, starts, state) if reached else unreached_claims(binary),
        (*survey.needs(), *minimal_needs(survey)) if reached else (),
    )


def _is_moved_out(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a start runs a program of the same packages: `make build && cp bin/app /usr/local/bin`."""
    needs = (need for start in starts for need in start.needs if isinstance(need, PathNeed))
    origins = (origin_of(need.path, state, case) for need in needs if not binary.exact)
    return any(found is not None and set(found.packages) & set(binary.origin.packages) for found in origins)


def _is_called(binary: Binary, starts: tuple[Start, ...], state: State, case: Case) -> bool:
    """Whether a program that a start runs may call this one: it calls what it computes, and a string names it."""
    name = posixpath.basename(binary.region.path)
    needs = (need for start in starts for need in start.needs if isinstance(need, PathNeed))
    origins = (origin_of(need.path, state, case) for need in needs if need.path != binary.region.path)
    return any(found is not None and found.survey.may_call(name) for found in origins)


def _zones(survey: Survey) -> tuple[Need, ...]:
    """Without tzdata Go programs find time zones in GOROOT, and lose them with the toolchain (time.LoadLocation)."""
    settings = survey.space.settings
    base = settings.state.base
    there = (isinstance(base, BaseImage) and base.packages) or frozenset()
    if not survey.uses_time_zones or "tzdata" in settings.installed | there:
        return ()
    path = region(settings.get("GOROOT") or "/usr/local/go", "lib/time/zoneinfo.zip").path
    return (
        PathNeed(path, "the program can load time zones, which this image has in the Go toolchain alone"),
    )


def _files(binary: Binary) -> Claim:
    evidence = Evidence(Basis.RULE, "none of its files is left out by that")
    return Claim(ClaimKind.APPLICATION_FILES, str(binary.region), evidence)


def _programs(binary: Binary, survey: Survey, reached: bool) -> Claim:
    tool = binary.origin.tool
    if not reached:
        return _unnamed(binary, "no start reaches it", ())
    if tool is not None:
        return _unnamed(binary, f"{tool} is a known tool that calls no other program", ())
    if binary.origin.elsewhere:
        return _unnamed(binary, "its own sources", (f"the sources of {binary.origin.elsewhere}",))
    if not survey.closure.files:
        return _unnamed(binary, "its own sources", ("its sources, which are not in the build context",))
    toolchain = survey.toolchain
    evidence = Evidence(
        Basis.SEARCH,
        f"{survey.searched}, for programs that they call",
        against=(toolchain,) if toolchain else (),
        missing=(
            *(f"{place} calls what an argument names" for place in survey.calls.from_arguments),
            *(f"which program {place} calls" for place in survey.calls.untold),
        ),
        found=tuple(f"{call.where} calls {call.program}" for call in survey.calls.named),
    )
    return Claim(ClaimKind.UNNAMED_PROGRAM, str(binary.region), evidence)


def _unnamed(product: Product, searched: str, missing: tuple[str, ...]) -> Claim:
    evidence = Evidence(Basis.PARTIAL if missing else Basis.SEARCH, searched, missing=missing)
    return Claim(ClaimKind.UNNAMED_PROGRAM, str(product.region), evidence)
