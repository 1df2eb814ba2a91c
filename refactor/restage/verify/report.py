"""A verdict as a summary for people, and as data for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, assert_never

from restage.output.summary import Check, Row, Summary
from restage.verify.failures import Part, part_of, sentence
from restage.verify.probes import HttpProbe, TcpProbe
from restage.verify.trying import Tried
from restage.verify.verification import Gain, Unbuilt, Verdict, Verified

SCHEMA = 1
"""Of the JSON report; it grows with every change that a reader has to know of."""


def holds(verdict: Verdict) -> bool:
    """Whether the new image is the same program, as far as was tried."""
    return isinstance(verdict, Verified) and not verdict.failures


def summarised(verdict: Verdict, title: str) -> Summary:
    """What a person wants to know first."""
    match verdict:
        case Unbuilt(side, lines, notes):
            which = "the original does not build" if side == "before" else "the new Dockerfile does not build"
            blame = ": nothing can be said of the rewrite" if side == "before" else ""
            return Summary(title, False, which + blame, (), (), (), notes=notes, log=lines)
        case Verified():
            return _verified(verdict, title)
        case _ as never:
            assert_never(never)


def _verified(verdict: Verified, title: str) -> Summary:
    count = len(verdict.failures)
    good = "the same program, as far as was tried" + ("" if verdict.tried else " (it was not run)")
    return Summary(
        title=title,
        holds=not count,
        headline=good if not count else f"NOT the same program: {count} difference{'s' if count > 1 else ''}",
        checks=tuple(_checks(verdict)),
        rows=tuple(_rows(verdict.gain)),
        problems=tuple(sentence(failure) for failure in verdict.failures),
        warnings=tuple(sentence(failure) for failure in verdict.files.warnings),
        notes=verdict.notes,
    )


def _checks(verdict: Verified) -> Iterator[Check]:
    wrong = {part_of(failure) for failure in verdict.failures}
    left = ", ".join(f"{one.why} ({human_bytes(one.bytes)})" for one in verdict.files.left)
    files = f"{verdict.files.kept} kept" + (f"; left out: {left}" if left else "")
    runs = "; ".join(_seen(tried) for tried in verdict.tried)
    texts: dict[Part, str] = {
        "contract": "entry point, command, user, variables, ports, volumes, labels, health check",
        "files": files,
        "links": "libraries, loaders, interpreters, links, named programs",
        "run": runs or "not run",
    }
    for part, text in texts.items():
        yield Check(part, None if part == "run" and not runs else part not in wrong, text)


def _seen(tried: Tried) -> str:
    seen = tried.before
    answers = ", ".join(f"{_asked(answer.probe)} {answer.head}" for answer in seen.answers)
    end = "still running" if seen.exit is None else f"exit code {seen.exit}"
    ports = f"ports {', '.join(map(str, sorted(seen.ports)))}" if seen.ports else ""
    health = f"health check {seen.health}" if seen.health else ""
    words = " ".join(tried.trial.arguments)
    return ", ".join(text for text in (words, answers or end, ports, health) if text)


def _asked(probe: HttpProbe | TcpProbe) -> str:
    return f"GET :{probe.port}{probe.path}" if isinstance(probe, HttpProbe) else f"TCP :{probe.port}"


def _rows(gain: Gain) -> Iterator[Row]:
    one, other = gain.before, gain.after
    yield Row("size", human_bytes(one.size), human_bytes(other.size), _change(one.size, other.size))
    yield Row(
        "compressed, about",
        human_bytes(one.compressed),
        human_bytes(other.compressed),
        _change(one.compressed, other.compressed),
    )
    yield Row("layers", str(len(one.layers)), str(len(other.layers)))
    yield Row("OS packages", str(one.packages), str(other.packages))
    yield Row("build tools", _few(one.tools), _few(other.tools))
    times = (
        ("build without cache", gain.times_before.cold, gain.times_after.cold),
        (f"build after {gain.source} changed", gain.times_before.source, gain.times_after.source),
        (f"build after {gain.manifest} changed", gain.times_before.manifest, gain.times_after.manifest),
    )
    for name, was, now in times:
        if was is not None and now is not None:
            yield Row(name, f"{was:.1f} s", f"{now:.1f} s", _change(was, now))


def _few(tools: tuple[str, ...]) -> str:
    return (
        ", ".join(tools[:3]) + (f" and {len(tools) - 3} more" if len(tools) > 3 else "") if tools else "none"
    )


def human_bytes(count: float) -> str:
    """A size as people read it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} B"


def _change(was: float, now: float) -> str:
    if not was:
        return ""
    percent = round(100 * (now - was) / was)
    return f"{percent:+} %" if percent else "same"


def as_json(verdict: Verdict, before: str, after: str, engine: str) -> str:
    """The verdict as JSON, with all that was found."""
    about = {"schema": SCHEMA, "before": before, "after": after, "engine": engine}
    return json.dumps({**about, **verdict_data(verdict)}, indent=2, ensure_ascii=False)


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """All that was found, as JSON takes it."""
    match verdict:
        case Unbuilt(side, lines, notes):
            found: dict[str, Any] = {"outcome": "unbuilt", "side": side, "lines": [*lines], "notes": [*notes]}
        case Verified():
            failures = [
                {"part": part_of(one), "kind": type(one).__name__, "message": sentence(one), **as_data(one)}
                for one in verdict.failures
            ]
            found = {"outcome": "verified", **as_data(verdict), "failures": failures}
        case _ as never:
            assert_never(never)
    return {"holds": holds(verdict), **found}


def as_data(value: object) -> Any:
    """A record, and all that is in it, as JSON takes it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): as_data(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(as_data(each) for each in value)
    if isinstance(value, tuple | list):
        return [as_data(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
