"""The laws of DESIGN 4, over projects that are made up and over the corpus, changed at random.

Where it is cheap they are derived anew, with dockerfile-parse and without the checks of production.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from drafts import GO, Draft, mutants, projects
from restage.catalog import strategies
from restage.dockerfile.instructions import instructions
from restage.dockerfile.reader import read
from restage.dockerfile.second_reader import agree
from restage.engine import Outcome, Request, Rewritten, Unreadable, refactor
from restage.output.json_report import document, file_report
from restage.planning.arrangement import (
    Arrangement,
    Keep,
    KeepFrom,
    Narrow,
    New,
    NewFrom,
    Refusal,
    Repeat,
    Unchanged,
)
from shape import Image, Line, final_image, folded, holds, lines

enough = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@dataclass(frozen=True)
class Tried:
    """A project, and what restage says of it."""

    draft: Draft
    outcome: Outcome

    @property
    def rewritten(self) -> Rewritten | None:
        return self.outcome.result if isinstance(self.outcome.result, Rewritten) else None


def tried(draft: Draft) -> Tried:
    """One run in a folder of its own, in which nothing may change."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        dockerfile = draft.write(folder)
        before = snapshot(folder)
        outcome = refactor(Request(dockerfile, draft.dockerfile, folder / draft.context), strategies())
        assert snapshot(folder) == before
    return Tried(draft, outcome)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@enough
@given(projects())
def test_laws_hold_for_projects_that_are_made_up(draft: Draft) -> None:
    assert_laws(tried(draft))


@enough
@given(mutants())
def test_laws_hold_for_the_corpus_changed_at_random(draft: Draft) -> None:
    assert_laws(tried(draft))


def assert_laws(seen: Tried) -> None:
    same_answer_again(seen)
    match seen.outcome.result:
        case Rewritten() as rewritten:
            bytes_outside_the_edits_are_untouched(seen.draft, rewritten)
            new_lines_are_written_as_the_author_writes(seen.draft, rewritten)
            new_lines_look_like_the_author_s(seen.draft, rewritten)
            the_readers_agree(seen.draft, rewritten)
            if b"<<" not in seen.draft.dockerfile:
                the_output_is_the_arrangement(seen.draft, rewritten)
                the_contract_holds(seen.draft, rewritten)
                what_is_needed_is_there(seen.draft, rewritten)
            no_architecture_appears(seen.draft, rewritten)
            a_second_run_changes_nothing(seen.draft, rewritten)
        case Refusal(code=code, line=line, message=message, help=help_text):
            says_why(seen.draft, code, line, message)
            assert help_text
        case Unreadable(line=line, message=message):
            says_why(seen.draft, "unreadable", line or 0, message)
        case Unchanged(code=code, why=why):
            says_why(seen.draft, code, 1, why)


def says_why(draft: Draft, code: str, line: int, message: str) -> None:
    """L9."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert 1 <= line <= max(1, draft.dockerfile.count(b"\n") + 1)
    assert message.strip()


def same_answer_again(seen: Tried) -> None:
    """L3: in another folder too."""
    again = tried(seen.draft).outcome
    assert comparable(again) == comparable(seen.outcome)


def comparable(outcome: Outcome) -> str:
    folder = str(outcome.request.path.parent)
    root = str(outcome.context)
    return document([file_report(outcome)]).replace(root, "<context>").replace(folder, "<folder>")


def bytes_outside_the_edits_are_untouched(draft: Draft, rewritten: Rewritten) -> None:
    """L2: what is left between the edits is the author's, in order, and nothing else is there."""
    text = draft.dockerfile.decode("utf-8", "surrogateescape")
    position, rebuilt = 0, ""
    for edit in rewritten.edits:
        assert position <= edit.start <= edit.end <= len(text)
        rebuilt += text[position : edit.start] + edit.text
        position = edit.end
    assert rewritten.data == (rebuilt + text[position:]).encode("utf-8", "surrogateescape")
    assert all(edit.reasons for edit in rewritten.edits)


