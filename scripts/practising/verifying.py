"""`restage --verify` on an original, as a user has it, and what it says as one row."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practising.bases import borrowed
from practising.records import Original, Trouble
from restage.verify.engines import Engine
from restage.verify.images import lent
from restage.verify.probes import HttpProbe

COLUMNS = (
    "repository",
    "verdict",
    "rung",
    "MB",
    "MB compressed",
    "cold build, s",
    "after a source, s",
    "after a manifest, s",
    "withdrawn or repaired, and why",
)


@dataclass(frozen=True)
class Way:
    """How verification is run."""

    engine: Engine
    command: tuple[str, ...]
    seconds: float
    """A run that takes longer is ended."""
    lend: Mapping[str, str]
    """Base images that only a plan asks for, each with what answers for it."""
    reports: Path | None
    """Where each JSON report is kept; one that is there is not made again."""


def verified(original: Original, work: Path, way: Way) -> dict[str, Any]:
    """The report on one file; `work` is a copy below the root of a repository, and may be changed.

    Raises:
        Trouble: there is none.
    """
    file = original.path.replace("/", "-")
    kept = way.reports / f"{original.slug}-{file}.json" if way.reports else None
    if kept is None or not kept.exists():
        text = _run(original, work, way)
        if kept is None:
            return _entry(text)
        kept.write_text(text, "utf-8")
    return _entry(kept.read_text("utf-8"))


def _entry(text: str) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = json.loads(text)["files"][0]
    except (ValueError, KeyError, IndexError, TypeError) as why:
        raise Trouble(f"no report ({why!r})") from None
    return entry


def _run(original: Original, work: Path, way: Way) -> str:
    tags = {**borrowed(way.engine, original, _files(original, work, way)), **way.lend}
    options = ("--verify", "--network", "host", "--format", "json", "--quiet", *_smoke(original))
    with lent(way.engine, tags):
        process = subprocess.Popen(
            (*way.command, *options, original.path),
            cwd=work,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            said, errors = process.communicate(timeout=way.seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it removes what is its own
            process.communicate()
            raise Trouble(f"not done in {way.seconds:.0f} s") from None
    if not said:
        raise Trouble(f"restage exited {process.returncode}: {errors.strip()[-300:]}")
    return said


def _files(original: Original, work: Path, way: Way) -> Iterator[bytes]:
    """The file, and what plans of different courage make of it: their base images have to answer."""
    file = work / original.path
    before = file.read_bytes()
    yield before
    for courage in ((), ("--unsafe",)):
        subprocess.run((*way.command, *courage, "--write", "-q", original.path), cwd=work, check=False)
        yield file.read_bytes()
        file.write_bytes(before)


def _smoke(original: Original) -> Iterator[str]:
    """How the record says that it is tried. Without options restage finds ports by itself."""
    trial = original.trial(0)
    for probe in trial.probes:
        if isinstance(probe, HttpProbe):
            yield f"--smoke=http://localhost:{probe.port}{probe.path}"
    if trial.arguments:
        yield f"--smoke={shlex.join(trial.arguments)}"


def row(name: str, entry: Mapping[str, Any]) -> list[str]:
    """One row of the table, from the report on a file."""
    found = entry.get("verification")
    if not found:
        return [name, entry["outcome"], *["-"] * 6, ""]
    rung = next(rewrite["rung"] for rewrite in entry["rewrites"] if rewrite["name"] == "split-stages")
    said = "; ".join((*found.get("learnt", ()), *_failures(found)))
    return [name, _verdict(found), rung or "order only", *_gains(found.get("gain")), said]


def _verdict(found: Mapping[str, Any]) -> str:
    words = {"unbuilt": "does not build", "withdrawn": "all withdrawn", "failed": "not verified"}
    return "same" if found["holds"] and "gain" in found else words.get(found["outcome"], "DIFFERENT")


def _failures(found: Mapping[str, Any]) -> Sequence[str]:
    lines = found.get("lines") or ([found["why"]] if "why" in found else [])
    return [failure["message"] for failure in found.get("failures") or ()] or lines[-1:]


def _gains(gain: Mapping[str, Any] | None) -> Iterator[str]:
    if gain is None:
        yield from "-----"
        return
    for name in ("size", "compressed"):
        old, new = (gain[side][name] for side in ("before", "after"))
        yield f"{old / 1e6:.0f} → {new / 1e6:.0f} ({(new - old) / old:+.0%})"
    for name in ("cold", "source", "manifest"):
        seconds = [gain[side][name] for side in ("times_before", "times_after")]
        yield " → ".join("-" if took is None else f"{took:.0f}" for took in seconds)
