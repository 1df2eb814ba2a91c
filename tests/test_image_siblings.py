from __future__ import annotations

import re

import pytest

from projects import known_base
from restage.image.sibling_texts import builder_text, release_named_text, sibling_text
from restage.image.siblings import NoSibling, Sibling, sibling

DIGEST = "sha256:" + "0" * 64


def sibling_of(text: str) -> Sibling:
    found = sibling(known_base(text))
    assert isinstance(found, Sibling), found
    return found


@pytest.mark.parametrize(
    ("text", "runtime", "builder"),
    [
        ("python", "python:slim", None),
        ("python:3.12", "python:3.12-slim", None),
        ("python:3.12-bookworm", "python:3.12-slim-bookworm", None),
        ("python:3.12.4-bullseye", "python:3.12.4-slim-bullseye", None),
        ("docker.io/library/python:3.8", "docker.io/library/python:3.8-slim", None),
        ("public.ecr.aws/docker/library/python:3.11", "public.ecr.aws/docker/library/python:3.11-slim", None),
        ("node:20", "node:20-slim", None),
        ("node:14", "node:14-slim", None),
        ("node:lts", "node:lts-slim", None),
        ("node:20-bookworm", "node:20-bookworm-slim", None),
        ("arm64v8/node:20", "arm64v8/node:20-slim", None),
        ("golang:1.22", "debian:bookworm-slim", None),
        ("golang:1.20.4", "debian:bullseye-slim", None),
        ("golang:1.19.4", "debian:bullseye-slim", None),
        ("golang:1.24-bookworm", "debian:bookworm-slim", None),
        ("golang:1.26", "debian:trixie-slim", "golang:1.26-trixie"),
        ("golang", "debian:trixie-slim", "golang:trixie"),
        ("golang:1.26-alpine", "alpine:3.24", "golang:1.26-alpine3.24"),
        ("golang:1.20-alpine", "alpine:3.19", None),
        ("arm64v8/golang:1.22", "arm64v8/debian:bookworm-slim", None),
        ("rust", "debian:trixie-slim", "rust:trixie"),
        ("rust:slim", "debian:trixie-slim", "rust:slim-trixie"),
        ("eclipse-temurin:17", "eclipse-temurin:17-jre", None),
        ("eclipse-temurin:17-jdk-jammy", "eclipse-temurin:17-jre-jammy", None),
        ("eclipse-temurin:17.0.8.1_1-jdk-jammy", "eclipse-temurin:17.0.8.1_1-jre-jammy", None),
        ("eclipse-temurin:21-alpine", "eclipse-temurin:21-jre-alpine", None),
        ("openjdk:8", "openjdk:8-jre", None),
        ("openjdk:11-slim-buster", "openjdk:11-jre-slim-buster", None),
        ("maven:3.9-eclipse-temurin-17", "eclipse-temurin:17-jre-noble", None),
        ("maven:3.8-eclipse-temurin-17", "eclipse-temurin:17-jre-jammy", None),
        ("maven:3.9-eclipse-temurin-21-alpine", "eclipse-temurin:21-jre-alpine", None),
        ("maven:3-jdk-8", "openjdk:8-jre", None),
        ("maven:3.6.3-jdk-11-slim", "openjdk:11-jre-slim-buster", None),
    ],
)
def test_the_sibling_is_on_the_same_release(text: str, runtime: str, builder: str | None) -> None:
    found = sibling_of(text)
    assert (found.reference_text, found.builder_reference_text) == (runtime, builder)
    assert found.base.system == known_base(text).system


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("node:6.14", "does not exist on stretch"),
        ("node:8.9-stretch", "does not exist on stretch"),
        ("python:3.12-slim", "already"),
        ("node:20-alpine", "already"),
        (f"python:3.12-bookworm@{DIGEST}", "digest"),
        ("node:8-onbuild", "purpose"),
        ("debian:bookworm", "no smaller image"),
        ("nginx:1.25", "no smaller image"),
    ],
)
def test_no_sibling_says_why(text: str, words: str) -> None:
    found = sibling(known_base(text))
    assert isinstance(found, NoSibling) and words in found.why


