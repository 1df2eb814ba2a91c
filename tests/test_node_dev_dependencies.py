"""When dev dependencies of Node.js projects are taken out, by which command, and what keeps them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from node_pruning import dockerfile, manifest, plan_of, prune_in
from projects import write_files
from restage.api import Opened
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor
from restage.output.text import diff_lines
from restage_strategies.node.family import Family
from restage_strategies.node.leaving import leaving
from restage_strategies.node.manifest import Manifest

SERVER = {"server.js": "require('express')().listen(3000);\n"}
YARN_LOCK = """# yarn lockfile v1


debug@^2.0.0:
  version "2.0.0"

express@^1.0.0:
  version "1.0.0"
  dependencies:
    debug "^2.0.0"

mocha@^1.0.0:
  version "1.0.0"
  dependencies:
    glob "^7.0.0"

glob@^7.0.0:
  version "7.0.0"
"""
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
        version: 1.0.0(x@1.0.0)

packages:

  debug@2.0.0:
    resolution: {integrity: x}

  express@1.0.0:
    resolution: {integrity: x}

snapshots:

  debug@2.0.0: {}

  express@1.0.0:
    dependencies:
      debug: 2.0.0

  glob@7.0.0: {}

  mocha@1.0.0(x@1.0.0):
    dependencies:
      glob: 7.0.0
"""


def locked(package: Mapping[str, Any], **further: Mapping[str, Any]) -> str:
    root = {key: package[key] for key in ("dependencies", "devDependencies")}
    entries: dict[str, Mapping[str, Any]] = {"": root}
    entries.update({f"node_modules/{name}": {"version": "1.0.0"} for name in package["dependencies"]})
    entries.update(
        {f"node_modules/{name}": {"version": "1.0.0", "dev": True} for name in package["devDependencies"]}
    )
    entries.update({f"node_modules/{name}": entry for name, entry in further.items()})
    return json.dumps({"lockfileVersion": 3, "packages": entries})


def project(package: Mapping[str, Any] | None = None, **files: str) -> dict[str, str]:
    package = package or manifest()
    named = {name.replace("__", "/"): text for name, text in files.items()}
    return {**SERVER, "package.json": json.dumps(package), "package-lock.json": locked(package), **named}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (dockerfile(), "npm prune --omit=dev"),
        (dockerfile("npm install", "node:latest"), "npm prune --omit=dev"),
        (dockerfile(base="registry.example/own:1"), "npm prune --production"),
        (dockerfile("npm ci --legacy-peer-deps"), "npm prune --omit=dev --legacy-peer-deps"),
        (dockerfile("npm install", copied="package.json"), "npm prune --omit=dev --no-package-lock"),
        (dockerfile("npm install --no-package-lock"), "npm prune --omit=dev --no-package-lock"),
        (dockerfile() + "ENV NODE_ENV=production\n", "npm prune --omit=dev"),
    ],
)
def test_npm_takes_them_out_of_what_was_installed(tmp_path: Path, text: str, command: str) -> None:
    assert prune_in(tmp_path, project(), text) == command


@pytest.mark.parametrize(
    ("opened", "command"),
    [
        ("/app/node_modules/mocha/index.js", None),
        ("/usr/local/lib/node_modules/npm/node_modules/mocha/index.js", "npm prune --omit=dev"),
    ],
)
def test_what_the_original_opened_stays_in_if_it_is_the_project_s(
    tmp_path: Path, opened: str, command: str | None
) -> None:
    assert prune_in(tmp_path, project(), dockerfile(), Opened(opened)) == command


@pytest.mark.parametrize(
    "text",
    [
        dockerfile("npm ci --omit=dev"),
        dockerfile("npm install --production"),
        dockerfile("NODE_ENV=production npm ci"),
        dockerfile().replace("WORKDIR", "ENV NODE_ENV=production\nWORKDIR"),
        dockerfile("npm ci && npm install --no-save left-pad"),
        dockerfile("npm ci && npm install left-pad"),
        dockerfile("npm ci && npm prune --production"),
        dockerfile("npm ci && cp -r vendored node_modules/"),
        dockerfile("sed -i s/a/b/ package.json && npm ci"),
        dockerfile("npm pkg set dependencies.ms=1 && npm ci"),
        dockerfile("npm install && npm cache clean --force", copied="package.json"),
        dockerfile(base="node:14"),
    ],
)
def test_nothing_is_taken_out_where_more_or_less_than_that_would_leave(tmp_path: Path, text: str) -> None:
    assert prune_in(tmp_path, project(), text) is None


