"""What the scripts that an install runs read of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, install, names, with_scripts
from restage.api import region


@pytest.mark.parametrize(
    ("script", "files", "read"),
    [
        ("husky", {}, set()),
        ("is-ci || husky install", {".git/HEAD": ""}, set()),
        ("npx only-allow npm", {}, set()),
        ("[ -d .git ] && husky || true", {".git/HEAD": ""}, set()),
        ("git config core.hooksPath .githooks || exit 0", {".git/HEAD": ""}, set()),
        ("patch-package --patch-dir fixes", {"fixes/a.patch": ""}, {"fixes"}),
        ("simple-git-hooks", {".simple-git-hooks.json": ""}, {".simple-git-hooks.json"}),
        ("cp -n .env.example .env", {".env.example": ""}, {".env.example"}),
        ("prisma generate --schema=db/x.prisma", {"db/x.prisma": ""}, {"db/x.prisma"}),
        (
            "node tools/a.js",
            {"tools/a.js": "require('./b')", "tools/b.js": "console.log(1)"},
            {"tools/a.js", "tools/b.js"},
        ),
        ("cd client && npm ci", {"client/package.json": {}, "client/x.js": ""}, {"client/package.json"}),
        ("npm run hooks", {}, set()),
        (
            "lerna bootstrap",
            {"lerna.json": {"packages": ["p/*"]}, "p/a/package.json": {}},
            {"lerna.json", "p/a/package.json"},
        ),
        ("bower install", {"bower.json": {}}, {"bower.json"}),
    ],
)
def test_scripts_that_are_understood_read_their_files_only(
    tmp_path: Path, script: str, files: dict[str, object], read: set[str]
) -> None:
    manifest = with_scripts(postinstall=script, hooks="husky")
    tools = {"husky": "9", "lerna": "3", "bower": "1", "prisma": "5"}
    effect = install(tmp_path, {**files, "package.json": {**manifest, "devDependencies": tools}})
    assert names(effect.reads) == {"package.json", "package-lock.json", *read}
    assert region("/app") not in effect.may_change


@pytest.mark.parametrize(
    "script",
    """tsc|npm run build|nuxt prepare|svelte-kit sync|node tools/list.js|./setup.sh|node-gyp rebuild|lefthook install|
    git config core.hooksPath .githooks|test -d .git && husky install|electron-builder install-app-deps|make""".replace(
        "\n", ""
    ).split("|"),
)
def test_any_other_script_reads_the_project(tmp_path: Path, script: str) -> None:
    files: dict[str, object] = {
        "package.json": with_scripts(postinstall=script.strip(), build="tsc"),
        "tools/list.js": "require('fs').readdirSync('src')",
        ".git/HEAD": "",
    }
    assert region("/app") in install(tmp_path, files).reads


@pytest.mark.parametrize(("version", "read"), [("^6.0.0", True), ("^8.0.0", False), ("^9.1.7", False)])
def test_husky_of_some_versions_fails_without_the_repository(
    tmp_path: Path, version: str, read: bool
) -> None:
    manifest = {**with_scripts(prepare="husky install"), "devDependencies": {"husky": version}}
    effect = install(tmp_path, {"package.json": manifest, ".git/HEAD": ""})
    assert (region("/app") in effect.reads) == read


@pytest.mark.parametrize(
    ("text", "script", "counts"),
    [
        ("npm ci", "prepare", True),
        ("npm ci", "dependencies", True),
        ("npm ci", "prepack", False),
        ("npm ci", "heroku-postbuild", False),
        ("yarn", "prepublish", True),
        ("yarn add x", "postinstall", True),
        ("npm install x", "postinstall", False),
        ("pnpm i", "pnpm:devPreinstall", True),
        ("npm ci", "pnpm:devPreinstall", False),
        ("npm ci --ignore-scripts", "prepare", False),
    ],
)
def test_which_scripts_an_install_runs(tmp_path: Path, text: str, script: str, counts: bool) -> None:
    effect = install(tmp_path, {"package.json": with_scripts(**{script: "tsc"})}, text)
    assert (region("/app") in effect.reads) == counts


def test_berry_runs_no_prepare_script(tmp_path: Path) -> None:
    manifest = {**with_scripts(prepare="tsc"), "packageManager": "yarn@4.1.0"}
    assert region("/app") not in install(tmp_path, {"package.json": manifest}, "yarn install").reads


def test_yarn_1_may_run_where_only_settings_of_berry_are_there(tmp_path: Path) -> None:
    files: dict[str, object] = {"package.json": with_scripts(prepare="tsc"), ".yarnrc.yml": "", ".npmrc": ""}
    assert region("/app") in install(tmp_path, files, "yarn install").reads
    assert ".npmrc" in names(install(tmp_path, {**files, "package.json": EXPRESS}, "yarn install").reads)


def test_a_members_script_counts_too(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {**EXPRESS, "workspaces": ["a"]},
        "a/package.json": {"scripts": {"postinstall": "webpack"}},
    }
    assert region("/app") in install(tmp_path, files).reads


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("const fs = require('fs');\nfs.readFileSync('a.txt');", {"a.txt"}),
        (
            "const path = require('path'), fs = require('fs');\nfs.readFileSync(path.join(__dirname, '..', 'a.txt'));",
            {"a.txt"},
        ),
        ("import fs from 'node:fs';\nconst name = 'a.txt';\nfs.existsSync(name);", {"a.txt"}),
        ("// require('webpack')\nconsole.log(process.version);", set()),
        ("const { readFileSync } = require('fs');\nreadFileSync('a.txt');", None),
        ("const fs = require('fs');\nlet name = 'a.txt';\nname = 'b';\nfs.readFileSync(name);", None),
        ("const fs = require('fs');\nfs.readFileSync('a' + x);", None),
        ("const fs = require('fs');\nconst f = fs;\nf.readdirSync('.');", None),
        ("require(process.argv[2]);", None),
        ("require('./absent');", None),
        ("require('child_process').execSync('tsc');", None),
        ("require('webpack');", None),
    ],
)
def test_a_small_script_of_node_is_read(tmp_path: Path, text: str, read: set[str] | None) -> None:
    files: dict[str, object] = {
        "package.json": with_scripts(postinstall="node tools/x.js"),
        "tools/x.js": text,
        "a.txt": "",
    }
    effect = install(tmp_path, files)
    if read is None:
        assert region("/app") in effect.reads
    else:
        assert names(effect.reads) == {"package.json", "package-lock.json", "tools/x.js", *read}