def new_lines_are_written_as_the_author_writes(draft: Draft, rewritten: Rewritten) -> None:
    """L2: line ends of one kind stay of one kind."""
    ends = {*re.findall(rb"\r?\n", draft.dockerfile)}
    if len(ends) == 1:
        assert {*re.findall(rb"\r?\n", rewritten.data)} == ends
    assert rewritten.data.startswith(b"\xef\xbb\xbf") == draft.dockerfile.startswith(b"\xef\xbb\xbf")


def new_lines_look_like_the_author_s(draft: Draft, rewritten: Rewritten) -> None:
    """L2: one indentation and one case of keywords stay one."""
    before, after = (heads(data) for data in (draft.dockerfile, rewritten.data))
    for habit in (indentation, case):
        if len({habit(head) for head in before}) == 1:
            assert {habit(head) for head in after} == {habit(head) for head in before}


def heads(data: bytes) -> list[str]:
    """The first line of each instruction."""
    document = read(data)
    return [document.text[statement.span.start : statement.span.end] for statement in document.statements]


def indentation(head: str) -> str:
    return head[: len(head) - len(head.lstrip())].removeprefix("\ufeff")


def case(head: str) -> bool:
    return head.removeprefix("\ufeff").split()[0].islower()


def the_readers_agree(draft: Draft, rewritten: Rewritten) -> None:
    """L8, on input and output."""
    for data in (draft.dockerfile, rewritten.data):
        assert agree(data, instructions(read(data))) is None


def the_output_is_the_arrangement(draft: Draft, rewritten: Rewritten) -> None:
    """L4."""
    before = lines(draft.dockerfile)
    planned = planned_lines(before, rewritten.plan)
    written = lines(rewritten.data)
    assert [line.keyword for line in written] == [line.keyword for line in planned]
    for line, found in zip(planned, written, strict=True):
        assert line.value.casefold() in ("", found.value.casefold())


def planned_lines(before: tuple[Line, ...], plan: Arrangement) -> list[Line]:
    """What the plan says, from the original as dockerfile-parse reads it; no value where the plan leaves it open."""
    found = [before[kept.instruction] for kept in plan.head]
    for stage in plan.stages:
        match stage.origin:
            case KeepFrom(instruction=number, name=name, image=image):
                found.append(Line("FROM", renamed(before[number].value, image, name)))
            case NewFrom(image=image, name=name, platform=platform):
                text = f"{image} AS {name}" if name else image
                found.append(Line("FROM", f"--platform={platform} {text}" if platform else text))
        for planned in stage.lines:
            match planned:
                case Keep(instruction=number, change=None) | Repeat(instruction=number):
                    found.append(before[number])
                case Keep() | Narrow():
                    found.append(Line("RUN", ""))
                case New(text=text):
                    keyword, _, value = text.partition(" ")
                    found.append(Line(keyword.upper(), folded(value)))
    return found


def renamed(text: str, image: str | None, name: str | None) -> str:
    """The words of a FROM with another image or stage name."""
    *flags, old, at, own = [*text.split(), "", ""] if " as " not in text.lower() else text.split()
    return folded(" ".join([*flags, image or old, "AS" if name else at, name or own]))


def the_contract_holds(draft: Draft, rewritten: Rewritten) -> None:
    """L5: the last stage sets what the only one set, and in the same order where order counts."""
    before, after = (final_image(lines(data)) for data in (draft.dockerfile, rewritten.data))
    assert set_by(after).items() >= set_by(before).items()
    for keyword, values in before.several.items():
        assert values <= after.several.get(keyword, set())
    assert after.several.keys() == before.several.keys()


def set_by(image: Image) -> dict[str, str]:
    directory = {} if image.directory.startswith("?") else {"WORKDIR": image.directory}
    return {**image.environment, **image.single, **directory}


def what_is_needed_is_there(draft: Draft, rewritten: Rewritten) -> None:
    """L6, for projects of which it is known what they need."""
    before, after = (final_image(lines(data)) for data in (draft.dockerfile, rewritten.data))
    brings_context = {*after.copied} >= {copy for copy in before.copied if copy.startswith((".", "./"))}
    shared = after.base and {*after.runs} >= {*before.runs}
    for path in draft.needed:
        made = not any(path.endswith(f"/{name}") for name in draft.files)
        assert holds(after, path) or (brings_context and not made) or shared


