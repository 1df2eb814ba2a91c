"""The preview for people: the diff with the reasons on each hunk, and a line for each file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from restage.engine import Outcome, Rewritten, Unreadable
from restage.output.diff import Hunk, hunks
from restage.output.terminal import safe
from restage.planning.arrangement import Refusal, Unchanged
from restage.planning.situation import Served, Split


def shown_path(outcome: Outcome) -> str:
    """The path as the user gave it."""
    return safe(str(outcome.request.path)).replace("\n", "\\n").replace("\t", "\\t")


def diff_lines(outcome: Outcome) -> Iterator[str]:
    """The diff of a rewritten file; reasons are comment lines (`#`) below each hunk header, which `patch` passes over."""
    if not isinstance(outcome.result, Rewritten):
        return
    path = shown_path(outcome).lstrip("/")
    yield f"--- a/{path}"
    yield f"+++ b/{path}"
    for hunk in hunks(outcome.result):
        yield from _reasons(hunk)
        yield hunk.header
        for line in hunk.lines:
            yield safe(line.rstrip("\n").removesuffix("\r"))
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


def _reasons(hunk: Hunk) -> Iterator[str]:
    for reason in hunk.reasons:
        yield f"# {_one_line(reason.about)}: {_one_line(reason.why)}"
        for evidence in reason.evidence:
            yield f"#   - {_one_line(evidence)}"


def _one_line(text: str) -> str:
    return safe(" ".join(text.split()))


def summary(outcome: Outcome) -> str:
    """What became of a file, in one or two lines."""
    path = shown_path(outcome)
    match outcome.result:
        case Rewritten() as rewritten:
            return f"{path}: {_done(rewritten)}; {_where(outcome)}"
        case Unchanged(code=code, why=why):
            return f"{path}: unchanged: {_one_line(why)} [{code}]"
        case Refusal(code=code, line=line, message=message, help=help_text):
            return f"{path}:{line}: refused: {_one_line(message)} [{code}]\n  help: {_one_line(help_text)}"
        case Unreadable(line=line, message=message, help=help_text):
            place = path if line is None else f"{path}:{line}"
            return f"{place}: error: {_one_line(message)}" + (
                f"\n  help: {_one_line(help_text)}" if help_text else ""
            )
        case _ as never:
            assert_never(never)


def _done(rewritten: Rewritten) -> str:
    order = "COPY put in order"
    match rewritten.split:
        case Split(rung=rung) | Served(rung=rung):
            return f"split ({rung}), {order}" if rewritten.reordered else f"split ({rung})"
        case Refusal(code=code, message=why) | Unchanged(code=code, why=why):
            return f"{order}; not split: {_one_line(why)} [{code}]"
        case _ as never:
            assert_never(never)


def details(outcome: Outcome) -> Iterator[str]:
    """What was considered, a line each: reductions with their claims, and the starts that were followed."""
    for start in outcome.starts:
        yield f"  start {_one_line(start.where)}: {_one_line(' → '.join(str(c) for c in start.reached))}"
        for why in start.unknown:
            yield f"    not followed further: {_one_line(why)}"
    if isinstance(outcome.result, Rewritten):
        for found in outcome.result.applied:
            word = "applied" if found.applied else f"not applied, {_one_line(found.why_not or '')}"
            yield f"  {found.kind} ({_one_line(found.subject)}): {word}"
            for kind, subject, verdict, evidence in found.claims:
                yield f"    {kind} of {_one_line(subject)}: {verdict}; {_one_line(evidence)}"


def _where(outcome: Outcome) -> str:
    return f"build context: {_one_line(outcome.how or 'not known')}"
