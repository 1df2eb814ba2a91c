"""Where the users that a file makes are at home."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import walked


@pytest.mark.parametrize(
    ("lines", "home"),
    [
        ("RUN useradd app\nUSER app", "/home/app"),
        ("RUN useradd -m -d /srv/app -u 1000 app\nUSER app", "/srv/app"),
        ("RUN useradd --home-dir=/srv/app app && usermod -d /opt/app app\nUSER app:app", "/opt/app"),
        ("RUN useradd -b /srv app\nUSER app", "/srv/app"),
        ("RUN adduser -D -h /srv/app -u 1000 app\nUSER 1000:1000", "/srv/app"),
        ("RUN useradd -m -u 1000 app\nUSER 1000", "/home/app"),
        ("RUN useradd -m -u 1000 app\nUSER app\nENV HOME=/app", "/app"),
        ("RUN useradd -m app", "/root"),
    ],
)
def test_a_home_is_where_the_user_was_made_with(tmp_path: Path, lines: str, home: str) -> None:
    assert walked(tmp_path, f"FROM debian:bookworm\n{lines}", {})[0].final.home == home
