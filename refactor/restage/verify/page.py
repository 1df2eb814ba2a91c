"""A verdict as one HTML page that needs nothing else: the table, and a plot of the layers by size."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from restage.output.summary import Summary
from restage.verify.layers import Layer
from restage.verify.report import human_bytes, summarised
from restage.verify.verification import Verdict, Verified

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1f2328 }
body { background: #fff }
h1 { font-size: 1.2rem } table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .25rem .8rem; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums } tr { border-bottom: 1px solid #d1d9e0 }
.good { color: #1a7f37 } .bad { color: #cf222e } .dim { color: #59636e } svg { width: 100%; height: auto }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117 } .dim { color: #9198a1 } svg text { fill: #e6edf3 }
}
"""
_COLOURS = ("#0969da", "#1a7f37", "#9a6700", "#bc4c00", "#8250df", "#bf3989", "#57606a", "#218bff")
_WIDTH, _HEIGHT, _LEFT = 960, 54, 60


def page(verdict: Verdict, title: str) -> str:
    """The page. What comes from Dockerfiles and images is text in it, never markup."""
    return "\n".join(_lines(verdict, summarised(verdict, title))) + "\n"


def _lines(verdict: Verdict, summary: Summary) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f"<title>{escape(summary.title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{escape(summary.title)}</h1>"
    yield f'<p class="{"good" if summary.holds else "bad"}"><strong>{escape(summary.headline)}</strong></p>'
    yield from _list((*summary.problems, *summary.log), "bad")
    yield "<table>"
    for check in summary.checks:
        mark = {True: "✓", False: "✗", None: "·"}[check.holds]
        cells = (
            f'<td class="{"bad" if check.holds is False else "good"}">{mark}</td>',
            f"<td>{check.name}</td>",
        )
        yield f'<tr>{"".join(cells)}<td class="dim">{escape(check.text)}</td></tr>'
    yield "</table><table><tr><th></th><th>before</th><th>after</th><th>change</th></tr>"
    for row in summary.rows:
        numbers = "".join(
            f'<td class="n">{escape(text)}</td>' for text in (row.before, row.after, row.change)
        )
        yield f"<tr><td>{escape(row.name)}</td>{numbers}</tr>"
    yield "</table>"
    if isinstance(verdict, Verified):
        yield _plot(verdict.gain.before.layers, verdict.gain.after.layers)
    yield from _list((*summary.warnings, *summary.notes), "dim")
    yield "</body></html>"


def _list(texts: tuple[str, ...], kind: str) -> Iterator[str]:
    if texts:
        yield f'<ul class="{kind}">' + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _plot(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> str:
    """Both images as bars of their layers, on one scale."""
    most = max(sum(layer.size for layer in side) for side in (before, after)) or 1
    bars = [*_bar("before", before, 0, most), *_bar("after", after, _HEIGHT + 26, most)]
    total = 2 * (_HEIGHT + 26)
    label = "Layers of both images by size"
    return f'<svg viewBox="0 0 {_WIDTH} {total}" role="img" aria-label="{label}">{"".join(bars)}</svg>'


def _bar(name: str, layers: tuple[Layer, ...], top: int, most: int) -> Iterator[str]:
    total = sum(layer.size for layer in layers)
    yield f'<text x="0" y="{top + 32}" font-size="13">{name}</text>'
    left, scale = float(_LEFT), (_WIDTH - _LEFT) / most
    for number, layer in enumerate(layers):
        width = layer.size * scale
        what = escape(f"{human_bytes(layer.size)}: {layer.made_by}", quote=True)
        colour = _COLOURS[number % len(_COLOURS)]
        yield (
            f'<rect x="{left:.1f}" y="{top}" width="{max(width - 1, 0.5):.1f}" height="{_HEIGHT}" fill="{colour}">'
            f"<title>{what}</title></rect>"
        )
        left += width
    yield f'<text x="{_LEFT}" y="{top + _HEIGHT + 16}" font-size="12">{human_bytes(total)} in {len(layers)} layers</text>'
