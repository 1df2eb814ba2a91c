"""What a package manager fetched for itself leaves the layer that brought it, unless somebody may read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms import stages_after

FILES = {"deps": "", "install.sh": "#!/bin/sh\nexec serve --needs apt-get\n"}
BUILD = "COPY deps .\nRUN forge --reads deps --writes /opt/made --cache /root/.forge"
CLEAN = "rm -rf /var/lib/apt/lists/*"
INSTALL = "RUN apt-get update && apt-get install -y nginx"


def runtime(folder: Path, lines: str, base: str = "debian:bookworm", start: str = "serve") -> list[str]:
    """The RUN lines of the runtime stage."""
    text = f"FROM {base}\nWORKDIR /app\n{lines}\nCMD {start}\n"
    return [line for line in stages_after(folder, text, FILES)[1] if line.startswith("RUN")]


CLEARED = {
    "an install with its lists": (INSTALL, [f"{INSTALL} && {CLEAN}"]),
    "lists that the builder needs too": (
        "RUN apt-get update && apt-get install -y gcc nginx && forge",
        [f"{INSTALL} && {CLEAN}"],
    ),
    "each install with lists of its own": (
        f"{INSTALL}\nRUN apt-get update && apt-get install -y bash",
        [f"{INSTALL} && {CLEAN}", f"RUN apt-get update && apt-get install -y bash && {CLEAN}"],
    ),
    "lists in a layer of their own": (
        "RUN apt-get -q update\nRUN apt-get install -y nginx",
        [f"RUN apt-get -q update && apt-get install -y nginx && {CLEAN}"],
    ),
    "lists in a layer of their own, cleared in another": (
        f"RUN apt-get update\nRUN apt-get install -y nginx && {CLEAN}",
        [f"RUN apt-get update && apt-get install -y nginx && {CLEAN}"],
    ),
    "a chain with semicolons": (
        "RUN set -e; apt-get update; apt-get install -y nginx;",
        [f"RUN set -e; apt-get update; apt-get install -y nginx && {CLEAN};"],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CLEARED.values(), ids=CLEARED)
def test_package_lists_leave_the_layer(tmp_path: Path, lines: str, expected: list[str]) -> None:
    assert runtime(tmp_path, f"{lines}\n{BUILD}") == expected


KEPT = {
    "cleared already": f"{INSTALL} && {CLEAN}",
    "cleared with all of apt's": f"{INSTALL} && rm -rf /var/lib/apt /var/cache/*",
    "in a cache that is mounted": f"RUN --mount=type=cache,target=/var/lib/apt {INSTALL.removeprefix('RUN ')}",
    "for two installs below": "RUN apt-get update\nRUN apt-get install -y nginx\nRUN apt-get install -y bash",
    "for an install further down": f"{INSTALL}\nRUN apt-get install -y bash",
    "as somebody else": "RUN sudo apt-get update && sudo apt-get install -y nginx",
    "in words": 'RUN ["apt-get", "update"]\nRUN ["apt-get", "install", "-y", "nginx"]',
}


@pytest.mark.parametrize("lines", KEPT.values(), ids=KEPT)
def test_package_lists_stay_where_they_are_needed_or_gone_already(tmp_path: Path, lines: str) -> None:
    assert runtime(tmp_path, f"{lines}\n{BUILD}") == lines.split("\n")


@pytest.mark.parametrize("start", ["serve --needs apt-get", "./install.sh", "apt-get install -y bash"])
def test_package_lists_stay_for_a_container_that_installs(tmp_path: Path, start: str) -> None:
    lines = f"COPY install.sh .\n{INSTALL}\n{BUILD}"
    assert runtime(tmp_path, lines, start=start) == [INSTALL]


def test_package_lists_stay_for_an_install_below_the_cut(tmp_path: Path) -> None:
    late = "RUN apt-get install -y bash"
    assert runtime(tmp_path, f"{INSTALL}\n{BUILD}\n{late}") == [INSTALL, late]


def test_the_lines_below_the_cut_stay_as_the_author_wrote_them(tmp_path: Path) -> None:
    assert runtime(tmp_path, f"{BUILD}\n{INSTALL}") == [INSTALL]


@pytest.mark.parametrize(
    ("base", "line", "expected"),
    [
        ("alpine:3.20", "RUN apk add bash", "RUN apk add bash && rm -rf /var/cache/apk/*"),
        ("alpine:3.20", "RUN apk add --no-cache bash", "RUN apk add --no-cache bash"),
        ("fedora:40", "RUN dnf install -y nginx", "RUN dnf install -y nginx && dnf clean all"),
        (
            "fedora:40",
            "RUN dnf install -y nginx && dnf clean all",
            "RUN dnf install -y nginx && dnf clean all",
        ),
        (
            "fedora:40",
            "RUN dnf install -y nginx && rm -rf /var/cache/dnf",
            "RUN dnf install -y nginx && rm -rf /var/cache/dnf",
        ),
    ],
)
def test_other_managers_leave_no_cache_either(tmp_path: Path, base: str, line: str, expected: str) -> None:
    assert runtime(tmp_path, f"{line}\n{BUILD}", base) == [expected]
