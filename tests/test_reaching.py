"""Which files that a build made a start comes to: by path, by name, or to a copy of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import command_of, look_up, started_by
from restage.api import (
    Case,
    Changed,
    Context,
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
