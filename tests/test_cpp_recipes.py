"""Recipes as evidence: which of them surely write the project alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpp_image import MAIN, Stage, recipe_stage

PLAIN_MAKEFILES = [
    "app: main.c\n\tgcc -o app main.c\n",
    'CXX ?= g++\nall: bin/app\nbin/app: main.o | bin\n\t@echo "Linking $@; then done"\n\t$(CXX) -o $@ $^\nbin:\n\tmkdir -p bin\n',
    "app: main.c\n\t$(CC) -o app main.c\ninstall: app\n\tcp app /usr/local/bin/\n",
    "PREFIX = /usr\napp: main.c\n\t$(CC) -o app main.c\ninstall:\n\tinstall app $(DESTDIR)$(PREFIX)/bin\n.PHONY: install\n",
    "VERSION := $(shell git describe --tags)\napp: main.c\n\t$(CC) -DV=$(VERSION) -o app main.c > /dev/null 2>&1\n",
    "all:\n\tfor d in a b; do $(MAKE) -C $$d; done\n",
    "app: main.c\n\t$(CC) -I/usr/include/x -L/usr/lib/y -o app main.c\n",
    "SHELL = /bin/sh\napp: main.c\n\t$(CC) -o app main.c\n",
    "app: main.c\n\t$(CC) $(CFLAGS) $(EXTRA) -o $@ $< $(LIBS)\n",
    "all:\n\tmkdir -p $(dir out/x) $(@D) $$d\n",
    "clean:\n\trm -f app\napp: main.c\n\t$(CC) main.c -o app\nrun: app\n\t./app\n",
    "app: main.c\n\t@if [ ! -d out ]; then mkdir out; fi\n\t$(CC) main.c -o out/app\n",
]
OTHER_MAKEFILES = [
    "all:\n\tcp app /usr/local/bin/\n",
    "all: install\ninstall:\n\tcp app /usr/local/bin/\n",
    "all:\n\t$(MAKE) install\ninstall:\n\tcp app /usr/local/bin/\n",
    "install:\n\tcp app /usr/local/bin/\n",
    "OUT = /srv/app\nall:\n\tmkdir -p $(OUT)\n",
    "all:\n\tgcc main.c -o ../../srv/app\n",
    "all:\n\tmkdir -p out/../../srv\n",
    "all:\n\tcd .. && cc app/main.c\n",
    "all:\n\tcp app $(TARGET_DIR)/\n",
    "all:\n\t$(MAKE) -C /srv\n",
    "all:\n\tgcc main.c -o $(HOME)/app\n",
    "all:\n\techo x > ~/.config\n",
    "/usr/bin/app: main.c\n\t$(CC) -o $@ $<\n",
    "all:\n\tcurl -O https://host.example/x\n",
    "all:\n\tgit submodule update --init\n",
    "all:\n\tpython3 generate.py\n",
    "all:\n\t./generate.sh && cc main.c\n",
    "X := $(shell curl https://host.example/x)\nall:\n\tcc main.c\n",
    "$(eval $(call rules,app))\nall:\n\tcc main.c\n",
    "all: $(TOOL)\n\t$(TOOL) main.c\n",
    "all:\n\tldconfig\n",
    "SHELL = ./tool\nall:\n\tcc main.c\n",
    "EXTRA = install\nall: $(EXTRA)\ninstall:\n\tcp app /srv/\n",
    ".DEFAULT_GOAL := install\nall:\n\tcc main.c\ninstall:\n\tcp app /srv/\n",
    "include settings.make\nall:\n\tcc main.c\n",
    "X != curl https://host.example/x\nall:\n\tcc main.c\n",
    "OUT ?= out\nall:\n\tmkdir -p $(OUT)\n",
    "all:\n" + "\tcc main.c\n" * 20_000,
]


@pytest.mark.parametrize("text", PLAIN_MAKEFILES)
def test_a_plain_makefile_writes_the_project_alone(tmp_path: Path, text: str) -> None:
    assert not _opaque(tmp_path / "x", "Makefile", text, "make")


@pytest.mark.parametrize("text", OTHER_MAKEFILES, ids=range(len(OTHER_MAKEFILES)))
def test_where_another_makefile_writes_is_not_told(tmp_path: Path, text: str) -> None:
    assert _opaque(tmp_path / "x", "Makefile", text, "make")


def test_a_target_that_is_asked_for_is_no_other_end(tmp_path: Path) -> None:
    text = "app: main.c\n\t$(CC) -o app main.c\ndeploy: app\n\tcp app /srv/\n"
    assert not _opaque(tmp_path / "1", "Makefile", text, "make")
    assert _opaque(tmp_path / "2", "Makefile", text, "make deploy")


def _opaque(root: Path, name: str, text: str, command: str) -> bool:
    root.mkdir()
    stage = Stage(root, {name: text, "main.c": MAIN}, environment={"OUT": "/srv/out"})
    effect = stage.effect(command)
    assert effect is not None
    return effect.opaque is not None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("install(TARGETS app DESTINATION /usr/bin)", True),
        ("set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)", True),
        ("set(CMAKE_RUNTIME_OUTPUT_DIRECTORY /srv/bin)", False),
        ('set(EXECUTABLE_OUTPUT_PATH "/srv/bin")', False),
        ("set(EXECUTABLE_OUTPUT_PATH ${PROJECT_SOURCE_DIR}/../bin)", False),
        ("set(EXECUTABLE_OUTPUT_PATH $ENV{OUT})", False),
        ("include_directories(/usr/include/libxml2)", True),
        ("configure_file(config.h.in ${CMAKE_BINARY_DIR}/config.h)", True),
        ("configure_file(app.conf /etc/app.conf)", False),
        ("file(GLOB SOURCES src/*.c)", True),
        ("file(COPY data DESTINATION /srv)", False),
        ("file(DOWNLOAD https://host.example/x x)", False),
        ("FetchContent_Declare(fmt)", False),
        ("# FetchContent_Declare(fmt)", True),
        ("ExternalProject_Add(zlib)", False),
        ("execute_process(COMMAND git rev-parse HEAD OUTPUT_VARIABLE REV)", True),
        ("execute_process(COMMAND ${GIT_EXECUTABLE} submodule update)", False),
        ("execute_process(COMMAND python3 gen.py)", False),
        ("add_custom_command(OUTPUT x.c COMMAND protoc --cpp_out=. x.proto)", True),
        ("add_custom_command(TARGET app POST_BUILD COMMAND ${CMAKE_COMMAND} -E copy_directory a b)", True),
        ("add_custom_command(TARGET app POST_BUILD COMMAND cp app /srv/app)", False),
        ("add_custom_target(gen COMMAND ./gen.sh)", False),
    ],
)
def test_what_cmake_files_say(tmp_path: Path, line: str, told: bool) -> None:
    text = f"project(app C)\nadd_executable(app main.c)\n{line}\n"
    assert _opaque(tmp_path / "x", "CMakeLists.txt", text, "cmake -B build") is not told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("install_data('x', install_dir: '/etc')", True),
        ("configure_file(input: 'a.in', output: 'a.h')", True),
        ("run_command('python3', 'gen.py')", False),
        ("custom_target('x', command: ['gen'], output: 'x.c')", False),
    ],
)
def test_what_meson_files_say(tmp_path: Path, line: str, told: bool) -> None:
    text = f"project('app', 'c')\n{line}\nexecutable('app', 'main.c')\n"
    assert _opaque(tmp_path / "x", "meson.build", text, "meson setup build") is not told


def test_a_recipe_that_a_command_changed_is_not_told(tmp_path: Path) -> None:
    stage = recipe_stage(tmp_path, "Makefile", PLAIN_MAKEFILES[0])
    stage.run("sed -i s/app/other/ Makefile")
    effect = stage.effect("make")
    assert effect is not None and effect.opaque and "changed" in effect.opaque


@pytest.mark.parametrize(
    "text", ["\n" * 90_000, "a:" * 40_000, "$(shell " * 10_000, "X=" + "$(X)" * 20_000, "\\\n" * 40_000]
)
def test_any_makefile_is_read(tmp_path: Path, text: str) -> None:
    assert isinstance(_opaque(tmp_path / "x", "Makefile", text, "make"), bool)


@pytest.mark.parametrize(
    "text", ["set(" * 40_000, 'set("' + '\\"' * 60_000, "#" * 100_000, "file(" + "../" * 40_000]
)
def test_any_cmake_file_is_read(tmp_path: Path, text: str) -> None:
    assert isinstance(_opaque(tmp_path / "x", "CMakeLists.txt", text, "cmake -B build"), bool)
