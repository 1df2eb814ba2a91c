"""The house of DESIGN 5, held by the import graph: who may know whom, and who may do what."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    "restage": ROOT / "refactor" / "restage",
    "restage_strategies": ROOT / "strategies" / "restage_strategies",
}

LAYERS = (
    ("cli",),
    ("verbs",),
    ("session",),
    ("handling",),
    ("bulk",),
    ("verify",),
    ("output", "config", "catalog", "writing"),
    ("engine",),
    ("check", "lower"),
    ("drafting", "other_builds"),
    ("reordering",),
    ("rendering",),
    ("planning",),
    ("meaning",),
    ("api",),
    ("build",),
    ("project", "image", "shell"),
    ("dockerfile",),
    ("record", "exit_codes"),
)
"""From top to bottom: a room imports those below it and itself, never its neighbours."""

RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}

NEIGHBOURS = {"output", "catalog"}
"""Rooms that the others of their floor may use: none of them imports back."""


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first name below the package: a folder or a single file."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""


def modules() -> Iterator[Module]:
    for package, folder in SOURCES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            name = ".".join(part for part in parts if part != "__init__")
            yield Module(name, path, ast.parse(path.read_text("utf-8"), str(path)))


MODULES = tuple(modules())


def imports(module: Module) -> Iterator[str]:
    """Full names of all that is imported, also inside functions."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{_source(module, node)}.{alias.name}" for alias in node.names)


def _source(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def below(names: Iterator[str], *roots: str) -> list[str]:
    """Those names that are one of the roots, or inside one."""
    return [name for name in names if any(name == root or name.startswith(f"{root}.") for root in roots)]


def calls(module: Module) -> Iterator[str]:
    """Every function that is called, as it is written: `print`, `os.system`, `path.read_text`."""
    return (ast.unparse(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def engine_modules() -> list[Module]:
    return [module for module in MODULES if module.name.startswith("restage.")]


def named(module: Module) -> str:
    return module.name


def test_there_are_modules_of_both_packages() -> None:
    assert {module.name.split(".")[0] for module in MODULES} == {*SOURCES}
    assert len(MODULES) > 50


def test_every_room_has_its_floor() -> None:
    assert {module.room for module in engine_modules()} <= {*RANK}


@pytest.mark.parametrize("module", engine_modules(), ids=named)
def test_imports_run_one_way(module: Module) -> None:
    ours = [name for name in below(imports(module), "restage") if name != "restage.__version__"]
    rooms = {name.split(".")[1] for name in ours} - {module.room}
    lower = {room for room, rank in RANK.items() if rank > RANK[module.room]}
    beside = {room for room in NEIGHBOURS if RANK[room] == RANK[module.room]}
    assert rooms <= lower | beside


@pytest.mark.parametrize("module", engine_modules(), ids=named)
def test_the_engine_names_no_ecosystem(module: Module) -> None:
    """The catalogue finds strategies by their folder; nothing else knows that they are there."""
    assert module.room == "catalog" or below(imports(module), "restage_strategies") == []


@pytest.mark.parametrize("module", [m for m in MODULES if m not in engine_modules()], ids=named)
def test_a_strategy_knows_the_api_and_itself(module: Module) -> None:
    ours = below(imports(module), "restage")
    assert [name for name in ours if not (name == "restage.api" or name.startswith("restage.api."))] == []
    if len(module.name.split(".")) == 1:
        return
    own = f"restage_strategies.{module.room}"
    strangers = [
        name for name in below(imports(module), "restage_strategies") if name not in below(iter([name]), own)
    ]
    assert strangers == []


PROCESSES = ("subprocess", "multiprocessing", "pty", "concurrent.futures")
NETWORK = ("socket", "http", "urllib.request", "ssl", "asyncio", "ftplib", "smtplib")
OUTSIDE = (
    *(f"os.{name}" for name in ("system", "popen", "fork", "execv", "execvp", "execve", "posix_spawn")),
)


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_only_verify_and_bulk_start_processes_or_talk_to_a_network(module: Module) -> None:
    if module.room in ("verify", "bulk") and module in engine_modules():
        return
    assert below(imports(module), *PROCESSES, *NETWORK) == []
    assert [call for call in calls(module) if call.startswith(OUTSIDE)] == []


FILES = ("os", "io", "pathlib", "glob", "shutil", "tempfile", "fileinput", "mmap")
OPENERS = {
    "restage.cli": "names the paths that were given",
    "restage.config": "reads restage.toml and pyproject.toml",
    "restage.verbs.verify": "names the two files, and reads the first",
    "restage.verbs.showing": "names --output",
    "restage.session": "names the Dockerfiles and --output",
    "restage.handling": "reads the Dockerfiles that were named",
    "restage.engine": "names paths, and opens none",
    "restage.writing": "writes the Dockerfile",
    "restage.image.shards": "reads our own data",
    "restage.dockerfile.second_reader": "reads bytes that it has",
}
"""Modules outside of `project` that have to do with files, and what: none opens a file of the build context."""


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.room not in ("project", "verify", "bulk")], ids=named
)
def test_only_project_opens_files_of_the_context(module: Module) -> None:
    if module.name not in OPENERS:
        assert below(imports(module), *FILES) == []
        assert "open" not in calls(module)


def test_the_engine_opens_nothing_by_itself() -> None:
    (module,) = (module for module in MODULES if module.name == "restage.engine")
    assert {call.rpartition(".")[2] for call in calls(module)} & {
        "open",
        "read_text",
        "read_bytes",
        "iterdir",
    } == set()


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("libcst", "restage_strategies.python"),
        ("dockerfile_parse", "restage.dockerfile.second_reader"),
        ("rich", "restage.output"),
        ("tree_sitter", "restage.shell"),
        ("tree_sitter_bash", "restage.shell"),
        ("pathspec", "restage.project"),
        ("elftools", "restage.verify"),
    ],
)
def test_a_library_has_one_home(library: str, home: str) -> None:
    users = {module.name for module in MODULES if below(imports(module), library)}
    assert users, f"nothing imports {library}: then it is no dependency"
    assert [name for name in users if name != home and not name.startswith(f"{home}.")] == []


