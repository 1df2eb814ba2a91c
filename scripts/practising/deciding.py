"""What restage decides about one original, held against what an expert expects."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practising.records import Original, Trouble

GOOD = {"ok", "accepted"}


@dataclass
class Result:
    """One row of the table."""

    original: Original
    outcome: str = "-"
    rung: str = "-"
    verdict: str = "-"
    notes: list[str] = field(default_factory=list)
    runs: str = "-"
    config: str = "-"
    sizes: str = "-"
    rewrites: list[str] = field(default_factory=list)
    reductions: list[str] = field(default_factory=list)
    claims: list[tuple[str, str]] = field(default_factory=list)
    """Kind and verdict of each claim that something rests on."""
    ratio: float | None = None

    def cells(self, built: bool) -> list[str]:
        """The row as text."""
        row = [self.original.repo, self.original.path, "|".join(sorted(self.original.expected))]
        row += [self.outcome, self.rung, self.verdict]
        return [*row, self.runs, self.config, self.sizes] if built else row

    @property
    def good(self) -> bool:
        """Whether nobody has to look at it."""
        alike = not self.runs.startswith(("DIFFERENT", "NOT COMPARED")) and "!" not in self.config
        return self.verdict in GOOD and alike


def run_restage(command: Sequence[str], path: str, work: Path) -> dict[str, Any]:
    """The report on one file, from the command line as a user has it."""
    argv = [*command, "--write", "--format", "json", path]
    try:
        done = subprocess.run(argv, cwd=work, capture_output=True, text=True, timeout=300)
    except FileNotFoundError:
        raise SystemExit(f"practice: {command[0]} is not installed here (see --restage)") from None
    except subprocess.TimeoutExpired:
        raise Trouble("restage did not finish in 300 s") from None
    try:
        files = json.loads(done.stdout)["files"]
    except (ValueError, KeyError, TypeError) as why:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise Trouble(f"restage exited {done.returncode}, no report ({why!r}): {last[:200]}") from None
    if done.returncode:
        print(f"    restage exited {done.returncode}", flush=True)
    mine = [entry for entry in files if Path(entry["path"]).name == Path(path).name]
    if len(mine) != 1:
        raise Trouble(f"the report has {len(mine)} entries for {path}")
    entry: dict[str, Any] = mine[0]
    return entry


def judge(result: Result, entry: dict[str, Any]) -> None:
    """Hold the report against what is expected. Only the split counts: moved copies alone are «unchanged»."""
    split = next((r for r in entry.get("rewrites") or [] if r["name"] == "split-stages"), None)
    said = split["outcome"] if split else entry["outcome"]
    if not split and said == "rewritten":
        said = "unchanged"
    result.outcome = {"rewritten": "split", "refused": "refuse"}.get(said, said)
    others = (r for r in entry.get("rewrites") or [] if r is not split and r["outcome"] == "rewritten")
    result.notes += [f"also {rewrite['name']}" for rewrite in others]
    result.notes += [f"{r['code']} (line {r.get('line')})" for r in entry.get("refusals") or []]
    result.rung = (split or {}).get("rung") or "-"
    result.rewrites = [r["name"] for r in entry["rewrites"] if r["outcome"] == "rewritten"]
    applied = [found for found in (split or {}).get("reductions") or [] if found["applied"]]
    result.reductions = [found["kind"] for found in applied]
    result.claims = [(claim["kind"], claim["verdict"]) for found in applied for claim in found["claims"]]
    if entry["outcome"] == "failed" or said == "failed":
        result.verdict = "FAILED"
    elif result.outcome in result.original.expected:
        result.verdict = "ok"
    elif result.outcome in result.original.accepted:
        result.verdict = "accepted"
    else:
        result.verdict = "WRONG" if result.outcome == "split" else "missed"