@pytest.mark.parametrize(
    ("install", "copied", "further", "command"),
    [
        (
            "yarn --frozen-lockfile",
            "package.json yarn.lock",
            {},
            "yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile",
        ),
        (
            "yarn && yarn cache clean",
            "package.json yarn.lock",
            {},
            "npm prune --omit=dev --legacy-peer-deps --no-package-lock",
        ),
        ("yarn", "package.json", {}, "npm prune --omit=dev --legacy-peer-deps --no-package-lock"),
        ("yarn", "package.json", {"resolutions": {"debug": "3.0.0"}}, None),
    ],
)
def test_yarn_takes_them_out_itself_while_it_has_lockfile_and_cache(
    tmp_path: Path, install: str, copied: str, further: dict[str, Any], command: str | None
) -> None:
    files = {**SERVER, "package.json": json.dumps(manifest(**further)), "yarn.lock": YARN_LOCK}
    assert prune_in(tmp_path, files, dockerfile(install, copied=copied)) == command


@pytest.mark.parametrize(("copied", "said"), [("package.json yarn.lock", False), ("package.json", True)])
def test_the_reason_says_why_npm_prunes_what_yarn_installed(tmp_path: Path, copied: str, said: bool) -> None:
    write_files(tmp_path, {**SERVER, "package.json": manifest(), "yarn.lock": YARN_LOCK})
    request = Request(tmp_path / "Dockerfile", dockerfile("yarn", copied=copied).encode())
    lines = diff_lines(refactor(request, strategies()))
    assert any("npm takes them out of what yarn installed" in line for line in lines) is said


@pytest.mark.parametrize(
    ("version", "option", "command"),
    [
        ("9", "", "CI=true pnpm prune --prod --ignore-scripts"),
        ("9", " --store-dir /store", None),
        ("7", "", None),
    ],
)
def test_pnpm_is_told_to_run_no_scripts(
    tmp_path: Path, version: str, option: str, command: str | None
) -> None:
    files = {**SERVER, "package.json": json.dumps(manifest()), "pnpm-lock.yaml": PNPM_LOCK}
    install = f"npm install -g pnpm@{version} && pnpm install{option}"
    assert prune_in(tmp_path, files, dockerfile(install, copied="package.json pnpm-lock.yaml")) == command


@pytest.mark.parametrize(
    ("dev", "text"),
    [
        ("morgan", "require('morgan')"),
        ("morgan", "try { require('morgan') } catch {}"),
        ("dotenv", "if (process.env.NODE_ENV !== 'production') require('dotenv/config')"),
        ("pino-pretty", "pino({ transport: { target: 'pino-pretty' } })"),
        ("tsx", "require('child_process').exec('npx tsx job.ts')"),
        ("esm", "fork('job.js', { execArgv: ['--no-warnings', '-r esm'] })"),
        (
            "chalk",
            "fs.readdirSync(path.join(__dirname, 'jobs')).map((f) => require(path.join(__dirname, 'jobs', f)))",
        ),
    ],
)
def test_a_dev_dependency_that_sources_name_stays(tmp_path: Path, dev: str, text: str) -> None:
    files = project(manifest(dev=dev), **{"jobs__a.js": "require('chalk')" if dev == "chalk" else ""})
    assert prune_in(tmp_path, {**files, "server.js": f"require('express'); {text}\n"}, dockerfile()) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("test/server.js", "require('mocha')"),
        ("src/server.spec.js", "require('mocha')"),
        ("gulpfile.js", "require('mocha')"),
        (".mocharc.js", "module.exports = require('mocha')"),
        ("src/types.ts", "import type { Runner } from 'mocha'\nexport type R = Runner\n"),
        ("src/old.js", "// require('mocha')\n"),
    ],
)
def test_tests_tools_and_types_keep_nothing(tmp_path: Path, path: str, text: str) -> None:
    assert prune_in(tmp_path, {**project(), path: text}, dockerfile()) == "npm prune --omit=dev"


@pytest.mark.parametrize(
    ("dev", "start"),
    [
        ("nodemon", "npx nodemon server.js"),
        ("dotenv", "node -r dotenv/config server.js"),
        ("sequelize-cli", "npx sequelize-cli db:migrate && node server.js"),
        ("cross-env", "npx cross-env PORT=1 node server.js"),
        ("ts-node", "node_modules/.bin/ts-node server.ts"),
    ],
)
def test_a_program_that_a_start_calls_stays(tmp_path: Path, dev: str, start: str) -> None:
    assert prune_in(tmp_path, project(manifest(dev=dev)), dockerfile(start=start)) is None


