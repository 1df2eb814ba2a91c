"""Where compilers and the tools that drive them write, and when that isn't told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpp_image import MAIN, Stage, recipe_stage
from projects import written

CMAKE = "project(app C)\nadd_executable(app main.c)\n"
MESON = "project('app', 'c')\nexecutable('app', 'main.c')\n"
MAKE = "app: main.c\n\t$(CC) -o $@ $<\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gcc -O2 main.c -o server -lm", {"/app/server"}),
        ("g++-12 main.cpp -oserver", {"/app/server"}),
        ("clang main.c", {"/app/a.out"}),
        ("cc -c main.c util.c", {"/app/main.o", "/app/util.o"}),
        ("cc -c src/*.c", {"/app"}),
        ("gcc main.c -o /usr/local/bin/server", {"/usr/local/bin/server"}),
        ("gcc main.c -o app $(pkg-config --cflags --libs glib-2.0)", {"/app/app"}),
        ("gcc --version", set()),
    ],
)
def test_a_compiler_writes_what_it_is_told_to(tmp_path: Path, command: str, expected: set[str]) -> None:
    assert written(Stage(tmp_path, {"main.c": MAIN}).effect(command)) == expected


@pytest.mark.parametrize(
    "command",
    [
        "gcc main.c -o $NAME",
        "gcc @options",
        "gcc -save-temps main.c -o app",
        "gcc --coverage main.c -o app",
        "gcc main.c -o $(cat name)",
    ],
)
def test_what_a_compiler_writes_is_not_guessed(tmp_path: Path, command: str) -> None:
    effect = Stage(tmp_path, {"main.c": MAIN}).effect(command)
    assert effect is not None and effect.opaque


@pytest.mark.parametrize(
    ("recipe", "text", "commands", "expected"),
    [
        ("Makefile", MAKE, "make", {"/app"}),
        ("Makefile", MAKE, "make -j$(nproc) CC=clang app", {"/app"}),
        ("lib/Makefile", MAKE, "make -C lib -j 4", {"/app"}),
        ("build.mk", MAKE, "make -f build.mk", {"/app"}),
        ("CMakeLists.txt", CMAKE, "cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release", {"/app"}),
        ("CMakeLists.txt", CMAKE, "cmake -B build && cmake --build build -j$(nproc) --target app", {"/app"}),
        ("CMakeLists.txt", CMAKE, "cmake -B /build && cmake --build /build", {"/app", "/build"}),
        ("CMakeLists.txt", CMAKE, "cmake . && make", {"/app"}),
        ("CMakeLists.txt", CMAKE, "cmake -GNinja -B build && ninja -C build", {"/app"}),
        ("meson.build", MESON, "meson setup build --buildtype=release", {"/app"}),
        ("meson.build", MESON, "meson build && ninja -C build", {"/app"}),
        ("meson.build", MESON, "meson setup /build && meson compile -C /build", {"/app", "/build"}),
    ],
)
def test_a_recipe_writes_the_project(
    tmp_path: Path, recipe: str, text: str, commands: str, expected: set[str]
) -> None:
    stage = recipe_stage(tmp_path, recipe, text)
    *before, last = commands.split(" && ")
    for command in before:
        stage.run(command)
    assert written(stage.effect(last, beside=commands)) == expected


@pytest.mark.parametrize(
    ("recipe", "text", "command"),
    [
        ("Makefile", MAKE, "make install"),
        ("Makefile", MAKE, "make DESTDIR=$ROOT"),
        ("Makefile", MAKE, "make -f $FILE"),
        ("README.md", "", "make"),
        ("README.md", "", "cmake -B build"),
        ("CMakeLists.txt", CMAKE, "cmake --install build"),
        ("CMakeLists.txt", CMAKE, "cmake --build build --target install"),
        ("CMakeLists.txt", CMAKE, "cmake --preset release"),
        ("CMakeLists.txt", CMAKE, "cmake -B build -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/srv/bin"),
        ("CMakeLists.txt", CMAKE, "ninja -C build install"),
        ("meson.build", MESON, "meson install -C build"),
        ("meson.build", MESON, "meson setup"),
    ],
)
def test_where_a_recipe_writes_is_not_guessed(tmp_path: Path, recipe: str, text: str, command: str) -> None:
    effect = recipe_stage(tmp_path, recipe, text).effect(command)
    assert effect is not None and effect.opaque


@pytest.mark.parametrize(
    "beside", ["git clone https://code.example/x", "ldconfig", "./configure", "make install"]
)
def test_a_stage_that_brings_something_from_elsewhere_is_not_followed(tmp_path: Path, beside: str) -> None:
    effect = recipe_stage(tmp_path, "Makefile", MAKE).effect("make", beside)
    assert effect is not None and effect.opaque and beside in effect.opaque


@pytest.mark.parametrize("beside", ["pip install x", "go build .", "cargo build", "npm ci", "./build.sh"])
def test_a_stage_in_which_others_are_at_work_is_left_to_them(tmp_path: Path, beside: str) -> None:
    assert recipe_stage(tmp_path, "Makefile", MAKE).effect("make", beside) is None


@pytest.mark.parametrize("base", ["python:3.12-bookworm", "nginx:1.27", "fedora:41", "nobody/knows:1"])
def test_other_bases_are_left_to_others(tmp_path: Path, base: str) -> None:
    assert Stage(tmp_path, {"main.c": MAIN}, base).effect("gcc main.c -o app") is None
