"""From every reduction that isn't refuted down to what holds: each turn learns what is missing, or withdraws a reduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from restage.api.observation import MissingVariable, Observation, Withdrawn
from restage.api.reduction import ReductionKind
from restage.engine import Outcome, Rewritten
from restage.record import Record
from restage.verify.failures import sentence
from restage.verify.verification import Unbuilt, Verdict, Verified

BOLDEST_FIRST = (
    ReductionKind.MINIMAL_BASE,
    ReductionKind.ARTIFACT_ONLY,
    ReductionKind.COMPILE_ONLY,
    ReductionKind.BROUGHT_BY_BASE,
    ReductionKind.DEV_DEPENDENCIES,
    ReductionKind.SIBLING_BASE,
    ReductionKind.BUILD_TOOLS,
)
"""What is withdrawn first, where a failure names nothing that could be brought."""


class Settled(Record):
    """The last plan, what verifying it came to, and what the turns before taught, a sentence each."""

    outcome: Outcome
    verdict: Verdict | None
    """None: there was nothing left to verify."""
    learnt: tuple[str, ...] = ()


Plan = Callable[[tuple[Observation, ...]], Outcome]
Check = Callable[[Outcome], Verdict]


def settle(plan: Plan, check: Check) -> Settled:
    """Plans, verifies and plans again with what was seen, until it holds or nothing is left to withdraw.

    It ends: every turn adds an observation, and there are only so many files, libraries, programs and reductions.
    """
    observations: tuple[Observation, ...] = ()
    learnt: tuple[str, ...] = ()
    outcome = plan(observations)
    while isinstance(outcome.result, Rewritten):
        verdict = check(outcome)
        found = _next(verdict, outcome.result, observations)
        if not found:
            return Settled(outcome, verdict, learnt)
        data, observations = outcome.result.data, (*observations, *found)
        outcome = plan(observations)
        told = tuple(_told(one) for one in found)
        if _is_same(outcome, data):  # what was learnt changes nothing: the boldest reduction goes
            bold = _withdrawal(outcome, observations, _why(verdict))
            if bold is None:
                return Settled(outcome, verdict, learnt)
            observations, told = (*observations, bold), (_told(bold),)
            outcome = plan(observations)
        learnt = (*learnt, *told)
    return Settled(outcome, None, learnt)


def _is_same(outcome: Outcome, data: bytes) -> bool:
    return isinstance(outcome.result, Rewritten) and outcome.result.data == data


def _next(verdict: Verdict, result: Rewritten, known: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """What a verdict teaches; empty where it holds, where the original is to blame, or where nothing is left to try."""
    match verdict:
        case Unbuilt(side="before"):
            return ()
        case Verified(failures=()):
            return ()
        case Unbuilt():
            taught: tuple[Observation, ...] = ()
        case Verified(taught=found):
            taught = tuple(one for one in found if one not in known)
        case _ as never:
            assert_never(never)
    if taught:
        return taught
    bold = _boldest(result, known, _why(verdict))
    return (bold,) if bold else ()


def _withdrawal(outcome: Outcome, known: tuple[Observation, ...], why: str) -> Withdrawn | None:
    return _boldest(outcome.result, known, why) if isinstance(outcome.result, Rewritten) else None


def _boldest(result: Rewritten, known: tuple[Observation, ...], why: str) -> Withdrawn | None:
    """The boldest reduction that the plan applies and that was not withdrawn yet."""
    gone = {one.kind for one in known if isinstance(one, Withdrawn)}
    applied = {found.kind for found in result.applied if found.applied} - gone
    kind = next((kind for kind in BOLDEST_FIRST if kind.value in applied), None)
    return Withdrawn(kind.value, f"verification failed with it: {why}") if kind else None


def _why(verdict: Verdict) -> str:
    match verdict:
        case Unbuilt(lines=lines):
            return lines[-1] if lines else "it does not build"
        case Verified(failures=failures):
            return sentence(failures[0]) if failures else ""
        case _ as never:
            assert_never(never)


def _told(observation: Observation) -> str:
    if isinstance(observation, Withdrawn):
        return f"{observation.kind} withdrawn: {observation.why}"
    if isinstance(observation, MissingVariable):
        return f"variable {observation.name} of the base was missing: it is set again now"
    missed = (
        getattr(observation, "path", "")
        or getattr(observation, "soname", "")
        or getattr(observation, "program", "")
    )
    package = getattr(observation, "package", "")
    return f"{missed} was missing{f', which {package} has' if package else ''}: it goes along now"
