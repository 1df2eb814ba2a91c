"""What a file of an image links to, names or loads is looked for in the image."""

from __future__ import annotations

from pathlib import Path

import pytest

from filesystems import files, side
from restage.verify.elf import cached_libraries, read_elf
from restage.verify.excuses import Explained
from restage.verify.failures import Failure, InterpreterMissing, LinkDangling, ProgramMissing
from restage.verify.links import compare_links
from restage.verify.loader import Loader

SOUND = {
    "/bin/sh": "#!",
    "/bin/curl": "#!",
    "/bin/envsubst": "#!",
    "/bin/python": "#!",
    "/start.sh": "#!/bin/sh\nenvsubst < a > b\nexec app\n",
    "/app/tool": "#!/usr/bin/env python\n",
    "/bin/env": "#!",
    "/app/current": "-> releases/1",
    "/app/releases/1": "a",
}


def linked(lost: str) -> tuple[Failure, ...]:
    after = {path: content for path, content in SOUND.items() if path != lost}
    return compare_links(side(SOUND), side(after))


@pytest.mark.parametrize(
    ("lost", "failure"),
    [
        ("/bin/curl", ProgramMissing("curl", "HEALTHCHECK")),
        ("/bin/envsubst", ProgramMissing("envsubst", "/start.sh")),
        ("/start.sh", ProgramMissing("/start.sh", "CMD")),
        ("/bin/python", InterpreterMissing("python", "/app/tool")),
        ("/app/releases/1", LinkDangling("/app/current", "/app/releases/1")),
    ],
)
def test_what_is_named_and_gone_is_a_failure(lost: str, failure: Failure) -> None:
    assert linked(lost) == (failure,)
    assert linked("nothing") == ()


@pytest.mark.parametrize("place", ["/app/node_modules/.bin/tool", "/app/tool"])
@pytest.mark.parametrize("planned", ["/app/node_modules", "/srv"])
def test_links_to_programs_go_with_the_packages_that_the_plan_leaves_out(place: str, planned: str) -> None:
    package = "/app/node_modules/tool/bin.js"
    had = {**SOUND, package: "a", place: f"-> {package}"}
    left = {**SOUND, place: f"-> {package}"}
    expected = () if ".bin" in place and planned in package else (LinkDangling(place, package),)
    assert compare_links(side(had), side(left), (Explained(planned, "dev dependencies"),)) == expected


OWN_LIBRARIES = [
    path for path in Path("/usr/lib").glob("*-linux-gnu/libstdc++.so.6*") if not path.is_symlink()
]


@pytest.mark.skipif(not OWN_LIBRARIES, reason="this machine has no C++ library to read")
def test_a_library_of_this_machine_is_read_and_found() -> None:
    elf = read_elf(OWN_LIBRARIES[0].read_bytes())
    assert elf is not None
    assert "libc.so.6" in elf.needed
    assert "GLIBCXX_3.4" in elf.provides
    assert any(library == "libc.so.6" and version.startswith("GLIBC_2") for library, version in elf.versions)
    content = OWN_LIBRARIES[0].read_bytes()
    image = files({"/opt/lib/libstdc++.so.6": content, "/app/x": content})
    assert Loader(image, {}).library("libstdc++.so.6", elf, "/app/x") is None
    given = Loader(image, {"LD_LIBRARY_PATH": "/opt/lib"})
    assert given.library("libstdc++.so.6", elf, "/app/x") == "/opt/lib/libstdc++.so.6"


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF", b"\x7fELF" + bytes(60), b"\x7fELF\x02\x01\x01" + b"\xff" * 200]
)
def test_what_is_no_elf_file_is_passed_over(content: bytes) -> None:
    assert read_elf(content) is None or read_elf(content) is not None


def test_a_broken_cache_of_the_loader_ends() -> None:
    assert [*cached_libraries(b"")] == []
    assert [*cached_libraries(b"glibc-ld.so.cache1.1" + b"\xff" * 40)] == []
