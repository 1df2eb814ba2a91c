"""When dev dependencies of pnpm workspaces are taken out, by which command, and what keeps them in."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_pruning import WORKSPACE, prune_in, workspace
from restage_strategies.node.family import Family
from restage_strategies.node.leaving import leaving
from restage_strategies.node.manifest import Manifest

PNPM_LOCK = """lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      express:
        specifier: ^1.0.0
        version: 1.0.0
    devDependencies:
      mocha:
        specifier: ^1.0.0
        version: 1.0.0

  packages/lib:
    dependencies:
      debug:
        specifier: ^1.0.0
        version: 1.0.0

  packages/web:
    dependencies:
      lib:
        specifier: ^1.0.0
        version: link:../lib
    devDependencies:
      chai:
        specifier: ^1.0.0
        version: 1.0.0

packages:

  chai@1.0.0:
    resolution: {integrity: x}

snapshots:

  chai@1.0.0: {}

  debug@1.0.0: {}

  express@1.0.0: {}

  mocha@1.0.0: {}
"""
PNPM_INSTALL = "npm install -g pnpm@9 && pnpm install --frozen-lockfile"


def pnpm(**further: str) -> dict[str, str]:
    told = {"pnpm-workspace.yaml": "packages:\n  - packages/*\n", "pnpm-lock.yaml": PNPM_LOCK}
    return {**workspace()[1], **told, **further}


def test_pnpm_installs_again_in_a_workspace_since_its_prune_would_empty_the_members(tmp_path: Path) -> None:
    command = prune_in(tmp_path, pnpm(), WORKSPACE.replace("npm ci", PNPM_INSTALL))
    assert command == (
        "CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts --config.modules-cache-max-age=0"
    )


@pytest.mark.parametrize(
    ("files", "install"),
    [
        (pnpm(), "npm install -g pnpm@9 && pnpm install"),
        (pnpm(), f"{PNPM_INSTALL} --store-dir /tmp/store"),
        (pnpm(), f"{PNPM_INSTALL} --filter web"),
        (pnpm(**{".npmrc": "node-linker=hoisted\n"}), PNPM_INSTALL),
        (pnpm(**{".npmrc": "inject-workspace-packages=true\n"}), PNPM_INSTALL),
        (pnpm(**{"packages/web/lib.js": "require('chai')"}), PNPM_INSTALL),
    ],
)
def test_pnpm_leaves_a_workspace_whose_install_was_another(
    tmp_path: Path, files: dict[str, str], install: str
) -> None:
    assert prune_in(tmp_path, files, WORKSPACE.replace("npm ci", install)) is None


def test_members_may_get_other_answers_to_the_same_request() -> None:
    parts = {
        ".": ("devDependencies", "c"),
        "packages/a": ("dependencies", "a"),
        "packages/b": ("dependencies", "b"),
    }
    importers = (
        f"  {place}:\n    {key}:\n      ui:\n        specifier: ^1.0.0\n        version: 1.0.0(peer-{name}@1.0.0)\n"
        for place, (key, name) in parts.items()
    )
    snapshots = (
        f"  ui@1.0.0(peer-{name}@1.0.0):\n    dependencies:\n      peer-{name}: 1.0.0\n\n  peer-{name}@1.0.0: {{}}\n"
        for _, name in parts.values()
    )
    lock = "\n".join(
        ("lockfileVersion: '9.0'\n\nimporters:\n", *importers, "packages:\n\nsnapshots:\n", *snapshots)
    )
    root, *members = (
        Manifest(f"/app/{place}".removesuffix("/."), {"name": place, key: {"ui": "^1.0.0"}})
        for place, (key, _) in parts.items()
    )
    found = leaving(Family(root, tuple(members)), "pnpm-lock.yaml", lock)
    assert found.names == {"peer-c"} and found.differing == ()


PRUNED = "CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts --config.modules-cache-max-age=0"


@pytest.mark.parametrize(
    ("install", "command"),
    [
        ("--mount=type=cache,target=/pnpm/store pnpm install", PRUNED),
        ("--mount=type=cache,target=/root/.local/share/pnpm pnpm install", PRUNED),
        ("--mount=type=cache,target=/pnpm pnpm install", None),
        ("npm_config_store_dir=/store pnpm install", None),
    ],
)
def test_pnpm_has_to_find_its_store_where_it_was_but_not_what_was_in_it(
    tmp_path: Path, install: str, command: str | None
) -> None:
    text = WORKSPACE.replace("WORKDIR", "ENV PNPM_HOME=/pnpm\nWORKDIR").replace(
        "RUN npm ci", f"RUN npm install -g pnpm@9\nRUN {install} --frozen-lockfile"
    )
    assert prune_in(tmp_path, pnpm(), text) == command


@pytest.mark.parametrize(
    ("build_only", "source", "start", "command"),
    [
        ("lib", "require('lib')", "node server.js", None),
        ("lib", "require('chalk')", "node server.js", PRUNED),
        ("debug", "require('debug')", "node server.js", None),
        ("debug", "module.exports = 1", "node server.js", PRUNED),
        ("debug", "module.exports = 1", "packages/web/node_modules/.bin/debug", None),
    ],
)
def test_pnpm_takes_from_each_member_what_it_wants_for_its_build_though_others_keep_it(
    tmp_path: Path, build_only: str, source: str, start: str, command: str | None
) -> None:
    web = {"name": "web", "devDependencies": {build_only: "^1.0.0"}}
    files = {
        **workspace(web)[1],
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "pnpm-lock.yaml": PNPM_LOCK,
        "packages/web/index.js": source,
    }
    text = WORKSPACE.replace("npm ci", PNPM_INSTALL).replace("node server.js", start)
    assert prune_in(tmp_path, files, text) == command
