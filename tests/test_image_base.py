from __future__ import annotations

import pytest

from projects import known_base, look_up
from restage.image.base import Libc, PackageManager, UnknownBase, Variant

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "system", "libc"),
    [
        ("python:3.12", "debian:trixie", "2.41"),
        ("python:3.8", "debian:bookworm", "2.36"),
        ("python:3.9-slim", "debian:trixie", "2.41"),
        ("golang:1.19.4", "debian:bullseye", "2.31"),
        ("golang:1.20.4", "debian:bullseye", "2.31"),
        ("golang:1.20.5", "debian:bookworm", "2.36"),
        ("golang:1.23", "debian:bookworm", "2.36"),
        ("node:14", "debian:buster", "2.28"),
        ("node:18", "debian:bookworm", "2.36"),
        ("node", "debian:trixie", "2.41"),
        ("arm64v8/node:20-alpine", "alpine:3.23", "1.2"),
        ("ubuntu:22.04", "ubuntu:jammy", "2.35"),
        ("ubuntu:noble", "ubuntu:noble", "2.39"),
        ("debian:12-slim", "debian:bookworm", "2.36"),
        ("alpine:3.20", "alpine:3.20", "1.2"),
        ("openjdk:17", "oraclelinux:8", "2.28"),
        ("eclipse-temurin:17-jre", "ubuntu:resolute", None),
        ("amazonlinux:2023", "amazonlinux:2023", "2.34"),
        ("nginx:1.25", "debian:bookworm", "2.36"),
    ],
)
def test_a_tag_tells_the_release(text: str, system: str, libc: str | None) -> None:
    base = known_base(text)
    assert (base.system, base.libc_version) == (system, libc)


@pytest.mark.parametrize(
    ("text", "variant", "manager", "libc"),
    [
        ("python:3.12", Variant.FULL, PackageManager.APT, Libc.GLIBC),
        ("python:3.12-slim-bookworm", Variant.SLIM, PackageManager.APT, Libc.GLIBC),
        ("node:20-alpine3.20", Variant.ALPINE, PackageManager.APK, Libc.MUSL),
        ("node:8-onbuild", Variant.OTHER, PackageManager.APT, Libc.GLIBC),
        ("openjdk:11-jre", Variant.OTHER, PackageManager.APT, Libc.GLIBC),
        ("oraclelinux:8-slim", Variant.SLIM, PackageManager.DNF, Libc.GLIBC),
    ],
)
def test_a_tag_tells_the_variant(text: str, variant: Variant, manager: PackageManager, libc: Libc) -> None:
    base = known_base(text)
    assert (base.variant, base.package_manager, base.libc) == (variant, manager, libc)


@pytest.mark.parametrize(
    ("text", "archived", "ageing"),
    [
        ("node:14", True, False),
        ("node:8", True, False),
        ("golang:1.16", False, True),
        ("python:3", False, False),
    ],
)
def test_an_old_debian_has_no_package_index(text: str, archived: bool, ageing: bool) -> None:
    base = known_base(text)
    assert (base.archived, base.ageing) == (archived, ageing)


@pytest.mark.parametrize(
    ("text", "floats"),
    [
        ("python:3.12", True),
        ("python:3.12-bookworm", False),
        ("python:3.8", False),
        ("golang:1.26", True),
        ("debian:12", False),
        ("debian:stable", True),
        ("alpine:3.24", False),
        ("alpine:3", True),
        ("node:20-alpine", False),
    ],
)
def test_a_tag_floats_if_it_is_published_and_names_no_release(text: str, floats: bool) -> None:
    assert known_base(text).floats is floats


@pytest.mark.parametrize(
    ("text", "env"),
    [
        (
            "golang:1.22.12",
            {
                "PATH": f"/go/bin:/usr/local/go/bin:{DEFAULT_PATH}",
                "GOLANG_VERSION": "1.22.12",
                "GOTOOLCHAIN": "local",
                "GOPATH": "/go",
            },
        ),
        (
            "golang:1.20",
            {"PATH": f"/go/bin:/usr/local/go/bin:{DEFAULT_PATH}", "GOLANG_VERSION": None, "GOPATH": "/go"},
        ),
        ("node:20.11.1", {"PATH": DEFAULT_PATH, "NODE_VERSION": "20.11.1", "YARN_VERSION": None}),
        ("node:26", {"PATH": DEFAULT_PATH, "NODE_VERSION": None}),
        ("node:latest", {"PATH": DEFAULT_PATH, "NODE_VERSION": None}),
        ("node:lts", {"PATH": DEFAULT_PATH, "NODE_VERSION": None, "YARN_VERSION": None}),
        ("debian:bookworm", {"PATH": DEFAULT_PATH}),
    ],
)
def test_the_environment_that_an_image_sets(text: str, env: dict[str, str | None]) -> None:
    assert dict(known_base(text).config.env) == env


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("python:3.12", "C.UTF-8"),
        ("python:2.7", "C.UTF-8"),
        ("python:3.13", None),
        ("python", None),
        ("python:3", None),
    ],
)
def test_python_sets_lang_up_to_3_12(text: str, lang: str | None) -> None:
    assert known_base(text).config.env.get("LANG") == lang


