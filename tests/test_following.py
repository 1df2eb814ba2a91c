"""`make` and scripts in a RUN: which commands they come to, in which state, and when nobody can say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_image import LAYOUT, Stage
from restage.api import Changed, Region
from restage.catalog import strategies
from restage.meaning.actions import Action, actions_of

MAKEFILE = """\
BIN ?= bin/server
VERSION := $(shell git describe --always)
.PHONY: build install tools list outside nowhere
build:
\tCGO_ENABLED=0 go build -ldflags '-X main.version=$(VERSION)' -o $(BIN) ./cmd/server
install: build
\tinstall -D $(BIN) $(DESTDIR)/usr/bin/server
tools:
\t(cd cmd && go build -o ../x ./tool) && go vet ./...
\tgo build -o y .
list: go.mod $(wildcard *.go)
\tgo list ./...
unknown: ; frobnicate
untold: ; go build -o x > $(VERSION)
dirname: ; mkdir -p $$(dirname $(BIN))
again: ; $(MAKE) build
outside: ; frobnicate && cp bin/server /usr/bin/
nowhere: ; cp bin/server /opt/server-$(VERSION)
writes: ; go build -ldflags $(shell touch x) .
"""


def actions(stage: Stage, text: str) -> list[Action]:
    return [
        action
        for command in stage.commands(text)
        for action in actions_of(command, None, 0, stage.state, stage.case, strategies(), 0)[0]
    ]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, {**LAYOUT, "Makefile": MAKEFILE, "sub/Makefile": "build: ; go build -o z .\n"})


def written(found: list[Action]) -> list[str]:
    return [place.path for action in found for place in action.effect.writes]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("make", ["/app/bin/server"]),
        ("make build", ["/app/bin/server"]),
        ("make -j4 --silent build", ["/app/bin/server"]),
        ("make -j$(nproc) build", ["/app/bin/server"]),
        ("make build BIN=/srv/x", ["/srv/x"]),
        ("BIN=out make", ["/app/out"]),
        ("make install", ["/app/bin/server", "/usr/bin/server"]),
        ("make install DESTDIR=/opt", ["/app/bin/server", "/opt/usr/bin/server"]),
        ("make tools", ["/app/x", "/app/y"]),
        ("make -C sub", ["/app/sub/z"]),
        ("make --directory=sub build", ["/app/sub/z"]),
        ("make -f sub/Makefile build", ["/app/z"]),
        ("make again", ["/app/bin/server"]),
    ],
)
def test_make_writes_what_its_recipe_does(stage: Stage, text: str, places: list[str]) -> None:
    assert written(actions(stage, text)) == places


@pytest.mark.parametrize(
    "text",
    [
        "make unknown",
        "make untold",
        "make dirname",
        "make writes",
        "make nothing",
        "make -k build",
        "make -B build",
        "make -f a.mk",
        "make -f Makefile -f sub/Makefile",
        "make $GOAL",
        "MAKEFLAGS=-i make build",
        "make -C $WHERE",
    ],
)
def test_a_recipe_that_is_not_known_in_full_is_one_command(stage: Stage, text: str) -> None:
    assert [str(action.command).split()[0] for action in actions(stage, text)] in (["make"], ["MAKEFLAGS=-i"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("make outside", ["/app", "/usr/bin/server"]),
        ("make nowhere", ["/app", "/opt/server-$(…)"]),
        ("make unknown X=/srv/x", ["/app", "/srv/x"]),
    ],
)
def test_what_is_known_to_go_elsewhere_is_not_lost(stage: Stage, text: str, places: list[str]) -> None:
    assert written(actions(stage, text)) == places


def test_a_command_that_make_filled_in_is_known_as_far_as_the_makefile_tells(stage: Stage) -> None:
    build = actions(stage, "make")[-1].command
    assert build.words[-3:] == ("-o", "bin/server", "./cmd/server")
    assert [word for number, word in enumerate(build.words) if not build.is_known(number)] == [build.words[3]]


def test_the_makefile_and_what_make_looks_at_are_read(stage: Stage) -> None:
    reading = actions(stage, "make list")[0]
    assert reading.effect.reads == (Region("/app/Makefile"), Region("/app/go.mod"), Region("/app"))


def test_a_makefile_that_a_command_changed_is_not_known(stage: Stage) -> None:
    tree = stage.state.tree.then(Changed(Region("/app/Makefile"), "sed -i"))
    stage.state = replace(stage.state, tree=tree)
    assert len(actions(stage, "make")) == 1


def test_what_a_command_may_have_made_may_be_up_to_date(stage: Stage, tmp_path: Path) -> None:
    plain = Stage(tmp_path / "other", {**LAYOUT, "Makefile": "server: ; go build -o server .\n"})
    assert len(actions(plain, "make")) == 2
    tree = plain.state.tree.then(Changed(Region("/app/server"), "go build"))
    plain.state = replace(plain.state, tree=tree)
    assert len(actions(plain, "make")) == 1


def test_a_subshell_of_a_script_ends_with_its_directory(tmp_path: Path) -> None:
    script = "#!/bin/sh\n(cd cmd && go build -o ../x ./tool)\ngo build -o y .\n"
    assert written(actions(Stage(tmp_path, {**LAYOUT, "build.sh": script}), "sh build.sh")) == [
        "/app/x",
        "/app/y",
    ]
