"""When dev dependencies of yarn berry projects and of workspaces are taken out, by which command, and what keeps them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from node_pruning import LIB, WEB, WORKSPACE, dockerfile, manifest, plan_of, prune_in, workspace
from restage.engine import Rewritten
from restage.verify.excuses import may_change
from restage.verify.planned import explained
from restage_strategies.node.berry_lock import patched, plain
from restage_strategies.node.family import Family
from restage_strategies.node.leaving import leaving
from restage_strategies.node.manifest import Manifest

FOCUS = "yarn workspaces focus --production"
BERRY_LOCK = """# This file is generated

__metadata:
  version: 8
  cacheKey: 10c0

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    express: "npm:^1.0.0"
    mocha: "npm:^1.0.0"
  languageName: unknown
  linkType: soft

"debug@npm:2.0.0, debug@npm:^2.0.0":
  version: 2.0.0
  resolution: "debug@npm:2.0.0"
  languageName: node

"debug@patch:debug@npm%3A^2.0.0#optional!builtin<compat/debug>":
  version: 2.0.0
  resolution: "debug@patch:debug@npm%3A2.0.0#optional!builtin<compat/debug>::version=2.0.0&hash=1"

"express@npm:^1.0.0":
  version: 1.0.0
  resolution: "express@npm:1.0.0"
  dependencies:
    debug: "npm:^2.0.0"
  peerDependencies:
    glob: "*"
  peerDependenciesMeta:
    glob:
      optional: true
  languageName: node

"glob@npm:^7.0.0":
  version: 7.0.0
  resolution: "glob@npm:7.0.0"
  bin:
    globber: ./bin.mjs

"mocha@npm:^1.0.0":
  version: 1.0.0
  resolution: "mocha@npm:1.0.0"
  dependencies:
    glob: "npm:^7.0.0"
