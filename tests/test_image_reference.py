from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.image.reference import parse_reference, with_name_tag

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "prefix", "name", "tag", "official"),
    [
        ("python", "", "python", None, True),
        ("python:3.12-slim", "", "python", "3.12-slim", True),
        ("library/python:3", "library/", "python", "3", True),
        ("docker.io/library/golang:1.22", "docker.io/library/", "golang", "1.22", True),
        ("docker.io/node", "docker.io/", "node", None, True),
        ("docker.io/bitnami/node:20", "docker.io/", "bitnami/node", "20", False),
        ("bitnami/node", "", "bitnami/node", None, False),
        ("public.ecr.aws/docker/library/python:3", "public.ecr.aws/docker/library/", "python", "3", True),
        ("public.ecr.aws/lambda/python:3", "", "public.ecr.aws/lambda/python", "3", False),
        ("mcr.microsoft.com/dotnet/sdk:8.0", "", "mcr.microsoft.com/dotnet/sdk", "8.0", False),
        ("localhost:5000/app", "", "localhost:5000/app", None, False),
        ("localhost/app:1", "", "localhost/app", "1", False),
        ("python/base", "", "python/base", None, False),
    ],
)
def test_a_reference_is_normalised(
    text: str, prefix: str, name: str, tag: str | None, official: bool
) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert (reference.prefix, reference.name, reference.tag) == (prefix, name, tag)
    assert reference.official is official
    assert reference.architecture is None


def test_a_platform_prefix_is_the_official_image_of_one_platform() -> None:
    reference = parse_reference("arm64v8/node:20-alpine")
    assert reference is not None
    assert (reference.name, reference.official, reference.architecture) == ("node", True, "arm64v8")


@pytest.mark.parametrize("text", [f"python:3.12@{DIGEST}", f"python@{DIGEST}"])
def test_a_digest_is_kept_apart(text: str) -> None:
    reference = parse_reference(text)
    assert reference is not None and reference.digest == DIGEST and reference.name == "python"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "Python",
        "python:",
        "python:-x",
        "a//b",
        "python@sha256:12",
        "../etc",
        "a b",
        "python:${V}",
        "-a",
        "a" * 256,
    ],
)
def test_what_is_not_a_reference_is_none(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("golang:1.22", "debian:bookworm-slim"),
        ("docker.io/library/golang:1.22", "docker.io/library/debian:bookworm-slim"),
        ("arm64v8/golang:1.22", "arm64v8/debian:bookworm-slim"),
        (f"golang:1.22@{DIGEST}", "debian:bookworm-slim"),
    ],
)
def test_another_image_is_written_beside_it(text: str, written: str) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert with_name_tag(reference, "debian", "bookworm-slim") == written


@given(st.text(alphabet="abA.:/@-_0$", max_size=40))
def test_any_text_is_read_and_a_reference_writes_its_parts(text: str) -> None:
    reference = parse_reference(text)
    if reference is None:
        return
    tag = f":{reference.tag}" if reference.tag else ""
    digest = f"@{reference.digest}" if reference.digest else ""
    assert reference.prefix + reference.name + tag + digest == text
