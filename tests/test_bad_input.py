"""Whatever is named on the command line: a clear error, nothing written, the other files done, a terminal unharmed."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

RESTAGE = Path(sys.executable).with_name("restage")
HANGS = 120
"""Seconds after which a run counts as hanging."""

GOOD = "FROM golang:1.22\nWORKDIR /app\nCOPY . .\nRUN CGO_ENABLED=0 go build -o server .\nCMD ./server\n"


def restage(
    folder: Path, *words: str | Path | bytes, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """The installed command, as a user runs it."""
    return subprocess.run([RESTAGE, *words], cwd=folder, input=stdin, capture_output=True, timeout=HANGS)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A project that restage splits."""
    folder = tmp_path / "good"
    folder.mkdir()
    (folder / "Dockerfile").write_text(GOOD)
    (folder / "go.mod").write_text("module example.com/app\n\ngo 1.22\n")
    (folder / "main.go").write_text("package main\n\nfunc main() { println(1) }\n")
    return folder / "Dockerfile"


def an_empty_file(path: Path) -> None:
    path.write_bytes(b"")


def only_remarks(path: Path) -> None:
    path.write_text("# nothing\n\n# here\n")


def a_binary(path: Path) -> None:
    path.write_bytes(b"\x7fELF\x02\x01\x01\0\0" + bytes(range(256)) * 40)


def a_long_line(path: Path) -> None:
    path.write_bytes(b"FROM debian\nRUN " + b"a" * 10_000_000)


def a_long_line_without_end(path: Path) -> None:
    path.write_bytes(b"FROM debian\nRUN a \\\n" + b"\\\n" * 1_000_000)


def a_heredoc_without_end(path: Path) -> None:
    path.write_text("FROM debian\nRUN <<EOF\necho\n")


def no_stage(path: Path) -> None:
    path.write_text("RUN true\n")


def an_unknown_instruction(path: Path) -> None:
    path.write_text("FROM debian\n\x1b]0;title\x07BUILD \u202e[bold]x[/bold]\n")


def a_broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


def a_loop_of_links(path: Path) -> None:
    path.symlink_to(path.name)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_file_below_a_file(path: Path) -> None:
    """Nobody can read this one, not even root."""
    path.parent.rmdir()
    path.parent.write_text("not a folder\n")


BAD = (
    an_empty_file,
    only_remarks,
    a_binary,
    a_long_line,
    a_heredoc_without_end,
    no_stage,
    an_unknown_instruction,
    a_broken_link,
    a_loop_of_links,
    a_pipe,
    a_file_below_a_file,
)
WITHOUT_LINE = {a_long_line, a_broken_link, a_loop_of_links, a_pipe, a_file_below_a_file}
"""Those that are refused before a line is read."""

each_bad = pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)


def written(make: Callable[[Path], None], folder: Path) -> Path:
    path = folder / "bad" / "Dockerfile"
    path.parent.mkdir()
    make(path)
    return path


def state(path: Path) -> tuple[bool, bytes]:
    regular = path.is_file() and not path.is_symlink()
    return os.path.lexists(path), path.read_bytes() if regular else b""


@each_bad
def test_a_bad_file_is_named_with_its_line(make: Callable[[Path], None], tmp_path: Path) -> None:
    bad = written(make, tmp_path)
    before = state(bad)
    done = restage(tmp_path, "bad/Dockerfile")
    said = done.stderr.decode()
    assert done.returncode == 4
    assert re.match(
        r"bad/Dockerfile: error: ." if make in WITHOUT_LINE else r"bad/Dockerfile:\d+: error: .", said
    )
    assert "Traceback" not in said
    assert len(said) < 2_000
    assert done.stdout == b""
    assert state(bad) == before


@each_bad
def test_the_other_files_are_done(make: Callable[[Path], None], good: Path, tmp_path: Path) -> None:
    bad = written(make, tmp_path)
    before = state(bad)
    done = restage(tmp_path, "--write", "bad/Dockerfile", good)
    assert done.returncode == 4
    assert state(bad) == before
    assert good.read_text().count("FROM") == 2
    assert sorted(path.name for path in good.parent.iterdir()) == ["Dockerfile", "go.mod", "main.go"]