"""
NEEDED_PEER = BERRY_LOCK.replace("  peerDependenciesMeta:\n    glob:\n      optional: true\n", "")
OLD_LOCK = BERRY_LOCK.replace('"npm:^', '"^')
SETTINGS = "enableTelemetry: false\nnodeLinker: node-modules\n"
PLUGIN = ".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs"
INSTALL = "corepack enable && yarn install --immutable"


def berry(version: str = "4.5.0", **fields: Any) -> dict[str, str]:
    package = manifest(packageManager=f"yarn@{version}", **fields)
    return {
        "server.js": "require('express')().listen(3000);\n",
        "package.json": json.dumps(package),
        "yarn.lock": BERRY_LOCK,
        ".yarnrc.yml": SETTINGS,
    }


def berry_file(install: str = INSTALL, **told: str) -> str:
    return dockerfile(install, copied="package.json yarn.lock .yarnrc.yml", **told)


def test_berry_focuses_on_what_runs(tmp_path: Path) -> None:
    assert prune_in(tmp_path, berry(), berry_file()) == FOCUS


def test_node_env_keeps_berry_from_installing_nothing(tmp_path: Path) -> None:
    text = berry_file().replace("WORKDIR", "ENV NODE_ENV=production\nWORKDIR")
    assert prune_in(tmp_path, berry(), text) == FOCUS


@pytest.mark.parametrize(
    ("version", "settings", "command"),
    [
        ("3.6.0", SETTINGS, None),
        ("3.6.0", f"{SETTINGS}plugins:\n  - path: {PLUGIN}\n", FOCUS),
        ("4.1.0", "enableTelemetry: false\n", None),
        ("4.1.0", "nodeLinker: pnp\n", None),
        ("4.1.0", "nodeLinker: pnpm\n", None),
        ("4.1.0", f"{SETTINGS}npmAuthToken: ${{TOKEN}}\n", None),
        ("4.1.0", f"{SETTINGS}yarnPath: .yarn/releases/yarn-3.6.0.cjs\n", None),
    ],
)
def test_berry_focuses_only_where_it_can_and_makes_node_modules(
    tmp_path: Path, version: str, settings: str, command: str | None
) -> None:
    files = {**berry(version), ".yarnrc.yml": settings, PLUGIN: "", ".yarn/releases/yarn-3.6.0.cjs": ""}
    text = berry_file().replace("COPY package.json", "COPY .yarn .yarn\nCOPY package.json")
    assert prune_in(tmp_path, files, text) == command


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (berry(scripts={"start": "node server.js", "postinstall": "mocha"}), berry_file()),
        (berry(), berry_file(f"{INSTALL} --mode=skip-build")),
        (berry(), berry_file(f"{INSTALL} && yarn cache clean")),
        (berry(), berry_file(f"{INSTALL} && yarn add left-pad")),
        (berry(), berry_file("corepack enable && yarn workspaces focus --production")),
        (berry(), dockerfile(INSTALL, copied="package.json .yarnrc.yml")),
        (berry(), dockerfile(INSTALL, copied="package.json yarn.lock")),
        (berry(), berry_file(start="yarn mocha")),
        (berry(), berry_file(start="node_modules/.bin/globber")),
        (berry(dependencies="express koa"), berry_file()),
        ({**berry(), "yarn.lock": NEEDED_PEER}, berry_file()),
        ({**berry(), "yarn.lock": BERRY_LOCK.replace("@npm:^7", "@npm:7")}, berry_file()),
        ({**berry(), "server.js": "require('express'); require('glob')"}, berry_file()),
    ],
)
def test_berry_leaves_them_where_more_would_change_or_one_is_used(
    tmp_path: Path, files: dict[str, str], text: str
) -> None:
    assert prune_in(tmp_path, files, text) is None


LONG_KEY = BERRY_LOCK.replace('"mocha@npm:^1.0.0":', '? "mocha@npm:^1.0.0"\n:')


@pytest.mark.parametrize("text", [BERRY_LOCK, OLD_LOCK, LONG_KEY, BERRY_LOCK.replace("\n", "\r\n")])
def test_a_lockfile_of_berry_tells_what_leaves(text: str) -> None:
    found = leaving(Family(Manifest("/app", manifest())), "yarn.lock", text)
    assert found.names == {"mocha", "glob"} and found.differing == () and found.unmet == ()
    assert found.peers_told


@pytest.mark.parametrize(
    ("request_", "inner"),
    [
        ("ms@patch:ms@npm%3A2.1.3#~/.yarn/patches/ms.patch", "ms@2.1.3"),
        ("@a/b@patch:@a/b@^1.0.0#.yarn/patches/b.patch", "@a/b@^1.0.0"),
        ("ms@2.1.3", ""),
    ],
)
def test_a_patch_belongs_to_the_package_that_it_changes(request_: str, inner: str) -> None:
    assert patched(request_) == inner


def test_requests_have_one_form() -> None:
    assert plain("a@npm:^1") == plain("a@^1") == "a@^1"
    assert plain("a@file:./a::locator=app%40workspace%3A.") == "a@file:./a"


def npm(found: dict[str, Any], files: dict[str, str]) -> dict[str, str]:
    running = {name for fields in found.values() for name in fields.get("dependencies", {})}
    names = running | {name for fields in found.values() for name in fields.get("devDependencies", {})}
    entries: dict[str, Any] = {place: dict(fields) for place, fields in found.items()}
    for name in names - {"lib"}:
        entries[f"node_modules/{name}"] = {
            "version": "1.0.0",
            **({} if name in running else {"dev": True}),
        }
    for name in ("web", "lib"):
        entries[f"node_modules/{name}"] = {"resolved": f"packages/{name}", "link": True}
    return {**files, "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": entries})}


NPM_PRUNE = "npm prune --omit=dev --ignore-scripts"


def test_npm_prunes_a_workspace_at_its_root(tmp_path: Path) -> None:
    assert prune_in(tmp_path, npm(*workspace()), WORKSPACE) == NPM_PRUNE


@pytest.mark.parametrize(
    ("web", "lib", "text"),
    [
        ({**WEB, "scripts": {"prepare": "mocha"}}, LIB, WORKSPACE),
        ({**WEB, "scripts": {"build": "npm i --no-save left-pad && tsc"}}, LIB, WORKSPACE),
        ({**WEB, "scripts": {"build": "npm ci && tsc"}}, LIB, WORKSPACE),
        (WEB, {**LIB, "peerDependencies": {"chai": "*"}}, WORKSPACE),
        (WEB, {**LIB, "dependencies": {"chai": "^2.0.0"}}, WORKSPACE),
        (WEB, LIB, WORKSPACE.replace("npm ci", "npm ci -w web")),
        (WEB, LIB, WORKSPACE.replace("npm ci", "npm ci --omit=dev")),
        (WEB, LIB, WORKSPACE.replace("npm ci\nCOPY . .", "npm ci && rm -r packages/lib")),
        (WEB, LIB, WORKSPACE.replace("node:18", "node:14")),
        (WEB, LIB, WORKSPACE.replace("npm ci", "npm install --no-package-lock")),
        (WEB, LIB, dockerfile()),
    ],
)
def test_a_workspace_keeps_them_where_a_member_tells_against_it(
    tmp_path: Path, web: dict[str, Any], lib: dict[str, Any], text: str
) -> None:
    assert prune_in(tmp_path, npm(*workspace(web, lib)), text) is None


@pytest.mark.parametrize("name", ["mocha", "chai"])
def test_sources_of_every_member_are_searched(tmp_path: Path, name: str) -> None:
    files = npm(*workspace())
    assert prune_in(tmp_path, {**files, "packages/lib/x.js": f"require('{name}')"}, WORKSPACE) is None


def test_what_leaves_a_folder_of_a_member_is_searched_for(tmp_path: Path) -> None:
    files = npm(*workspace())
    lock = json.loads(files["package-lock.json"])
    lock["packages"]["packages/lib/node_modules/glob"] = {"version": "1.0.0", "dev": True}
    files["package-lock.json"] = json.dumps(lock)
    assert prune_in(tmp_path, files, WORKSPACE) == NPM_PRUNE
    assert prune_in(tmp_path, {**files, "packages/lib/x.js": "require('glob')"}, WORKSPACE) is None


def test_a_member_that_the_lockfile_does_not_know_proves_nothing(tmp_path: Path) -> None:
    files = npm(*workspace())
    files["packages/new/package.json"] = json.dumps({"name": "new", "dependencies": {"debug": "^1.0.0"}})
    assert prune_in(tmp_path, files, WORKSPACE) is None


@pytest.mark.parametrize(
    ("entry", "command"), [("require('lib')", NPM_PRUNE), ("require('lib'); require('chai')", None)]
)
def test_what_a_member_starts_is_searched_though_developers_run_it_too(
    tmp_path: Path, entry: str, command: str | None
) -> None:
    scripts = {"dev": "tsx watch src/web.ts", "start": "node dist/web.js"}
    files = {**npm(*workspace({**WEB, "scripts": scripts})), "packages/web/src/web.ts": entry}
    assert prune_in(tmp_path, files, WORKSPACE.replace("node server.js", "npm start -w web")) == command


YARN_LOCK = "# yarn lockfile v1\n\n\n" + "\n".join(
    f'{name}@^1.0.0:\n  version "1.0.0"\n' for name in ("chai", "debug", "express", "mocha")
)


def test_yarn_1_takes_those_of_all_members_out(tmp_path: Path) -> None:
    files = {**workspace()[1], "yarn.lock": YARN_LOCK}
    command = "yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile"
    text = WORKSPACE.replace("npm ci", "yarn install --frozen-lockfile")
    assert prune_in(tmp_path, files, text) == command
    cleaned = text.replace("lockfile", "lockfile && yarn cache clean")
    assert prune_in(tmp_path, files, cleaned) is None
    apart = {"packages": ["packages/*"], "nohoist": ["**/chai"]}
    files["package.json"] = json.dumps(manifest(workspaces=apart))
    assert prune_in(tmp_path, files, text) is None


def test_yarn_1_without_a_lockfile_may_find_other_versions_for_a_workspace(tmp_path: Path) -> None:
    assert prune_in(tmp_path, workspace()[1], WORKSPACE.replace("npm ci", "yarn install")) is None


def test_berry_takes_those_of_all_members_out(tmp_path: Path) -> None:
    further = """
