"""The engine as judge of claims: strategies give evidence, here it becomes a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import assert_never

from restage.api.claim import Basis, Claim, ClaimKind, Verdict

PLAIN_EXPECTED = frozenset(
    {
        ClaimKind.BOUNDED_WRITES,
        ClaimKind.UNNAMED_PROGRAM,
        ClaimKind.NODE_SIBLING,
        ClaimKind.PYTHON_DIRECT_ROWS,
        ClaimKind.DEV_UNUSED,
    }
)
"""Kinds that plain `--write` applies when they are expected. A kind that failed once leaves the list until it is understood."""


class Courage(Enum):
    """How much is applied without running anything."""

    PLAIN = auto()
    """What is proven, and the expected kinds that have held."""
    UNSAFE = auto()
    """All that is expected."""
    TRYING = auto()
    """All that isn't refuted: running the images decides (`--verify`)."""


def verdict(claim: Claim) -> Verdict:
    """What the evidence comes to."""
    evidence = claim.evidence
    if evidence.against:
        return Verdict.REFUTED
    if evidence.missing:
        return Verdict.OPEN
    match evidence.basis:
        case Basis.RULE:
            return Verdict.PROVEN
        case Basis.SEARCH:
            return Verdict.EXPECTED
        case Basis.PARTIAL:
            return Verdict.OPEN
        case _ as never:
            assert_never(never)


def holds(claim: Claim, courage: Courage) -> bool:
    """Whether a plan may rest on the claim."""
    match verdict(claim):
        case Verdict.PROVEN:
            return True
        case Verdict.EXPECTED:
            return courage is not Courage.PLAIN or claim.kind in PLAIN_EXPECTED
        case Verdict.OPEN:
            return courage is Courage.TRYING
        case Verdict.REFUTED:
            return False
        case _ as never:
            assert_never(never)


def explained(claim: Claim) -> str:
    """The evidence of a claim in one line."""
    evidence = claim.evidence
    parts = [
        evidence.searched,
        *(f"against it: {text}" for text in evidence.against[:3]),
        *(f"not told: {text}" for text in evidence.missing[:5]),
        *evidence.found[:3],
    ]
    return "; ".join(part for part in parts if part)


def why_not_held(claims: Iterable[Claim], courage: Courage) -> str | None:
    """What stands against the first claim that no plan may rest on; None: all of them hold."""
    failing = next((claim for claim in claims if not holds(claim, courage)), None)
    return None if failing is None else f"{failing.kind}: {explained(failing)}"


def ground(claim: Claim) -> str:
    """A claim with its verdict and evidence in one line."""
    return f"{claim.kind.value} ({verdict(claim).value}): {explained(claim)}"


def told_claim(claim: Claim) -> tuple[str, str, str, str]:
    """A claim as a report shows it: kind, subject, verdict, evidence."""
    return claim.kind.value, claim.subject, verdict(claim).value, explained(claim)


def told_claims(claims: Iterable[Claim]) -> tuple[tuple[str, str, str, str], ...]:
    """Claims as a report shows them, each once."""
    return tuple(dict.fromkeys(map(told_claim, claims)))
