from __future__ import annotations

import pytest

from restage.image.owned_files import comes_with


@pytest.mark.parametrize(
    ("package", "kept"),
    [
        ("imagemagick-6-common", "libmagickwand-6.q16-6"),
        ("python3-minimal", "python3-venv"),
        ("git", "git-lfs"),
        ("netbase", "netbase"),
    ],
)
def test_a_package_comes_with_one_that_depends_on_it(package: str, kept: str) -> None:
    assert comes_with(package, ("curl", kept))


@pytest.mark.parametrize(
    ("package", "kept"),
    [("fonts-dejavu-core", "fonts-liberation"), ("perl", "perl-base"), ("media-types", "media-player")],
)
def test_a_name_alike_in_front_is_no_dependency(package: str, kept: str) -> None:
    assert not comes_with(package, (kept,))
