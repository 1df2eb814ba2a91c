"""Claims that several effects make."""

from __future__ import annotations

from restage.api import Basis, Claim, ClaimKind, Evidence


def bounded_writes(subject: str, searched: str = "the rules of the tool that runs it") -> Claim:
    """The project's own code, run by a known tool, writes its own places only."""
    return Claim(ClaimKind.BOUNDED_WRITES, subject, Evidence(Basis.SEARCH, searched))
