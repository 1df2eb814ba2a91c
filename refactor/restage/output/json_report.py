"""The report as JSON (schema version 1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, assert_never

from restage.engine import Outcome, Rewritten, Unreadable
from restage.output.diff import unified
from restage.planning.arrangement import Applied, Reason, Refusal, Unchanged

SCHEMA_VERSION = 1


def document(files: Sequence[dict[str, Any]]) -> str:
    """All files as one JSON document; it escapes everything that is not ASCII."""
    return json.dumps({"schema_version": SCHEMA_VERSION, "files": list(files)}, indent=2)


def file_report(outcome: Outcome) -> dict[str, Any]:
    """One file."""
    rewrite, refusals, diff = _result(outcome)
    return {
        "path": str(outcome.request.path),
        "context": str(outcome.context) if outcome.context else None,
        "context_because": outcome.how,
        "outcome": outcome_word(outcome),
        "rewrites": [rewrite],
        "refusals": refusals,
        "diff": diff,
    }


def outcome_word(outcome: Outcome) -> str:
    """`failed`, `rewritten`, `refused` or `unchanged`."""
    match outcome.result:
        case Rewritten():
            return "rewritten"
        case Refusal():
            return "refused"
        case Unchanged():
            return "unchanged"
        case Unreadable():
            return "failed"
        case _ as never:
            assert_never(never)


def _result(outcome: Outcome) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    rewrite: dict[str, Any] = {
        "name": "split-stages",
        "outcome": outcome_word(outcome),
        "strategies": list(outcome.strategies),
        "rung": None,
        "reductions": [],
        "edits": [],
    }
    match outcome.result:
        case Rewritten(split=split, edits=edits, document=document) as rewritten:
            rewrite["rung"] = split.rung
            rewrite["reductions"] = [_applied(found) for found in split.applied]
            rewrite["edits"] = [
                {
                    "line": document.line_of(edit.start),
                    "end_line": document.line_of(max(edit.start, edit.end - 1)),
                    "text": _plain(edit.text),
                    "reasons": [_reason(r) for r in edit.reasons],
                }
                for edit in edits
            ]
            return rewrite, [], _plain(unified(rewritten, str(outcome.request.path)))
        case Refusal(code=code, line=line, message=message, help=help_text):
            return rewrite, [{"code": code, "line": line, "message": message, "help": help_text}], ""
        case Unreadable(line=line, message=message, help=help_text):
            return rewrite, [{"code": "unreadable", "line": line, "message": message, "help": help_text}], ""
        case Unchanged(code=code, why=why):
            return {**rewrite, "unchanged": {"code": code, "why": why}}, [], ""
        case _ as never:
            assert_never(never)


def _applied(found: Applied) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "subject": found.subject,
        "applied": found.applied,
        "why_not": found.why_not,
        "claims": [
            {"kind": kind, "subject": subject, "verdict": verdict, "evidence": evidence}
            for kind, subject, verdict, evidence in found.claims
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"line": _plain(reason.about), "why": reason.why, "evidence": list(reason.evidence)}


def _plain(text: str) -> str:
    """Text in which bytes that were not UTF-8 stand as replacement characters, as JSON has to be Unicode."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
