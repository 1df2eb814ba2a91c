from __future__ import annotations

import pytest

from projects import known_base
from restage.image.base import PackageManager
from restage.image.facilities import Facility, files_of, has, packages_for, provides

CERTIFICATES, ZONES, MIME = Facility.CERTIFICATES, Facility.TIME_ZONES, Facility.MIME_TYPES


@pytest.mark.parametrize(
    ("base", "facility", "answer"),
    [
        ("python:3.12", CERTIFICATES, True),
        ("python:3.12-slim", CERTIFICATES, True),
        ("node:20", CERTIFICATES, True),
        ("node:20-slim", CERTIFICATES, False),
        ("debian:bookworm-slim", CERTIFICATES, False),
        ("golang:1.22", CERTIFICATES, True),
        ("alpine:3.20", CERTIFICATES, True),
        ("alpine:3.10", CERTIFICATES, None),
        ("php:8.3-fpm", CERTIFICATES, None),
        ("debian:bookworm-slim", ZONES, True),
        ("php:8.3-fpm", ZONES, True),
        ("golang:1.26-alpine", ZONES, False),
        ("python:3.12-alpine", ZONES, None),
        ("ubuntu:22.04", ZONES, None),
        ("golang:1.22", MIME, True),
        ("golang:1.16-buster", MIME, True),
        ("python:3.12-slim", MIME, False),
        ("golang:1.22", Facility.MIME_DATABASE, False),
        ("node:20", Facility.MIME_DATABASE, True),
        ("python:3.12-slim", Facility.SERVICES, True),
        ("node:20-slim", Facility.SERVICES, False),
        ("node:20-alpine", Facility.SERVICES, True),
        ("node:20", Facility.FONTS, True),
        ("node:20-slim", Facility.FONTS, False),
    ],
)
def test_what_a_base_has(base: str, facility: Facility, answer: bool | None) -> None:
    assert has(known_base(base), facility) is answer


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("debian:bookworm", ("media-types",)),
        ("debian:buster", ("mime-support",)),
        ("ubuntu:20.04", ("mime-support",)),
        ("ubuntu:22.04", ("media-types",)),
        ("alpine:3.20", ("mailcap",)),
    ],
)
def test_the_package_of_mime_types_moved(base: str, packages: tuple[str, ...]) -> None:
    assert packages_for(MIME, known_base(base)) == packages


@pytest.mark.parametrize("base", ["debian:bookworm", "alpine:3.20", "amazonlinux:2023"])
@pytest.mark.parametrize("facility", list(Facility))
def test_every_facility_has_files_and_packages_that_provide_it(base: str, facility: Facility) -> None:
    image = known_base(base)
    assert all(path.startswith("/") for path in files_of(facility, image))
    assert all(provides(name, facility, image.package_manager) for name in packages_for(facility, image))


@pytest.mark.parametrize(
    ("package", "facility", "answer"),
    [("fonts-noto", Facility.FONTS, True), ("fontconfig", Facility.FONTS, False), ("tzdata", ZONES, True)],
)
def test_a_package_provides_a_facility(package: str, facility: Facility, answer: bool) -> None:
    assert provides(package, facility, PackageManager.APT) is answer
