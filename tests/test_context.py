"""The build context gives what a build sees, stays inside, and never raises or hangs."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import write_files
from restage.project.context import MOST_FILES, Context, Kind
from restage.project.folder import LARGEST_FILE, normalise
from restage.project.wildcard import has_wildcard

Tree = dict[str, str | bytes]


def plant(root: Path, tree: Tree) -> Context:
    return Context(write_files(root, tree))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    inside = tmp_path / "context"
    inside.mkdir()
    (tmp_path / "secret").write_text("outside")
    return inside


@pytest.mark.parametrize(
    "path", ["a/b.txt", "/a/b.txt", "./a//b.txt", "a/../a/./b.txt", "link/b.txt", "to-b"]
)
def test_reads_a_file_by_every_way_to_write_its_path(root: Path, path: str) -> None:
    context = plant(root, {"a/b.txt": "content"})
    (root / "link").symlink_to("a")
    (root / "to-b").symlink_to("./a/../link/b.txt")
    assert context.read(path) == b"content"
    assert context.resolve(path) == "a/b.txt"


@pytest.mark.parametrize(
    "path",
    [
        *("absent", "a", "", ".", "..", "../secret", "a/../../secret", "out", "out-absolute", "up/secret"),
        *("loop", "loop/x", "self/self/self/x", "dangling", "fifo", "socket", "null", "huge", "a/b.txt/c"),
        *("a\0b", "\udcff", "x" * 5_000, "a/" * 50_000),
    ],
)
def test_gives_nothing_for_what_is_no_file_of_the_context(root: Path, path: str) -> None:
    context = plant(root, {"a/b.txt": "content"})
    (root / "out").symlink_to("../secret")
    (root / "out-absolute").symlink_to(root.parent / "secret")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop2")
    (root / "loop2").symlink_to("loop")
    (root / "self").symlink_to(".")
    (root / "dangling").symlink_to("nowhere")
    (root / "null").symlink_to("/dev/null")
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
    with (root / "huge").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    assert context.read(path) is None
    assert context.text(path) is None
    assert not context.executable(path)


def test_gives_nothing_when_the_root_is_absent_or_a_file(root: Path) -> None:
    (root / "file").touch()
    for context in (Context(root / "absent"), Context(root / "file"), Context(root / "a\0b")):
        assert context.entries() == ()
        assert list(context.walk()) == []
        assert context.read("file") is None


def test_gives_nothing_for_a_file_that_went_away_after_it_was_seen(root: Path) -> None:
    context = plant(root, {"a": "1", "b": "2"})
    assert context.entries() == ("a", "b")
    (root / "a").unlink()
    (root / "b").unlink()
    (root / "b").symlink_to("../secret")
    assert context.read("a") is None
    assert context.read("b") is None


def test_tells_kinds_without_following_the_path_itself(root: Path) -> None:
    context = plant(root, {"d/f": ""})
    (root / "link").symlink_to("d")
    os.mkfifo(root / "fifo")
    kinds = {path: context.kind(path) for path in ("", "d", "d/f", "link", "link/f", "fifo", "absent", "..")}
    assert kinds == {
        "": Kind.DIRECTORY,
        "d": Kind.DIRECTORY,
        "d/f": Kind.FILE,
        "link": Kind.LINK,
        "link/f": Kind.FILE,
        "fifo": Kind.OTHER,
        "absent": None,
        "..": None,
    }


def test_text_drops_the_byte_order_mark_and_replaces_what_is_not_utf8(root: Path) -> None:
    context = plant(root, {"bom": b"\xef\xbb\xbfhi", "latin": b"caf\xe9"})
    assert context.text("bom") == "hi"
    assert context.text("latin") == "caf\ufffd"


def test_knows_what_may_be_executed(root: Path) -> None:
    context = plant(root, {"run": "#!/bin/sh", "data": ""})
    (root / "run").chmod(0o755)
    (root / "link").symlink_to("run")
    assert [name for name in context.entries() if context.executable(name)] == ["link", "run"]


def test_hides_what_dockerignore_hides_from_every_question(root: Path) -> None:
    context = plant(root, {".dockerignore": "secret\n*.log\n", "secret/key": "k", "a.log": "", "kept": ""})
    (root / "way-in").symlink_to("secret")
    assert context.read("secret/key") is None
    assert context.read("way-in/key") is None
    assert context.kind("secret") is None
    assert context.ignored("secret/key")
    assert not context.ignored("kept")
    assert not context.ignored("absent")
    assert context.entries() == (".dockerignore", "kept", "way-in")
    assert context.files("*.log") == ()
    assert context.files("secret") == ()


def test_a_hidden_link_is_not_followed(root: Path) -> None:
    context = plant(root, {".dockerignore": "link\n", "data/file": "x"})
    (root / "link").symlink_to("data")
    assert context.read("data/file") == b"x"
    assert context.read("link/file") is None


def test_a_hidden_directory_is_there_when_something_below_it_is_not_hidden(root: Path) -> None:
    context = plant(root, {".dockerignore": "*\n!src/**\n!lib/x", "src/a": "", "lib/y": "", "other/z": ""})
    assert context.kind("src") is Kind.DIRECTORY
    assert context.kind("lib") is None
    assert context.entries() == ("src",)
    assert list(context.walk()) == ["src/a"]


def test_the_ignore_file_of_the_dockerfile_wins_even_when_it_is_empty(root: Path) -> None:
    plant(root, {".dockerignore": "a", "a": "1", "b": "2", "docker/prod.Dockerfile": ""})
    dockerfile = root / "docker" / "prod.Dockerfile"
    assert Context(root, dockerfile).read("a") is None
    (root / "docker" / "prod.Dockerfile.dockerignore").write_text("b")
    assert Context(root, dockerfile).read("a") == b"1"
    assert Context(root, dockerfile).read("b") is None
    (root / "docker" / "prod.Dockerfile.dockerignore").write_text("")
    assert Context(root, dockerfile).read("b") == b"2"


def test_an_ignore_file_that_cannot_be_read_is_a_problem(root: Path) -> None:
    (root / ".dockerignore").mkdir()
    assert Context(root).dockerignore.problem is not None
    assert Context(root / "absent").dockerignore.problem is None


def test_walks_in_order_past_links_and_skipped_names(root: Path) -> None:
    context = plant(
        root, {"b/z": "", "b/a/x": "", "a": "", "node_modules/m/i.js": "", "b/node_modules/j": ""}
    )
    (root / "c").symlink_to(".")
    os.mkfifo(root / "fifo")
    assert list(context.walk(skip=["node_modules"])) == ["a", "b/a/x", "b/z", "c"]
    assert list(context.walk("b", skip=["a"])) == ["b/node_modules/j", "b/z"]
    assert list(context.walk("a")) == []
    assert context.complete


def test_a_walk_that_stops_early_says_so(root: Path) -> None:
    for number in range(MOST_FILES + 1):
        (root / f"{number:06}").touch()
    context = Context(root)
    assert sum(1 for _ in context.walk()) == MOST_FILES
    assert not context.complete


def test_a_deep_tree_is_walked_without_recursion(root: Path) -> None:
    levels = ["/".join(["d"] * depth) for depth in range(1, 1_200)]
    for level in levels:
        (root / level).mkdir()
    (root / levels[-1] / "f").touch()
    try:
        assert list(Context(root).walk()) == [f"{levels[-1]}/f"]
    finally:  # what removes the test's folder is recursive
        (root / levels[-1] / "f").unlink()
        for level in reversed(levels):
            (root / level).rmdir()


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (".", [""]),
        ("./", [""]),
        ("/", [""]),
        ("src", ["src"]),
        ("src/", ["src"]),
        ("/src/a.py", ["src/a.py"]),
        ("../src", ["src"]),
        ("absent", []),
        ("link", ["link"]),
        ("link/a.py", ["link/a.py"]),
        ("dangling", []),
        ("out", []),
        ("*", [".hidden", "dangling", "link", "link2", "out", "package.json", "src"]),
        ("package*.json", ["package.json"]),
        ("src/*.py", ["src/a.py", "src/b.py"]),
        ("src/[ab].py", ["src/a.py", "src/b.py"]),
        ("src/[^a].py", ["src/b.py"]),
        ("src/?.py", ["src/a.py", "src/b.py"]),
        ("s*/a.py", ["src/a.py"]),
        ("l*/a.py", []),
        ("link/*.py", ["link/a.py", "link/b.py"]),
        ("package.jso[n]", ["package.json"]),
        ("package-lock.jso[n]", []),
        ("src/[", []),
        ("**/a.py", ["src/a.py"]),
    ],
)
def test_expands_the_sources_of_copy(root: Path, source: str, named: list[str]) -> None:
    context = plant(root, {"src/a.py": "", "src/b.py": "", "package.json": "", ".hidden": ""})
    for link, target in (("link", "src"), ("link2", "src"), ("dangling", "no"), ("out", "../secret")):
        (root / link).symlink_to(target)
    assert list(context.files(source)) == named


@pytest.mark.parametrize(
    ("source", "wild"),
    [("a*", True), ("a?", True), ("[a]", True), ("a/b.c", False), (r"a\*", False), ("", False)],
)
def test_knows_wildcards(source: str, wild: bool) -> None:
    assert has_wildcard(source) is wild


def test_remembers_each_question_once_and_in_order(root: Path) -> None:
    context = plant(root, {"a": "", "b": ""})
    context.read("./a")
    context.kind("absent")
    context.files("*.txt")
    context.read("a")
    assert context.reads == ("a", "absent", "*.txt")


def test_names_that_are_not_utf8_are_names_like_others(root: Path) -> None:
    (root / os.fsdecode(b"caf\xe9")).write_text("x")
    context = Context(root)
    [name] = context.entries()
    assert context.read(name) == b"x"


PARTS = st.lists(st.sampled_from(["a", "b", "..", ".", "", "link", "secret", "*"]), max_size=8).map("/".join)


@given(PARTS)
def test_normalised_paths_have_no_way_out(path: str) -> None:
    normal = normalise(path)
    assert normal is None or (
        not normal.startswith("/") and {"", ".", ".."}.isdisjoint(normal.split("/") if normal else ())
    )
    if normal is not None:
        assert normalise(normal) == normal


def test_no_path_leads_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("outside")
    (outside / "context").mkdir()
    context = plant(outside / "context", {"a/b": "inside", "b": "inside"})
    (outside / "context" / "link").symlink_to("a/../..")
    (outside / "context" / "a" / "link").symlink_to("../../secret")

    @given(PARTS)
    def stays_inside(path: str) -> None:
        assert context.read(path) in (None, b"inside")
        assert all(context.read(named) in (None, b"inside") for named in context.files(path))

    stays_inside()
