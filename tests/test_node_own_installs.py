"""Packages that lerna, rush and scripts of the project install in folders that no line of the Dockerfile names."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, make
from restage.api import ProgramNeed, ReductionKind
from restage_strategies.node import STRATEGY

SERVER = {"dependencies": {"gm": "^1.25.0"}}
SPAWNS = "const cp = require('child_process')\ncp.execSync('npm ci', { cwd: 'server' })\n"


def _programs(folder: Path, text: str, **files: object) -> set[str]:
    scripts = {"bootstrap": "lerna bootstrap", "setup": "node tools/setup.js"}
    root = {**EXPRESS, "scripts": scripts, "devDependencies": {"lerna": "^4.0.0", "gulp": "^4.0.0"}}
    there: dict[str, object] = {
        "package.json": root,
        "lerna.json": {"packages": ["server"]},
        "server/package.json": SERVER,
        "server/index.js": "require('gm')",
        **{name.replace("__", "/").replace("_", "."): content for name, content in files.items()},
    }
    project = make(folder, there)
    state, case = project.state, project.case(text)
    return {
        need.program
        for product in project.products(text)
        for reduction in STRATEGY.reductions(product, (), state, case)
        if reduction.kind is ReductionKind.SIBLING_BASE
        for need in reduction.needs
        if isinstance(need, ProgramNeed)
    }


@pytest.mark.parametrize(
    "text",
    ["npx lerna bootstrap", "npm run bootstrap", "npx rush install", "node tools/setup.js", "npm run setup"],
)
def test_what_any_package_of_the_project_needs_is_needed(tmp_path: Path, text: str) -> None:
    assert "gm" in _programs(tmp_path, text, tools__setup_js=SPAWNS, rush_json="{}")


def test_a_task_runner_installs_as_its_file_says(tmp_path: Path) -> None:
    assert "gm" in _programs(tmp_path, "npx gulp install", gulpfile_js=SPAWNS)


@pytest.mark.parametrize("text", ["npx gulp build", "node tools/setup.js", "npx lerna run build"])
def test_a_program_that_calls_no_package_manager_installs_nothing(tmp_path: Path, text: str) -> None:
    builds = "require('fs').writeFileSync('dist/a.js', '')\n"
    assert "gm" not in _programs(tmp_path, text, gulpfile_js=builds, tools__setup_js=builds)