@each_bad
def test_the_report_stays_json(make: Callable[[Path], None], good: Path, tmp_path: Path) -> None:
    written(make, tmp_path)
    done = restage(tmp_path, "--format", "json", "bad/Dockerfile", good)
    files = json.loads(done.stdout)["files"]
    assert done.stdout.isascii()
    assert [entry["outcome"] for entry in files if entry["path"] == str(good)] == ["rewritten"]
    assert [entry["outcome"] for entry in files if entry["path"] != str(good)] == ["failed"]


def test_many_continued_lines_are_read(tmp_path: Path) -> None:
    a_long_line_without_end(tmp_path / "Dockerfile")
    assert restage(tmp_path, "Dockerfile").returncode in (0, 4)


def test_a_line_of_millions_of_characters_is_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(
        b'FROM debian\nRUN echo "' + b"a $B \\\\ '" * 400_000 + b'"\nCMD true\n'
    )
    assert restage(tmp_path, "Dockerfile").returncode in (0, 4)


def test_nothing_to_read_is_no_success(tmp_path: Path) -> None:
    done = restage(tmp_path, ".")
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"no Dockerfile found" in done.stderr


def test_folders_that_link_to_themselves_are_searched_once(good: Path) -> None:
    (good.parent / "again").symlink_to(".")
    (good.parent / "deeper").mkdir()
    (good.parent / "deeper" / "up").symlink_to("..")
    done = restage(good.parent, "--format", "json", ".")
    assert [entry["path"] for entry in json.loads(done.stdout)["files"]] == ["Dockerfile"]


def test_a_missing_source_is_refused_with_its_place(tmp_path: Path) -> None:
    text = "FROM golang:1.22\nCOPY no-such-file /\nRUN go build\nCMD true\n"
    (tmp_path / "Dockerfile").write_text(text)
    done = restage(tmp_path, "--write", "Dockerfile")
    assert done.returncode == 0
    assert re.match(rb"Dockerfile:\d+: refused: .*no-such-file.*\n  help: .*--context", done.stderr)
    assert (tmp_path / "Dockerfile").read_text() == text


def test_a_context_that_is_not_there_is_wrong_usage(good: Path) -> None:
    done = restage(good.parent, "--write", "--context", "nowhere", "Dockerfile")
    assert done.returncode == 2
    assert b"nowhere" in done.stderr
    assert good.read_text() == GOOD


def test_standard_input_may_be_anything(tmp_path: Path) -> None:
    done = restage(tmp_path, "-", stdin=b"\xff\xfe\0\0FROM\0")
    assert done.returncode == 4
    assert re.match(rb"\S+:1: error: .", done.stderr)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_mark_stay(good: Path, newline: str, mark: str) -> None:
    good.write_text(mark + GOOD, encoding="utf-8", newline=newline)
    assert restage(good.parent, "--write", "Dockerfile").returncode == 0
    text = good.read_bytes().decode()
    assert text.startswith(f"{mark}FROM golang:1.22 AS builder{newline}")
    assert {*re.findall(r"\r?\n", text)} == {newline}


def test_a_link_to_a_file_stays_a_link(good: Path) -> None:
    link = good.parent / "Containerfile"
    link.symlink_to("Dockerfile")
    assert restage(good.parent, "--write", "Containerfile").returncode == 0
    assert link.is_symlink()
    assert good.read_text().count("FROM") == 2


# --- terminals

NASTY = (
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://example.com\x07link\x1b]8;;\x07 [bold red]not bold[/bold red] :smile:"
    " \u202eesrever \u2066x\u2069 \u200b\x9b31m \x08\x08\x00 \ufeff\u2028 é"
)
OURS = re.compile(r"\x1b\[[0-9;]*m")


