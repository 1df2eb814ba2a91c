"""What an install reads of the project, and what it may change in it: order-copies rests on both being complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, make
from restage.api import Effect, Region, region

LOCKED = {"package.json": EXPRESS, "package-lock.json": "{}", "server.js": "", "src/a.ts": ""}


def names(places: tuple[Region, ...]) -> set[str]:
    return {place.path.removeprefix("/app/") for place in places}


def with_scripts(**scripts: str) -> dict[str, object]:
    return {**EXPRESS, "scripts": {**scripts, "start": "node server.js"}}


def install(folder: Path, files: dict[str, object], text: str = "npm ci", **environment: str) -> Effect:
    return make(folder, {**LOCKED, **files}, **environment).effect(text)


# --- files of package managers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "file", "read"),
    [
        ("npm ci", "npm-shrinkwrap.json", True),
        ("npm ci", "yarn.lock", True),
        ("npm ci", ".npmrc", True),
        ("npm ci", ".yarnrc", False),
        ("npm ci", ".nvmrc", False),
        ("npm ci", "pnpm-lock.yaml", False),
        ("npm ci", "patches/a.patch", False),
        ("npm ci", "turbo.json", False),
        ("yarn", ".yarnclean", True),
        ("yarn", ".npmrc", True),
        ("yarn", "package-lock.json", False),
        ("pnpm i", "pnpm-workspace.yaml", True),
        ("pnpm i", ".pnpmfile.cjs", True),
        ("pnpm fetch", "pnpm-lock.yaml", True),
        ("npm ci", ".puppeteerrc.cjs", False),
    ],
)
def test_each_package_manager_reads_its_own_files(tmp_path: Path, text: str, file: str, read: bool) -> None:
    assert (file in names(install(tmp_path, {file: ""}, text).reads)) == read


def test_only_what_is_there_is_named(tmp_path: Path) -> None:
    assert names(install(tmp_path, {}).reads) == {"package.json", "package-lock.json"}


def test_what_is_hidden_from_the_build_is_not_named(tmp_path: Path) -> None:
    assert names(install(tmp_path, {".dockerignore": "package-lock.json\n"}).reads) == {"package.json"}


def test_berry_reads_what_lies_below_its_folder(tmp_path: Path) -> None:
    files: dict[str, object] = {
        ".yarnrc.yml": "nodeLinker: pnp\n",
        ".yarn/releases/yarn.cjs": "",
        ".pnp.cjs": "",
        "yarn.lock": "",
    }
    found = names(install(tmp_path, files, "yarn install --immutable").reads)
    assert found == {"package.json", ".yarnrc.yml", ".yarn", ".pnp.cjs", "yarn.lock"}


@pytest.mark.parametrize(
    ("text", "file", "content", "named"),
    [
        ("npm ci", ".npmrc", "cafile=certs/ca.pem\n", "certs/ca.pem"),
        ("yarn", ".yarnrc", 'yarn-offline-mirror "./offline"\n', "offline/x.tgz"),
        ("yarn", ".yarnrc", 'yarn-path ".yarn/releases/yarn-1.22.cjs"\n', ".yarn/releases/yarn-1.22.cjs"),
        ("npm ci --userconfig ci/npmrc", "ci/npmrc", "", "ci/npmrc"),
    ],
)
def test_files_that_settings_name_are_read(
    tmp_path: Path, text: str, file: str, content: str, named: str
) -> None:
    effect = install(tmp_path, {named: "", file: content}, text)
    assert any(place.covers(region("/app", named)) and place != region("/app") for place in effect.reads)


def test_a_preload_of_node_is_read(tmp_path: Path) -> None:
    effect = install(tmp_path, {"fix.js": ""}, NODE_OPTIONS="--require ./fix.js")
    assert "fix.js" in names(effect.reads)


# --- workspaces, local packages and patches ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern", ["packages/*", "packages/**", "./packages/{one,two}/", "packages/o?e", "packages/deep/../one"]
)
def test_the_manifests_of_members_are_read_and_nothing_else_of_them(tmp_path: Path, pattern: str) -> None:
    root = {**EXPRESS, "workspaces": [pattern, "!packages/two"]}
    files: dict[str, object] = {
        "package.json": root,
        "packages/one/package.json": {},
        "packages/one/index.js": "",
    }
    found = names(install(tmp_path, files).reads)
    assert "packages/one/package.json" in found and "packages/one/index.js" not in found


def test_members_of_pnpm_are_named_by_its_own_file(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "pnpm-workspace.yaml": "packages:\n  - 'libs/**'\n",
        "libs/a/b/c/d/package.json": {},
        "web/package.json": {},
        "package.json": {**EXPRESS, "workspaces": ["web"]},
    }
    found = names(install(tmp_path, files, "pnpm install").reads)
    assert "libs/a/b/c/d/package.json" in found and "web/package.json" not in found


def test_a_members_program_is_read_if_a_link_to_it_changes_nothing(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {**EXPRESS, "workspaces": ["a", "b"]},
        "a/package.json": {"bin": "cli.js"},
        "a/cli.js": "",
        "b/package.json": {"bin": {"b": "cli.js"}},
        "b/cli.js": "",
    }
    own = make(tmp_path, files)
    (tmp_path / "a/cli.js").chmod(0o755)
    effect = own.effect("npm ci")
    assert "a/cli.js" in names(effect.reads) and "a/cli.js" not in names(effect.bounds)
    assert "b/cli.js" in names(effect.bounds) and "b/cli.js" not in names(effect.reads)


def test_local_packages_are_read_whole_and_those_that_they_name_too(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {
            **EXPRESS,
            "dependencies": {"a": "file:./a"},
            "overrides": {"x": {"y": "file:y.tgz"}},
        },
        "a/package.json": {"dependencies": {"b": "file:../b"}},
        "b/package.json": {},
        "y.tgz": "",
    }
    assert {"a", "b", "y.tgz"} <= names(install(tmp_path, files).reads)


@pytest.mark.parametrize(("manager", "read"), [("yarn", "src/package.json"), ("npm install", "src")])
def test_of_a_linked_folder_only_the_manifest_counts(tmp_path: Path, manager: str, read: str) -> None:
    files: dict[str, object] = {"package.json": {"dependencies": {"~": "link:./src"}}, "src/package.json": {}}
    assert read in names(install(tmp_path, files, manager).reads)


def test_a_project_that_depends_on_itself_is_read_whole(tmp_path: Path) -> None:
    effect = install(tmp_path, {"package.json": {"dependencies": {"me": "file:."}}})
    assert effect.reads == (region("/app"),)


@pytest.mark.parametrize(
    ("text", "manifest"),
    [
        ("pnpm i", {"pnpm": {"patchedDependencies": {"x@1": "fixes/x.patch"}}}),
        ("bun install", {"patchedDependencies": {"x@1": "fixes/x.patch"}}),
        (
            "yarn",
            {"packageManager": "yarn@4.1.0", "resolutions": {"x": "patch:x@npm%3A1.0.0#~/fixes/x.patch"}},
        ),
    ],
)
def test_patch_files_are_read_where_the_manifest_names_them(
    tmp_path: Path, text: str, manifest: dict[str, object]
) -> None:
    effect = install(tmp_path, {"package.json": {**EXPRESS, **manifest}, "fixes/x.patch": ""}, text)
    assert "fixes/x.patch" in names(effect.reads)


def test_a_manifest_that_nobody_can_read_stands_for_the_project(tmp_path: Path) -> None:
    assert install(tmp_path, {"package.json": "{"}).reads == (region("/app"),)


def test_a_subdirectory_has_files_of_its_own(tmp_path: Path) -> None:
    files: dict[str, object] = {"client/package.json": EXPRESS, "client/.npmrc": "", "client/src/a.js": ""}
    for text in ("npm ci --prefix client", "npm -C client ci"):
        assert names(install(tmp_path, files, text).reads) == {"client/package.json", "client/.npmrc"}


def test_the_schema_is_read_where_prisma_generates(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {"dependencies": {"@prisma/client": "5", "prisma": "5"}},
        "prisma/schema.prisma": 'generator client {\n  provider = "prisma-client-js"\n}\n',
        "prisma.config.ts": "import { x } from './prisma.more'\nexport default { schema: 'db/schema.prisma' }",
        "prisma.more.ts": "export const x = 1",
        "db/schema.prisma": "",
    }
    found = names(install(tmp_path, files).reads)
    assert {"prisma", "prisma.config.ts", "prisma.more.ts", "db/schema.prisma"} <= found
    assert "prisma" not in names(install(tmp_path, files, "npm ci --ignore-scripts").reads)


@pytest.mark.parametrize(
    "generator",
    [
        'provider = "node ./generate.js"',
        'provider = "prisma-erd-generator"',
        'provider = "./gen"\n  output = "x"',
    ],
)
def test_a_generator_of_the_project_may_read_all_of_it(tmp_path: Path, generator: str) -> None:
    schema = f"generator g {{\n  {generator}\n}}\n"
    files: dict[str, object] = {
        "package.json": {"dependencies": {"@prisma/client": "5"}},
        "prisma/schema.prisma": schema,
    }
    assert install(tmp_path, files).reads == (region("/app"),)


# --- lifecycle scripts ------------------------------------------------------------------------------------------


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


# --- what may change --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("npm ci", {"node_modules"}),
        ("npm install", {"node_modules", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}),
        ("yarn --frozen-lockfile", {"node_modules"}),
        ("yarn", {"node_modules", "yarn.lock"}),
        ("pnpm i --frozen-lockfile", {"node_modules", ".pnp.cjs", ".pnpm-store"}),
        ("npm install express", {"/app"}),
    ],
)
def test_an_install_changes_no_more_than_its_own_places(tmp_path: Path, text: str, changes: set[str]) -> None:
    assert names(install(tmp_path, {}, text).may_change) == changes


def test_a_lockfile_in_step_with_the_manifest_is_not_changed(tmp_path: Path) -> None:
    lock = {"packages": {"": {"dependencies": EXPRESS["dependencies"]}}}
    assert names(install(tmp_path, {"package-lock.json": lock}, "npm install").may_change) == {"node_modules"}


def test_each_member_has_a_node_modules_of_its_own(tmp_path: Path) -> None:
    files: dict[str, object] = {"package.json": {**EXPRESS, "workspaces": ["a"]}, "a/package.json": {}}
    assert names(install(tmp_path, files).may_change) == {"node_modules", "a/node_modules"}


def test_what_packages_write_into_the_project_is_named(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "package.json": {
            "dependencies": {"@prisma/client": "5", "msw": "2"},
            "msw": {"workerDirectory": ["public"]},
        },
        "prisma/schema.prisma": 'generator c {\n  provider = "prisma-client-js"\n  output = "../src/db"\n}\n',
    }
    changes = names(install(tmp_path, files).may_change)
    assert changes == {"node_modules", "src/db", "public/mockServiceWorker.js"}


def test_corepack_writes_its_version_into_a_manifest_that_names_none(tmp_path: Path) -> None:
    own = make(tmp_path, {**LOCKED})
    assert region("/app") in own.effect("pnpm install", "corepack enable").may_change
    assert region("/app") not in own.effect("pnpm install", "npm install -g pnpm").may_change


def test_berry_keeps_its_state_and_what_it_unpacks_beside_node_modules(tmp_path: Path) -> None:
    effect = install(tmp_path, {".yarnrc.yml": ""}, "yarn install --immutable")
    assert {".yarn/unplugged", ".yarn/install-state.gz", ".yarn/cache"} <= names(effect.may_change)
    assert ".pnp.cjs" not in names(effect.may_change)


def test_a_run_of_a_script_reads_the_manifest_that_holds_it(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": with_scripts(quiet="echo done"), ".npmrc": ""})
    assert names(own.effect("npm run quiet").reads) == {"package.json", ".npmrc"}
