"""What an install reads of the project: order-copies rests on its being complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_image import EXPRESS, install, make, names, with_scripts
from restage.api import region


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


def test_a_run_of_a_script_reads_the_manifest_that_holds_it(tmp_path: Path) -> None:
    own = make(tmp_path, {"package.json": with_scripts(quiet="echo done"), ".npmrc": ""})
    assert names(own.effect("npm run quiet").reads) == {"package.json", ".npmrc"}
