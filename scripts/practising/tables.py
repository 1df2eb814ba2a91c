"""The rows on the terminal, as Markdown, and what they come to."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence

from practising.deciding import Result

LEFT = {"dev-dependencies", "compile-only", "artifact-only"}
"""Reductions by which dev dependencies leave an image."""


def sums(results: Sequence[Result]) -> Iterator[str]:
    """What the rows come to."""
    for name, done in (
        ("order_copies", lambda r: "order-copies" in r.rewrites),
        ("dev_deps_droppable", lambda r: bool(LEFT.intersection(r.reductions))),
    ):
        asked = [r for r in results if r.original.wants(name)]
        missed = [r.original.repo for r in asked if not done(r)]
        yield f"{name}: {len(asked) - len(missed)} of {len(asked)}; not: {', '.join(missed) or 'none'}"
    ratios = [r.ratio for r in results if r.ratio is not None]
    if ratios:
        yield f"size after, median of {len(ratios)}: {statistics.median(ratios):.0%} of before"
    trials: dict[str, list[bool]] = {}
    for result in results:
        if result.ratio is not None:
            for kind in {kind for kind, verdict in result.claims if verdict == "expected"}:
                trials.setdefault(kind, []).append(result.good)
    for kind, held in sorted(trials.items()):
        yield f"expected claim {kind}: {held.count(False)} of {len(held)} images differ"


def show(row: Sequence[str], widths: Sequence[int]) -> None:
    """One row on the terminal."""
    cells = (cell[:width].ljust(width) for cell, width in zip(row, widths, strict=False))
    print("  ".join([*cells, *row[len(widths) :]]).rstrip(), flush=True)


def markdown(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> str:
    """The table for a merge request."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)
