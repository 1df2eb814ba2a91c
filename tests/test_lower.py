"""The plan becomes edits that leave everything else as the author wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.engine import Rewritten
from restage.lower import Edit, applied, lower
from restage.planning.arrangement import (
    ArrangedStage,
    Arrangement,
    Drop,
    Keep,
    KeepFrom,
    Line,
    Narrow,
    New,
    NewFrom,
    Reason,
    Repeat,
)
from restage.shell.narrow import Change
from rooms import build_of, outcome

WHY = Reason("a test wants it")


def lowered(
    text: str, *stages: ArrangedStage, head: tuple[Keep, ...] = (), dropped: tuple[Drop, ...] = ()
) -> str:
    build = build_of(text)
    edits = lower(build.document, build.instructions, Arrangement(head, stages, dropped))
    return applied(build.document.text, edits)


def first(*lines: Line, name: str | None = "builder", image: str | None = None) -> ArrangedStage:
    return ArrangedStage(KeepFrom(0, name, image), lines)


def second(
    *lines: Line, image: str = "b", name: str | None = None, platform: str | None = None
) -> ArrangedStage:
    return ArrangedStage(NewFrom(image, name, platform, WHY), lines)


FILE = "FROM a\nRUN one\nCOPY . .\nCMD x\n"


def test_the_files_own_arrangement_takes_no_edit() -> None:
    build = build_of(FILE)
    plan = Arrangement((), (first(Keep(1), Keep(2), Keep(3), name=None),))
    assert lower(build.document, build.instructions, plan) == ()


def test_what_is_dropped_leaves_with_its_comments_and_no_empty_lines_at_the_end() -> None:
    text = "FROM a\n# one\nRUN one\nEXPOSE 1\n\n# why\nENTRYPOINT x\n\nCMD y\n"
    dropped = (Drop(1, WHY), Drop(3, WHY), Drop(4, WHY))
    assert lowered(text, first(Keep(2), name=None), dropped=dropped) == "FROM a\nEXPOSE 1\n"


def test_one_cut_inserts_one_piece_and_names_the_stage() -> None:
    text = lowered(FILE, first(Keep(1)), second(Keep(2), Keep(3)))
    assert text == "FROM a AS builder\nRUN one\n\nFROM b\nCOPY . .\nCMD x\n"


@pytest.mark.parametrize(
    ("origin", "after"),
    [
        ("FROM a\n", "FROM a AS builder\n"),
        ("FROM a AS app\n", "FROM a AS builder\n"),
        ("FROM a as app\n", "FROM a as builder\n"),
        ("from a\n", "from a as builder\n"),
        ("FROM --platform=linux/amd64 a\n", "FROM --platform=linux/amd64 a AS builder\n"),
        ("FROM   a   AS   app\n", "FROM   a   AS   builder\n"),
        ("FROM \\\n  a\n", "FROM \\\n  a AS builder\n"),
        ("FROM \\\n  # why a\n  a\n", "FROM \\\n  # why a\n  a AS builder\n"),
        ("# escape=`\nFROM `\n  a\n", "# escape=`\nFROM `\n  a AS builder\n"),
        ("FROM a\t\n", "FROM a AS builder\t\n"),
        ("FROM a@sha256:abc\n", "FROM a@sha256:abc AS builder\n"),
    ],
)
def test_from_is_renamed_and_nothing_else_in_it_changes(origin: str, after: str) -> None:
    small = origin.startswith("from")
    run = "run x\n" if small else "RUN x\n"
    assert lowered(origin + run, first(Keep(1))) == after + run


def test_another_image_takes_the_place_of_the_authors() -> None:
    assert lowered("FROM a:1 AS x\n", first(image="a:2")) == "FROM a:2 AS builder\n"


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        (second(Keep(1)), "FROM b\n"),
        (second(Keep(1), name="app"), "FROM b AS app\n"),
        (second(Keep(1), platform="$BUILDPLATFORM"), "FROM --platform=$BUILDPLATFORM b\n"),
    ],
)
def test_a_new_stage_is_written_with_what_the_plan_says(stage: ArrangedStage, line: str) -> None:
    assert lowered("FROM a\nRUN x\n", first(), stage) == f"FROM a AS builder\n\n{line}RUN x\n"


@pytest.mark.parametrize(("newline", "ended"), [("\n", True), ("\r\n", True), ("\n", False), ("\r\n", False)])
def test_new_lines_end_as_the_authors_lines_do(newline: str, ended: bool) -> None:
    written = newline.join(["FROM a", "RUN one", "CMD x"]) + (newline if ended else "")
    text = lowered(written, first(Keep(1)), second(New("COPY --from=builder /x /x", WHY), Keep(2)))
    wanted = ["FROM a AS builder", "RUN one", "", "FROM b", "COPY --from=builder /x /x", "CMD x"]
    assert text == newline.join(wanted) + (newline if ended else "")


@pytest.mark.parametrize("tail", ["\n", ""])
def test_what_comes_after_the_last_line_starts_on_a_line_of_its_own(tail: str) -> None:
    text = lowered(f"FROM a\nRUN one{tail}", first(Keep(1)), second(Repeat(1, WHY)))
    assert text == "FROM a AS builder\nRUN one\n\nFROM b\nRUN one\n"


def test_keywords_are_written_small_where_the_author_does() -> None:
    text = lowered(
        "from a\nrun one\ncmd x\n", first(Keep(1)), second(New("COPY --from=builder /x /x", WHY), Keep(2))
    )
    assert text == "from a as builder\nrun one\n\nfrom b\ncopy --from=builder /x /x\ncmd x\n"


def test_a_moved_instruction_takes_the_comments_above_it_along() -> None:
    file = "FROM a\n# the port\n# of the web\nEXPOSE 80\nRUN one\n# the start\nCMD x\n"
    text = lowered(file, first(Keep(2)), second(Keep(1), Keep(3)))
    assert text == (
        "FROM a AS builder\nRUN one\n\nFROM b\n# the port\n# of the web\nEXPOSE 80\n# the start\nCMD x\n"
    )


def test_remarks_below_the_last_line_of_the_build_stay_with_it() -> None:
    text = lowered(
        "FROM a\nRUN one\n# or: RUN two\n\n# the rest\nCOPY . .\nCMD x\n",
        first(Keep(1)),
        second(Keep(2), Keep(3)),
    )
    build, _, runtime = text.partition("FROM b")
    assert build.endswith("RUN one\n# or: RUN two\n\n")
    assert runtime == "\n\n# the rest\nCOPY . .\nCMD x\n"


def test_a_comment_that_stands_apart_stays_where_it_is() -> None:
    file = "FROM a\n# about all\n\nEXPOSE 80\nRUN one\nCMD x\n"
    text = lowered(file, first(Keep(2)), second(Keep(1), Keep(3)))
    assert text == "FROM a AS builder\n# about all\n\nRUN one\n\nFROM b\nEXPOSE 80\nCMD x\n"


def test_the_builders_lines_stay_in_place_and_the_runtime_stages_move() -> None:
    file = "FROM a\nEXPOSE 80\n\n# build\nRUN one\nCMD x\n"
    build = build_of(file)
    plan = Arrangement((), (first(Keep(2)), second(Keep(1), Keep(3))))
    edits = lower(build.document, build.instructions, plan)
    assert "RUN one" not in "".join(edit.text for edit in edits)


def test_a_moved_instruction_does_not_leave_two_blank_lines() -> None:
    file = "FROM a\n\nEXPOSE 80\n\nRUN one\nCMD x\n"
    text = lowered(file, first(Keep(2)), second(Keep(1), Keep(3)))
    assert "\n\n\n" not in text


def test_a_copy_of_an_instruction_is_its_text_to_the_letter() -> None:
    run = "RUN  one  \\\n  # why\n\n      --two\t\\\n && three\n"
    text = lowered(f"FROM a\n{run}CMD x\n", first(Keep(1)), second(Repeat(1, WHY), Keep(2)))
    assert text.count(run) == 2


def test_a_narrowed_run_keeps_the_authors_layout() -> None:
    run = "RUN apt-get update \\\n && apt-get install -y \\\n      gcc \\\n      git \\\n && make\n"
    script = "apt-get update  && apt-get install -y       gcc       git  && make"
    change = Change(frozenset({2}), frozenset({script.index("gcc")}), {script.index("git"): ("libgomp1",)})
    text = lowered(f"FROM a\n{run}CMD x\n", first(Keep(1)), second(Narrow(1, change, WHY), Keep(2)))
    narrowed = "RUN apt-get update \\\n && apt-get install -y \\\n      git \\\n      libgomp1\n"
    assert text == f"FROM a AS builder\n{run}\nFROM b\n{narrowed}CMD x\n"


def test_what_stands_before_the_first_from_stays_there() -> None:
    file = "# syntax=docker/dockerfile:1\nARG V=1\nFROM a:$V\nRUN one\n"
    build = build_of(file)
    plan = Arrangement((Keep(0),), (ArrangedStage(KeepFrom(1, "builder"), ()), second(Keep(2))))
    text = applied(file, lower(build.document, build.instructions, plan))
    assert text == "# syntax=docker/dockerfile:1\nARG V=1\nFROM a:$V AS builder\n\nFROM b\nRUN one\n"


def test_every_edit_says_why() -> None:
    build = build_of(FILE)
    plan = Arrangement((), (first(Keep(1)), second(Repeat(1, WHY), Keep(2), Keep(3))))
    edits = lower(build.document, build.instructions, plan)
    inserted = [reason for edit in edits if edit.start > len("FROM a\n") for reason in edit.reasons]
    assert [(reason.why, reason.about) for reason in inserted] == [(WHY.why, "FROM b"), (WHY.why, "RUN one")]


def test_edits_that_overlap_are_never_applied() -> None:
    with pytest.raises(ValueError, match="overlap"):
        applied("abc", (Edit(0, 2, "", ()), Edit(1, 3, "", ())))


@given(st.permutations(range(1, 7)), st.integers(0, 6))
def test_any_order_of_the_kept_lines_comes_out_as_planned(order: list[int], cut: int) -> None:
    file = "FROM a\n" + "".join(f"# about {n}\nRUN step{n}\n" for n in range(1, 7))
    kept = [Keep(number) for number in order]
    text = lowered(file, first(*kept[:cut]), second(*kept[cut:]))
    after = build_of(text)
    found = [[i.text for i in stage.steps] for stage in after.stages]
    assert found == [
        [f"RUN step{n}" for n in order[:cut]],
        [f"RUN step{n}" for n in order[cut:]],
    ]
    assert all(text.count(f"# about {n}\n") == 1 for n in range(1, 7))


SIZES = st.sampled_from(["", "\n", "# c\n", "\n\n", "  \n"])


@given(st.lists(SIZES, min_size=6, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_split_file_is_read_as_planned_whatever_stands_between_its_lines(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[str], newline: str, ended: bool, marked: bool
) -> None:
    lines = [
        "FROM node:18",
        "EXPOSE 80",
        "RUN apt-get update && apt-get install -y gcc nginx",
        "RUN forge --writes /opt/made --cache /c",
        "RUN mkdir /data",
        "CMD serve",
    ]
    text = "".join(line + "\n" + gap for line, gap in zip(lines, gaps, strict=True))
    text = (text if ended else text.rstrip()).replace("\n", newline)
    found = outcome(tmp_path_factory.mktemp("case"), ("\ufeff" if marked else "") + text, {}).result
    assert isinstance(found, Rewritten)
    output = found.data.decode()
    assert [len(stage.steps) for stage in build_of(output).stages] == [2, 5]
    assert output.startswith("\ufeff") is marked
    assert (newline == "\n") is ("\r" not in output)
    assert output.replace("\r\n", "").count("\n") == (0 if newline == "\r\n" else output.count("\n"))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    text = "FROM node:18\nRUN forge --writes /opt/made --cache /c\nCMD serve\n"
    once = outcome(tmp_path, text, {}).result
    assert isinstance(once, Rewritten)
    assert not isinstance(outcome(tmp_path, once.data.decode(), {}).result, Rewritten)
