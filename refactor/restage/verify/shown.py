"""A plan after what building and running showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from restage.engine import Outcome
from restage.output.summary import Summary
from restage.record import Record


class Shown(Record):
    """The plan, and what is to be said of how it came about."""

    outcome: Outcome
    lines: tuple[str, ...] = ()
    data: Mapping[str, Any] | None = None
    """For the JSON report."""
    verdict: Summary | None = None
    holds: bool = True
    """Whether the file may be written."""