def test_what_go_loses() -> None:
    found = sibling_of("golang:1.22")
    assert found.lost_env == ("GOLANG_VERSION", "GOTOOLCHAIN", "GOPATH")
    assert found.lost_path_entries == ("/go/bin", "/usr/local/go/bin")
    assert "/usr/local/go" in found.lost_paths
    assert {"go", "git", "gcc", "curl"} <= found.lost_programs
    assert (
        found.lost_packages is not None and {"ca-certificates", "media-types", "git"} <= found.lost_packages
    )


@pytest.mark.parametrize("text", ["python:3.12-bookworm", "node:20", "node:14"])
def test_a_slim_variant_keeps_its_language(text: str) -> None:
    base, found = known_base(text), sibling_of(text)
    assert found.lost_env == () and found.lost_path_entries == () and found.lost_paths == ()
    assert found.lost_programs.isdisjoint(base.own_programs)
    assert {"git", "curl", "convert", "ps"} <= found.lost_programs


@pytest.mark.parametrize(
    ("text", "kept", "lost"),
    [
        (
            "python:3.12-bookworm",
            {"ca-certificates", "libsqlite3-0", "tzdata", "netbase"},
            {"libpq5", "media-types"},
        ),
        ("node:20", {"tzdata", "libstdc++6"}, {"ca-certificates", "python3", "openssl"}),
    ],
)
def test_packages_that_a_slim_variant_loses(text: str, kept: set[str], lost: set[str]) -> None:
    found = sibling_of(text).lost_packages
    assert found is not None and lost <= found and kept.isdisjoint(found)


def test_a_jre_loses_the_tools_and_keeps_the_settings() -> None:
    base, found = known_base("maven:3.9-eclipse-temurin-17"), sibling_of("maven:3.9-eclipse-temurin-17")
    assert found.lost_env == ("MAVEN_HOME", "MAVEN_CONFIG")
    assert {"mvn", "javac", "jcmd", "git"} <= found.lost_programs
    assert found.lost_programs.isdisjoint({"java", "keytool", "curl"})
    assert found.base.config.env["JAVA_HOME"] == base.config.env["JAVA_HOME"]
    assert found.entrypoints == {base.config.entrypoint, found.base.config.entrypoint}
    assert "JAVA_VERSION" in found.varying_env


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("maven:3.9", "no JRE"),
        ("openjdk:17", "no JRE"),
        ("maven:3.9-amazoncorretto-17", "no JRE"),
        ("openjdk:8-jdk-alpine", "JAVA_HOME"),
        ("openjdk:8u111-jdk", "JAVA_HOME"),
    ],
)
def test_a_jdk_without_a_like_jre_has_no_sibling(text: str, words: str) -> None:
    found = sibling(known_base(text))
    assert isinstance(found, NoSibling) and words in found.why


@pytest.mark.parametrize(
    ("raw", "expanded", "runtime"),
    [
        ("eclipse-temurin:${V}-jdk", "eclipse-temurin:17-jdk", "eclipse-temurin:${V}-jre"),
        ("eclipse-temurin:$V", "eclipse-temurin:17", "eclipse-temurin:$V-jre"),
        ("maven:${M}-eclipse-temurin-17", "maven:3.9-eclipse-temurin-17", "eclipse-temurin:17-jre-noble"),
        ("maven:3.9-eclipse-temurin-$V", "maven:3.9-eclipse-temurin-17", None),
        ("eclipse-temurin:$V", "eclipse-temurin:17-jdk", None),
    ],
)
def test_a_jre_in_the_terms_of_its_jdk(raw: str, expanded: str, runtime: str | None) -> None:
    assert sibling_text(raw, known_base(expanded), sibling_of(expanded)) == runtime


def test_packages_of_an_archived_release_are_not_known() -> None:
    assert sibling_of("node:14").lost_packages is None


