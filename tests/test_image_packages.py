from __future__ import annotations

import pytest

from projects import known_base
from restage.image.base import PackageManager
from restage.image.os_packages import (
    Role,
    architectures_of,
    brings,
    brings_tools,
    carries_release,
    creates_users,
    package_of,
    programs,
    recommended,
    role,
    runtime_packages,
)
from restage.image.programs import base_programs, knows_all_programs

APT, APK, DNF = PackageManager.APT, PackageManager.APK, PackageManager.DNF


@pytest.mark.parametrize(
    ("name", "base", "packages"),
    [
        ("libssl-dev", "debian:bullseye", {"libssl1.1"}),
        ("libssl-dev", "debian:bookworm", {"libssl3"}),
        ("libssl-dev", "debian:trixie", {"libssl3t64"}),
        ("default-libmysqlclient-dev", "python:3.12-bookworm", {"libmariadb3"}),
        ("libmysqlclient-dev", "ubuntu:22.04", {"libmysqlclient21"}),
        ("libicu-dev", "ubuntu:focal", {"libicu66"}),
        ("libjpeg-dev", "ubuntu:24.04", {"libjpeg8"}),
        ("libprotobuf-dev", "ubuntu:22.04", {"libprotobuf23", "libprotobuf-lite23"}),
        ("openssl-dev", "alpine:3.20", {"libssl3", "libcrypto3"}),
        ("openssl-dev", "alpine:3.16", {"libssl1.1", "libcrypto1.1"}),
        ("openssl-dev", "node:8-alpine", {"libssl1.1", "libcrypto1.1"}),
        ("postgresql-dev", "python:3.12-alpine", {"libpq"}),
        ("libc6-dev", "debian:bookworm", set()),
        ("libeigen3-dev", "debian:bookworm", set()),
        ("libpng++-dev", "debian:trixie", {"libpng16-16t64"}),
        ("musl-dev", "alpine:3.20", set()),
    ],
)
def test_a_dev_package_leaves_its_libraries(name: str, base: str, packages: set[str]) -> None:
    found = runtime_packages(name, known_base(base))
    assert found is not None and set(found.packages) == packages


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("libmysqlclient-dev", "debian:bookworm"),
        ("libpq-dev", "node:14"),
        ("openssl-dev", "alpine:3.6"),
        ("boost-dev", "alpine:3.20"),
        ("vips-dev", "node:20-alpine"),
        ("libnowhere-dev", "debian:bookworm"),
        ("libpq-dev", "amazonlinux:2023"),
    ],
)
def test_without_a_row_nothing_is_known(name: str, base: str) -> None:
    assert runtime_packages(name, known_base(base)) is None


@pytest.mark.parametrize("base", ["debian:bookworm", "ubuntu:22.04", "ubuntu:24.04"])
def test_a_name_that_carries_the_release_says_so(base: str) -> None:
    assert carries_release("libboost-thread-dev", known_base(base))
    assert not carries_release("libsqlite3-dev", known_base(base))


@pytest.mark.parametrize(
    ("name", "base", "libraries"),
    [
        ("gcc", "python:3.12-bookworm", {"libgomp1", "libatomic1", "libquadmath0"}),
        ("build-essential", "ubuntu:22.04", {"libgomp1", "libatomic1", "libquadmath0", "libstdc++6"}),
        ("gfortran", "debian:bookworm", {"libgomp1", "libatomic1", "libquadmath0", "libgfortran5"}),
        ("libpq-dev", "debian:bookworm", {"libpq5", "libssl3"}),
        ("protobuf-compiler", "debian:bookworm", {"libprotobuf32", "libprotobuf-lite32", "zlib1g"}),
        ("build-base", "node:20-alpine", {"libgcc", "libgomp", "libatomic", "libstdc++"}),
        ("gcc", "amazonlinux:2023", {"libgomp"}),
        ("gcc-12", "debian:bookworm", {"libgomp1", "libatomic1", "libquadmath0"}),
        ("make", "debian:bookworm", set()),
        ("nobody-knows", "debian:bookworm", set()),
    ],
)
def test_a_build_package_brings_libraries(name: str, base: str, libraries: set[str]) -> None:
    assert set(brings(name, known_base(base))) == libraries


def test_what_comes_with_a_dev_package_begins_with_its_own() -> None:
    assert brings("libxml2-dev", known_base("debian:bookworm")) == ("libxml2", "libicu72")


def test_a_library_of_some_architectures_is_named() -> None:
    found = architectures_of("libquadmath0", APT)
    assert found is not None and "amd64" in found and "arm64" not in found
    assert architectures_of("libgomp1", APT) is None


