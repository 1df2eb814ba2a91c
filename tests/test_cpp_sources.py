"""What sources of C and C++ start and open, and what that makes of a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpp_image import MAIN, Stage, source_stage
from restage.api import Facility, FacilityNeed, ProgramNeed, Resolution


def resolved(stage: Stage, command: str = "gcc main.c -o app", *start: str) -> Resolution:
    stage.run(command)
    found = stage.resolve(*(start or ("./app",)))
    assert found is not None
    return found


def programs(resolution: Resolution) -> set[str]:
    return {need.program for need in resolution.needs if isinstance(need, ProgramNeed)}


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ('system("ls -l | sort");', {"ls", "sort"}),
        ('std::system("curl " "-s http://x");', {"curl"}),
        ('FILE *f = popen("dot -Tpng", "r");', {"dot"}),
        ('execlp("ffmpeg", "ffmpeg", NULL);', {"ffmpeg"}),
        ('execv("/usr/bin/convert", arguments);', {"/usr/bin/convert"}),
        ('posix_spawnp(&pid, "git", 0, 0, a, environ);', {"git"}),
        ('const char *path = "/usr/bin/dot";', {"/usr/bin/dot"}),
        ("boost::system::error_code code; io.system(name);", set()),
        ("int system(const char *command);", set()),
        ("// system(name)\n/* popen(name, mode) */", set()),
        ('puts("system(name) popen(name)");', set()),
        ("if (system(NULL)) return;", set()),
        ("dlopen(NULL, RTLD_NOW);", set()),
    ],
)
def test_programs_that_a_source_names(tmp_path: Path, source: str, called: set[str]) -> None:
    found = resolved(source_stage(tmp_path, f"{MAIN}{source}"))
    assert found.anything is None and found.complete
    assert programs(found) == called


@pytest.mark.parametrize(
    "source",
    [
        "system(words[1]);",
        'system(("convert " + name).c_str());',
        'popen(command, "r");',
        "execvp(words[1], words + 1);",
        'execl("/bin/sh", "sh", "-c", text, NULL);',
        "auto start = popen;",
        "#define RUN system\nint f(const char *x) { return RUN(x); }",
        "int (*start)(const char *) = system;",
        'dlopen("libgomp.so.1", RTLD_NOW);',
        "#include <boost/process.hpp>",
        "#include <lua.h>",
        "#include <Python.h>",
        "QProcess process;",
        'fopen("/usr/share/app/table", "r");',
        'R"(/usr/lib/app/plugin)";',
        'system("ls");' * 200,
    ],
)
def test_what_a_source_leaves_open_keeps_everything(tmp_path: Path, source: str) -> None:
    found = resolved(source_stage(tmp_path, f"{MAIN}{source}\n"))
    assert found.anything is not None and not found.complete


@pytest.mark.parametrize("name", ["gcc -x c -", "make -C /tmp/x", "/usr/bin/g++-12 x.cpp"])
def test_a_program_that_compiles_needs_the_compiler(tmp_path: Path, name: str) -> None:
    assert resolved(source_stage(tmp_path, f'{MAIN}int f(void) {{ return system("{name}"); }}')).toolchain


@pytest.mark.parametrize("start", [("gcc", "main.c"), ("make", "run"), ("cmake", "--build", ".")])
def test_a_start_that_compiles_needs_the_compiler(tmp_path: Path, start: tuple[str, ...]) -> None:
    assert resolved(source_stage(tmp_path, MAIN), "gcc main.c -o app", *start).toolchain


@pytest.mark.parametrize(
    "more",
    [
        {"libfoo.a": ""},
        {"lib/libfoo.so.1": ""},
        {".gitmodules": '[submodule "x"]\n\tpath = external/x\n'},
    ],
)
def test_what_is_compiled_elsewhere_is_not_told(tmp_path: Path, more: dict[str, str]) -> None:
    assert resolved(source_stage(tmp_path, MAIN, **more)).anything


def test_a_source_that_a_command_writes_is_not_told(tmp_path: Path) -> None:
    assert resolved(source_stage(tmp_path, MAIN), "sed -i s/a/b/ main.c && gcc main.c -o app").anything


def test_sources_that_are_gone_still_tell(tmp_path: Path) -> None:
    found = resolved(
        source_stage(tmp_path, f'{MAIN}int f(void) {{ return system("tar x"); }}'),
        "gcc main.c -o /usr/local/bin/app",
        "app",
    )
    assert programs(found) == {"tar"}


@pytest.mark.parametrize(
    ("source", "facility"),
    [
        ('getaddrinfo(host, "http", &hints, &found);', Facility.SERVICES),
        ("localtime_r(&now, &parts);", Facility.TIME_ZONES),
        ('fopen("/etc/mime.types", "r");', Facility.MIME_TYPES),
    ],
)
def test_facilities_that_a_source_asks_for(tmp_path: Path, source: str, facility: Facility) -> None:
    needs = resolved(source_stage(tmp_path, f"{MAIN}{source}")).needs
    assert facility in {need.facility for need in needs if isinstance(need, FacilityNeed)}


@pytest.mark.parametrize(
    "text", ['"' * 200_000, "/*" * 200_000, 'R"(' * 100_000, "system(" * 100_000, "#include <" * 50_000]
)
def test_any_source_is_read(tmp_path: Path, text: str) -> None:
    assert resolved(source_stage(tmp_path, MAIN + text)).needs