def no_architecture_appears(draft: Draft, rewritten: Rewritten) -> None:
    """L10."""
    names = rb"x86_64|aarch64|amd64|arm64|i386|armhf"
    assert {*re.findall(names, rewritten.data)} <= {*re.findall(names, draft.dockerfile)}


def a_second_run_changes_nothing(draft: Draft, rewritten: Rewritten) -> None:
    """L7."""
    again = tried(Draft(rewritten.data, draft.files, (), draft.name, draft.context))
    assert isinstance(again.outcome.result, Unchanged | Refusal)


# --- the properties bite

SAMPLE = Draft(
    b"FROM golang:1.22\nENV A=1\nWORKDIR /app\nCOPY . .\nRUN CGO_ENABLED=0 go build -o server .\n"
    b'EXPOSE 80\nUSER 1000\nCMD ["./server"]\n',
    GO.files,
    ("/app/server",),
)


@pytest.mark.parametrize(
    ("law", "old", "new"),
    [
        (bytes_outside_the_edits_are_untouched, b"EXPOSE 80", b"EXPOSE  80"),
        (new_lines_are_written_as_the_author_writes, b"\nCOPY --from", b"\r\nCOPY --from"),
        (new_lines_look_like_the_author_s, b"COPY --from", b"copy --from"),
        (new_lines_look_like_the_author_s, b"COPY --from", b"  COPY --from"),
        (the_output_is_the_arrangement, b"FROM golang:1.22", b"FROM golang:1.21"),
        (the_output_is_the_arrangement, b"EXPOSE 80\n", b""),
        (the_contract_holds, b"CMD", b"ENTRYPOINT"),
        (the_contract_holds, b"EXPOSE 80\n", b""),
        (the_contract_holds, b"USER 1000\n", b""),
        (the_contract_holds, b"ENV A=1", b"ENV A=2"),
        (what_is_needed_is_there, b"COPY --from=builder /app", b"COPY --from=builder /srv"),
        (no_architecture_appears, b"EXPOSE 80", b"COPY --from=builder /usr/lib/x86_64-linux-gnu /usr/lib"),
    ],
)
def test_a_broken_law_is_noticed(law: Callable[[Draft, Rewritten], None], old: bytes, new: bytes) -> None:
    rewritten = tried(SAMPLE).rewritten
    assert rewritten is not None
    law(SAMPLE, rewritten)
    assert old in rewritten.data
    with pytest.raises(AssertionError):
        law(SAMPLE, replace(rewritten, data=rewritten.data.replace(old, new)))


def test_made_up_projects_are_split_often_enough() -> None:
    outcomes: list[str] = []

    @settings(max_examples=60, derandomize=True, database=None)
    @given(projects())
    def collect(draft: Draft) -> None:
        outcomes.append(type(tried(draft).outcome.result).__name__)

    collect()
    assert outcomes.count("Rewritten") * 5 >= len(outcomes)


# --- L3 across processes: no order of sets, no clock, no language, no environment

ALL = """
import sys
from pathlib import Path
from restage.catalog import strategies
from restage.engine import Request, refactor
from restage.output.json_report import document, file_report
files = sorted(Path(sys.argv[1]).glob("*/*/before/**/Dockerfile"))
print(document([file_report(refactor(Request(file, file.read_bytes(), file.parent), strategies())) for file in files]))
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_answer_does_not_depend_on_the_process(seed: str) -> None:
    corpus = Path(__file__).parent.parent / "corpus"
    tree = {"PYTHONPATH": os.pathsep.join(sys.path)}
    plain, other = (
        subprocess.run(
            [sys.executable, "-c", ALL, str(corpus)],
            env=environment | tree,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for environment in (
            {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"},
            {
                "PATH": "",
                "PYTHONHASHSEED": seed,
                "TZ": "Asia/Tokyo",
                "LC_ALL": "C",
                "HOME": "/nowhere",
                "GOFLAGS": "-x",
            },
        )
    )
    assert plain == other
    assert '"outcome": "rewritten"' in plain
