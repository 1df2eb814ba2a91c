"""What may be left out around a program of C or C++: compilers, build tools and headers."""

from __future__ import annotations

from collections.abc import Iterator

from restage.api import (
    Basis,
    Case,
    Claim,
    ClaimKind,
    Evidence,
    Facility,
    FacilityNeed,
    Product,
    Reduction,
    ReductionKind,
    Start,
    State,
)
from restage_strategies.cpp.linkage import linkage, plain_c
from restage_strategies.cpp.product import Compiled
from restage_strategies.cpp.survey import Survey, survey_of


def reductions_of(
    product: Product, starts: tuple[Start, ...], state: State, case: Case
) -> Iterator[Reduction]:
    """The offer for one product: it rests on what all the sources of the stage say, whichever of them it is made of."""
    if not isinstance(product, Compiled):
        return
    survey = survey_of(state)
    link, packages = linkage(product.project, survey, state, case)
    programs = _programs(product, survey)
    needs = survey.needs
    yield Reduction(
        ReductionKind.BUILD_TOOLS, product, (link, programs), (*packages, *needs, *survey.came_along())
    )
    plain = plain_c(product.project, survey, state, case)
    if plain is not None:
        speaks = survey.speaks_tls or next(_beside(starts, survey), None)
        trusted = (
            (FacilityNeed(Facility.CERTIFICATES, f"{speaks} may open TLS connections"),) if speaks else ()
        )
        yield Reduction(ReductionKind.SIBLING_BASE, product, (plain, programs), (*needs, *trusted))


def _beside(starts: tuple[Start, ...], survey: Survey) -> Iterator[str]:
    """What runs beside the program: what its sources call, and other commands of a start."""
    yield from (call.program for call in survey.calls.named)
    for start in starts:
        if len(start.reached) > 1:
            yield f"what {start.where} runs"


def _programs(product: Compiled, survey: Survey) -> Claim:
    evidence = Evidence(
        Basis.SEARCH,
        f"{survey.searched}, for programs that they start and libraries that they open",
        against=(survey.compiler_at_run,) if survey.compiler_at_run else (),
        missing=survey.untold,
        found=tuple(f"{call.where} calls {call.program}" for call in survey.calls.named),
    )
    return Claim(ClaimKind.UNNAMED_PROGRAM, product.project, evidence)