@pytest.mark.parametrize(
    ("dev", "process"),
    [
        ("dotenv", "script: './server.js', node_args: '-r dotenv/config'"),
        ("@babel/node", "script: './server.js', interpreter: 'babel-node'"),
    ],
)
def test_what_a_process_list_hands_to_node_stays(tmp_path: Path, dev: str, process: str) -> None:
    files = {"ecosystem.config.js": f"module.exports = {{ apps: [{{ {process} }}] }}\n"}
    start = "pm2-runtime ecosystem.config.js"
    text = dockerfile(start=start).replace("WORKDIR", "RUN npm install -g pm2\nWORKDIR")
    assert prune_in(tmp_path, {**project(manifest(dev=dev)), **files}, text) is None
    assert prune_in(tmp_path, {**project(manifest(dev="mocha")), **files}, text) is not None


@pytest.mark.parametrize(
    ("dependencies", "dev", "path", "text"),
    [
        ("express config", "pino-pretty", "config/default.json", '{"target": "pino-pretty"}'),
        ("express @babel/register", "@babel/preset-env", ".babelrc", '{"presets": ["@babel/preset-env"]}'),
        ("express", "tslib", "tsconfig.json", '{"compilerOptions": {"importHelpers": true}}'),
        ("express", "knex-migrate", "README.md", "`docker compose exec app npx knex-migrate up`"),
        ("express sequelize", "sqlite3", "models/index.js", "new Sequelize(process.env.URL)"),
        ("express hexo", "hexo-renderer-x", "a.js", ""),
    ],
)
def test_what_settings_documents_and_packages_may_load_stays(
    tmp_path: Path, dependencies: str, dev: str, path: str, text: str
) -> None:
    assert prune_in(tmp_path, {**project(manifest(dependencies, dev)), path: text}, dockerfile()) is None


@pytest.mark.parametrize(("optional", "command"), [(False, None), (True, "npm prune --omit=dev")])
def test_a_peer_of_a_package_that_stays_stays(tmp_path: Path, optional: bool, command: str | None) -> None:
    package = manifest("express use-thing", "react")
    meta = {"peerDependencies": {"react": "*"}, "peerDependenciesMeta": {"react": {"optional": optional}}}
    files = {
        **project(package),
        "package-lock.json": locked(package, **{"use-thing": {"version": "1", **meta}}),
    }
    assert prune_in(tmp_path, files, dockerfile()) == command


@pytest.mark.parametrize(
    ("script", "command"), [("prepare", None), ("build", "npm prune --omit=dev --ignore-scripts")]
)
def test_npm_prepares_linked_folders_whatever_it_is_told(
    tmp_path: Path, script: str, command: str | None
) -> None:
    package = manifest()
    package["dependencies"]["own"] = "file:./own"
    link = {"own": {"resolved": "own", "link": True}}
    files = {**project(package), "package-lock.json": locked(package, **link)}
    files["own/package.json"] = json.dumps({"name": "own", "scripts": {script: "mocha"}})
    text = dockerfile().replace("COPY package*.json ./", "COPY . .", 1)
    assert prune_in(tmp_path, files, text) == command


def test_a_workspace_whose_lockfile_has_no_members_is_left_alone(tmp_path: Path) -> None:
    files = {**project(manifest(workspaces=["packages/*"])), "packages/b/package.json": '{"name": "b"}'}
    assert prune_in(tmp_path, files, dockerfile()) is None


def test_a_lockfile_that_is_out_of_step_proves_nothing(tmp_path: Path) -> None:
    files = {**project(manifest(dev="mocha chai")), "package-lock.json": locked(manifest())}
    assert prune_in(tmp_path, files, dockerfile("npm install")) is None


@pytest.mark.parametrize(("file", "text"), [("yarn.lock", YARN_LOCK), ("pnpm-lock.yaml", PNPM_LOCK)])
def test_what_only_dev_dependencies_bring_leaves(file: str, text: str) -> None:
    found = leaving(Family(Manifest("/app", manifest())), file, text)
    assert found.names == {"mocha", "glob"} and found.told and found.differing == ()


def test_a_package_that_both_bring_leaves_only_where_npm_marks_it() -> None:
    package = manifest()
    text = locked(package, debug={"version": "2.0.0"}, glob={"version": "7.0.0", "dev": True})
    assert leaving(Family(Manifest("/app", package)), "package-lock.json", text).names == {"mocha", "glob"}


def test_the_sources_come_after_a_prune_that_a_split_adds(tmp_path: Path) -> None:
    text = dockerfile().replace("CMD", "RUN mkdir uploads && chmod 700 uploads\nCMD")
    result = plan_of(tmp_path, project(manifest()), text).result
    assert isinstance(result, Rewritten)
    lines = result.data.decode().splitlines()
    assert lines.index("RUN npm prune --omit=dev") < lines.index("COPY . .")
