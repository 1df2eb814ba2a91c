"""A front end that Node.js builds for a program of another language stays in the builder, with Node.js."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from restage.api import (
    Case,
    ClaimKind,
    Command,
    Context,
    Need,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Region,
    Role,
    Start,
    State,
    Tree,
)
from restage.api.tree import Changed, Gone, Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage_strategies.node import STRATEGY

FILES = {
    "app.py": "from flask import Flask\n",
    "requirements.txt": "flask==3.0.0\n",
    "pyproject.toml": '[tool.black]\nexclude = "node_modules"\n',
    "web/package.json": '{"dependencies": {"vue": "^3.0.0"}, "scripts": {"build": "vite build"}}',
    "web/vite.config.js": 'export default { x: "node_modules" }\n',
    "web/src/main.scss": '@import "../node_modules/x/x.css";\n',
}
COMMANDS = (Command(("npm", "ci")), Command(("npm", "run", "build")))
MODULES = Product(Region("/app/web/node_modules"), ProductKind.DEPENDENCIES, "what npm installed", "node")


def stage(root: Path, files: dict[str, str], *events: Changed | Gone) -> tuple[State, Case]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    reference = parse_reference("python:3.11")
    assert reference is not None
    base, context = base_image(reference), Context(root)
    made = Changed(MODULES.region, "npm ci")
    tree = Tree(context).then(Placed(Region("/app"), ""), made, *events)
    state = State("/app", "root", {"PATH": "/usr/bin:/bin"}, base, tree, frozenset({"nodejs", "npm"}))
    return state, Case(context, base, COMMANDS)


def start(*words: str, needs: tuple[Need, ...] = (), unknown: tuple[str, ...] = ()) -> Start:
    command = Command(words or ("gunicorn", "app:app"))
    return Start(Role.START, "CMD", command, (command,), needs, unknown, None)


def offers(
    root: Path, files: dict[str, str] = FILES, found: Start | None = None, *events: Changed | Gone
) -> dict[ReductionKind, Reduction]:
    state, case = stage(root, files, *events)
    starts = (found or start(),)
    return {offer.kind: offer for offer in STRATEGY.reductions(MODULES, starts, state, case)}


@pytest.mark.parametrize(
    ("text", "stays"),
    [("npm ci", False), ("yarn", False), ("npm ci --quiet", False), ("make page", True), ("npx gulp", True)],
)
def test_dependencies_that_no_command_builds_with_go_along(tmp_path: Path, text: str, stays: bool) -> None:
    state, case = stage(tmp_path, FILES)
    case = replace(
        case, commands=(Command(("apt-get", "install", "-y", "nodejs")), Command(tuple(text.split())))
    )
    kinds = {offer.kind for offer in STRATEGY.reductions(MODULES, (start(),), state, case)}
    assert (ReductionKind.COMPILE_ONLY in kinds) is stays


def test_dependencies_that_no_start_comes_to_stay_behind(tmp_path: Path) -> None:
    found = offers(tmp_path)
    assert found[ReductionKind.COMPILE_ONLY].goes == (MODULES.region,)
    (claim,) = found[ReductionKind.COMPILE_ONLY].claims
    assert claim.kind is ClaimKind.DEV_UNUSED and not claim.evidence.against and not claim.evidence.missing
    assert not found[ReductionKind.SIBLING_BASE].needs and not found[ReductionKind.BUILD_TOOLS].needs


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": 'subprocess.run(["node", "render.js"])\n'},
        {"app.py": 'subprocess.run("npx mmdc -i x", shell=True)\n'},
        {"app.py": 'send_from_directory("web/node_modules", path)\n'},
        {"settings.py": 'NPM_BIN_PATH = "/usr/bin/npm"\n'},
        {"templates/base.html": '<script src="/static/node_modules/vue/dist/vue.js"></script>\n'},
        {"nginx.conf": "location /lib { alias /app/web/node_modules; }\n"},
        {"compose.yml": "services: {web: {volumes: ['/app/web/node_modules']}}\n"},
        {"requirements.txt": "flask==3.0.0\nPyExecJS==1.5.1\n"},
        {"requirements.txt": "yt-dlp\n"},
    ],
)
def test_a_file_that_names_node_keeps_them_and_node_itself(tmp_path: Path, files: dict[str, str]) -> None:
    found = offers(tmp_path, {**FILES, **files})
    assert ReductionKind.COMPILE_ONLY not in found
    for kind in (ReductionKind.SIBLING_BASE, ReductionKind.BUILD_TOOLS):
        assert "node" in {need.program for need in found[kind].needs if isinstance(need, ProgramNeed)}


@pytest.mark.parametrize(
    "found",
    [
        start("node", "server.js"),
        start("npm", "start"),
        start("serve", "-s", "dist"),
        start("web/node_modules/.bin/x"),
        start(needs=(ProgramNeed("/usr/bin/node", "it calls it"),)),
        start(unknown=("./run is not plain shell",)),
    ],
)
def test_a_start_that_may_come_to_node_keeps_them(tmp_path: Path, found: Start) -> None:
    assert ReductionKind.COMPILE_ONLY not in offers(tmp_path, FILES, found)


def test_what_the_build_deletes_itself_is_not_deleted_again(tmp_path: Path) -> None:
    assert ReductionKind.COMPILE_ONLY not in offers(tmp_path, FILES, None, Gone(MODULES.region))


def test_what_npm_runs_is_run_by_node(tmp_path: Path) -> None:
    state, case = stage(tmp_path, FILES)
    effect = STRATEGY.effect(Command(("npm", "ci")), replace(state, directory="/app/web"), case)
    assert effect is not None and "node" in effect.programs


def test_a_workspace_leaves_the_packages_of_each_member(tmp_path: Path) -> None:
    files = {**FILES, "package.json": '{"workspaces": ["web"]}'}
    state, case = stage(tmp_path, files)
    whole = replace(MODULES, region=Region("/app"))
    found = {offer.kind: offer for offer in STRATEGY.reductions(whole, (start(),), state, case)}
    assert found[ReductionKind.COMPILE_ONLY].goes == (Region("/app/node_modules"), MODULES.region)