def shown(folder: Path, *words: str | Path) -> str:
    """What a terminal gets from the command: both streams."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([RESTAGE, *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    found = b""
    while select.select([ours], [], [], HANGS)[0]:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        found += part
    process.wait(HANGS)
    os.close(ours)
    return found.decode("utf-8")


def assert_harmless(text: str) -> None:
    """Nothing but our own colours, line ends, tabs and what can be printed."""
    plain = OURS.sub("", text).replace("\r\n", "\n")
    assert [character for character in plain if not (character.isprintable() or character in "\n\t")] == []


@pytest.mark.parametrize("color", ["auto", "always", "never"])
def test_what_a_file_holds_stays_text(good: Path, color: str) -> None:
    good.write_text(GOOD.replace("CMD", f"# {NASTY}\nLABEL a='{NASTY}'\nCMD").replace("\0", ""))
    text = shown(good.parent, "--color", color, "Dockerfile")
    assert_harmless(text)
    assert "[bold red]not bold[/bold red] :smile:" in OURS.sub("", text)
    assert "\\x1b]0;owned\\x07" in OURS.sub("", text)
    assert "\\u202e" in text
    assert (color == "never") == (OURS.search(text) is None)


def test_the_diff_is_exact_on_a_pipe_and_harmless_on_a_terminal(good: Path) -> None:
    good.write_text(GOOD.replace("CMD", f"# {NASTY}\nCMD").replace("\0", ""))
    assert_harmless(shown(good.parent, "--format", "diff", "Dockerfile"))
    diff = restage(good.parent, "--format", "diff", "Dockerfile").stdout
    patched = applied(good.read_bytes(), diff).decode()
    assert patched.count("FROM") == 2
    assert NASTY.replace("\0", "") in patched


def applied(old: bytes, diff: bytes) -> bytes:
    """The bytes after a unified diff, as patch and `git apply` read it; every line of context has to agree."""
    lines, done, at = old.splitlines(keepends=True), [], 0
    for hunk in re.split(rb"(?m)^(?=@@ )", diff)[1:]:
        header, *body = hunk.splitlines(keepends=True)
        start = int(re.match(rb"@@ -(\d+)", header)[1]) - 1  # type: ignore[index]
        done += lines[at:start]
        at = start
        for line in body:
            if line[:1] in b" -":
                assert lines[at] == line[1:]
                at += 1
            if line[:1] in b" +":
                done.append(line[1:])
    return b"".join(done + lines[at:])


def test_bytes_that_are_not_utf_8_are_shown_as_such(good: Path) -> None:
    good.write_bytes(GOOD.encode().replace(b"CMD", b"# \xff\xc3\nCMD"))
    text = shown(good.parent, "Dockerfile")
    assert_harmless(text)
    assert "\\xff\\xc3" in OURS.sub("", text)


def test_errors_are_harmless_too(tmp_path: Path) -> None:
    an_unknown_instruction(tmp_path / "Dockerfile")
    text = shown(tmp_path, "--color", "always", "Dockerfile")
    assert_harmless(text)
    assert "error" in text


@pytest.mark.parametrize(
    "name", ["\x1b[31mDockerfile", "Dockerfile\n+++ forged", "\u202eDockerfile", "[bold]Dockerfile"]
)
def test_names_of_files_are_harmless_too(good: Path, name: str) -> None:
    renamed = good.rename(good.with_name(name))
    for words in (["--color", "always", renamed], [renamed, good.with_name(f"{name}.none")]):
        text = shown(good.parent, *words)
        assert_harmless(text)
        assert "\n+++ forged" not in text.replace("\r", "")
    done = restage(good.parent, "--format", "diff", renamed)
    assert b"\n+++ forged" not in done.stdout
    assert done.returncode == 0


def test_a_name_that_is_not_utf_8_is_harmless_too(good: Path) -> None:
    name = bytes(good.parent) + b"/Dockerfile\xff"
    os.rename(good, name)  # noqa: PTH104 - pathlib takes no bytes
    done = restage(good.parent, "--write", name)
    assert done.returncode == 0
    assert b"\\xff" in done.stderr
    assert Path(os.fsdecode(name)).read_text().count("FROM") == 2
