"""Which files that a build made a start comes to: by path, by name, or to a copy of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from projects import command_of, look_up, started_by
from restage.api import (
    Case,
    Changed,
    Context,
    Followed,
    FromContext,
    Gone,
    PathNeed,
    Placed,
    Region,
    Resolution,
    Start,
    State,
    Tree,
    commands_of,
    copied_from,
    is_reached,
    may_run,
    program_paths,
)

BUILT = Region("/src/target/release/app")


def image(folder: Path, *runs: str) -> tuple[State, Case]:
    """After a build of /src/target/release/app, and commands that make a file of another one."""
    base, context = look_up("debian:bookworm"), Context(folder)
    events = [Changed(BUILT, "build"), *(Changed(Region(run.split()[-1]), run) for run in runs)]
    variables = {"PATH": "/usr/local/bin:/usr/bin", "NAME": "app"}
    state = State("/srv", "root", variables, base, Tree(context, tuple(events)))
    commands = tuple(command for run in runs for command in commands_of(run, state) or ())
    return state, Case(context, base, commands)


def start(*words: str, needs: str = "") -> tuple[Start, ...]:
    needed = (PathNeed(needs, "it is started"),) if needs else ()
    return started_by(command_of(*words), Resolution(needs=needed))


@pytest.mark.parametrize(
    ("word", "paths"),
    [
        ("/bin/x", ("/bin/x",)),
        ("./x", ("/srv/x",)),
        ("x", ("/usr/local/bin/x", "/usr/bin/x")),
    ],
)
def test_a_program_is_looked_for_as_the_shell_does(tmp_path: Path, word: str, paths: tuple[str, ...]) -> None:
    assert program_paths(command_of(word), image(tmp_path)[0]) == paths


@pytest.mark.parametrize(
    ("runs", "word", "needs", "reached"),
    [
        ((), "./other", "", False),
        ((), "./app", "", True),
        ((), "./other", "/src/target/release/app", True),
        ((), "./other", "/src/target", False),
        (("cp /src/target/release/app /usr/bin/served",), "served", "", True),
        (("cp /src/target/release/$NAME /usr/bin/served",), "served", "", True),
        (("cp /src/target/release/tool /usr/bin/served",), "served", "", False),
        (("fetch /src/target/release/app /usr/bin/served",), "served", "", False),
    ],
)
def test_a_start_comes_to_a_program_or_to_a_copy_of_it(
    tmp_path: Path, runs: tuple[str, ...], word: str, needs: str, reached: bool
) -> None:
    state, case = image(tmp_path, *runs)
    assert is_reached(BUILT, start(word, needs=needs), state, case) is reached


@pytest.mark.parametrize(("known", "runs"), [("/usr/bin/other", False), ("/usr/bin/third", True)])
def test_a_program_that_no_start_is_seen_to_reach_may_run_unless_another_of_its_kind_does(
    tmp_path: Path, known: str, runs: bool
) -> None:
    def origin_of(path: str, state: State, case: Case) -> str | None:
        return "built" if path == known else None

    state, case = image(tmp_path)
    assert may_run(BUILT, start("other", needs="/usr/bin/other"), state, case, origin_of) is runs


def test_sources_that_a_command_deleted_are_there_without_deletions(tmp_path: Path) -> None:
    (tmp_path / "main.x").touch()
    tree = Tree(Context(tmp_path)).then(Placed(Region("/src"), ""), Gone(Region("/src")))
    assert tree.entries("/src") == ()
    assert tree.without_deletions().origin("/src/main.x") == FromContext("main.x")


@pytest.mark.parametrize(
    ("run", "source"),
    [
        ("cp bin/app /usr/bin/served", "/srv/bin/app"),
        ("mv /src/app /usr/bin/served", "/src/app"),
        ("install -m 755 -o root app /usr/bin/served", "/srv/app"),
        ("cp a b/served /usr/bin/served", "/srv/b/served"),
        ("cp bin/* /usr/bin/served", "/srv/bin/served"),
        ("cp a b /usr/bin/served", None),
        ("cp */app /usr/bin/served", None),
        ("cp $UNTOLD/app /usr/bin/served", None),
        ("fetch app /usr/bin/served", None),
    ],
)
def test_a_copy_is_known_by_what_it_was_made_of(tmp_path: Path, run: str, source: str | None) -> None:
    state, case = image(tmp_path, run)
    assert copied_from("/usr/bin/served", state, case) == source


def test_a_copy_in_a_script_is_of_a_file_where_the_script_runs(tmp_path: Path) -> None:
    state, case = image(tmp_path, "cp app /usr/bin/served")
    within = tuple(Followed(command, "/src") for command in case.commands)
    case = replace(case, commands=(), followed=within)
    assert copied_from("/usr/bin/served", state, case) == "/src/app"


def test_of_several_files_each_keeps_its_name(tmp_path: Path) -> None:
    """`mv app start.sh /srv`: start.sh is not what was built as app."""
    run = "mv /src/target/release/app start.sh /usr/bin/start.sh"
    state, case = image(tmp_path, run)
    assert not is_reached(BUILT, start("start.sh"), state, case)
