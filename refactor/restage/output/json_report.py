"""The report as JSON (schema version 1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import indent
from typing import Any, assert_never

from restage.engine import Outcome, Result, Rewritten, Unreadable
from restage.output.diff import unified
from restage.planning.arrangement import Applied, Reason, Refusal, Unchanged
from restage.planning.situation import Planned, Served, Split

SCHEMA_VERSION = 1


def document(files: Sequence[dict[str, Any]]) -> str:
    """All files as one JSON document; it escapes everything that is not ASCII."""
    entries = ",".join(entry(file) for file in files)
    return f"{opening()}{entries}{closing(bool(files))}"


def opening() -> str:
    """What stands in the document before its files."""
    return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "files": ['


def entry(file: dict[str, Any]) -> str:
    """One file in the document; a comma stands between two of them."""
    return "\n" + indent(json.dumps(file, indent=2), "    ")


def closing(has_files: bool) -> str:
    """What stands in the document after its files."""
    return "\n  ]\n}" if has_files else "]\n}"


def file_report(outcome: Outcome) -> dict[str, Any]:
    """One file."""
    result = outcome.result
    rewritten = result if isinstance(result, Rewritten) else None
    return {
        "path": str(outcome.request.path),
        "context": str(outcome.context) if outcome.context else None,
        "context_because": outcome.how,
        "outcome": outcome_word(outcome),
        "rewrites": [_order(rewritten), _split(outcome)],
        "edits": _edits(rewritten) if rewritten else [],
        "refusals": _refusals(rewritten.split if rewritten else result),
        "diff": _plain(unified(rewritten, str(outcome.request.path))) if rewritten else "",
    }


def outcome_word(outcome: Outcome) -> str:
    """`failed`, `rewritten`, `refused` or `unchanged`."""
    return _word(outcome.result)


def _word(result: Result | Planned) -> str:
    match result:
        case Rewritten() | Split() | Served():
            return "rewritten"
        case Refusal():
            return "refused"
        case Unchanged():
            return "unchanged"
        case Unreadable():
            return "failed"
        case _ as never:
            assert_never(never)


def _order(rewritten: Rewritten | None) -> dict[str, Any]:
    done = rewritten is not None and rewritten.reordered
    return {"name": "order-copies", "outcome": "rewritten" if done else "unchanged"}


def _split(outcome: Outcome) -> dict[str, Any]:
    result = outcome.result
    rewritten = result if isinstance(result, Rewritten) else None
    found = {
        "name": "split-stages",
        "outcome": _word(rewritten.split if rewritten else result),
        "strategies": list(outcome.strategies),
        "rung": rewritten.rung if rewritten else None,
        "reductions": [_applied(reduction) for reduction in rewritten.applied] if rewritten else [],
    }
    match rewritten.split if rewritten else result:
        case Unchanged(code=code, why=why):
            return {**found, "unchanged": {"code": code, "why": why}}
        case _:
            return found


def _edits(rewritten: Rewritten) -> list[dict[str, Any]]:
    document = rewritten.document
    return [
        {
            "line": document.line_of(edit.start),
            "end_line": document.line_of(max(edit.start, edit.end - 1)),
            "text": _plain(edit.text),
            "reasons": [_reason(reason) for reason in edit.reasons],
        }
        for edit in rewritten.edits
    ]


def _refusals(result: Result | Planned) -> list[dict[str, Any]]:
    match result:
        case Refusal(code=code, line=line, message=message, help=help_text):
            return [{"code": code, "line": line, "message": message, "help": help_text}]
        case Unreadable(line=line, message=message, help=help_text):
            return [{"code": "unreadable", "line": line, "message": message, "help": help_text}]
        case Rewritten() | Unchanged() | Split() | Served():
            return []
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