@pytest.mark.parametrize(
    ("text", "entrypoint", "cmd", "workdir"),
    [
        ("python:3.12", (), ("python3",), "/"),
        ("python:2.7", (), ("python2",), "/"),
        ("node:20", ("docker-entrypoint.sh",), ("node",), "/"),
        ("node:8.15", (), ("node",), "/"),
        ("golang:1.22", (), ("bash",), "/go"),
        ("golang:1.22-alpine", (), ("/bin/sh",), "/go"),
        ("eclipse-temurin:17", ("/__cacert_entrypoint.sh",), ("jshell",), "/"),
        ("eclipse-temurin:17-jre", ("/__cacert_entrypoint.sh",), (), "/"),
        ("nginx:1.25", ("/docker-entrypoint.sh",), ("nginx", "-g", "daemon off;"), "/"),
    ],
)
def test_the_start_that_an_image_sets(
    text: str, entrypoint: tuple[str, ...], cmd: tuple[str, ...], workdir: str
) -> None:
    config = known_base(text).config
    assert (config.entrypoint, config.cmd, config.workdir) == (entrypoint, cmd, workdir)


@pytest.mark.parametrize(
    ("text", "execs"), [("node:20", True), ("python:3", True), ("debian:12", True), ("nginx:1.25", False)]
)
def test_an_entrypoint_that_only_execs_the_command_is_known(text: str, execs: bool) -> None:
    assert known_base(text).entrypoint_execs_command is execs


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("node:20", {"node", "npm", "npx", "yarn", "corepack"}),
        ("python:3.12", {"python", "python3", "pip", "pip3"}),
        ("golang", {"go", "gofmt"}),
    ],
)
def test_the_programs_of_the_language(text: str, programs: set[str]) -> None:
    assert programs <= known_base(text).own_programs


def test_yarn_and_corepack_left_node() -> None:
    assert known_base("node:26").own_programs.isdisjoint({"yarn", "corepack"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scratch", "empty"),
        ("ghcr.io/acme/base:1", "not in the table"),
        ("bitnami/node:20", "not in the table"),
        ("python:99", "tag is not in the table"),
        (f"python@{DIGEST}", "digest"),
        (f"python:3.12@{DIGEST}", "digest"),
        (f"python:3.8@{DIGEST}", "digest"),
        ("groovy:4-jdk17", "sets is not known"),
        ("node:12.2", "month"),
    ],
)
def test_what_is_not_known_says_why(text: str, words: str) -> None:
    base = look_up(text)
    assert isinstance(base, UnknownBase) and words in base.why


@pytest.mark.parametrize("text", [f"python:3.12-bookworm@{DIGEST}", f"golang:1.20.4@{DIGEST}"])
def test_a_digest_beside_a_tag_that_never_moved_is_known(text: str) -> None:
    assert known_base(text).distro == "debian"


@pytest.mark.parametrize(
    "text",
    [
        "golang:1.22-nanoserver",
        "python:3.12-windowsservercore-ltsc2022",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
    ],
)
def test_a_windows_image_is_named_as_one(text: str) -> None:
    base = look_up(text)
    assert isinstance(base, UnknownBase) and base.windows


@pytest.mark.parametrize(
    ("text", "distro", "release", "manager"),
    [
        ("registry.access.redhat.com/ubi8/nodejs-16", "ubi", "8", PackageManager.DNF),
        ("registry.access.redhat.com/ubi9:9.4", "ubi", "9", PackageManager.DNF),
        ("registry.redhat.io/ubi10/nodejs-22", "ubi", "10", PackageManager.DNF),
        ("python:3.99-bookworm", "debian", "bookworm", PackageManager.APT),
        ("node:99-alpine3.20", "alpine", "3.20", PackageManager.APK),
        ("groovy:4-jdk17-jammy", "ubuntu", "jammy", PackageManager.APT),
    ],
)
def test_an_unknown_image_carries_what_is_known(
    text: str, distro: str, release: str, manager: PackageManager
) -> None:
    base = look_up(text)
    assert isinstance(base, UnknownBase)
    assert (base.distro, base.release, base.package_manager) == (distro, release, manager)


def test_what_is_known_cannot_be_changed_and_is_a_key() -> None:
    base = known_base("node:20")
    with pytest.raises(TypeError):
        base.config.env["PATH"] = ""  # type: ignore[index]
    assert {base: 1}[known_base("node:20")] == 1