"chai@npm:^1.0.0":
  version: 1.0.0

"debug@npm:^1.0.0":
  version: 1.0.0

"lib@npm:^1.0.0, lib@workspace:packages/lib":
  version: 0.0.0-use.local
  resolution: "lib@workspace:packages/lib"

"web@workspace:packages/web":
  version: 0.0.0-use.local
  resolution: "web@workspace:packages/web"
"""
    files = {**workspace(packageManager="yarn@4.5.0")[1], ".yarnrc.yml": SETTINGS}
    text = WORKSPACE.replace("npm ci", INSTALL)
    assert prune_in(tmp_path, {**files, "yarn.lock": BERRY_LOCK + further}, text) == (
        "yarn workspaces focus --all --production"
    )
    used = {"packages/lib/x.js": "require('chai')"}
    assert prune_in(tmp_path, {**files, **used, "yarn.lock": BERRY_LOCK + further}, text) is None


@pytest.mark.parametrize(
    ("file", "command"),
    [("packages/web/x.js", None), ("packages/lib/x.js", "yarn workspaces focus --all --production")],
)
def test_who_loads_unasked_what_another_member_has_may_come_to_load_another_version(
    tmp_path: Path, file: str, command: str | None
) -> None:
    further = """
"chai@npm:^1.0.0":
  version: 1.0.0
  dependencies:
    debug: "npm:^3.0.0"

"debug@npm:^1.0.0":
  version: 1.0.0

"debug@npm:^3.0.0":
  version: 3.0.0
"""
    files = {**workspace(packageManager="yarn@4.5.0")[1], ".yarnrc.yml": SETTINGS}
    files |= {"yarn.lock": BERRY_LOCK + further, file: "require('debug')"}
    assert prune_in(tmp_path, files, WORKSPACE.replace("npm ci", INSTALL)) == command


def test_only_node_modules_may_lack_files_after_a_prune(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, npm(*workspace()), WORKSPACE).result
    assert isinstance(plan, Rewritten)
    places = {one.place for one in explained(plan) if one.why == "2 dev dependencies"}
    assert places == {f"/app{inside}/node_modules" for inside in ("", "/packages/lib", "/packages/web")}


@pytest.mark.parametrize("name", [".yarn-state.yml", ".pnpm/lock.yaml", ".pnpm-workspace-state-v1.json"])
def test_what_package_managers_note_of_their_installs_changes_with_a_prune(name: str) -> None:
    assert may_change(f"/app/node_modules/{name}")
    assert not may_change(f"/app/{name}")