@pytest.mark.parametrize(
    ("name", "manager", "answer"),
    [
        ("build-essential", APT, Role.BUILD),
        ("libpq-dev", APT, Role.BUILD),
        ("make", APT, Role.BUILD),
        ("python3-dev", APT, Role.BUILD),
        ("g++-11", APT, Role.BUILD),
        ("postgresql-client-15", APT, Role.RUNTIME),
        ("libpq5", APT, Role.RUNTIME),
        ("ffmpeg", APT, Role.RUNTIME),
        ("tzdata", APK, Role.RUNTIME),
        ("python3-numpy", APT, Role.RUNTIME),
        ("php-curl", APT, Role.RUNTIME),
        ("curl", APT, Role.AMBIGUOUS),
        ("git", APK, Role.AMBIGUOUS),
        ("openjdk-17-jdk", APT, Role.AMBIGUOUS),
        ("git", DNF, Role.AMBIGUOUS),
        ("gcc-c++", DNF, Role.BUILD),
        ("openssl-devel", DNF, Role.BUILD),
        ("acme-agent", APT, Role.UNKNOWN),
    ],
)
def test_what_a_package_is_for(name: str, manager: PackageManager, answer: Role) -> None:
    assert role(name, manager) is answer


@pytest.mark.parametrize(
    ("package", "manager", "some"),
    [
        ("git", APT, {"git"}),
        ("procps", APT, {"ps", "top"}),
        ("postgresql-client-15", APT, {"psql", "pg_dump"}),
        ("imagemagick", APT, {"convert", "identify"}),
        ("poppler-utils", APT, {"pdftotext"}),
        ("busybox", APK, {"wget", "unzip", "sh"}),
        ("procps-ng", DNF, {"ps"}),
    ],
)
def test_programs_of_a_package(package: str, manager: PackageManager, some: set[str]) -> None:
    assert some <= set(programs(package, manager))


@pytest.mark.parametrize(
    ("program", "base", "package"),
    [
        ("ps", "debian:bookworm", "procps"),
        ("convert", "debian:bookworm", "imagemagick"),
        ("pdftotext", "alpine:3.20", "poppler-utils"),
        ("ssh", "alpine:3.20", "openssh-client"),
        ("java", "debian:bookworm", "default-jre-headless"),
        ("hg", "ubuntu:22.04", "mercurial"),
        ("no-such-program", "debian:bookworm", None),
    ],
)
def test_the_package_of_a_program(program: str, base: str, package: str | None) -> None:
    assert package_of(program, known_base(base)) == package


@pytest.mark.parametrize("manager", [APT, APK, DNF])
def test_every_preferred_package_has_the_program(manager: PackageManager) -> None:
    base = known_base({APT: "debian:bookworm", APK: "alpine:3.20", DNF: "amazonlinux:2023"}[manager])
    for program in ("git", "curl", "ps", "ssh", "convert", "perl", "make", "unzip"):
        package = package_of(program, base)
        assert package is not None and program in programs(package, manager)


@pytest.mark.parametrize(
    ("name", "manager", "tool"),
    [
        ("python3-pip", APT, "python3"),
        ("npm", APK, "nodejs"),
        ("build-essential", APT, "perl"),
        ("autoconf", APK, "perl"),
    ],
)
def test_tools_that_come_along(name: str, manager: PackageManager, tool: str) -> None:
    assert tool in brings_tools(name, manager)


@pytest.mark.parametrize(
    ("package", "answer"), [("nginx", True), ("openssh-client", True), ("tor", True), ("libpq5", False)]
)
def test_packages_that_create_users(package: str, answer: bool) -> None:
    assert creates_users(package) is answer


def test_git_recommends_a_package_that_makes_a_group() -> None:
    assert not creates_users("git")
    assert any(creates_users(package) for package in recommended("git", APT))


@pytest.mark.parametrize(("name", "manager"), [("curl", APT), ("git", APT), ("git", APK), ("curl", APK)])
def test_certificates_come_along(name: str, manager: PackageManager) -> None:
    assert "ca-certificates" in {*brings_tools(name, manager), *recommended(name, manager)}


@pytest.mark.parametrize(
    ("base", "there", "missing"),
    [
        ("python:3.12-bookworm", {"git", "gcc", "curl", "convert", "python3", "pip"}, {"node", "ffmpeg"}),
        ("python:3.12-slim", {"bash", "tar", "python3", "openssl"}, {"git", "curl", "ps", "make"}),
        ("node:20-slim", {"node", "npm", "yarn", "perl"}, {"git", "python3", "openssl", "ps"}),
        ("node:14", {"git", "g++", "node"}, {"ffmpeg"}),
        ("golang:1.22", {"go", "git", "gcc", "hg", "ps"}, {"unzip", "bzip2", "convert"}),
        ("golang:1.26-alpine", {"go", "wget", "ps", "unzip"}, {"git", "gcc", "bash", "curl"}),
        ("debian:bookworm-slim", {"sh", "sed", "perl"}, {"curl", "git", "xz", "bzip2"}),
        ("alpine:3.20", {"sh", "wget", "awk", "apk"}, {"bash", "curl", "perl"}),
    ],
)
def test_programs_in_a_base(base: str, there: set[str], missing: set[str]) -> None:
    found = base_programs(known_base(base))
    assert found is not None and there <= found and found.isdisjoint(missing)
    assert knows_all_programs(known_base(base))


def test_programs_of_an_unlisted_family_are_a_lower_bound() -> None:
    base = known_base("ubuntu:22.04")
    assert "sed" in (base_programs(base) or ()) and not knows_all_programs(base)
    assert base_programs(known_base("amazonlinux:2023")) is None