@pytest.mark.parametrize(
    ("raw", "expanded", "runtime", "builder"),
    [
        ("python:${V}", "python:3.12", "python:${V}-slim", "python:${V}"),
        ("python:$V", "python:3.12", "python:$V-slim", "python:$V"),
        ("python:${V}-bookworm", "python:3.12-bookworm", "python:${V}-slim-bookworm", "python:${V}-bookworm"),
        ("python:${V}", "python:3.12-bookworm", None, "python:${V}"),
        ("python:${V}", "python:latest", None, "python:${V}"),
        ("node:${V:-20}", "node:20", "node:${V:-20}-slim", "node:${V:-20}"),
        ("node:${V}-bookworm", "node:20-bookworm", "node:${V}-bookworm-slim", "node:${V}-bookworm"),
        ("${R}/python:3.12", "docker.io/library/python:3.12", "${R}/python:3.12-slim", "${R}/python:3.12"),
        ("golang:${V}", "golang:1.26", "debian:trixie-slim", "golang:${V}-trixie"),
        ("golang:${V}", "golang:1.20.4", "debian:bullseye-slim", "golang:${V}-bullseye"),
        ("golang:${V}-bookworm", "golang:1.22-bookworm", "debian:bookworm-slim", "golang:${V}-bookworm"),
        ("golang:${V}-alpine", "golang:1.26-alpine", "alpine:3.24", "golang:${V}-alpine3.24"),
        ("golang:${V}", "golang:1.26-alpine", None, None),
        ("golang:${V}", "golang:1.22-bookworm", None, None),
        ("golang:${V}-${OS}", "golang:1.22-bookworm", "debian:${OS}-slim", "golang:${V}-${OS}"),
        ("golang:${V}-alpine${A}", "golang:1.22-alpine3.19", "alpine:${A}", "golang:${V}-alpine${A}"),
        ("golang:1.22-alpine3.$M", "golang:1.22-alpine3.19", "alpine:3.$M", "golang:1.22-alpine3.$M"),
        ("golang:${V}-${OS}", "golang:1.22-alpine3.19", None, None),
        ("${R}golang:${V}", "golang:1.26", "${R}debian:trixie-slim", "${R}golang:${V}-trixie"),
        ("$BASE", "python:3.12", None, None),
        ("python:3.12", "python:3.12", "python:3.12-slim", "python:3.12"),
        ("golang:1.26", "golang:1.26", "debian:trixie-slim", "golang:1.26-trixie"),
    ],
)
def test_variables_stay_in_the_expression(
    raw: str, expanded: str, runtime: str | None, builder: str | None
) -> None:
    base, found = known_base(expanded), sibling_of(expanded)
    assert sibling_text(raw, base, found) == runtime
    assert builder_text(raw, base, found) == builder
    value = re.fullmatch(re.escape(raw).replace(re.escape("${V}"), "(.+)"), expanded)
    if value and value.groups() and runtime:
        assert runtime.replace("${V}", value[1]) == found.reference_text
        assert builder is None or known_base(builder.replace("${V}", value[1])).system == base.system


@pytest.mark.parametrize(
    ("raw", "expanded", "named"),
    [
        ("python:3.12", "python:3.12", "python:3.12-trixie"),
        ("python:3.12-slim", "python:3.12-slim", "python:3.12-slim-trixie"),
        ("node:${V}-slim", "node:24-slim", "node:${V}-bookworm-slim"),
        ("python:3.12-bookworm", "python:3.12-bookworm", "python:3.12-bookworm"),
        ("debian:12-slim", "debian:12-slim", "debian:12-slim"),
        ("python", "python", "python:trixie"),
        ("python:${V}", "python:3.12-bookworm", None),
        ("golang:1.19.4", "golang:1.19.4", "golang:1.19.4-bullseye"),
    ],
)
def test_the_release_can_be_named(raw: str, expanded: str, named: str | None) -> None:
    assert release_named_text(raw, known_base(expanded)) == named
