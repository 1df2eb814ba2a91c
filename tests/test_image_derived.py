"""Images that add programs to official ones: uv's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import known_base, look_up
from restage.image.base import UnknownBase, Variant
from restage.image.sibling_texts import sibling_text
from restage.image.siblings import NoSibling, siblings
from rooms import BUILD, SOURCES, outcome, stages_after

UV = "ghcr.io/astral-sh/uv"
DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("tag", "family", "version", "variant", "system"),
    [
        ("python3.12-trixie-slim", "python", "3.12", Variant.SLIM, "debian:trixie"),
        ("python3.13-trixie", "python", "3.13", Variant.FULL, "debian:trixie"),
        ("python3.12-bookworm-slim", "python", "3.12.12", Variant.SLIM, "debian:bookworm"),
        ("0.8.3-python3.12-bookworm-slim", "python", "3.12", Variant.SLIM, "debian:bookworm"),
        ("python3.11-alpine", "python", "3.11", Variant.ALPINE, "alpine:3.23"),
        ("debian-slim", "debian", None, Variant.SLIM, "debian:trixie"),
        ("0.8-debian-slim", "debian", None, Variant.SLIM, "debian:bookworm"),
        ("bookworm", "buildpack-deps", None, Variant.FULL, "debian:bookworm"),
        ("0.9.3-trixie", "buildpack-deps", None, Variant.FULL, "debian:trixie"),
    ],
)
def test_a_tag_tells_the_image_below(
    tag: str, family: str, version: str | None, variant: Variant, system: str
) -> None:
    base = known_base(f"{UV}:{tag}")
    assert (base.family, base.version, base.variant, base.system) == (family, version, variant, system)
    assert {"uv", "uvx"} <= base.own_programs


@pytest.mark.parametrize(
    "tag",
    [
        "latest",
        "0.5",
        "0.5.11",
        "python3.12-slim",
        "python3.12-dhi",
        "0.4.4-python3.12-bookworm",
        "0.11.2-python3.12-bookworm",
        "0.9.3-alpine",
        f"python3.12-trixie@{DIGEST}",
    ],
)
def test_what_no_row_tells_is_not_known(tag: str) -> None:
    assert isinstance(look_up(f"{UV}:{tag}"), UnknownBase)


@pytest.mark.parametrize(
    ("tag", "tools"),
    [
        ("python3.12-trixie", "/usr/local/bin"),
        ("python3.12-bookworm", "/usr/local/bin"),
        ("0.8.0-python3.12-bookworm", "/usr/local/bin"),
        ("0.8-python3.12-bookworm", "/usr/local/bin"),
        ("0.7.22-python3.12-bookworm", None),
        ("0.5-python3.12-bookworm", None),
    ],
)
def test_it_sets_what_the_image_below_sets_and_its_own(tag: str, tools: str | None) -> None:
    config, below = known_base(f"{UV}:{tag}").config, known_base("python:3.12-bookworm").config
    assert (config.cmd, config.entrypoint, config.workdir) == (("/usr/local/bin/uv",), (), "/")
    assert config.env.get("UV_TOOL_BIN_DIR") == tools
    assert config.env.keys() - {"UV_TOOL_BIN_DIR"} == below.env.keys()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{UV}:python3.12-trixie-slim", ["python:3.12-slim-trixie"]),
        (f"{UV}:python3.12-trixie", ["python:3.12-slim-trixie", f"{UV}:python3.12-trixie-slim"]),
        (f"{UV}:python3.12-bookworm-slim", ["python:3.12.12-slim-bookworm"]),
        (f"{UV}:python3.13-bookworm", [f"{UV}:python3.13-bookworm-slim"]),
        (f"{UV}:0.8.3-python3.12-bookworm", [f"{UV}:0.8.3-python3.12-bookworm-slim"]),
        (f"{UV}:python3.12-alpine3.23", ["python:3.12-alpine3.23"]),
        ("astral/uv:python3.12-trixie-slim", ["python:3.12-slim-trixie"]),
    ],
)
def test_the_smallest_stands_first(text: str, found: list[str]) -> None:
    answer = siblings(known_base(text))
    assert not isinstance(answer, NoSibling), answer
    assert [one.reference_text for one in answer] == found


@pytest.mark.parametrize(
    "tag",
    [
        "python3.13-bookworm-slim",  # 3.13.12 came out in the week in which the tag ended
        "0.8.3-python3.12-bookworm-slim",  # of which patch release is not told
        "python3.12-alpine",  # moves to the next Alpine, which the image below would have to name
        "debian-slim",
        "bookworm",
        f"0.8.3-python3.12-bookworm@{DIGEST}",
    ],
)
def test_where_the_state_below_is_not_told_nothing_stands_in(tag: str) -> None:
    assert isinstance(siblings(known_base(f"{UV}:{tag}")), NoSibling)


def test_only_the_programs_go_with_the_image_below() -> None:
    answer = siblings(known_base(f"{UV}:python3.12-trixie-slim"))
    assert not isinstance(answer, NoSibling)
    assert sorted(answer[0].lost_programs) == ["uv", "uvx"]
    assert answer[0].lost_packages == frozenset()
    assert answer[0].lost_paths == ("/usr/local/bin/uv", "/usr/local/bin/uvx")
    assert answer[0].lost_env == ("UV_TOOL_BIN_DIR",)


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        (f"{UV}:python${{V}}-trixie", [None, f"{UV}:python${{V}}-trixie-slim"]),
        (f"{UV}:${{TAG}}", [None, f"{UV}:${{TAG}}-slim"]),
    ],
)
def test_variables_stay(raw: str, written: list[str | None]) -> None:
    base = known_base(f"{UV}:python3.12-trixie")
    answer = siblings(base)
    assert not isinstance(answer, NoSibling)
    assert [sibling_text(raw, base, one) for one in answer] == written


def test_the_command_of_the_base_keeps_the_base(tmp_path: Path) -> None:
    compose = "services:\n  app:\n    build: .\n    command: serve\n"
    text = f"FROM {UV}:python3.12-trixie-slim\nCOPY deps .\n{BUILD}\n"
    stages = stages_after(tmp_path, f"{text}CMD serve\n", SOURCES)
    assert [stage[0] for stage in stages][1:] == ["FROM python:3.12-slim-trixie"]
    inherited = outcome(
        tmp_path, text.replace(" --cache /root/.forge", ""), {**SOURCES, "compose.yaml": compose}
    )
    assert "/usr/local/bin/uv is the base's own" in str(inherited.result)
