"""Stages, ARG and ENV, and the runtime contract are what BuildKit makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restage.build.bases import base_of
from restage.build.contract import contract, differences
from restage.build.scope import Scope
from restage.image.base import BaseImage, UnknownBase
from rooms import build_of, scopes_of


def last(dockerfile: str) -> Scope:
    return scopes_of(dockerfile)[-1]


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("FROM python:3.12", "python:3.12"),
        ("ARG V=3.12\nFROM python:$V", "python:3.12"),
        ("ARG V=3.12\nARG TAG=${V}-slim\nFROM python:${TAG}", "python:3.12-slim"),
        ("ARG V\nFROM python:${V:-3.11}", None),
        ("ARG V\nFROM python:$V", None),
        ("FROM node:$TARGETARCH", None),
        ("from node:18 as app", "node:18"),
    ],
)
def test_from_names_an_image_as_far_as_the_file_tells(text: str, base: str | None) -> None:
    assert build_of(text + "\n").final.base == base


def test_an_argument_inside_a_stage_does_not_change_a_later_from() -> None:
    assert build_of("ARG V=1\nFROM a:$V\nARG V=2\nFROM b:$V\n").final.base == "b:1"


@pytest.mark.parametrize(
    ("text", "parents"),
    [
        ("FROM a AS x\nFROM x\n", [None, 0]),
        ("FROM a AS X\nFROM x AS y\nFROM Y\n", [None, 0, 1]),
        ("FROM x\nFROM a AS x\n", [None, None]),
        ("FROM a AS x\nFROM b AS x\nFROM x\n", [None, None, 1]),
    ],
)
def test_a_stage_descends_from_the_last_earlier_stage_of_that_name(
    text: str, parents: list[int | None]
) -> None:
    assert [stage.parent for stage in build_of(text).stages] == parents


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("FROM node:18\n", BaseImage),
        ("ARG V\nFROM node:$V\n", UnknownBase),
        ("FROM registry.example.org/team/app:1\n", UnknownBase),
    ],
)
def test_only_an_official_image_that_the_file_names_is_known(text: str, known: type) -> None:
    assert isinstance(base_of(build_of(text).final), known)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("ARG A=arg\nENV A=env", "A", "env"),
        ("ENV A=env\nARG A=arg", "A", "env"),
        ("ARG A=arg\nENV B=$A", "B", "arg"),
        ("ENV A=old\nENV A=new B=$A", "B", "old"),
        ("ARG A\nENV B=x$A", "B", None),
        ("ARG A\nENV B=${A:-z}", "B", None),
        ("ENV B=$NOWHERE.", "B", "."),
        ("ENV B=\\$A", "B", "$A"),
        ("ENV B='$A'", "B", "$A"),
        ("ENV A b c", "A", "b c"),
        ("ARG A=1 B=$A", "B", "1"),
        ("ENV PATH=/x:$PATH", "PATH", "/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ],
)
def test_env_and_arg_have_the_value_that_buildkit_gives_them(text: str, name: str, value: str | None) -> None:
    assert last(f"FROM debian:12\n{text}\n").variables[name] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ARG V=1\nFROM debian:12\nARG V\n", "1"),
        ("ARG V=1\nFROM debian:12\nARG V=2\n", "2"),
        ("ARG V=1\nFROM debian:12\n", "not in scope"),
        ("FROM debian:12 AS a\nARG V=3\nFROM a\n", "3"),
        ("FROM debian:12 AS a\nARG V=3\nFROM debian:12\n", "not in scope"),
    ],
)
def test_a_global_argument_is_in_scope_only_where_it_is_declared(text: str, value: str) -> None:
    assert last(text).variables.get("V", "not in scope") == value


def test_an_unknown_base_may_set_any_variable() -> None:
    assert last("FROM example.org/x:1\nENV B=$SOMETHING\n").environment["B"] is None


@pytest.mark.parametrize(
    ("text", "directory"),
    [
        ("", "/go"),
        ("WORKDIR /a\nWORKDIR b\nWORKDIR ../c", "/a/c"),
        ("WORKDIR src", "/go/src"),
        ("ENV D=/srv\nWORKDIR $D/app", "/srv/app"),
        ("ARG D\nWORKDIR $D", None),
        ("ARG D\nWORKDIR $D\nWORKDIR /back", "/back"),
        ("ARG D\nWORKDIR $D\nWORKDIR below", None),
        ("WORKDIR //x//y/", "/x/y"),
    ],
)
def test_the_working_directory_is_resolved_step_by_step(text: str, directory: str | None) -> None:
    assert last(f"FROM golang:1.21\n{text}\n").directory == directory


@pytest.mark.parametrize(
    ("text", "entrypoint", "command"),
    [
        ('CMD ["a"]\nENTRYPOINT ["b"]', ("b",), ("a",)),
        ('ENTRYPOINT ["b"]', ("b",), None),
        ("CMD run it", None, ("/bin/sh", "-c", "run it")),
        ('SHELL ["/bin/bash", "-c"]\nCMD run it', None, ("/bin/bash", "-c", "run it")),
        ('CMD run it\nSHELL ["/bin/bash", "-c"]', None, ("/bin/sh", "-c", "run it")),
        ("CMD a\nCMD b", None, ("/bin/sh", "-c", "b")),
    ],
)
def test_the_command_is_what_the_container_runs(
    text: str, entrypoint: tuple[str, ...] | None, command: tuple[str, ...] | None
) -> None:
    scope = last(f"FROM debian:12\n{text}\n")
    assert (scope.entrypoint, scope.command) == (entrypoint, command)


def test_an_entrypoint_clears_the_command_of_the_base_only() -> None:
    assert last('FROM python:3.12\nENTRYPOINT ["x"]\n').command is None
    assert last("FROM python:3.12\n").command == ("python3",)
    assert last('FROM debian:12 AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]\n').command is None


def test_a_stage_inherits_the_configuration_of_its_parent_stage() -> None:
    scope = last("FROM debian:12 AS a\nUSER u\nWORKDIR /w\nEXPOSE 80\nLABEL k=v\nFROM a\nEXPOSE 81/udp\n")
    assert (scope.user, scope.directory, scope.exposed, scope.labels) == (
        "u",
        "/w",
        ("80", "81/udp"),
        {"k": "v"},
    )


_FULL = """FROM node:18
ENV A=1
WORKDIR /w
USER u
ENTRYPOINT ["e"]
CMD ["c"]
EXPOSE 80
VOLUME /v
LABEL l=1
HEALTHCHECK CMD true
STOPSIGNAL SIGINT
SHELL ["/bin/bash", "-c"]
ONBUILD RUN x
MAINTAINER me
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ENV A=1", "ENV A=2", "ENV A '1' became '2'"),
        ("ENV A=1\n", "", "ENV A '1' became ''"),
        ("WORKDIR /w", "WORKDIR /x", "DIRECTORY"),
        ("USER u", "USER x", "USER"),
        ('ENTRYPOINT ["e"]', 'ENTRYPOINT ["x"]', "ENTRYPOINT"),
        ('CMD ["c"]', 'CMD ["x"]', "COMMAND"),
        ("EXPOSE 80", "EXPOSE 80/udp", "EXPOSED"),
        ("VOLUME /v\n", "", "VOLUMES"),
        ("LABEL l=1", "LABEL l=2", "LABELS"),
        ("HEALTHCHECK CMD true", "HEALTHCHECK --interval=1s CMD true", "HEALTHCHECK"),
        ("STOPSIGNAL SIGINT", "STOPSIGNAL SIGTERM", "STOPSIGNAL"),
        ('SHELL ["/bin/bash", "-c"]\n', "", "SHELL"),
        ("ONBUILD RUN x\n", "", "ONBUILD"),
        ("MAINTAINER me", "MAINTAINER you", "MAINTAINER"),
    ],
)
def test_every_field_of_the_contract_that_changes_is_named(old: str, new: str, said: str) -> None:
    assert old in _FULL
    before, after = (contract(last(text)) for text in (_FULL, _FULL.replace(old, new)))
    (found,) = differences(before, after, frozenset())
    assert found.startswith(said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EXPOSE 80", "EXPOSE 80/tcp"),
        ("EXPOSE 80 81", "EXPOSE 81\nEXPOSE 80"),
        ("ENV A=1", "ARG B=1\nENV A=$B"),
        ("WORKDIR /a/b", "WORKDIR /a\nWORKDIR b"),
    ],
)
def test_another_way_of_writing_it_is_no_difference(one: str, other: str) -> None:
    before, after = (contract(last(f"FROM debian:12\n{text}\n")) for text in (one, other))
    assert differences(before, after, frozenset()) == ()


def test_a_variable_that_was_announced_may_go() -> None:
    before = contract(last("FROM debian:12\nENV A=1 B=2\n"))
    after = replace(before, environment={"PATH": before.environment["PATH"]})
    assert differences(before, after, frozenset({"A"})) == ("ENV B '2' became ''",)