def test_only_the_command_and_its_verbs_know_click() -> None:
    users = {module.name for module in MODULES if below(imports(module), "click")}
    assert "restage.cli" in users
    assert {name.split(".")[1] for name in users} == {"cli", "verbs"}


LAZY = (
    "libcst",
    "dockerfile_parse",
    "rich",
    "tree_sitter",
    "tree_sitter_bash",
    "pathspec",
    "yaml",
    "elftools",
    "tomllib",
)
START = f"""
import sys
import restage.cli, restage.session, restage.catalog
assert restage.catalog.strategies()
print([name for name in {LAZY} if name in sys.modules])
"""


def test_what_costs_time_is_imported_when_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_only_the_command_prints_and_exits(module: Module) -> None:
    if module in engine_modules() and module.room in ("cli", "verbs", "session", "output", "bulk"):
        return
    loud = (
        "print",
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "sys.stdout.",
        "sys.stderr.",
        "breakpoint",
        "input",
    )
    assert [
        call for call in calls(module) if call in loud or call.startswith(("sys.stdout.", "sys.stderr."))
    ] == []


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_modules_stay_small(module: Module) -> None:
    assert len(module.path.read_text("utf-8").splitlines()) <= 250


def beside(folder: str) -> list[Path]:
    """Python files of a folder that is no package of restage."""
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", beside("scripts"), ids=lambda path: path.stem)
def test_scripts_stay_as_small_as_modules(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", beside("tests"), ids=lambda path: path.stem)
def test_tests_are_parted_by_subject_before_they_grow_long(path: Path) -> None:
    """Longer than a module: tables of examples are read a row at a time."""
    assert len(path.read_text("utf-8").splitlines()) <= 400
