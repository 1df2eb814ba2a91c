"""A stage is walked command by command: what each leaves for the next, and what stays known of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api.tree import Gone, Tree
from rooms import actions_of, columns, walk_of


@pytest.mark.parametrize(
    ("run", "written"),
    [
        ("cd /opt && touch a", "/opt/a"),
        ("cd /opt; cd x; touch a", "/opt/x/a"),
        ("(cd /opt && touch a); touch b", "/opt/a /app/b"),
        ("cd && touch a", "/root/a"),
        ("cd $where && touch a", "/app/$where/a"),
        ("D=/srv; touch $D/a", "/srv/a"),
        ("export D=/srv && touch $D/a", "/srv/a"),
        ('mkdir "a b"', "/app/a b"),
        ("sh run.sh", "/made /app/out"),
        ("./run.sh", "/made /app/out"),
        ("sh -c 'cd /opt && touch a' && touch b", "/opt/a /app/b"),
        ("if test -f x; then touch a; else touch b; fi", "/app/a /app/b"),
        ("for f in 1; do touch a; done", "/app/a"),
    ],
)
def test_a_run_is_followed_command_by_command(tmp_path: Path, run: str, written: str) -> None:
    found = [place for action in actions_of(tmp_path, f"RUN {run}\n") for place in action.effect.writes]
    assert " ".join(str(place) for place in found) == written


@pytest.mark.parametrize(
    ("run", "caches", "writes"),
    [
        ("RUN forge --cache /c --writes w", "/c", "/app/w"),
        ("RUN --mount=type=cache,target=/c forge --cache /c/x --writes w", "", "/app/w"),
        ("RUN --mount=type=tmpfs,target=w forge --cache /c --writes w/x", "/c", ""),
        ("RUN --mount=type=bind,source=src,target=/s forge --writes /s/x", "", ""),
    ],
)
def test_what_goes_to_a_mount_is_not_in_the_image(tmp_path: Path, run: str, caches: str, writes: str) -> None:
    (action,) = actions_of(tmp_path, run + "\n")
    assert columns(action.effect.caches, action.effect.writes) == f"{caches} | {writes}"


def test_what_is_taken_out_of_a_mounted_cache_cannot_be_taken_out_again(tmp_path: Path) -> None:
    run = "RUN --mount=type=cache,target=/c true && cp /c/made /usr/bin/made && cp /app/run.sh /usr/bin/run"
    repeatable = [action.effect.repeatable for action in actions_of(tmp_path, run + "\n")]
    assert repeatable == [True, False, True]


@pytest.mark.parametrize(
    ("lines", "path", "content"),
    [
        ("", "/app/run.sh", True),
        ("RUN chmod +x run.sh", "/app/run.sh", True),
        ("RUN sed -i 's/\\r$//' run.sh", "/app/run.sh", True),
        ("RUN sed -i s/made/other/ run.sh", "/app/run.sh", False),
        ("RUN rm run.sh", "/app/run.sh", False),
        ("RUN rm run.sh\nCOPY run.sh .", "/app/run.sh", True),
        ("RUN echo x > run.sh", "/app/run.sh", False),
        ("COPY run.sh /usr/local/bin/", "/usr/local/bin/run.sh", True),
        ("COPY run.sh /go", "/go", True),
        ("COPY src notes.txt /x/", "/x/main.c", True),
        ("COPY src/ ./", "/app/main.c", True),
        ("COPY s*/main.c /x/y/", "/x/y/main.c", True),
        ('COPY ["notes.txt", "/a b/"]', "/a b/notes.txt", True),
        ("COPY --from=other notes.txt /n", "/n", False),
        ("ADD a.tar.gz /z/", "/z/a.tar.gz", False),
        ("RUN --mount=type=bind,source=src,target=/m true", "/m/main.c", False),
        ("RUN --mount=type=bind,source=src,target=/app true", "/app/run.sh", True),
    ],
)
def test_a_file_of_the_context_is_known_until_something_changes_it(
    tmp_path: Path, lines: str, path: str, content: bool
) -> None:
    assert (walk_of(tmp_path, lines + "\n").final.tree.text(path) is not None) is content


@pytest.mark.parametrize("where", ["target", "dst", "destination"])
def test_what_was_mounted_is_remembered_as_deleted_sources_are(tmp_path: Path, where: str) -> None:
    tree = walk_of(tmp_path, f"RUN --mount=type=bind,source=src,{where}=/m true\n").final.tree
    kept = Tree(tree.context, tuple(event for event in tree.events if not isinstance(event, Gone)))
    assert kept.is_file("/m/main.c")


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("COPY notes.txt /usr/local/bin\n", "/usr/local/bin/notes.txt"),
        ("RUN mkdir -p /deploy\nCOPY notes.txt /deploy\n", "/deploy/notes.txt"),
        ("RUN cp run.sh /deploy/x\nCOPY notes.txt /deploy\n", "/deploy/notes.txt"),
        ("COPY notes.txt /deploy\n", "/deploy"),
    ],
)
def test_a_file_is_copied_into_a_directory_that_is_there(tmp_path: Path, lines: str, path: str) -> None:
    assert walk_of(tmp_path, lines).final.tree.is_file(path)


def test_what_dockerignore_leaves_out_is_not_in_the_image(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*.txt\n")
    tree = walk_of(tmp_path, "").final.tree
    assert (tree.is_file("/app/run.sh"), tree.is_file("/app/notes.txt")) == (True, False)
